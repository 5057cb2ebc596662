// Package tnef reads "winmail.dat", the container in which Outlook and Exchange
// send files and texts (TNEF, [MS-OXTNEF]), and the RTF inside it ([MS-OXRTFCP],
// [MS-OXRTFEX]). No maintained Go library reads them, so the little that mail
// needs is read here: the files, and the text when there is no other.
//
// It does not write such containers, and leaves out meetings, contacts and all
// other properties. The texts are UTF-8 without control characters; the HTML is
// not sanitised. Its work is linear in the size of the container.
//
// Begin with [Read].
package tnef
