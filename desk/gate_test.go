package desk_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/agentmail"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/routing"
	"maildesk/ticket"
)

const (
	alice = "alice@example.org"
	lure  = "Please enter your password at http://elsewhere.example/login to go on.\n"
)

// undone checks that a mail in an agent's name was kept as a note and did
// nothing, and that the agent was told why.
func (b *bench) undone(what string, m ticket.Mail, before ticket.Ticket, mails int, reason, agent, words string) {
	b.t.Helper()
	if m.Disposition != ticket.DispositionAppended || m.Reason != reason || m.Ticket != before.ID {
		b.t.Errorf("%s: it is %s (%s) in #%d, want a note in #%d (%s)", what, m.Disposition, m.Reason, m.Ticket, before.ID, reason)
		return
	}
	after := b.ticket(before.ID)
	if after.Status != before.Status || after.Assignee != before.Assignee || after.Queue != before.Queue || after.Priority != before.Priority || len(after.Tags) != len(before.Tags) {
		b.t.Errorf("%s: it changed the ticket from %+v to %+v", what, before, after)
	}
	if entries := b.entries(before.ID); entries[len(entries)-1].Kind != ticket.EntryNote {
		b.t.Errorf("%s: it is kept as %s, want a note", what, entries[len(entries)-1].Kind)
	}
	b.view(func(r ticket.Reader) error {
		if away, err := r.Away(); err != nil || len(away) > 0 {
			b.t.Errorf("%s: away are %v, %v", what, away, err)
		}
		return nil
	})
	told := 0
	for _, s := range b.outbox()[mails:] {
		switch {
		case !strings.HasSuffix(s.Recipient, "@example.org"):
			b.t.Errorf("%s: %s was sent to %s", what, s.Template, s.Recipient)
		case s.Template == string(notify.TemplateNotDone) && s.Recipient == agent:
			told++
			if !says(s, words) {
				b.t.Errorf("%s: the agent is not told why (%q):\n%s", what, words, s.msg.Text)
			}
		}
	}
	if told != 1 {
		b.t.Errorf("%s: the agent was told %d times, want once; sent were %v", what, told, b.since(mails))
	}
}

