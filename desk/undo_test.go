package desk_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/store"
	"maildesk/ticket"
)

func undoWindow(d time.Duration) func(*settings.Settings) {
	return func(s *settings.Settings) { s.UndoWindow, s.TokenLife = d, 24*time.Hour }
}

// unchanged reports what differs between two states of a ticket but for when it was
// changed last.
func (b *bench) unchanged(what string, before ticket.Ticket) {
	b.t.Helper()
	if after := b.ticket(before.ID); plainly(after) != plainly(before) {
		b.t.Errorf("%s: the ticket is\n%s\nwas\n%s", what, plainly(after), plainly(before))
	}
}

// plainly writes a ticket as it is, but for when it was changed last, and the kind that
// a category gave it.
func plainly(t ticket.Ticket) string {
	t.UpdatedAt, t.Kind = time.Time{}, ""
	return fmt.Sprintf("%+v", t)
}

// leftFor returns what left for ana of some templates.
func (b *bench) leftFor(who string, templates ...notify.Template) (all []string) {
	b.t.Helper()
	for _, m := range b.outbox() {
		for _, template := range templates {
			if m.Recipient == who && m.Template == string(template) && m.State == ticket.OutboxSent {
				all = append(all, m.msg.Text)
			}
		}
	}
	return all
}

// TestUndoKeepsAnAnswerIn: an answer waits, and its writer keeps it in as they can: by
// a command, a word, the link, in answer to the notice or to the copy.
func TestUndoKeepsAnAnswerIn(t *testing.T) {
	for _, tt := range []struct{ name, template, text string }{
		{"the command to the notice", "new-ticket", "#undo\n"},
		{"the command in German", "new-ticket", "#rückgängig\n"},
		{"the word to the notice", "new-ticket", "UNDO\n"},
		{"the word to the copy", "sending", "Undo.\n\nAlice\n"},
		{"the word in French", "sending", "Annuler\n"},
		{"the word in Portuguese, signed", "sending", "desfazer\n\n-- \nAlice\n"},
		{"stop to the copy", "sending", "stop!\n"},
		{"stop to the copy in Polish", "sending", "Zatrzymaj\n"},
		{"the link of the copy", "sending", "link"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, undoWindow(20*time.Second))
				before := b.request()
				b.deliver()
				b.agentWrites(alices, notify.TemplateNewTicket, "#resolve\n\nPlease update it to 5.2.\n")
				if copied := b.last(notify.TemplateSending, alices).msg.Text; !strings.Contains(copied, "20 seconds") || !strings.Contains(copied, ana) || !strings.Contains(copied, "5.2") {
					t.Errorf("alice's copy says\n%s", copied)
				}
				b.pass(12 * time.Second)
				if got := b.ticket(before.ID); got.Status != ticket.StatusResolved || got.Informed() {
					t.Errorf("the ticket is %s, informed %t; want resolved, and nobody told", got.Status, got.Informed())
				}
				if tt.text == "link" {
					b.take(letter{from: alices, to: actionOf(t, b.last(notify.TemplateSending, alices), "undo"), subject: "[Example IT #1]"})
				} else {
					b.agentWrites(alices, notify.Template(tt.template), tt.text)
				}
				b.pass(5 * time.Minute)
				if left := b.leftFor(ana, notify.TemplateReply, notify.TemplateResolution); len(left) > 0 {
					t.Errorf("ana gets %q", left)
				}
				if told := b.last(notify.TemplateUndo, alices).msg.Text; !strings.Contains(told, "taken back") || !strings.Contains(told, "update it to 5.2") {
					t.Errorf("alice is told\n%s", told)
				}
				b.unchanged("taken back", before)
				if e := b.entries(before.ID)[1]; e.Kind != ticket.EntryNote || !strings.Contains(e.Text, "5.2") {
					t.Errorf("the answer is a %s: %q", e.Kind, e.Text)
				}
				b.agentWrites(alices, notify.TemplateNewTicket, "UNDO\n")
				if told := b.last(notify.TemplateUndo, alices).msg.Text; !strings.Contains(told, "was taken back already") {
					t.Errorf("asked again, alice is told\n%s", told)
				}
				b.sound()
				b.sameRebuilt()
			})
		})
	}
}

