// Package transfer copies all rows of a desk from one database to another: from the files of
// a data folder to a database on PostgreSQL, or back. Every row keeps its numbers and its
// checksum; the search indexes are made anew from the rows.
//
// Which tables there are, with which columns and keys, is read from both schemas, which must
// agree: a table or column that is new is copied without a change here.
//
// Rows are copied table by table, in the order of their keys, in batches of one transaction
// each. How far each table is stands in the table moving of the database that is filled, and
// is committed with the rows: a copy that was broken off at any moment goes on after the last
// batch. A database with that table is not finished, and no desk opens it; [Target.Seal] takes
// it away.
//
// Begin with [FromFolder] or [FromServer], [IntoFolder] or [IntoServer], then [Copy].
package transfer