func TestT166ForgedAgent(t *testing.T) {
	checked := func(s *settings.Settings) {
		s.AuthServers = []string{"mx.example.org"}
		s.Trusted = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
		s.TokenLife = 30 * 24 * time.Hour
	}
	const failed, passed = "Authentication-Results: mx.example.org; dmarc=fail header.from=example.org\n", "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n"
	texts := []string{lure, "#resolve\n" + lure, "#close\n", "#spam\n", "#take\n", "#escalate too hard\n" + lure, "#queue sales\n", "#priority urgent\n", "#pending 2d\n" + lure,
		"#away until " + time.Now().AddDate(0, 1, 0).Format(time.DateOnly) + "\n", "#incident\n"}
	strangers := "x@elsewhere.example"
	for row, tt := range []struct {
		name    string
		address bool // to the signed address
		thread  bool // in answer to the notice
		header  string
		client  string
		noPlus  bool
		reason  string // "": it may act
		words   string
	}{
		{name: "the subject tag", reason: "unproven-agent", words: "did not come to an address that was made for you"},
		{name: "the Message-ID", thread: true, reason: "message-id-alone", words: "it did not come to the reply address"},
		{name: "the Message-ID, where plus addresses do not work", thread: true, noPlus: true},
		{name: "the tag, where plus addresses do not work", noPlus: true, reason: "unproven-agent", words: "did not come to an address"},
		{name: "the signed address", address: true},
		{name: "the signed address, called forged", address: true, thread: true, header: failed, reason: "forged-agent", words: "was not sent from your domain"},
		{name: "the Message-ID, called forged", thread: true, header: failed, reason: "forged-agent", words: "was not sent from your domain"},
		{name: "the Message-ID, where plus addresses do not work, called forged", thread: true, noPlus: true, header: failed, reason: "forged-agent", words: "was not sent from your domain"},
		{name: "the tag, called forged", header: failed, reason: "forged-agent", words: "was not sent from your domain"},
		{name: "the signed address, called forged, from a trusted client", address: true, header: failed, client: "192.0.2.1", reason: "forged-agent", words: "was not sent from your domain"},
		{name: "the Message-ID, authenticated", thread: true, header: passed},
		{name: "the Message-ID, from a trusted client", thread: true, client: "192.0.2.1"},
		{name: "the Message-ID, authenticated below by another", thread: true, header: "Authentication-Results: mx.example.org; spf=none\nAuthentication-Results: mx2.example.org; dmarc=pass\n", reason: "message-id-alone", words: "it did not come to the reply address"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, checked, func(s *settings.Settings) { s.Addresses[0].NoPlus = tt.noPlus })
			some := slices.Concat(texts, texts)[row*4%len(texts):][:4] // more are not told of within an hour
			if tt.reason == "" {
				some = texts[:2] // what commands do is tested elsewhere
			}
			for _, text := range some {
				opened := b.request()
				notice := b.last(notify.TemplateNewTicket, alice)
				l := letter{from: alice, to: support, subject: fmt.Sprintf("Re: [Example IT #%d] VPN", opened.ID), text: text, header: tt.header, client: tt.client, envelope: &strangers}
				if tt.address {
					l.to = notice.answer()
				}
				if tt.thread {
					l.header = "In-Reply-To: " + notice.MessageID + "\nReferences: " + notice.MessageID + "\n" + l.header
				}
				before := len(b.summary())
				m := b.take(l)
				if tt.reason != "" {
					b.undone(text, m, opened, before, tt.reason, alice, tt.words)
				} else if got := b.since(before); !slices.ContainsFunc(got, func(s string) bool { return strings.HasSuffix(s, ana) }) {
					t.Errorf("%s: the requester was sent nothing; sent were %v", text, got)
				}
			}
		})
	}
	faulttest.Seen(t, "T166", "13 kinds of evidence for an agent's mail, from the tag to the signed address, some called forged by a trusted server, with 11 texts in turn",
		"without proof a note that the agent is told of, at the listed address; nothing to the requester, no command, no absence")
}

