// Package phrase holds what the tables of mailparse have in common: reading the
// rows of an embedded table ([Rows]) and finding which of many phrases stand in
// a text ([Set]). It knows nothing of what the phrases mean; that is up to the
// package that owns the table.
//
// Begin with [NewSet].
package phrase
