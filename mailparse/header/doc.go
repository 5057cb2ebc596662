// Package header reads the header of a mail: its fields in their order ([Read]),
// encoded words ([Decode]), message ids and dates. It reads what broken programs
// write, and never fails: what cannot be read is left empty.
//
// Begin with [Read].
package header
