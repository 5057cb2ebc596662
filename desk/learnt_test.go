package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk/learning"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/learn"
	"maildesk/routing"
	"maildesk/ticket"
)

// fixedLearner is a learner that always says the same.
type fixedLearner ticket.Learnt

func (h fixedLearner) Suggest(ticket.Ticket, string) ticket.Learnt { return ticket.Learnt(h) }

// learns switches learning on, with categories of which one may be routed.
func learns(s *settings.Settings) {
	s.Learn = settings.Learn{Suggest: 70, Route: 90}
	s.Routing.Learn = routing.LearnSuggest
	s.Routing.Categories = append(s.Routing.Categories,
		routing.Category{Name: "wifi", Parent: "network", Priority: "high", Path: []string{"network"}, Start: 2, Learn: routing.LearnRoute},
		routing.Category{Name: "personnel", Learn: routing.LearnOff})
}

func guess(value string, sure int) ticket.Guess {
	return ticket.Guess{Value: value, Sure: sure, Words: []string{"roaming", "antenna"}}
}

// newNotice returns the notice of a new ticket to an agent.
func (b *bench) newNotice(id ticket.ID, to string) (sent, bool) {
	for _, s := range b.outbox() {
		if s.Ticket == id && s.Template == string(notify.TemplateNewTicket) && s.Recipient == to {
			return s, true
		}
	}
	return sent{}, false
}

