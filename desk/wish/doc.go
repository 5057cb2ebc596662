// Package wish handles what requesters do by a word on top of a mail, or by a mail to one of
// the addresses in the mails they got: rate an answer, close and reopen their
// request, ask which of their requests are open, and choose the language of our mails.
//
// The entry points are [Of], [Rate] and [AskedByRequester].
package wish
