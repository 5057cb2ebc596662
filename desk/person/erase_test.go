package person

import (
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/compose"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// TestEveryEventIsDecided: of each kind of event it is known whether its reason is in
// somebody's words.
func TestEveryEventIsDecided(t *testing.T) {
	for _, kind := range ticket.EventKinds {
		if _, decided := freeWords[kind]; !decided {
			t.Errorf("it is not decided whether the reason of an event %q is in somebody's words: see freeWords", kind)
		}
	}
}

// testEraser is that of Ana, who asked on ticket 1 alone and takes part in Bob's ticket 2.
func testEraser() *Eraser {
	return NewEraser(Case{
		Erasure: 7, Address: "ana@example.net", Names: []string{"Ana Bérg"}, Lines: []string{"my printer burns since this morning", "I am Ana Bérg and the red lamp blinks all day"},
		Alone: []ticket.ID{1}, Near: []ticket.ID{2}, Mails: []ticket.MailID{11}, Wrote: []ticket.MailID{11}, Beside: []ticket.MailID{22},
		Outgoing: []ticket.OutboxID{31}, Told: []ticket.OutboxID{32},
	}, func(address string) bool { return address == "alice@example.org" }, []ticket.MailID{99})
}

// TestSubjects: the subjects of somebody's requests are those too that these had before, in whatever
// order the rows come; those of others' requests are not, though they take part there.
func TestSubjects(t *testing.T) {
	renamed := func(of ticket.ID, from, to string) Row {
		return Row{Table: "event", ID: 1, Ticket: of, Kind: string(ticket.EventSubject), Texts: map[string]string{"from_value": from, "to_value": to}}
	}
	rows := []Row{
		{Table: "ticket", ID: 1, Ticket: 1, Texts: map[string]string{"requester": "Ana@example.net", "subject": "C"}},
		{Table: "ticket", ID: 2, Ticket: 2, Texts: map[string]string{"requester": "bob@example.net", "subject": "Y"}},
		{Table: "participant", ID: 1, Ticket: 2, Kind: "participant", Texts: map[string]string{"address": "ana@example.net"}},
		renamed(1, "A", "B"), renamed(1, "B", "C"), renamed(2, "X", "Y"), renamed(1, Gone, ""),
		{Table: "event", ID: 2, Ticket: 1, Kind: string(ticket.EventQueue), Texts: map[string]string{"from_value": "support", "to_value": "network"}},
	}
	for range 2 {
		c := NewCollection("ana@example.net", House{})
		for _, r := range rows {
			c.Know(r)
		}
		c.Knows()
		if got := CaseOf(c, 7).Subjects; !slices.Equal(got, []string{"A", "B", "C"}) {
			t.Errorf("the subjects are %q", got)
		}
		slices.Reverse(rows)
	}
}

func TestChange(t *testing.T) {
	const stand = "erased-7@erased.invalid"
	for _, tt := range []struct {
		name string
		row  Row
		want map[string]string // nil: the row stays
	}{
		{"her ticket", Row{Table: "ticket", ID: 1, Ticket: 1, Texts: map[string]string{"subject": "Printer", "requester": "Ana@Example.net", "requester_key": "ana@example.net", "name": "Ana Bérg", "tags": `["ana"]`}},
			map[string]string{"subject": Gone, "requester": stand, "requester_key": stand, "name": "", "tags": ""}},
		{"Bob's ticket", Row{Table: "ticket", ID: 2, Ticket: 2, Texts: map[string]string{"subject": "Ana's printer", "requester": "bob@example.net", "name": "Bob"}},
			map[string]string{"subject": "[erased]'s printer"}},
		{"a ticket of others", Row{Table: "ticket", ID: 3, Ticket: 3, Texts: map[string]string{"subject": "Ana's printer", "requester": "eve@example.net"}}, nil},
		{"her words", Row{Table: "entry", ID: 5, Ticket: 2, Mail: 11, Kind: "message", Texts: map[string]string{"author": "ana@example.net", "name": "Ana Bérg", "text": "x", "full_text": "y", "subject": "z"}},
			map[string]string{"author": stand, "name": "", "text": Gone, "full_text": "", "subject": Gone}},
		{"an agent's words to her", Row{Table: "entry", ID: 6, Ticket: 1, Mail: 12, Kind: "reply", Texts: map[string]string{"author": "alice@example.org", "name": "Alice", "text": "x"}},
			map[string]string{"text": Gone}},
		{"words of others beside hers", Row{Table: "entry", ID: 7, Ticket: 2, Mail: 22, Kind: "message", Texts: map[string]string{"author": "bob@example.net", "text": "Mine, too.\n> my printer burns since this morning\n"}},
			map[string]string{"text": "Mine, too.\n[erased]\n"}},
		{"who may read along", Row{Table: "participant", ID: 8, Ticket: 2, Kind: "participant", Texts: map[string]string{"address": "ana@example.net", "address_key": "ana@example.net", "name": "Ana"}},
			map[string]string{"address": stand, "address_key": stand, "name": Gone}},
		{"an event in somebody's words", Row{Table: "event", ID: 9, Ticket: 1, Kind: "escalated", Texts: map[string]string{"actor": "alice", "reason": "she is angry"}}, map[string]string{"reason": ""}},
		{"an event in the desk's words", Row{Table: "event", ID: 9, Ticket: 1, Kind: "not acknowledged", Texts: map[string]string{"actor": "desk", "reason": "import"}}, nil},
		{"who joined", Row{Table: "event", ID: 9, Ticket: 2, Kind: "joined", Texts: map[string]string{"actor": "desk", "to_value": "ana@example.net"}}, map[string]string{"to_value": stand}},
		{"a mail to her", Row{Table: "outbox", ID: 31, Outgoing: 31, Ticket: 1, Texts: map[string]string{"recipient": "ana@example.net", "recipient_key": "ana@example.net", "budget_mailbox": "ana@example.net", "budget_domain": "example.net", "last_text": "250 ok", "message_id": "<t1.a@desk>"}},
			map[string]string{"recipient": stand, "recipient_key": stand, "budget_mailbox": stand, "budget_domain": "erased.invalid", "last_text": ""}},
		{"a mail to an agent about her", Row{Table: "outbox", ID: 31, Outgoing: 31, Ticket: 1, Texts: map[string]string{"recipient": "alice@example.org", "budget_domain": "example.org"}}, nil},
		{"her mail in the journal", Row{Table: "mail", ID: 11, Mail: 11, Texts: map[string]string{"reverse_path": "ana@example.net", "message_id": "<x@laptop>", "helo": "laptop", "client": "192.0.2.1", "forward_paths": `["support@example.org"]`}},
			map[string]string{"reverse_path": stand, "message_id": "<erased-7.m11@erased.invalid>", "helo": "", "client": ""}},
		{"a mail that she sent as an agent, logged in", Row{Table: "mail", ID: 22, Mail: 22, Texts: map[string]string{"reverse_path": "ana@example.net", "auth_user": "Ana@example.net", "message_id": "<y@laptop>"}},
			map[string]string{"reverse_path": stand, "auth_user": stand}},
		{"an article of her ticket", Row{Table: "article_text", ID: 4, Ticket: 1, Texts: map[string]string{"title": "Ana's printer burns", "body": "## Problem\n\nmy printer burns since this morning\n\n## Solution\n\nPull the plug."}},
			map[string]string{"title": "[erased]'s printer burns", "body": "## Problem\n\n[erased]\n\n## Solution\n\nPull the plug."}},
		{"an article of Bob's ticket", Row{Table: "article_text", ID: 5, Ticket: 2, Texts: map[string]string{"title": "Fire", "body": "my printer burns since this morning\\\nPull it."}},
			map[string]string{"body": "[erased]\\\nPull it."}},
		{"an article of another ticket", Row{Table: "article_text", ID: 6, Ticket: 3, Texts: map[string]string{"title": "Ana's printer", "body": "Ask Ana Bérg."}},
			map[string]string{"body": "Ask [erased]."}},
		{"a line of an article, with the mark of a name", Row{Table: "article_text", ID: 7, Ticket: 1, Texts: map[string]string{"title": "x", "body": "I am [name] and the red lamp blinks all day"}},
			map[string]string{"body": "I am [name] [erased]"}},
		{"what was said of her request", Row{Table: "judgement", ID: 11, Mail: 11, Ticket: 1, Texts: map[string]string{"learnt": `{"category":{"value":"network","sure":93,"words":["vpn"]}}`}}, map[string]string{"learnt": ""}},
		{"what was said of a request of others", Row{Table: "judgement", ID: 33, Mail: 33, Ticket: 3, Texts: map[string]string{"learnt": `{"category":{"value":"network","sure":93,"words":["vpn"]}}`}}, nil},
		{"what another ticket says of her mail", Row{Table: "event", ID: 9, Ticket: 3, Mail: 11, Kind: "claims", Texts: map[string]string{"reason": "Ana says so"}}, map[string]string{"reason": "[erased] says so"}},
		{"another row of her ticket", Row{Table: "thanks", Ticket: 1, Texts: map[string]string{"agent": "Ana"}}, map[string]string{"agent": Gone}},
		{"a language", Row{Table: "wanted_language", Texts: map[string]string{"address": "bob@example.net"}}, nil},
		{"an address of an agent", Row{Table: "agent_address", Texts: map[string]string{"address": "bob@example.net"}}, nil},
		{"an answer to all of an incident", Row{Table: "incident", ID: 1, Ticket: 1, Texts: map[string]string{"signature": `{"weights":{"printer":1}}`, "solution": "x"}}, map[string]string{"signature": "{}", "solution": ""}},
	} {
		c, changed := testEraser().Change(tt.row)
		if changed != (tt.want != nil) {
			t.Errorf("%s: changed = %t: %v", tt.name, changed, c.New)
			continue
		}
		for column := range tt.row.Texts {
			got, ok := c.New[column]
			want, wanted := tt.want[column]
			if ok != wanted || got != want {
				t.Errorf("%s: %s becomes %q (%t), want %q (%t)", tt.name, column, got, ok, want, wanted)
			}
		}
		for column, text := range c.New {
			tt.row.Texts[column] = text
		}
		if again, changed := testEraser().Change(tt.row); changed {
			t.Errorf("%s: a second erasure changes %v", tt.name, again.New)
		}
	}
}

// TestLists: a mail that was sent to agents about other tickets loses its bytes where it lists a request of the
// person with its subject; one that has the number, or words like these, without the other stays.
func TestLists(t *testing.T) {
	const long = "Whether the registry of the second district would kindly send me all that it has on my divorce"
	e := NewEraser(Case{Erasure: 7, Address: "ana@example.net", Alone: []ticket.ID{12}, Near: []ticket.ID{1040}, Subjects: []string{"Müll  (again)", long, "> >"}}, func(string) bool { return false }, nil)
	for text, want := range map[string]bool{
		"Late:\n#12 Müll (again) (resolution, 9:00)":         true,
		"Late:\n#1040 Bob Bloom: müll (again) (open)":        true,
		"#1040 " + long[:79] + "… – support, 3 days":         true,
		"#121 Müll (again) (resolution, 9:00)":               false,
		"#3 Müll (again)\n#12 Printer (resolution, 9:00)":    false,
		"Müll (again): see #12":                              false,
		"#12 Printer (resolution, 9:00)":                     false,
		"#3 " + long[:79] + "… – support, 3 days, see #1040": false,
	} {
		raw, err := compose.Mail{
			From: compose.Address{Address: "desk@example.org"}, To: compose.Address{Address: "alice@example.org"}, Subject: "[Example IT] Today",
			Date: time.Unix(1, 0), MessageID: "<x@example.org>", Words: compose.Words{Text: "Good morning.\n\n" + text + "\n"},
		}.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if c, got := e.Change(Row{Table: "outbox_bytes", ID: 5, Outgoing: 5, Bytes: raw}); got != want || c.Drop != want {
			t.Errorf("a mail with %q is dropped: %t, want %t", text, c.Drop, want)
		}
	}
}

// TestCut: of somebody else's mail stays what they newly wrote, and their files.
func TestCut(t *testing.T) {
	const raw = "From: Bob <bob@example.net>\nTo: support@example.org\nCc: =?utf-8?q?Ana_B=C3=A9rg?= <ana@example.net>\nSubject: Re: printer\nMessage-ID: <b@example.net>\nReferences: <a@example.net>\n" +
		"Received: from laptop\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nI have it as well, Ana.\n\nOn Monday Ana Bérg <ana@example.net> wrote:\n> my printer burns since this morning\n" +
		"--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename=mine.txt\n\nthe size of it\n--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename=hers.txt\n\nwritten by ana@example.net\n--x--\n"
	e := testEraser()
	c, changed := e.Change(Row{Table: "mail_raw", ID: 22, Mail: 22, Bytes: []byte(raw)})
	if !changed || c.How != ticket.ErasedCut {
		t.Fatalf("the mail is not cut: %+v", c)
	}
	m := mailparse.Parse(c.Raw, mailparse.Envelope{})
	if m.From.Address != "bob@example.net" || m.Subject != "Re: printer" || m.MessageID != "<b@example.net>" || len(m.References) != 1 {
		t.Errorf("who wrote it, and what it answers, is lost:\n%s", c.Raw)
	}
	if strings.TrimSpace(m.Text) != "I have it as well, [erased]." {
		t.Errorf("its text is %q", m.Text)
	}
	if len(m.Attachments) != 1 || m.Attachments[0].Name != "mine.txt" || strings.TrimSpace(string(m.Attachments[0].Content)) != "the size of it" {
		t.Errorf("its files are %+v", m.Attachments)
	}
	if e.traces.InMailNear(c.Raw) {
		t.Errorf("Ana is still found in\n%s", c.Raw)
	}
	if _, again := e.Change(Row{Table: "mail_raw", ID: 22, Mail: 22, Bytes: c.Raw}); again {
		t.Error("a second erasure cuts it once more")
	}
	if _, waits := e.Change(Row{Table: "mail_raw", ID: 99, Mail: 99, Bytes: []byte(raw)}); waits {
		t.Error("a mail that waits to be handled is cut")
	}
}
