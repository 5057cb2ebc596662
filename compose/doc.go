// Package compose turns a notice or a reply into RFC 5322 bytes. It decides
// neither whom to write to nor what to say, and it sends nothing.
//
// The entry point is [Mail.Bytes]. No header can be injected: malformed addresses
// and Message-IDs are an error; text that people read (names, subject, file names)
// is cleaned of control characters and encoded; optional fields (foreign
// Message-IDs, the language) are left out when they are malformed.
package compose