// TestUndoTooLate: what has left has left, and its writer is told so; what a command
// changed goes back all the same.
func TestUndoTooLate(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		window     time.Duration
		status     ticket.Status
		told       string
	}{
		{"an answer", "Please update it.\n", 20 * time.Second, ticket.StatusOpen, "too late: your email left for ana@example.net"},
		{"an answer, without a window", "Please update it.\n", 0, ticket.StatusOpen, "too late: your email left for ana@example.net"},
		{"a solution", "#resolve\n\nPlease update it.\n", 20 * time.Second, ticket.StatusOpen, "ana@example.net was told before"},
		{"a solution without words", "#resolve\n", 0, ticket.StatusNew, "ana@example.net was told before"},
		{"a question", "#pending 2d\n\nWhich version?\n", 20 * time.Second, ticket.StatusOpen, "ana@example.net was told before"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, undoWindow(tt.window))
				before := b.request()
				b.agentWrites(alices, notify.TemplateNewTicket, tt.text)
				b.pass(time.Minute)
				b.agentWrites(alices, notify.TemplateNewTicket, "UNDO\n")
				if told := b.last(notify.TemplateUndo, alices).msg.Text; !strings.Contains(told, tt.told) {
					t.Errorf("alice is told\n%s\nwant %q", told, tt.told)
				}
				if got := b.ticket(before.ID); got.Status != tt.status {
					t.Errorf("the ticket is %s, want %s", got.Status, tt.status)
				}
				if len(b.leftFor(ana, notify.TemplateReply, notify.TemplateResolution)) != 1 {
					t.Error("ana did not get it once")
				}
				b.sound()
				b.sameRebuilt()
			})
		})
	}
}

// TestUndoOfChanges: each change of a ticket can be taken back; it is then what it was.
func TestUndoOfChanges(t *testing.T) {
	for _, tt := range []struct{ first, text string }{
		{"", "#take\n"},
		{"", "#resolve\n"},
		{"", "#close\n"},
		{"", "#assign bob\n"},
		{"", "#assign carol\nit is yours\n"},
		{"", "#escalate needs the network team\n"},
		{"", "#pending 2d\n"},
		{"", "#hold\n"},
		{"", "#queue sales\n"},
		{"", "#category network\n#priority urgent\n"},
		{"", "#spam\n"},
		{"#take\n", "#pending 2d\n"},
		{"#pending 3d\n", "#resolve\n"},
		{"#pending 3d\n", "#hold\n"},
		{"#hold\n", "#resolve\n"},
		{"#resolve\n", "#reopen\n"},
		{"#resolve\n", "#spam\n"},
		{"#priority high\n", "#priority low\n"},
		{"#escalate it is a router\n", "#return it is none\n"},
	} {
		t.Run(strings.TrimSpace(tt.first+" "+tt.text), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, undoWindow(20*time.Second), func(s *settings.Settings) {
					s.Routing.Queues[1].Agents = []string{"carol", "alice"}
				})
				id := b.request().ID
				b.deliver()
				if tt.first != "" {
					b.agentWrites(alices, notify.TemplateNewTicket, tt.first)
					b.pass(time.Minute)
				}
				before := b.ticket(id)
				time.Sleep(time.Minute)
				b.agentWrites(alices, notify.TemplateNewTicket, tt.text)
				if plainly(b.ticket(id)) == plainly(before) {
					t.Fatalf("%q changes nothing", tt.text)
				}
				time.Sleep(time.Second)
				b.agentWrites(alices, notify.TemplateNewTicket, "#undo\n")
				b.unchanged("taken back", before)
				b.pass(time.Minute)
				if told := b.last(notify.TemplateUndo, alices).msg.Text; !strings.Contains(told, "taken back") {
					t.Errorf("alice is told\n%s", told)
				}
				b.unchanged("a minute later", before)
				b.sound()
				b.sameRebuilt()
			})
		})
	}
}

// TestUndoTouchesNobodyElses: what others did meanwhile stays, and so do their answers.
func TestUndoTouchesNobodyElses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, undoWindow(20*time.Second))
		r := b.request()
		b.deliver()
		b.agentWrites(alices, notify.TemplateNewTicket, "#resolve\n\nPlease update it to 5.2.\n")
		b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#anyway\nWe look at the line.\n")
		notice := b.last(notify.TemplateAcknowledgement, ana)
		b.take(letter{from: ana, to: notice.answer(), subject: "Re: VPN drops", text: "It is worse today.\n", header: "In-Reply-To: " + notice.MessageID + "\n"})
		b.agentWrites(alices, notify.TemplateSending, "stop\n")
		if told := b.last(notify.TemplateUndo, alices).msg.Text; !strings.Contains(told, "changed since stays") {
			t.Errorf("alice is told\n%s", told)
		}
		b.pass(time.Minute)
		if left := b.leftFor(ana, notify.TemplateReply, notify.TemplateResolution); len(left) != 1 || !strings.Contains(left[0], "look at the line") {
			t.Errorf("ana gets %q, want bob's answer alone", left)
		}
		if got := b.ticket(r.ID); got.Status != ticket.StatusOpen {
			t.Errorf("the ticket that ana opened again is %s", got.Status)
		}
		b.sound()
		b.sameRebuilt()
	})
}

// TestUndoTellsColleagues: whoever was told of a change is told that it was taken back,
// and the one who handed a ticket on takes it back though it is others' now.
func TestUndoTellsColleagues(t *testing.T) {
	b := open(t)
	r := b.request()
	b.agentWrites(alices, notify.TemplateNewTicket, "#escalate needs the network team\n")
	b.agentWrites(alices, notify.TemplateTranscript, "UNDO\n")
	b.unchanged("taken back", r)
	told := b.last(notify.TemplateNote, "carol@example.org").msg.Text
	if !strings.Contains(told, "alice") || !strings.Contains(told, "first-line") {
		t.Errorf("carol is told\n%s", told)
	}
	b.sound()
	b.sameRebuilt()
}

