// Package compose turns a notice or an answer into RFC 5322 bytes. It decides
// neither whom to write nor what to say, and it sends nothing.
//
// The entry point is [Mail.Bytes]. No header can be injected: every value is
// cleaned of control characters and encoded by the library that writes it.
package compose
