// Package address reads mailboxes, in two ways that must not be confused.
//
// [Identity] is strict: it returns the one mailbox that a mail comes from, or an
// error when the From field can be read in more than one way. Rights hang on it.
// [List] is lenient: it reads what broken programs write into To, Cc and
// Reply-To, for people to look at. Nothing may be granted on what it returns.
package address
