package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// ratingOf returns how a ticket is rated: "bad: the words", empty: not at all.
func (b *bench) ratingOf(id ticket.ID) (all string) {
	b.t.Helper()
	b.view(func(r ticket.Reader) error {
		events, err := r.Events(id)
		if rating, rated := history.RatingOf(events); rated {
			all = rating.Says + ": " + rating.Words
		}
		return err
	})
	return all
}

// solved returns a request of Ana's that alice ended with a command, and what Ana was
// sent then.
func (b *bench) solved(command string) (ticket.ID, sent) {
	b.t.Helper()
	id := b.request().ID
	b.deliver()
	b.agentWrites(aliceBox, notify.TemplateNewTicket, "#take\n"+command+"\nDone.\n")
	b.deliver()
	all := b.outbox()
	i := slices.IndexFunc(all, func(s sent) bool {
		return s.Recipient == ana && (s.Template == string(notify.TemplateResolution) || s.Template == string(notify.TemplateClosing))
	})
	return id, all[i]
}

// TestRatings: who rates by which mail, who hears of it, and that it changes nothing else.
func TestRatings(t *testing.T) {
	type mail struct{ from, action, text, header string }
	const told = "rated " + aliceBox
	for _, tt := range []struct {
		name, command string
		mails         []mail
		want          string
		told          []string
	}{
		{"good, of what is resolved", "#resolve", []mail{{ana, "good", "", ""}}, "good: ", nil},
		{"good, of what is closed", "#close", []mail{{ana, "good", "", ""}}, "good: ", nil},
		{"good, with thanks", "#close", []mail{{ana, "good", "Thank you!\n", ""}}, "good: Thank you!", nil},
		{"good, with a question", "#close", []mail{{ana, "good", "Can the one in room 4 be mended as well?\n", ""}}, "good: Can the one in room 4 be mended as well?", []string{told}},
		{"bad", "#close", []mail{{ana, "bad", "", ""}}, "bad: ", []string{told}},
		{"bad, with words", "#resolve", []mail{{ana, "bad", "It took three weeks.\n", ""}}, "bad: It took three weeks.", []string{told}},
		{"bad, with words that are mere thanks", "#resolve", []mail{{ana, "bad", "Thanks!\n", ""}}, "bad: Thanks!", []string{told}},
		{"the last one counts", "#close", []mail{{ana, "bad", "", ""}, {ana, "good", "", ""}}, "good: ", []string{told}},
		{"the same once more says nothing new", "#close", []mail{{ana, "bad", "", ""}, {ana, "bad", "", ""}}, "bad: ", []string{told}},
		{"words for it later", "#close", []mail{{ana, "bad", "", ""}, {ana, "bad", "It took three weeks.\n", ""}}, "bad: It took three weeks.", []string{told, told}},
		{"by the word", "#close", []mail{{ana, "", "#good\n", ""}}, "good: ", nil},
		{"by the word of her language", "#resolve", []mail{{ana, "", "#schlecht\nEs dauerte drei Wochen.\n", ""}}, "bad: Es dauerte drei Wochen.", []string{told}},
		{"only signed", "#close", []mail{{ana, "good", "-- \nAna Roth\nExample Ltd\n", ""}}, "good: ", nil},
		{"somebody else", "#close", []mail{{"mallory@evil.example", "good", "", ""}}, "", []string{"note " + aliceBox}},
		{"a note of absence", "#close", []mail{{ana, "good", "I am away.\n", "Auto-Submitted: auto-replied\n"}}, "", nil},
		{"a machine that follows links", "#close", []mail{{ana, "bad", "", "Auto-Submitted: auto-generated\nPrecedence: bulk\n"}}, "", nil},
		{"forged, as a server says", "#resolve", []mail{{ana, "good", "", "Authentication-Results: mx.example.org; dmarc=fail header.from=example.net\n"}}, "", []string{"message " + aliceBox}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, func(s *settings.Settings) { s.AuthServers = []string{"mx.example.org"} })
			id, notice := b.solved(tt.command)
			before, was := len(b.summary()), b.ticket(id)
			for _, m := range tt.mails {
				to := notice.answer()
				if m.action != "" {
					if to = voteAt(notice, m.action); to == "" {
						t.Fatalf("no address for %s in\n%s", m.action, notice.msg.Text)
					}
				}
				taken := b.take(letter{from: m.from, to: to, subject: notice.msg.Subject, text: m.text, header: m.header})
				if tt.want != "" && (taken.Ticket != id || taken.Disposition != ticket.DispositionAppended) {
					t.Errorf("%+v became %s in #%d", m, taken.Disposition, taken.Ticket)
				}
			}
			if got := b.ratingOf(id); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			agents := slices.DeleteFunc(b.since(before), func(s string) bool { return strings.HasSuffix(s, ana) })
			if !slices.Equal(agents, tt.told) && len(agents)+len(tt.told) > 0 {
				t.Errorf("agents are told %v, want %v", agents, tt.told)
			}
			if now := b.ticket(id); tt.want != "" && (now.Status != was.Status || now.Round != was.Round) {
				t.Errorf("the ticket was %s and is %s", was.Status, now.Status)
			}
			b.sameRebuilt()
		})
	}
}