// An agent who lost a ticket cannot act on it by an old notice; ordinary work goes on.
func TestAgentsRights(t *testing.T) {
	const answer = "Please try it again now.\n"
	moved := func(b *bench) { b.agentWrites(alice, notify.TemplateNewTicket, "#queue network\n") }
	for _, tt := range []struct {
		name   string
		do     func(*bench) // with the ticket, before bob answers his first notice
		text   string
		reason string // "": he may
		words  string
	}{
		{"a ticket of his queue", func(*bench) {}, answer, "", ""},
		{"one that a colleague took", func(b *bench) { b.agentWrites(alice, notify.TemplateNewTicket, "#take\n") }, "#anyway\n" + answer, "", ""},
		{"one that a colleague answered", func(b *bench) { b.agentWrites(alice, notify.TemplateNewTicket, "Which floor?\n") }, "#anyway\n#take\n" + answer, "", ""},
		{"one that was resolved", func(b *bench) { b.agentWrites(alice, notify.TemplateNewTicket, "#resolve\nDone.\n") }, "#anyway\n" + answer, "", ""},
		{"one that was moved to another queue", moved, answer, "not-theirs", "no longer in your queue"},
		{"one that was moved to another queue, with a command", moved, "#resolve\n" + answer, "not-theirs", "no longer in your queue"},
		{"one that was moved away, and given to him", func(b *bench) { moved(b); b.agentWrites("carol@example.org", notify.TemplateAssigned, "#assign bob\n") }, answer, "", ""},
		{"one that he escalated", func(b *bench) {
			b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#escalate too hard\n")
		}, answer, "not-theirs", "no longer in your queue"},
		{"one that the desk handed on", func(b *bench) { b.handOn("first-line", "network", "desk") }, answer, "", ""},
		{"one that the desk handed on, then moved by hand", func(b *bench) {
			b.handOn("first-line", "network", "desk")
			b.handOn("network", "vendor", "carol")
		}, answer, "not-theirs", "no longer in your queue"},
		{"one that he had, given to another queue's agent", func(b *bench) {
			b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#take\n")
			moved(b)
			b.agentWrites("carol@example.org", notify.TemplateAssigned, "#take\n")
		}, "#spam\n", "not-theirs", "no longer in your queue"},
		{"one whose queue he left", func(b *bench) {
			b.change(func(s *settings.Settings) { s.Routing.Queues[0].Agents = []string{"alice"} })
		}, answer, "not-theirs", "no longer in your queue"},
		{"one whose queue is not in the config any more", func(b *bench) {
			b.change(func(s *settings.Settings) {
				s.Routing.Queues[0].Name, s.Routing.Fallback = "second-line", "second-line"
			})
		}, answer, "", ""},
		{"one that was reopened", func(b *bench) {
			b.agentWrites(alice, notify.TemplateNewTicket, "#resolve\nDone.\n")
			b.take(letter{from: ana, to: b.last(notify.TemplateResolution, ana).answer(), subject: "Re: x", text: "No, it still drops.\n"})
		}, answer, "earlier-round", "has been reopened"},
		{"one that was closed within token_life", func(b *bench) {
			b.agentWrites(alice, notify.TemplateNewTicket, "#close\nDone.\n")
			b.deliver()
		}, "#anyway\n" + answer, "", ""},
		{"one that was closed longer ago", func(b *bench) {
			b.agentWrites(alice, notify.TemplateNewTicket, "#close\nDone.\n")
			b.deliver()
			b.change(func(s *settings.Settings) { s.TokenLife = 0 })
		}, answer, "address-ended", "closed so long ago"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, func(s *settings.Settings) {
				s.TokenLife = 30 * 24 * time.Hour
				s.Routing.Queues = append(s.Routing.Queues, routing.Queue{Name: "vendor", Level: 3, Agents: []string{"carol"}})
			})
			opened := b.request()
			notice := b.last(notify.TemplateNewTicket, "bob@example.org")
			tt.do(b)
			opened = b.ticket(opened.ID)
			before := len(b.summary())
			m := b.take(letter{from: "bob@example.org", to: notice.answer(), subject: "Re: x", text: tt.text})
			if tt.reason != "" {
				b.undone(tt.text, m, opened, before, tt.reason, "bob@example.org", tt.words)
				// What is no more than a note harms nobody.
				before = len(b.summary())
				m = b.take(letter{from: "bob@example.org", to: notice.answer(), subject: "Re: x", text: "#note\nIt is the router in room 7.\n"})
				if got := b.since(before); m.Reason != "reply-address" || len(got) == 0 || slices.ContainsFunc(got, func(s string) bool { return !strings.HasPrefix(s, "note ") }) {
					t.Errorf("a note of his is %s, and sent were %v", m.Reason, got)
				}
			} else if got := b.since(before); !slices.ContainsFunc(got, func(s string) bool { return strings.HasSuffix(s, ana) }) {
				t.Errorf("the requester was sent nothing; it is %s (%s), sent were %v", m.Disposition, m.Reason, got)
			}
		})
	}
}

// The mail that tells of it has a signed address by which it is done.
func TestNotDoneIsDoneByAnsweringIt(t *testing.T) {
	b := open(t)
	opened := b.request()
	b.take(letter{from: "carol@example.org", to: support, subject: fmt.Sprintf("[Example IT #%d]", opened.ID), text: "#take\n"})
	told := b.last(notify.TemplateNotDone, "carol@example.org")
	if !says(told, "wurde als interne Notiz abgelegt") || !says(told, "antworten Sie auf diese E-Mail") {
		t.Errorf("carol is not told in her language:\n%s", told.msg.Text)
	}
	notice := b.last(notify.TemplateNewTicket, alice)
	b.take(letter{from: alice, to: support, subject: "Re: x", text: "Which floor?\n", header: "References: " + notice.MessageID + "\n"})
	b.agentWrites(alice, notify.TemplateNotDone, "Which floor?\n")
	if got := b.last(notify.TemplateReply, ana); !says(got, "Which floor?") {
		t.Errorf("the answer does not go out:\n%s", got.msg.Text)
	}
}

