package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/ladder"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// absences returns who is away until when, as was said by mail.
func (b *bench) absences() (all []string) {
	b.t.Helper()
	b.view(func(r ticket.Reader) error {
		said, err := r.Away()
		for _, x := range said {
			all = append(all, x.Agent+" "+x.Last)
		}
		return err
	})
	return all
}

// inDays returns a day from now.
func inDays(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }

// TestColleagueAway: an agent says that a colleague is away, or back; the colleague is told
// who did, and how it is taken back, and gets no notices meanwhile.
func TestColleagueAway(t *testing.T) {
	friday, later := inDays(3), inDays(9)
	for _, how := range []struct {
		name string
		says func(b *bench, text string) (told sent)
	}{
		{"control", func(b *bench, text string) sent {
			b.question(aliceAt, text)
			return b.last(notify.TemplateAnswer, aliceAt)
		}},
		{"reply", func(b *bench, text string) sent {
			b.agentWrites(aliceAt, notify.TemplateNewTicket, text)
			return b.last(notify.TemplateTranscript, aliceAt)
		}},
	} {
		t.Run(how.name, func(t *testing.T) {
			b := filled(t)
			n := len(b.summary())
			told := how.says(b, "#away bob until "+friday+"\n")
			if got := b.absences(); !slices.Equal(got, []string{"bob " + friday}) || !says(told, "bob is sent nothing until") || !says(told, "#back bob ends it earlier") {
				t.Errorf("away are %q; alice reads\n%s", got, told.msg.Text)
			}
			if got := b.since(n); slices.Index(got, "answer "+bobAt) < 0 || len(got) != 2 {
				t.Errorf("mails: %q", got)
			}
			if m := b.last(notify.TemplateAnswer, bobAt); !says(m, "alice says that you are away") || !says(m, "#back ends it earlier") {
				t.Errorf("bob reads\n%s", m.msg.Text)
			}
			n = len(b.summary())
			b.take(letter{from: ana, to: support, subject: "Lamp", text: "My lamp is dark.\n"})
			if got := b.since(n); slices.Contains(got, "new-ticket "+bobAt) || !slices.Contains(got, "new-ticket "+aliceAt) {
				t.Errorf("while bob is away: %q", got)
			}
			told = how.says(b, "#back @bob\n")
			if got := b.absences(); len(got) > 0 || !says(told, "to have it as it was: #away bob until "+friday) {
				t.Errorf("after #back bob away are %q; alice reads\n%s", got, told.msg.Text)
			}
			if m := b.last(notify.TemplateAnswer, bobAt); !says(m, "alice says that you are back") || !says(m, "#away until "+friday) {
				t.Errorf("bob reads\n%s", m.msg.Text)
			}
			b.question(bobAt, "#away until "+later+"\n")
			told = how.says(b, "#abwesend Bob bis "+friday+"\n")
			if got := b.absences(); !slices.Equal(got, []string{"bob " + friday}) || !says(told, "to have it as it was: #away bob until "+later) {
				t.Errorf("away are %q; alice reads\n%s", got, told.msg.Text)
			}
			if m := b.last(notify.TemplateAnswer, bobAt); !says(m, "to have it as it was: #away until "+later) {
				t.Errorf("bob reads\n%s", m.msg.Text)
			}
			b.question(bobAt, "#back\n")
			if got := b.absences(); len(got) > 0 {
				t.Errorf("after bob's own #back away are %q", got)
			}
			b.sameRebuilt()
		})
	}
}

