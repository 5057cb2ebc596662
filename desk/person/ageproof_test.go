package person

import (
	"testing"

	"maildesk/ticket"
)

// TestAgeProof: whatever is left of a ticket that was erased by age is found, and nothing is after it.
func TestAgeProof(t *testing.T) {
	k := Case{Erasure: 7, Alone: []ticket.ID{1}, Mails: []ticket.MailID{11}, Outgoing: []ticket.OutboxID{31}}
	ours := func(address string) bool { return address == "alice@example.org" || address == "support@example.org" }
	for name, row := range map[string]Row{
		"ticket":        {Table: "ticket", ID: 1, Ticket: 1, Texts: map[string]string{"requester": "ana@example.net", "subject": Gone}},
		"subject":       {Table: "ticket", ID: 1, Ticket: 1, Texts: map[string]string{"requester": "erased-7@erased.invalid", "subject": "Printer"}},
		"text":          {Table: "entry", ID: 2, Ticket: 1, Mail: 11, Kind: "message", Texts: map[string]string{"author": "erased-7.2@erased.invalid", "text": "It burns."}},
		"full text":     {Table: "entry", ID: 2, Ticket: 1, Mail: 11, Kind: "reply", Texts: map[string]string{"author": "alice@example.org", "text": Gone, "full_text": "It burns."}},
		"participant":   {Table: "participant", ID: 3, Ticket: 1, Kind: "participant", Texts: map[string]string{"address": "bob@example.com"}},
		"event":         {Table: "event", ID: 4, Ticket: 1, Kind: "escalated", Texts: map[string]string{"actor": "alice", "reason": "she is angry"}},
		"solution":      {Table: "incident", ID: 1, Ticket: 1, Texts: map[string]string{"solution": "Pull the plug."}},
		"judgement":     {Table: "judgement", ID: 11, Mail: 11, Texts: map[string]string{"learnt": "{1}"}},
		"mail":          {Table: "mail", ID: 11, Mail: 11, Texts: map[string]string{"reverse_path": "ana@example.net"}},
		"client":        {Table: "mail", ID: 11, Mail: 11, Texts: map[string]string{"client": "192.0.2.1"}},
		"raw":           {Table: "mail_raw", ID: 11, Mail: 11, Bytes: []byte("From: ana@example.net\r\n\r\nIt burns.\r\n")},
		"outbox":        {Table: "outbox", ID: 31, Outgoing: 31, Ticket: 1, Texts: map[string]string{"recipient": "ana@example.net"}},
		"held back":     {Table: "outbox", ID: 31, Outgoing: 31, Ticket: 1, Texts: map[string]string{"recipient": "erased-7.31@erased.invalid", "held_key": "ana@example.net"}},
		"bytes":         {Table: "outbox_bytes", ID: 31, Outgoing: 31, Bytes: []byte("To: ana@example.net\r\n\r\nx\r\n")},
		"what was said": {Table: "attempt", ID: 5, Outgoing: 31, Texts: map[string]string{"text": "250 ok ana"}},
	} {
		p := NewAgeProof(k, ours, nil)
		if p.Row(row) == "" {
			t.Errorf("%s: nothing is found in %+v", name, row)
		}
		c, changed := NewEraser(k, ours, nil).Change(row)
		switch {
		case !changed:
			t.Errorf("%s: an erasure leaves it", name)
		case c.Drop:
		default:
			after := row
			after.Texts = map[string]string{}
			for column, text := range row.Texts {
				after.Texts[column] = text
			}
			for column, text := range c.New {
				after.Texts[column] = text
			}
			if c.Raw != nil {
				after.Bytes = c.Raw
			}
			if left := p.Row(after); left != "" {
				t.Errorf("%s: after an erasure %s is left: %+v", name, left, after)
			}
		}
		row.Ticket, row.Mail, row.Outgoing = 2, 12, 32
		if left := p.Row(row); left != "" {
			t.Errorf("%s of others: %s is found", name, left)
		}
	}
}
