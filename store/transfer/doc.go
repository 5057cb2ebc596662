// Package transfer copies all rows of a desk from one database to another: from the files of
// a data folder to a database on PostgreSQL, or back. Every row keeps its numbers and its
// checksum; the search indexes are rebuilt from the rows.
//
// Which tables there are, with which columns and keys, is read from both schemas, which must
// agree: a table or column that is new is copied without a change here.
//
// Rows are copied table by table, in the order of their keys, in batches of one transaction
// each. The table moving of the new database records how far each table is, and
// is committed with the rows: a copy that was interrupted at any moment continues after the last
// batch. A database with that table is incomplete, and no desk opens it; [Target.Seal] removes
// the table.
//
// Begin with [FromFolder] or [FromServer], [IntoFolder] or [IntoServer], then [Copy].
package transfer
