// Package search looks for words and patterns in the texts of a mail. With
// hundreds of rules nearly all of them do not match, so the forms of a text are
// made once a mail, and what cannot be in it is not looked for. It knows no rules.
//
// Begin with [Text] and [Pattern].
package search
