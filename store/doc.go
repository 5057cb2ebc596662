// Package store keeps everything durable: the journal of received mails, the
// tickets with their correspondence, and the outbox. It holds every SQL
// statement of maildesk and decides nothing.
//
// [Open] returns a [DB], which is the [ticket.Store]. Update runs a change; many
// callers share one commit ([maildesk/store/groupcommit]). View reads a snapshot.
//
// This package opens, reads, changes, checks and copies both databases. It is built on
// rooms of its own: [maildesk/store/tables] has the statements
// (those on outgoing mails, articles and similar texts in rooms inside it),
// [maildesk/store/statement] runs them, [maildesk/store/memory] has what a process caches,
// [maildesk/store/datafolder] the files, [maildesk/store/sqlite] the engine,
// [maildesk/store/migrations] the schemas, [maildesk/store/sqlrow] the encoding of values in columns,
// [maildesk/store/laws] what must be true of all data. [maildesk/store/salvage] is built on
// this package and reads what is left of a damaged database.
//
// There are two databases in the data folder, both SQLite: WAL, synchronous=FULL,
// one writing connection each, and a few reading ones, which see both. A commit is on
// stable storage before Update or Keep returns. journal.db has the mails as they
// came. Its writer never waits for changes of tickets, and its rows are written once and never
// changed; only the index of fingerprints is. maildesk.db has everything derived from
// them. A mail is pending as long as it has no row in the table handled there.
//
// Whatever refers to a mail is committed after the mail. So reading or copying
// both files takes its snapshot of the database first, then of the journal (beginBoth, Backup):
// the journal then has every mail that the database refers to. References from one
// file to the other are checked by Check, not by SQLite.
//
// Erasing a person's mail is the one exception to rows that are never changed: its
// row of mail_raw is replaced by a tombstone, its row of mail by one without
// addresses, whose size, SHA-256 and checksum are those of the tombstone, with PRAGMA
// secure_delete; then the files are compacted and the log is emptied
// (wal_checkpoint(TRUNCATE)), so that no byte stays in either file. The number stays, and
// with it conservation; so do the fingerprint, by which a copy is recognised, and a row of erased,
// which tells rebuild to take its tickets as they are. See erase.go.
//
// Alternatively both are tables of one PostgreSQL database ([Options].Database, server.go). The SQL
// is written for both engines; what differs (opening, transactions, full text,
// the meaning of errors) is in the packages sqlite and postgres.
//
// Times are kept as whole microseconds since 1970 in UTC, truncated; 0 is the zero time.
// Text is kept as valid UTF-8 without NUL: other
// bytes become U+FFFD. Raw mails are kept byte for byte.
package store