// A forger cannot flood an agent, or their colleagues.
func TestNotDoneIsBounded(t *testing.T) { synctest.Test(t, notDoneIsBounded) } // within an hour

func notDoneIsBounded(t *testing.T) {
	b := open(t)
	opened := b.request()
	before := len(b.summary())
	for i := range 30 {
		b.accept(letter{from: alice, to: support, subject: fmt.Sprintf("[Example IT #%d] %d", opened.ID, i), text: lure, id: fmt.Sprintf("<forged.%d@elsewhere.example>", i)})
	}
	b.work()
	all := len(b.since(before))
	if n := b.made(notify.TemplateNotDone, before); n != agentmail.MaxUndone || all > 2*n {
		t.Errorf("30 forged mails made %d mails to the agent, %d in all", n, all)
	}
	isLast := func(s sent) bool { return says(s, "Further ones in this hour are not reported") }
	if !slices.ContainsFunc(b.outbox()[before:], isLast) { // whichever mail was handled last
		t.Error("none says that it is the last")
	}
	if n := len(b.entries(opened.ID)); n != 31 {
		t.Errorf("the ticket has %d entries, want 31", n)
	}
}

func TestAbsenceHasAnEnd(t *testing.T) { synctest.Test(t, absenceHasAnEnd) }

func absenceHasAnEnd(t *testing.T) {
	b := open(t)
	b.request()
	today := time.Now().UTC()
	for _, day := range []string{"9999-12-31", today.AddDate(1, 0, 2).Format(time.DateOnly), "2027-02-30", "2027-13-01", "99999-01-01", "-1", "soon", "2027-01-01 and beyond", ""} {
		m := b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#away until "+day+"\n")
		if m.Reason != "refused-command" {
			t.Errorf("#away until %s: %s (%s), want that it is refused", day, m.Disposition, m.Reason)
		}
	}
	b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#away until "+today.AddDate(1, 0, -1).Format(time.DateOnly)+"\n")
	b.last(notify.TemplateTranscript, "bob@example.org")
}

