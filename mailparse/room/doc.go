// Package room bounds the readable text of a mail. Nobody reads more than a
// megabyte, and whatever comes after the parser (rules, templates, the search)
// costs by the length of the text. A [Room] is what is left of the bound while
// the parts of one mail are read; what has no place in it is replaced by one line
// that says so, [CutLine].
package room
