// Package wish is what requesters do by a word on top of a mail, or by a mail to one of
// the addresses that stand in theirs: they rate an answer, close and reopen their
// request, ask which of their requests are open, and in which language they are written to.
//
// The entry points are [Of], [Rate] and [AskedByRequester].
package wish