// TestLearntIsSuggestedOrFiled: what becomes of what was learnt, by how sure it is, what
// the rules say and what the admin wants.
func TestLearntIsSuggestedOrFiled(t *testing.T) {
	const suggests, filed = "This looks like", "Filed under"
	for _, tt := range []struct {
		name    string
		said    ticket.Learnt
		subject string
		set     func(*settings.Settings)
		want    string // category, queue, rules
		told    []string
		untold  []string
	}{
		{"a suggestion", ticket.Learnt{Category: guess("network", 71)}, "Help", nil, " first-line []",
			[]string{"This looks like network (roaming, antenna). If so, reply with #category network."}, []string{filed}},
		{"not sure enough", ticket.Learnt{Category: guess("network", 69)}, "Help", nil, " first-line []", nil, []string{suggests, filed}},
		{"sure enough to file, which nobody wants", ticket.Learnt{Category: guess("network", 99)}, "Help", nil, " first-line []", []string{suggests}, []string{filed}},
		{"filed", ticket.Learnt{Category: guess("wifi", 90)}, "Help", nil, "wifi network [learnt]",
			[]string{"Filed under wifi, as earlier requests like it (roaming, antenna). If that is wrong, reply with #category NAME."}, []string{suggests}},
		{"not sure enough to file", ticket.Learnt{Category: guess("wifi", 89)}, "Help", nil, " first-line []", []string{suggests}, []string{filed}},
		{"a rule comes first", ticket.Learnt{Category: guess("wifi", 99)}, "VPN", nil, "network first-line [VPN]", []string{suggests}, []string{filed}},
		{"a rule says the same", ticket.Learnt{Category: guess("network", 99)}, "VPN", nil, "network first-line [VPN]", nil, []string{suggests, filed}},
		{"a rule calls it spam", ticket.Learnt{Category: guess("wifi", 99)}, "lottery", nil, "", nil, nil},
		{"a category of which nothing is to be said", ticket.Learnt{Category: guess("personnel", 99)}, "Help", nil, " first-line []", nil, []string{suggests, filed}},
		{"a category that is gone", ticket.Learnt{Category: guess("printing", 99)}, "Help", nil, " first-line []", nil, []string{suggests, filed}},
		{"a queue and a priority", ticket.Learnt{Queue: guess("sales", 80), Priority: guess("urgent", 80)}, "Help", nil, " first-line []",
			[]string{"go to the queue sales (roaming, antenna)", "#queue sales", "have the priority urgent", "#priority urgent"}, []string{suggests}},
		{"those that it has", ticket.Learnt{Queue: guess("first-line", 80), Priority: guess("normal", 80)}, "Help", nil, " first-line []", nil, []string{"Requests like this"}},
		{"a queue and a priority that are gone", ticket.Learnt{Queue: guess("printers", 80), Priority: guess("panic", 80)}, "Help", nil, " first-line []", nil, []string{"Requests like this"}},
		{"switched off", ticket.Learnt{Category: guess("network", 99), Queue: guess("sales", 99)}, "Help", func(s *settings.Settings) {
			s.Routing.Learn = routing.LearnOff
			s.Routing.Categories = s.Routing.Categories[:1]
		}, " first-line []", nil, []string{suggests, filed, "Requests like this"}},
		{"switched off but for one category", ticket.Learnt{Category: guess("wifi", 99), Queue: guess("sales", 99)}, "Help", func(s *settings.Settings) {
			s.Routing.Learn = routing.LearnOff
		}, "wifi network [learnt]", []string{filed}, []string{"Requests like this"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, learns, func(s *settings.Settings) {
				if tt.set != nil {
					tt.set(s)
				}
			})
			b.Learner = fixedLearner(tt.said)
			m := b.take(letter{from: ana, to: support, subject: tt.subject, text: "The antenna drops me while roaming.\n"})
			if tt.want == "" {
				if m.Ticket != 0 {
					t.Fatalf("the mail became ticket #%d", m.Ticket)
				}
				return
			}
			got := b.ticket(m.Ticket)
			if is := fmt.Sprint(got.Category, " ", got.Queue, " ", got.Rules); is != tt.want {
				t.Errorf("the ticket is %q, want %q", is, tt.want)
			}
			who := map[string]string{"first-line": "alice@example.org", "network": "carol@example.org"}[got.Queue]
			n, found := b.newNotice(m.Ticket, who)
			if !found {
				t.Fatalf("%s is not told of the ticket: %v", who, b.summary())
			}
			text := strings.Join(strings.Fields(n.msg.Text), " ")
			if who == "carol@example.org" { // who reads German
				for i, s := range tt.told {
					if strings.HasPrefix(s, filed) {
						tt.told[i] = "Eingeordnet unter wifi wie frühere Anfragen dieser Art (roaming, antenna)."
					}
				}
			}
			for _, want := range tt.told {
				if !strings.Contains(text, want) {
					t.Errorf("the notice does not say %q:\n%s", want, n.msg.Text)
				}
			}
			for _, not := range tt.untold {
				if strings.Contains(text, not) {
					t.Errorf("the notice says %q:\n%s", not, n.msg.Text)
				}
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestRebuildTakesWhatWasLearntThen: a rebuild files what the desk filed, though it has
// learnt nothing, or something else since; the judgement says what was said.
func TestRebuildTakesWhatWasLearntThen(t *testing.T) {
	b := open(t, learns)
	b.Learner = fixedLearner{Category: guess("wifi", 95), Priority: guess("high", 60)}
	first := b.take(letter{from: ana, to: support, subject: "Help", text: "The antenna drops me while roaming.\n"})
	b.Learner = fixedLearner{}
	second := b.take(letter{from: gus, to: support, subject: "Help again", text: "The antenna drops me while I walk.\n"})
	b.Learner = fixedLearner{Category: guess("network", 95)}
	b.view(func(r ticket.Reader) error {
		for id, want := range map[ticket.ID]ticket.Learnt{first.Ticket: {Category: guess("wifi", 95), Priority: guess("high", 60)}, second.Ticket: {}} {
			j, err := r.Judgement(id)
			if err != nil {
				return err
			}
			equal(t, fmt.Sprintf("what was said of #%d", id), []string{j.Learnt.String()}, []string{want.String()})
		}
		return nil
	})
	b.sameRebuilt()
	if got := b.ticket(first.Ticket); got.Category != "wifi" || got.Queue != "network" || got.Priority != "high" {
		t.Errorf("the first ticket is %s, %s, %s", got.Category, got.Queue, got.Priority)
	}
}

// TestDeskLearns: what agents do to tickets is learnt, and the next mail that looks alike
// comes with the words that decided; explain says the same and changes nothing.
func TestDeskLearns(t *testing.T) {
	b := open(t, learns)
	learner := new(learning.Learner)
	b.Learner = learner
	for i := range learn.MinExamples + 4 {
		b.take(letter{from: fmt.Sprintf("p%d@example.net", i), to: support, subject: fmt.Sprintf("Roaming %d", i), text: "The antenna drops me while I walk.\n"})
		id := b.take(letter{from: fmt.Sprintf("q%d@example.net", i), to: support, subject: fmt.Sprintf("Salary %d", i), text: "My payslip shows too few hours.\n"}).Ticket
		b.writesOn(id-1, "alice@example.org", notify.TemplateNewTicket, "#category network\n#resolve\n\nDone.\n")
		b.writesOn(id, "bob@example.org", notify.TemplateNewTicket, "#queue sales\n")
	}
	step := func(until time.Time) int {
		t.Helper()
		sum := 0
		for {
			n, err := learner.Step(b.ctx, b, until)
			if err != nil {
				t.Fatal(err)
			}
			if sum += n; n < learning.AtOnce {
				return sum
			}
		}
	}
	if n := step(time.Now().Add(-time.Hour)); n != 0 {
		t.Errorf("%d events of an hour ago were learnt", n)
	}
	ask := letter{from: ana, to: support, subject: "Antenna", text: "Roaming does not work any more, the antenna drops me.\n", id: "<ask@example.net>"}
	explained := func() ticket.Learnt {
		t.Helper()
		v, err := b.Explain(b.ctx, ticket.Envelope{ReversePath: ana, ForwardPaths: []string{support}}, ask.bytes())
		if err != nil {
			t.Fatal(err)
		}
		return v.Learnt
	}
	if got := explained(); !got.IsZero() {
		t.Errorf("before anything is learnt explain says %v", got)
	}
	if n := step(time.Now().Add(time.Hour)); n == 0 {
		t.Error("nothing was learnt")
	}
	said := explained()
	if said.Category.Value != "network" || said.Category.Sure < 70 || !slices.Contains(said.Category.Words, "antenna") {
		t.Errorf("explain says %v", said)
	}
	m := b.take(ask)
	if n, _ := b.newNotice(m.Ticket, "alice@example.org"); !strings.Contains(strings.Join(strings.Fields(n.msg.Text), " "), "This looks like network (antenna") {
		t.Errorf("the notice says nothing of what was learnt:\n%s", n.msg.Text)
	}
	m = b.take(letter{from: gus, to: support, subject: "Payslip", text: "The payslip shows too few hours again.\n"})
	if n, _ := b.newNotice(m.Ticket, "alice@example.org"); !strings.Contains(n.msg.Text, "#queue sales") {
		t.Errorf("the notice says nothing of the queue:\n%s", n.msg.Text)
	}
	sameAfterRestart(t, b, learner)

	var right, asked int
	err := learning.Compare(b.ctx, b, func(int) {}, func(p learning.Past) {
		if p.Right[learning.Category] == "network" {
			if asked++; p.Said.Category.Value == "network" {
				right++
			}
		}
	})
	if err != nil || asked != learn.MinExamples+4 || right < 1 || right > 4 {
		t.Errorf("Compare = %v: %d of %d guessed rightly; want the few after the first %d", err, right, asked, learn.MinExamples)
	}
	b.sound()
}

// sameAfterRestart checks that what was kept is as what was in memory, and refused where
// it is of another history.
func sameAfterRestart(t *testing.T, b *bench, learner *learning.Learner) {
	t.Helper()
	kept, err := learner.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again := new(learning.Learner)
	if err := again.Decode(b.ctx, b, kept); err != nil {
		t.Errorf("Decode of what was kept = %v", err)
	}
	about := ticket.Ticket{Subject: "Antenna", Requester: ana}
	equal(t, "what it says after a restart", []string{again.Suggest(about, "roaming").String()}, []string{learner.Suggest(about, "roaming").String()})
	if n, err := again.Step(b.ctx, b, time.Now().Add(time.Hour)); n != 0 && err == nil {
		t.Logf("%d further events", n)
	}
	other := open(t, learns)
	if err := again.Decode(other.ctx, other, kept); err == nil {
		t.Error("what another desk has learnt is taken")
	}
	if got := again.Suggest(about, "roaming"); !got.IsZero() {
		t.Errorf("after that it says %v", got)
	}
}
