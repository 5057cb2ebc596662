// Package target counts promises of time: what is promised for a ticket, by when
// each promise is due as the ticket's events stand, and what is to be told of it. It
// is pure, and knows no mail.
package target
