// Package store keeps everything durable: the journal of received mails, the
// tickets with their correspondence, and the outbox. It holds every SQL
// statement of maildesk and decides nothing.
//
// [Open] returns a [DB], which is the [ticket.Store]. Update runs a change; many
// callers share one commit ([maildesk/store/groupcommit]). View reads a snapshot.
//
// Here is what opens, reads, changes, checks and copies both databases. What it stands on
// are rooms of its own: [maildesk/store/tables] has the statements
// (those on outgoing mails, on articles and on texts that are alike in rooms inside it),
// [maildesk/store/statement] runs them, [maildesk/store/memory] what a process remembers beside them,
// [maildesk/store/datafolder] the files, [maildesk/store/sqlite] the engine,
// [maildesk/store/migrations] the schemas, [maildesk/store/sqlrow] values in columns,
// [maildesk/store/laws] what must be true of all data. [maildesk/store/salvage], above
// it, reads what is left of a damaged database.
//
// There are two databases in the data folder, both SQLite: WAL, synchronous=FULL,
// one writing connection each, a few reading ones, which see both. A commit is on
// stable storage before Update or Keep returns. journal.db has the mails as they
// came. Its writer waits for no ticket, and its rows are written once and never
// changed; only the index of fingerprints is. maildesk.db has all that follows from
// them. A mail is pending as long as it has no row in the table handled there.
//
// Whatever refers to a mail is committed after the mail. So whoever reads or copies
// both files fixes the database first and the journal after it (beginBoth, Backup):
// the journal then has every mail of which the database speaks. References from one
// file to the other are checked by Check, not by SQLite.
//
// To erase a person's mail is the one exception to rows that are never changed: its
// row of mail_raw is replaced by a tombstone, its row of mail by one without
// addresses, whose size, SHA-256 and checksum are those of the tombstone, with PRAGMA
// secure_delete, and then the files are compacted and the log is emptied
// (wal_checkpoint(TRUNCATE)), so that no byte stays in either file. The number stays, and
// with it conservation, the fingerprint, by which a copy is known, and a row of erased,
// by which rebuild takes its tickets as they stand. See erase.go.
//
// Or both are tables of one database on PostgreSQL ([Options].Database, server.go). The SQL
// is what both understand; what only one of them does (opening, transactions, full text,
// the meaning of its errors) is in the packages sqlite and postgres.
//
// Times are kept as whole microseconds since 1970 in UTC, 0 is the zero time;
// what is finer is cut off. Text is kept as valid UTF-8 without NUL: other
// bytes become U+FFFD. Raw mails are kept to the byte.
package store
