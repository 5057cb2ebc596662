// Package imappoll is the door in for desks whose mail lies in a mailbox on an
// IMAP server: it fetches each mail once, by its UID, and passes it to the desk.
// It parses no mail and knows no queues.
//
// A mail is left on the server until the desk has it on stable storage; only
// then is it flagged, moved or deleted, or left as it is. What was fetched is
// known from the ledger that the desk keeps, never from \Seen, which is not
// touched, and never from dates.
//
// The entry point is [Poller.Run]. Every mailbox has a connection and a
// goroutine of its own, so that the trouble of one is no trouble of another.
// All use of the IMAP library stands in session.go, dial.go and login.go.
package imappoll
