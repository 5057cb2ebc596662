package person

import (
	"bytes"
	"strings"

	"maildesk/mailparse"
	"maildesk/ticket"
)

// AgeProof looks for what is left of tickets, and of mails of none, that were erased by age: nobody's address but
// those of agents and of the desk, no word that anybody wrote.
type AgeProof struct {
	ours     func(address string) bool
	tickets  map[ticket.ID]bool
	mails    map[ticket.MailID]bool
	outgoing map[ticket.OutboxID]bool
	pending  map[ticket.MailID]bool
}

// NewAgeProof returns the proof of a case. ours reports whether an address is an agent's or the desk's; mails that wait
// to be handled are not looked at.
func NewAgeProof(k Case, ours func(address string) bool, pending []ticket.MailID) *AgeProof {
	return &AgeProof{ours, setOf(k.Alone), setOf(k.Mails), setOf(k.Outgoing), setOf(pending)}
}

// wordless are the columns in which nothing stands, by table, but the mark of an erasure or the address that stands for nobody; those that are not here
// have words of the desk.
var wordless = map[string][]string{
	"ticket":      {"subject", "name", "tags"},
	"entry":       {"text", "full_text", "subject"},
	"incident":    {"solution"},
	"judgement":   {"learnt"},
	"mail":        {"client", "helo"},
	"outbox":      {"last_text", "held_key"},
	"attempt":     {"text"},
	"participant": {},
	"event":       {},
}

// Row returns the column of a row in which something is left; empty: nothing is.
func (p *AgeProof) Row(r Row) (column string) {
	if !p.erased(r) {
		return ""
	}
	switch r.Table {
	case "outbox_bytes":
		return "bytes"
	case "mail_raw":
		if from := mailparse.ShownFrom(r.Bytes).Address; !IsPlaceholder(from) || !bytes.Contains(r.Bytes, []byte("What stood here was erased")) {
			return "raw"
		}
		return ""
	}
	for column, text := range r.Texts {
		if identities[column] && strings.Contains(text, "@") && !IsPlaceholder(text) && !p.ours(text) {
			return column
		}
	}
	for _, column := range wordless[r.Table] {
		if text := r.Texts[column]; text != "" && text != Gone && !IsPlaceholder(text) {
			return column
		}
	}
	if r.Table == "event" && freeWords[ticket.EventKind(r.Kind)] && r.Texts["reason"] != "" {
		return "reason"
	}
	return ""
}

// erased reports whether all that a row says was to be taken out.
func (p *AgeProof) erased(r Row) bool {
	switch r.Table {
	case "mail_raw", "mail":
		return p.mails[r.Mail] && !p.pending[r.Mail]
	case "outbox", "outbox_bytes", "attempt":
		return p.outgoing[r.Outgoing]
	case "judgement":
		return p.tickets[r.Ticket] || p.mails[r.Mail]
	}
	_, has := wordless[r.Table]
	return has && p.tickets[r.Ticket]
}
