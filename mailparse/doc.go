// Package mailparse turns the bytes of a mail into a [Message]: header facts,
// text, what the author newly wrote, attachments, person or machine, delivery
// report and language. It knows no tickets, keeps no state and does no I/O.
//
// The entry point is [Parse]. It never fails and never loses a mail because
// the mail is odd: what cannot be understood is left empty and listed in
// [Message.Problems].
package mailparse