// TestRatingTakesIn: whom the requester puts into copy of a rating with words takes part.
func TestRatingTakesIn(t *testing.T) {
	b := open(t, func(s *settings.Settings) { s.Limits.Participants = 5 })
	id, notice := b.solved("#resolve")
	b.take(letter{from: ana, to: voteAt(notice, "bad"), subject: notice.msg.Subject, text: "It took three weeks. Kim waits, too.\n", header: "Cc: kim@example.net\n"})
	b.agentWrites(aliceBox, notify.TemplateRated, "#reply\nI am sorry for that.\n")
	b.last(notify.TemplateReply, "kim@example.net")
	if got := b.ratingOf(id); !strings.HasPrefix(got, "bad: It took") {
		t.Errorf("the rating is %q", got)
	}
	b.sameRebuilt()
}

// TestRatingIsAsked: of the requester alone, where the admin wants it, when it is over.
func TestRatingIsAsked(t *testing.T) {
	for _, off := range []bool{false, true} {
		b := open(t, func(s *settings.Settings) { s.NoRatings = off })
		m := b.take(letter{from: ana, to: support + ", kim@example.net", subject: "Printer", text: "It jams.\n"})
		b.agentWrites(aliceBox, notify.TemplateNewTicket, "Which one?\n")
		b.agentWrites(aliceBox, notify.TemplateNewTicket, "#resolve\nDone.\n")
		for _, s := range b.outbox() {
			asked := strings.Contains(s.msg.Text, "-good@") && strings.Contains(s.msg.Text, "-bad@") && strings.Contains(s.msg.HTML, "-bad@")
			if want := !off && s.Recipient == ana && s.Template == string(notify.TemplateResolution); asked != want {
				t.Errorf("off: %t, %s to %s: asked for a rating: %t, want %t", off, s.Template, s.Recipient, asked, want)
			}
			if strings.Contains(s.msg.HTML, "http") && s.Recipient == ana {
				t.Errorf("the page of %s has a link that something can follow", s.Template)
			}
		}
		if m.Ticket == 0 {
			t.Fatal("no ticket")
		}
	}
}

// TestRatingReachesItsAgent: with the words, and a way to go on.
func TestRatingReachesItsAgent(t *testing.T) {
	b := open(t)
	id, notice := b.solved("#resolve")
	b.take(letter{from: ana, to: voteAt(notice, "bad"), subject: "x", text: "It took three weeks.\n"})
	got := b.last(notify.TemplateRated, aliceBox)
	for _, want := range []string{"not happy", "It took three weeks.", "-reopen@"} {
		if !strings.Contains(got.msg.Text, want) {
			t.Errorf("there is no %q in\n%s", want, got.msg.Text)
		}
	}
	if entries := b.entries(id); entries[len(entries)-1].Text != "It took three weeks." {
		t.Errorf("the correspondence ends with %q", entries[len(entries)-1].Text)
	}
}

// TestRequesterActsByAddress: the addresses in mails to a requester close and reopen,
// also by an empty mail; words beside them reach agents.
func TestRequesterActsByAddress(t *testing.T) {
	for _, tt := range []struct {
		command, action, text string
		want                  ticket.Status
		mails                 []string
	}{
		{"#take", "close", "", ticket.StatusResolved, []string{"closing " + ana}},
		{"#take", "close", "I found another way.\n", ticket.StatusResolved, []string{"message " + aliceBox, "closing " + ana}},
		{"#take", "", "#fermer\n", ticket.StatusResolved, []string{"closing " + ana}},
		{"#take", "", "#close\nI found another way.\n", ticket.StatusResolved, []string{"message " + aliceBox, "closing " + ana}},
		{"#resolve", "reopen", "", ticket.StatusOpen, []string{"reopened " + aliceBox}},
		{"#resolve", "reopen", "Thanks!\n", ticket.StatusOpen, []string{"reopened " + aliceBox}},
		{"#resolve", "", "#reopen\nIt jams again.\n", ticket.StatusOpen, []string{"reopened " + aliceBox}},
		{"#take", "reopen", "", ticket.StatusOpen, nil},
		{"#take", "close", "machine", ticket.StatusOpen, nil},
		{"#resolve", "reopen", "machine", ticket.StatusResolved, nil},
	} {
		name := fmt.Sprintf("%s, %s, %q", tt.command, tt.action, tt.text)
		header := ""
		if tt.text == "machine" {
			header = "Auto-Submitted: auto-generated\n"
		}
		b := open(t)
		id := b.request().ID
		b.agentWrites(aliceBox, notify.TemplateNewTicket, "#take\n")
		notice := b.last(notify.TemplateAcknowledgement, ana)
		if tt.command == "#resolve" || tt.action == "reopen" {
			b.agentWrites(aliceBox, notify.TemplateNewTicket, "#resolve\nDone.\n")
			notice = b.last(notify.TemplateResolution, ana)
		}
		if tt.command == "#take" && tt.action == "reopen" && tt.text == "" { // open again already
			b.take(letter{from: ana, to: notice.answer(), subject: notice.msg.Subject, text: "It jams again.\n"})
			b.agentWrites(aliceBox, notify.TemplateReopened, "#take\n")
			tt.mails = []string{"message " + aliceBox}
		}
		b.deliver()
		before := len(b.summary())
		to := notice.answer()
		if tt.action != "" {
			to = voteAt(notice, tt.action)
		}
		b.take(letter{from: ana, to: to, subject: notice.msg.Subject, text: tt.text, header: header})
		equal(t, name, b.since(before), tt.mails)
		if got := b.ticket(id).Status; got != tt.want {
			t.Errorf("%s: the ticket is %s, want %s", name, got, tt.want)
		}
	}
}