// TestUndoInPart: of an answer that one reader has already, the rest is kept in, and it
// stays an answer.
func TestUndoInPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, undoWindow(20*time.Second))
		r := b.request()
		b.deliver()
		b.agentWrites(alices, notify.TemplateNewTicket, "#cc ben@example.net\n#hold\nPlease update it.\n")
		sent := b.last(notify.TemplateReply, ana)
		b.outcome(ticket.Attempt{Outbox: sent.ID, At: time.Now(), State: ticket.OutboxSent, Code: 250})
		time.Sleep(time.Second)
		b.agentWrites(alices, notify.TemplateSending, "UNDO\n")
		b.pass(time.Minute)
		if len(b.leftFor("ben@example.net", notify.TemplateReply)) != 0 || len(b.leftFor(ana, notify.TemplateReply)) != 1 {
			t.Error("ana has it and ben must not, or the other way round")
		}
		if told := b.last(notify.TemplateUndo, alices).msg.Text; !strings.Contains(told, "had left for ana@example.net; it was kept from ben@example.net") {
			t.Errorf("alice is told\n%s", told)
		}
		if got, e := b.ticket(r.ID), b.entries(r.ID)[1]; got.Status != ticket.StatusOpen || e.Kind != ticket.EntryReply {
			t.Errorf("the ticket is %s, the answer a %s; want open, reply", got.Status, e.Kind)
		}
		b.sound()
		b.sameRebuilt()
	})
}

// TestUndoWithMoreBesideIt: the text beside an #undo goes nowhere, and its writer gets it
// back.
func TestUndoWithMoreBesideIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, undoWindow(20*time.Second))
		r := b.request()
		b.agentWrites(alices, notify.TemplateNewTicket, "Please update it to 5.2.\n")
		b.agentWrites(alices, notify.TemplateSending, "#undo\n#resolve\nPlease update it to 5.3.\n")
		b.pass(time.Minute)
		if told := b.last(notify.TemplateUndo, alices).msg.Text; !strings.Contains(told, "#resolve Please update it to 5.3") || !strings.Contains(told, "stands alone") {
			t.Errorf("alice is told\n%s", told)
		}
		if left := b.leftFor(ana, notify.TemplateReply, notify.TemplateResolution); len(left) > 0 {
			t.Errorf("ana gets %q", left)
		}
		b.unchanged("taken back", r)
	})
}

// TestUndoWindowAfterARestart: the window is in the outbox: a desk that starts anew
// neither sends early nor forgets what can be kept in.
func TestUndoWindowAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder := t.TempDir()
		db, err := store.Open(t.Context(), folder, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		b := openOn(t, db, "Example IT", undoWindow(20*time.Second))
		b.request()
		b.deliver()
		b.agentWrites(alices, notify.TemplateNewTicket, "Please update it.\n")
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if b.db, err = store.Open(t.Context(), folder, store.Options{}); err != nil {
			t.Fatal(err)
		}
		defer b.db.Close()
		b.Desk = desk.New(b.db, b.keys, b.Settings(), slog.New(slog.NewTextHandler(t.Output(), nil)))
		time.Sleep(19 * time.Second)
		b.deliver()
		if m := b.last(notify.TemplateReply, ana); m.State != ticket.OutboxReady {
			t.Fatalf("a second too early the answer is %s", m.State)
		}
		time.Sleep(time.Second)
		b.deliver()
		if m := b.last(notify.TemplateReply, ana); m.State != ticket.OutboxSent {
			t.Errorf("when its time has come the answer is %s", m.State)
		}
	})
}

// TestStopIsAnAnswerElsewhere: "stop" means what waits only in answer to the copy.
func TestStopIsAnAnswerElsewhere(t *testing.T) {
	b := open(t)
	b.request()
	b.agentWrites(alices, notify.TemplateNewTicket, "Stop\n")
	if got := b.last(notify.TemplateReply, ana).msg.Text; !strings.Contains(got, "Stop") {
		t.Errorf("ana gets %q", got)
	}
}

// TestUndoOfAQuestionToAVendor: it does not leave, and nobody waits for its answer.
func TestUndoOfAQuestionToAVendor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, undoWindow(20*time.Second))
		r := b.request()
		b.agentWrites(alices, notify.TemplateNewTicket, "#ask help@vendor.example by tomorrow 9:00\nDoes 5.2 drop connections?\n")
		if got := b.ticket(r.ID); got.AwaitAt.IsZero() {
			t.Fatal("no answer of the vendor is waited for")
		}
		b.agentWrites(alices, notify.TemplateSending, "UNDO\n")
		b.pass(time.Minute)
		b.unchanged("taken back", r)
		if m := b.last(notify.TemplateQuestion, "help@vendor.example"); m.State != ticket.OutboxCancelled {
			t.Errorf("the question is %s", m.State)
		}
		b.sound()
		b.sameRebuilt()
	})
}