// A requester's mail that shows no more than the number changes nothing of weight.
func TestT166TicketNumbersAreNoKeys(t *testing.T) {
	french := "Bonjour, ma connexion ne fonctionne toujours pas et je ne peux pas travailler depuis ce matin. Merci de votre aide.\n"
	resolve := func(b *bench) { b.agentWrites(alice, notify.TemplateNewTicket, "#resolve\nDone.\n"); b.deliver() }
	nothing := func(*bench) {}
	for _, tt := range []struct {
		name, text string
		do         func(*bench)
		done       func(before, after ticket.Ticket) bool // what a proven mail brings
		told       string                                 // to the requester of another one
	}{
		{"close", "#close\n", nothing, func(_, a ticket.Ticket) bool { return a.Status == ticket.StatusResolved }, "just reply to this email with #close"},
		{"reopen", "It drops again.\n", resolve, func(_, a ticket.Ticket) bool { return a.Status == ticket.StatusOpen }, "just reply to this email and we’ll reopen it"},
		{"language", french, nothing, func(_, a ticket.Ticket) bool { return a.Language == "fr" }, ""},
	} {
		for _, ev := range []struct {
			name   string
			proven bool
			letter func(b *bench, l *letter)
		}{
			{"the tag", false, func(*bench, *letter) {}},
			{"the tag, and the Message-ID of the requester's own mail", false, func(b *bench, l *letter) { l.header = "References: <letter.1@example.net>\n" }},
			{"the tag, called forged", false, func(b *bench, l *letter) { l.header = "Authentication-Results: mx.example.org; dmarc=fail\n" }},
			{"the signed address, called forged", false, func(b *bench, l *letter) {
				l.to, l.header = b.last(notify.TemplateAcknowledgement, ana).answer(), "Authentication-Results: mx.example.org; dmarc=fail\n"
			}},
			{"the signed address", true, func(b *bench, l *letter) { l.to = b.last(notify.TemplateAcknowledgement, ana).answer() }},
			{"the thread", true, func(b *bench, l *letter) {
				l.header = "In-Reply-To: " + b.last(notify.TemplateAcknowledgement, ana).MessageID + "\n"
			}},
			{"the tag, authenticated", true, func(b *bench, l *letter) { l.header = "Authentication-Results: mx.example.org; dmarc=pass\n" }},
		} {
			t.Run(tt.name+" by "+ev.name, func(t *testing.T) {
				b := open(t, func(s *settings.Settings) { s.AuthServers = []string{"mx.example.org"} })
				opened := b.request()
				tt.do(b)
				opened = b.ticket(opened.ID)
				l := letter{from: ana, to: support, subject: fmt.Sprintf("Re: [Example IT #%d] VPN", opened.ID), text: tt.text}
				ev.letter(b, &l)
				before := len(b.summary())
				m := b.take(l)
				after := b.ticket(opened.ID)
				if m.Ticket != opened.ID || tt.done(opened, after) != ev.proven || !ev.proven && after.Status != opened.Status {
					t.Errorf("it is in #%d, and the ticket went from %s (%s) to %s (%s)", m.Ticket, opened.Status, opened.Language, after.Status, after.Language)
				}
				if e := b.entries(opened.ID); strings.TrimSpace(e[len(e)-1].Text) != strings.TrimSpace(tt.text) {
					t.Errorf("the mail is not kept: %+v", e[len(e)-1])
				}
				forged := strings.Contains(l.header, "dmarc=fail")
				asked := b.made(notify.TemplateConfirm, before)
				if want := tt.told != "" && !ev.proven && !forged; asked > 1 || (asked == 1) != want {
					t.Errorf("the requester was asked %d times; sent were %v", asked, b.since(before))
				}
				if !ev.proven && !slices.ContainsFunc(b.since(before), func(s string) bool { return strings.HasPrefix(s, "message ") }) {
					t.Errorf("no agent reads it; sent were %v", b.since(before))
				}
				if forged && !says(b.last(notify.TemplateMessage, alice), "did not come from the domain") {
					t.Errorf("alice is not warned:\n%s", b.last(notify.TemplateMessage, alice).msg.Text)
				}
				if asked == 0 {
					return
				}
				confirm := b.last(notify.TemplateConfirm, ana)
				if !says(confirm, tt.told) || says(confirm, "VPN") || confirm.ReversePath != "" {
					t.Errorf("the requester is asked by <%s>:\n%s", confirm.ReversePath, confirm.msg.Text)
				}
				b.take(letter{from: ana, to: confirm.answer(), subject: "Re: x", text: tt.text})
				if !tt.done(opened, b.ticket(opened.ID)) {
					t.Error("the answer to that does not do it")
				}
			})
		}
	}
	faulttest.Seen(t, "T166", "close, reopen and another language in a requester's name, by seven kinds of evidence from the tag to the signed address",
		"the tag alone, and what is called forged, files the words and changes nothing; the requester is asked")
}

// handOn moves the first ticket from one queue to another, as an agent or the
// desk did.
func (b *bench) handOn(from, to, actor string) {
	b.t.Helper()
	err := b.db.Update(b.ctx, func(tx ticket.Tx) error {
		t, err := tx.Ticket(1)
		if err != nil {
			return err
		}
		t.Queue = to
		if _, err := tx.AddEvent(ticket.Event{Ticket: t.ID, At: time.Now(), Actor: actor, Kind: ticket.EventQueue, From: from, To: to}); err != nil {
			return err
		}
		return tx.UpdateTicket(t)
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// change gives the desk other settings.
func (b *bench) change(how func(*settings.Settings)) {
	b.t.Helper()
	s := *b.Settings()
	s.Routing.Queues = slices.Clone(s.Routing.Queues)
	s.Routing.Categories, s.Routing.Rules = nil, nil
	how(&s)
	var err error
	if s.Rules, err = routing.Compile(s.Routing); err != nil {
		b.t.Fatal(err)
	}
	b.Reload(&s)
}
