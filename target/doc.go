// Package target computes response and resolution targets: what is promised for a ticket, when
// each promise is due according to the ticket's events, and what people must be told. It
// is pure, and knows no mail.
package target
