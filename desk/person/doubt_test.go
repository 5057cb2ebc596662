package person

import (
	"strings"
	"testing"
	"time"

	"maildesk/compose"
	"maildesk/ticket"
)

// TestDoubt: a name that somebody else has, or that stands in what others outside wrote or were written elsewhere, is
// no trace but where the person takes part; one of which nothing such is known is a trace everywhere.
func TestDoubt(t *testing.T) {
	const name = "John Smith"
	house := House{Names: []string{"Example IT", "alice", "Alice Berger"}, Ours: func(address string) bool { return strings.HasSuffix(address, "@example.org") }}
	entry := func(of ticket.ID, kind ticket.EntryKind, author, column string) Row {
		return Row{Table: "entry", ID: 9, Ticket: of, Kind: string(kind), Texts: map[string]string{"author": author, column: "Hello,\n\nask john  smith."}}
	}
	sent := func(of ticket.ID, to string) []Row {
		raw, err := compose.Mail{
			From: compose.Address{Address: "desk@example.org"}, To: compose.Address{Address: to}, Subject: "x", Date: time.Unix(1, 0), MessageID: "<x@example.org>",
			Words: compose.Words{Text: "Grüße von John Smith\n"},
		}.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		return []Row{{Table: "outbox", ID: 5, Outgoing: 5, Ticket: of, Texts: map[string]string{"recipient": to}}, {Table: "outbox_bytes", ID: 5, Outgoing: 5, Bytes: raw}}
	}
	for _, tt := range []struct {
		what, name string
		rows       []Row
		doubt      string
	}{
		{"nobody else", name, nil, ""},
		{"another requester, with a title", name, []Row{{Table: "ticket", ID: 2, Ticket: 2, Texts: map[string]string{"requester": "john@two.example", "name": "Dr John Smith"}}}, "another address"},
		{"another reader", name, []Row{{Table: "participant", ID: 2, Ticket: 1, Texts: map[string]string{"address": "john@two.example", "name": "JOHN SMITH"}}}, "another address"},
		{"another author", name, []Row{{Table: "entry", ID: 2, Ticket: 2, Kind: "message", Texts: map[string]string{"author": "john@two.example", "name": name}}}, "correspondence of ticket #2"},
		{"another author of a note", name, []Row{{Table: "entry", ID: 2, Ticket: 2, Kind: "note", Texts: map[string]string{"author": "john@example.org", "name": name}}}, "another address"},
		{"another's From, in a mail that is no ticket's", name, []Row{{Table: "mail_raw", ID: 2, Mail: 2, Bytes: []byte("From: =?utf-8?q?John_Smith?= <john@two.example>\r\n\r\nx\r\n")}}, "another address"},
		{"another's name that has it as a part of a word", name, []Row{{Table: "ticket", ID: 2, Ticket: 2, Texts: map[string]string{"requester": "j@two.example", "name": "John Smithson"}}}, ""},
		{"somebody who was erased", name, []Row{{Table: "ticket", ID: 2, Ticket: 2, Texts: map[string]string{"requester": "erased-3@erased.invalid", "name": name}}}, ""},
		{"what another wrote elsewhere", name, []Row{entry(2, ticket.EntryMessage, "ben@example.com", "text")}, "correspondence of ticket #2"},
		{"what another quoted elsewhere", name, []Row{entry(2, ticket.EntryMessage, "ben@example.com", "full_text")}, "correspondence of ticket #2"},
		{"a subject elsewhere", name, []Row{entry(2, ticket.EntryMessage, "ben@example.com", "subject")}, "correspondence of ticket #2"},
		{"a machine's words elsewhere", name, []Row{entry(2, ticket.EntryMachine, "robot@example.com", "text")}, "correspondence of ticket #2"},
		{"an answer to another", name, []Row{entry(2, ticket.EntryReply, "alice@example.org", "text")}, "correspondence of ticket #2"},
		{"a note of an agent elsewhere", name, []Row{entry(2, ticket.EntryNote, "alice@example.org", "text")}, ""},
		{"what another wrote on a ticket of theirs", name, []Row{entry(1, ticket.EntryMessage, "ben@example.com", "text")}, ""},
		{"what the desk wrote to another", name, sent(2, "ben@example.com"), "went out about ticket #2"},
		{"what the desk wrote to an agent", name, sent(2, "alice@example.org"), ""},
		{"what the desk wrote to another on a ticket of theirs", name, sent(1, "ben@example.com"), ""},
		{"the desk", "Example IT", nil, "the desk or an agent"},
		{"an agent", "alice berger", nil, "the desk or an agent"},
		{"one word", "John", nil, OneWord},
		{"one that is said to be theirs", "Li Wu", []Row{{Table: "ticket", ID: 2, Ticket: 2, Texts: map[string]string{"requester": "li@two.example", "name": "Li Wu"}}}, ""},
	} {
		c := NewCollection("ana@example.net", house)
		c.Sure("Li  Wu")
		rows := append([]Row{{Table: "ticket", ID: 1, Ticket: 1, Texts: map[string]string{"requester": "Ana@example.net", "name": tt.name, "subject": "x"}}}, tt.rows...)
		reads(c, rows)
		doubt := "not known"
		for _, n := range c.Known() {
			if n.Name == tt.name {
				doubt = n.Doubt
			}
		}
		if (doubt == "") != (tt.doubt == "") || !strings.Contains(doubt, tt.doubt) {
			t.Errorf("%s: the doubt is %q, want %q", tt.what, doubt, tt.doubt)
		}
		k := CaseOf(c, 7)
		text, traces := "Ask "+tt.name+", please", k.Traces()
		if far := traces.In(text); far != (tt.doubt == "") || (NewProof(k, nobody).Row(Row{Texts: map[string]string{"text": text}}).Column == "text") != far || c.In(text) != far {
			t.Errorf("%s: elsewhere the name is replaced: %t", tt.what, far)
		}
		if near := traces.ScrubNear(text); near != "Ask [erased], please" {
			t.Errorf("%s: on tickets of theirs stands %q", tt.what, near)
		}
	}
}

func nobody(string) bool { return false }

// reads lets a collection see all rows, as an erasure does: twice, in order.
func reads(c *Collection, rows []Row) {
	for _, r := range rows {
		c.Know(r)
	}
	c.Knows()
	for _, r := range rows {
		c.Doubt(r)
	}
	c.Doubted()
}
