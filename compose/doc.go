// Package compose turns a notice or an answer into RFC 5322 bytes. It decides
// neither whom to write nor what to say, and it sends nothing.
//
// The entry point is [Mail.Bytes]. No header can be injected: what identifies
// (addresses, the Message-ID) is refused when it is odd, what people read
// (names, subject, file names) is cleaned of control characters and encoded,
// and what only helps (foreign Message-IDs, the language) is left out.
package compose
