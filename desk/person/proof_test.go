package person

import (
	"testing"

	"maildesk/ticket"
)

// TestProofOfWords: what is left of somebody's words is found in each kind of row, in whatever encoding; what somebody
// else outside may have written as well is kept, and said to be.
func TestProofOfWords(t *testing.T) {
	const words = "My neighbour Ignatz sawed\n> the old cable in two with his saw."
	const mail = "From: %s\nTo: x@example.org\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nTXkgbmVpZ2hib3VyIElnbmF0eiBzYXdlZAp0aGUgb2xkIGNhYmxlIGluIHR3byB3aXRoIGhpcyBzYXcuCg==\n"
	of := func(from string) []byte { return []byte("From: " + from + mail[len("From: %s"):]) }
	k := Case{Erasure: 7, Address: "ana@example.net", Names: []string{"Ana Roth"}, Lines: []string{"My neighbour Ignatz sawed the old cable in two with his saw.\n", "It is dark here now.\n"},
		Alone: []ticket.ID{1}, Near: []ticket.ID{2}, Beside: []ticket.MailID{22}, Told: []ticket.OutboxID{32}, Waits: []ticket.OutboxID{50}}
	text := func(column string) map[string]string {
		return map[string]string{"author": "bob@example.com", column: words}
	}
	for _, tt := range []struct {
		name string
		row  Row
		want Found
	}{
		{"text on their ticket", Row{Table: "entry", Ticket: 2, Kind: "message", Texts: text("text")}, Found{"text", ""}},
		{"full text", Row{Table: "entry", Ticket: 2, Kind: "message", Texts: text("full_text")}, Found{"full_text", ""}},
		{"a short line there", Row{Table: "entry", Ticket: 2, Kind: "message", Texts: map[string]string{"text": "So it is dark here now."}}, Found{"text", ""}},
		{"a quotation that is said to be theirs", Row{Table: "entry", Ticket: 2, Kind: "message", Texts: map[string]string{"text": "On Monday Ana wrote:\n> yes\n"}}, Found{"text", ""}},
		{"a part of their name there", Row{Table: "entry", Ticket: 2, Kind: "message", Texts: map[string]string{"text": "Hello Ana,"}}, Found{"text", ""}},
		{"a quotation that is another's", Row{Table: "entry", Ticket: 2, Kind: "message", Texts: map[string]string{"text": "On Monday Carl wrote:\n> dark here now\n"}}, Found{}},
		{"a row of a table", Row{Table: "entry", Ticket: 2, Kind: "message", Texts: map[string]string{"text": "| It is dark here now | yes |\n"}}, Found{"text", ""}},
		{"a mail there", Row{Table: "mail_raw", Mail: 22, Bytes: of("bob@example.com")}, Found{"bytes", ""}},
		{"an outgoing mail there", Row{Table: "outbox_bytes", Outgoing: 32, Bytes: of("desk@example.org")}, Found{"bytes", ""}},
		{"an agent elsewhere", Row{Table: "entry", Ticket: 3, Kind: "reply", Texts: map[string]string{"author": "alice@example.org", "text": words}}, Found{"text", ""}},
		{"a note elsewhere", Row{Table: "entry", Ticket: 3, Kind: "note", Texts: map[string]string{"text": words}}, Found{"text", ""}},
		{"an agent's mail elsewhere", Row{Table: "mail_raw", Mail: 40, Bytes: of("alice@example.org")}, Found{"bytes", ""}},
		{"what solved an outage", Row{Table: "incident", Ticket: 3, Texts: map[string]string{"solution": words}}, Found{"solution", ""}},
		{"an article", Row{Table: "article_text", Ticket: 3, Texts: map[string]string{"body": words}}, Found{"body", ""}},
		{"an event", Row{Table: "event", Ticket: 3, Kind: "escalated", Texts: map[string]string{"reason": words}}, Found{"reason", ""}},
		{"a trouble", Row{Table: "trouble", Texts: map[string]string{"text": words}}, Found{"text", ""}},
		{"what was learnt", Row{Table: "judgement", Mail: 40, Ticket: 3, Texts: map[string]string{"learnt": words}}, Found{"learnt", ""}},
		{"an outgoing mail elsewhere", Row{Table: "outbox_bytes", Outgoing: 40, Bytes: of("desk@example.org")}, Found{"bytes", ""}},
		{"a file of outgoing mails", Row{Table: "outbox_file", ID: 5, Bytes: []byte("TXkgbmVpZ2hib3VyIElnbmF0eiBzYXdlZAp0aGUgb2xk\r\nIGNhYmxlIGluIHR3byB3aXRoIGhpcyBzYXcuCg==\r\n")}, Found{"bytes", ""}},
		{"one that waits", Row{Table: "outbox_bytes", Outgoing: 50, Bytes: of("desk@example.org")}, Found{"bytes", KeptWaiting}},
		{"somebody else's request", Row{Table: "entry", Ticket: 3, Kind: "message", Texts: text("text")}, Found{"text", KeptOthers}},
		{"somebody else's mail", Row{Table: "mail_raw", Mail: 40, Bytes: of("bob@example.com")}, Found{"bytes", KeptOthers}},
		{"a few words elsewhere", Row{Table: "entry", Ticket: 3, Kind: "reply", Texts: map[string]string{"text": "sawed the old cable in two"}}, Found{}},
		{"others' words", Row{Table: "entry", Ticket: 2, Kind: "message", Texts: map[string]string{"text": "It rains in the hall again since noon."}}, Found{}},
	} {
		if got := NewProof(k, func(address string) bool { return address == "alice@example.org" }).Row(tt.row); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
		// What is left is what an erasure takes out.
		e := NewEraser(k, func(address string) bool { return address == "alice@example.org" }, nil)
		if _, changed := e.Change(tt.row); changed != (tt.want.Column != "" && tt.want.Kept == "") {
			t.Errorf("%s: an erasure changes it: %t", tt.name, changed)
		}
	}
}

// TestScrubWeights: the words of a name go out of what tells the reports of an outage.
func TestScrubWeights(t *testing.T) {
	who := NewTraces("ana@example.net", []string{"Zoë Quillfeather"}, []string{"Best Regards"}, nil)
	for text, want := range map[string]string{
		`{"weights":{"zoe":1.5,"quillfeath":2,"printer":3.25,"best":1},"enough":2.5,"others":[{"weights":{"quillfeather":1,"hum":2},"enough":1}]}`: `{"enough":2.5,"others":[{"enough":1,"weights":{"hum":2}}],"weights":{"best":1,"printer":3.25}}`,
		`{"weights":{"printer":3.25},"enough":2.50}`: `{"weights":{"printer":3.25},"enough":2.50}`,
		`{"weights":{"quill":3.25,"zo":1}}`:          `{"weights":{"quill":3.25,"zo":1}}`,
		`{}`:                                         `{}`,
		`Zoë Quillfeather`:                           Gone,
	} {
		if got := who.scrubWeights(text); got != want {
			t.Errorf("of %s is left\n%s, want\n%s", text, got, want)
		}
	}
}
