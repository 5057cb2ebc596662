// Package store keeps everything durable: the journal of received mails, the
// tickets with their correspondence, and the outbox. It holds every SQL
// statement of maildesk and decides nothing.
//
// [Open] gives a [DB], which is the [desk.Store]. Update runs a change; many
// callers share one commit (update.go). View reads a snapshot.
//
// The database is SQLite in one file of the data folder: WAL, synchronous=FULL,
// one writing connection, a few reading ones. A commit is on stable storage
// before Update returns. The SQL is what PostgreSQL understands as well; what
// only SQLite does (opening, migrations, full text, the meaning of its errors)
// stands in the files sqlite*.go and in migrations/sqlite.
//
// Times are kept as whole microseconds since 1970 in UTC, 0 is the zero time;
// what is finer is cut off. Text is kept as valid UTF-8 without NUL: other
// bytes become U+FFFD. Raw mails are kept to the byte.
package store
