// Package html reads the readable text out of an HTML page: its lines, what mail
// programs mark in it as quoted, as an introduction or as a signature, and
// nothing of what the page hides from its reader. It does not sanitise: what it
// returns is plain text.
//
// Begin with [Lines].
package html
