//go:build !sqlite_fts5

package sqlite

// The search index needs SQLite's FTS5, which go-sqlite3 compiles in only with
// the build tag sqlite_fts5. Without it everything would build and then fail
// when the first database is made; so it fails here, and the name says why.
var _ = build_with_tags_sqlite_fts5_see_README
