// Package imappoll receives mail from mailboxes on IMAP servers: it fetches each
// mail once, by its UID, and passes it to the desk. It parses no mail and knows no
// queues.
//
// A mail stays on the server until the desk has it on stable storage; only then is
// it flagged, moved or deleted, or left as it is. Which mails were fetched is
// recorded in a ledger, never derived from dates or from \Seen, which is left
// alone.
//
// The entry point is [Poller.Runs]. Every mailbox has its own connection and
// goroutine, so that a failing one does not affect the others. All use of the IMAP
// library is in session.go, after.go, dial.go and login.go.
package imappoll