// TestColleaguesAway: one mail says it of several, a line each, and tells each of them once.
func TestColleaguesAway(t *testing.T) {
	b := filled(t)
	b.question(aliceAt, "#away bob until "+inDays(2)+"\n#away carol until "+inDays(4)+"\n#away "+inDays(1)+"\n#away bob until "+inDays(3)+"\n#handover dora\n")
	if got := b.absences(); len(got) > 0 {
		t.Errorf("with a mistake in the mail away are %q", got)
	}
	n := len(b.summary())
	b.question(aliceAt, "#away bob until "+inDays(2)+"\n#away carol until "+inDays(4)+"\n#away "+inDays(1)+"\n#away bob until "+inDays(3)+"\n")
	if got, want := b.absences(), []string{"alice " + inDays(1), "bob " + inDays(3), "carol " + inDays(4)}; !slices.Equal(got, want) {
		t.Errorf("away are %q, want %q", got, want)
	}
	if got := slices.Sorted(slices.Values(b.since(n))); !slices.Equal(got, []string{"answer " + aliceAt, "answer " + bobAt, "answer carol@example.org"}) {
		t.Errorf("mails: %q", got)
	}
	n = len(b.summary())
	b.question(aliceAt, "#away bob until "+inDays(3)+"\n")
	if got := b.since(n); !slices.Equal(got, []string{"answer " + aliceAt}) {
		t.Errorf("of what is so already bob is told: %q", got)
	}
	b.question("carol@example.org", "#back\n")
	for _, lines := range []string{"#handover carol\n#away carol until " + inDays(3) + "\n", "#away carol until " + inDays(3) + "\n#handover carol\n"} {
		n, before := len(b.summary()), b.absences()
		b.question(aliceAt, lines)
		b.agentWrites(aliceAt, notify.TemplateNewTicket, lines)
		if got := b.since(n); len(got) != 2 || got[0] != "answer "+aliceAt || got[1] != "refusal "+aliceAt || !slices.Equal(b.absences(), before) {
			t.Errorf("%q: %q, and away are %q", lines, got, b.absences())
		}
	}
}

// TestColleagueAwayRefused: what can be meant in two ways, or names nobody, is not done, and
// the agent reads what to write.
func TestColleagueAwayRefused(t *testing.T) {
	named := func(s *settings.Settings) {
		withControl(s)
		s.Agents = append(s.Agents, settings.Agent{Name: "friday", Mail: []string{"friday@example.org"}}, settings.Agent{Name: "May", Mail: []string{"may@example.org"}}, settings.Agent{Name: "nomail"},
			settings.Agent{Name: "off", Mail: []string{"off@example.org"}, Absent: []settings.Days{{First: "1999-01-01", Last: "2099-01-01"}}})
	}
	day := inDays(3)
	for _, tt := range []struct{ text, says, away string }{
		{"#away bbo until " + day, "did you mean bob?", ""},
		{"#away xyz until " + day, `there is no agent named "xyz"`, ""},
		{"#away @xyz until " + day, "there is no agent named", ""},
		{"#away bob, carol until " + day, "name one colleague a line, as in #away bob until 2", ""},
		{"#away bob and carol until " + day, "name one colleague a line, as in #away bob until 2", ""},
		{"#away bob carol " + day, "name one colleague a line", ""},
		{"#away bob", "a day is needed, as in #away bob until 2", ""},
		{"#away bob Sunday until 9:00", "a day is needed, as in #away bob until 2", ""},
		{"#away bob tomorrow until 12:00", "a day is needed, as in #away bob until 2", ""},
		{"#away bob from Sunday until 9:00", "needed, as in #away bob until 2", ""},
		{"#away bob 24 until December", "needed, as in #away bob until 2", ""},
		{"#away bob in until 2 weeks", "needed, as in #away bob until 2", ""},
		{"#away bob until", "a day is needed, as in #away bob until 2", ""},
		{"#away", "a day is needed, as in #away until 2", ""},
		{"#away bob until soon", "the last day away is needed, as in #away bob until 2", ""},
		{"#away bob from " + day + " until " + day, "the last day away is needed, as in #away bob until 2", ""},
		{"#away until soon", "the last day away is needed, as in #away until 2", ""},
		{"#away from Monday until Thursday", "the last day away is needed, as in #away until 2", ""},
		{"#away Monday until Thursday", "the last day away is needed, as in #away until 2", ""},
		{"#away bob until 1999-01-01", "is over", ""},
		{"#away bob until 2090-01-01", "more than a year away", ""},
		{"#away nomail until " + day, "nomail has no mail address", ""},
		{"#away friday", "write #away @friday until 2", ""},
		{"#away friday until Monday", "write #away @friday until 2", ""},
		{"#away until Friday", "write #away @friday until 2", ""},
		{"#away may 3", "write #away @May until 2", ""},
		{"#away 3 may", "write #away @May until 2", ""},
		{"#back bbo", "did you mean bob?", ""},
		{"#back bob, carol", "name one colleague a line, as in #back bob", ""},
		{"#back bob", "bob is not away", ""},
		{"#back off", "off is away by the configuration", ""},
		{"#back Thanks to all!", "there is no agent named", ""},
		{"#away may until " + day, "May is sent nothing", "May " + day},
		{"#away @friday until " + day, "friday is sent nothing", "friday " + day},
		{"#away bob " + day, "bob is sent nothing", "bob " + day},
		{"#away Bob: " + day, "bob is sent nothing", "bob " + day},
		{"#away alice until " + day, "you are sent nothing", "alice " + day},
		{"#away until " + day, "you are sent nothing", "alice " + day},
		{"#away 3 days", "you are sent nothing", "alice " + day},
	} {
		for _, at := range []string{"control", "reply"} {
			b := open(t, named)
			b.request()
			var told string
			if at == "control" {
				b.question(aliceAt, tt.text+"\n")
				told = b.last(notify.TemplateAnswer, aliceAt).msg.Text
			} else {
				b.agentWrites(aliceAt, notify.TemplateNewTicket, tt.text+"\n")
				for _, m := range b.outbox() {
					if m.Recipient == aliceAt {
						told = m.msg.Text
					}
				}
			}
			if got := strings.Join(b.absences(), ", "); got != tt.away || !strings.Contains(strings.Join(strings.Fields(told), " "), tt.says) {
				t.Errorf("%q by %s: away are %q, want %q; alice reads\n%s", tt.text, at, got, tt.away, told)
			}
		}
	}
}

// TestLadderOfColleagues: on the strict ladder it takes a login to say that a colleague is away
// or back, not to say so of oneself; [proof] moves it.
func TestLadderOfColleagues(t *testing.T) {
	for _, tt := range []struct {
		ladder ladder.Ladder
		text   string
		needs  command.Proof
	}{
		{ladder.Ladder{}, "#away bob until Friday", command.Address},
		{ladder.Ladder{}, "#back bob", command.Address},
		{ladder.Ladder{Strict: true}, "#away bob until Friday", command.Login},
		{ladder.Ladder{Strict: true}, "#away @bob Friday", command.Login},
		{ladder.Ladder{Strict: true}, "#back bob", command.Login},
		{ladder.Ladder{Strict: true}, "#away until Friday", command.Authenticated},
		{ladder.Ladder{Strict: true}, "#away alice until Friday", command.Authenticated},
		{ladder.Ladder{Strict: true}, "#back", command.Authenticated},
		{ladder.Ladder{Strict: true}, "#back alice", command.Authenticated},
		{ladder.Ladder{Strict: true, Commands: map[string]command.Proof{"away": command.Address}}, "#away bob until Friday", command.Login},
		{ladder.Ladder{Strict: true, Commands: map[string]command.Proof{"away NAME": command.Address}}, "#away bob until Friday", command.Address},
		{ladder.Ladder{Commands: map[string]command.Proof{"away": command.Login}}, "#away bob until Friday", command.Login},
		{ladder.Ladder{Commands: map[string]command.Proof{"away NAME": command.Login}}, "#away until Friday", command.Address},
	} {
		b := open(t, onLadder, func(s *settings.Settings) { s.Ladder, s.Control = tt.ladder, control })
		b.request()
		b.question(bobAt, "#away until "+inDays(2)+"\n")
		notice := b.last(notify.TemplateNewTicket, aliceAt)
		for _, r := range rungs {
			if r.shows == "" {
				continue
			}
			b.CheckWith(&checker{found: r.checked})
			env, raw := r.mail(notice, aliceAt, tt.text+"\n")
			v, plan, err := b.PlanOf(t.Context(), env, raw)
			if err != nil {
				t.Fatal(err)
			}
			did := slices.ContainsFunc(plan.Changes, func(c ticket.Change) bool { _, is := c.(ticket.SetAway); return is })
			if want := ladder.Enough(r.shows, tt.needs); did != want {
				t.Errorf("%s, with %s: done is %t, want %t: %s", fmt.Sprint(tt.ladder, " ", tt.text), r.name, did, want, v.Reason)
			}
		}
	}
}
