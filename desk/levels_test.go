package desk_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/routing"
)

// threeLevels gives the desk of the tests a third level, with Dora alone.
func threeLevels(s *settings.Settings) {
	s.Agents = append(s.Agents, settings.Agent{Name: "dora", Mail: []string{"dora@example.org"}})
	s.Routing.Queues = append(s.Routing.Queues, routing.Queue{Name: "vendor", Level: 3, Agents: []string{"dora"}})
	s.Routing.Categories[0].Path = []string{"first-line", "network", "vendor"}
}

func TestThreeLevels(t *testing.T) {
	b := open(t, threeLevels)
	ticket := b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#note\nThe client is 4.10.\n")
	b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#escalate the server drops it\n")
	b.agentWrites("carol@example.org", notify.TemplateEscalation, "#return\n")
	if got := b.last(notify.TemplateRefusal, "carol@example.org").msg.Text; !strings.Contains(got, "#return GRUND") {
		t.Errorf("#return without a reason is answered %q, want a word about the reason", got)
	}
	if got := b.ticket(ticket.ID); got.Level != 2 {
		t.Errorf("after #return without a reason the ticket is at level %d, want 2", got.Level)
	}
	b.agentWrites("carol@example.org", notify.TemplateEscalation, "#return which server?\n")
	b.agentWrites("alice@example.org", notify.TemplateReturned, "#escalate vpn2\n")
	b.agentWrites("carol@example.org", notify.TemplateEscalation, "#escalate the vendor must look\n")

	told := 0
	for _, s := range b.summary() {
		if s == "escalated "+ana {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the requester was told %d times that specialists look into it, want once", told)
	}
	story := b.last(notify.TemplateEscalation, "dora@example.org").msg.Text
	for _, part := range []string{
		"first-line (level 1): alice, bob", "the server drops it", "network (level 2): carol", "which server?",
		"first-line (level 1): alice – vpn2", "the vendor must look", "The client is 4.10.", "My VPN drops every ten minutes",
	} {
		if !strings.Contains(story, part) {
			t.Errorf("the escalation does not tell %q:\n%s", part, story)
		}
	}
	var levels []string
	for _, e := range b.events(ticket.ID) {
		if strings.HasPrefix(e, "level: ") {
			levels = append(levels, e)
		}
	}
	equal(t, "level changes", levels, []string{"level: 1 → 2", "level: 2 → 1", "level: 1 → 2", "level: 2 → 3"})

	before := len(b.summary())
	b.agentWrites("dora@example.org", notify.TemplateEscalation, "#resolve\nThe vendor has replaced vpn2.\n")
	equal(t, "after the resolution", b.since(before), []string{
		"resolution " + ana, "solved alice@example.org", "solved bob@example.org", "solved carol@example.org",
	})
	solved := b.last(notify.TemplateSolved, "carol@example.org") // reads German
	if !strings.Contains(solved.msg.Subject, "Re: [Example IT #1] VPN drops") || !strings.Contains(solved.msg.Text, "wurde auf Stufe 3 gelöst") || !strings.Contains(solved.msg.Text, "The vendor has replaced vpn2.") {
		t.Errorf("carol is told %q:\n%s", solved.msg.Subject, solved.msg.Text)
	}
	before = len(b.summary())
	b.agentWrites("bob@example.org", notify.TemplateSolved, "Good to know.\n")
	for _, s := range b.since(before) {
		if strings.HasSuffix(s, ana) {
			t.Errorf("an answer to the solution went to the requester: %s", s)
		}
	}
}

func TestJourneyTellsHowLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, threeLevels)
		b.request()
		time.Sleep(3 * time.Hour)
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#escalate too hard\n")
		time.Sleep(50 * time.Hour)
		b.agentWrites("carol@example.org", notify.TemplateEscalation, "#escalate still too hard\n")
		story := b.last(notify.TemplateEscalation, "dora@example.org").msg.Text
		for _, want := range []string{
			"first-line (level 1): alice, 3\u00a0hours – too hard\n",
			"network (level 2): carol, 2\u00a0days – still too hard\n",
		} {
			if !strings.Contains(story, want) {
				t.Errorf("the escalation does not tell %q:\n%s", want, story)
			}
		}
	})
}

func TestSolvedAtTheFirstLevelTellsNobody(t *testing.T) {
	b := open(t)
	b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\nDone.\n")
	for _, s := range b.summary() {
		if strings.HasPrefix(s, "solved") {
			t.Errorf("sent %s", s)
		}
	}
}

// givesOut makes the first queue give its tickets out.
func givesOut(how string) func(*settings.Settings) {
	return func(s *settings.Settings) {
		s.Language = "en"
		s.Agents[0].Languages, s.Agents[1].Languages = []string{"en", "fr"}, []string{"de"}
		s.Routing.Queues[0].Agents = []string{"alice", "bob", "carol"}
		s.Routing.Queues[0].Assign = how
	}
}

func TestAssignment(t *testing.T) {
	german := "Guten Tag, seit heute morgen funktioniert mein Drucker nicht mehr und ich kann leider nichts drucken. Können Sie mir bitte helfen?\n"
	english := "Good morning, since this morning my printer does not work any more and I cannot print anything. Can you help me, please?\n"
	for _, tt := range []struct {
		how  string
		want string // who is given five requests, the second and third of them in German
	}{
		{"all", "- - - - -"},
		{"round-robin", "alice bob carol alice bob"},
		{"least-open", "alice bob carol alice bob"},
		{"by-language", "alice bob carol alice alice"},
	} {
		b := open(t, givesOut(tt.how))
		var got []string
		for i := range 5 {
			text := english
			if i == 1 || i == 2 {
				text = german
			}
			m := b.take(letter{from: ana, to: support, subject: "x", text: text})
			name := b.ticket(m.Ticket).Assignee
			if name == "" {
				name = "-"
			} else if told := b.since(len(b.summary()) - 1)[0]; told != "new-ticket "+name+"@example.org" {
				t.Errorf("assign = %s: the last one told is %s, want %s alone", tt.how, told, name)
			}
			got = append(got, name)
		}
		if list := strings.Join(got, " "); list != tt.want {
			t.Errorf("assign = %s gives five requests to %s, want %s", tt.how, list, tt.want)
		}
	}
}

func TestLeastOpenCountsWhatIsOpen(t *testing.T) {
	b := open(t, givesOut("least-open"))
	first := b.request() // alice
	b.request()          // bob
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\nDone.\n")
	if got := b.request(); got.Assignee != "carol" {
		t.Errorf("the third request goes to %s, want carol: she has none, and it is her turn", got.Assignee)
	}
	if got := b.request(); got.Assignee != "alice" || first.Assignee != "alice" {
		t.Errorf("the fourth request goes to %s, want alice, who has resolved hers", got.Assignee)
	}
}

func TestEscalationIsGivenOut(t *testing.T) {
	b := open(t, threeLevels, func(s *settings.Settings) {
		s.Routing.Queues[1].Agents, s.Routing.Queues[1].Assign = []string{"carol", "dora"}, "round-robin"
	})
	ticket := b.request()
	before := len(b.summary())
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#escalate too hard\n")
	equal(t, "after the escalation", b.since(before), []string{"escalated " + ana, "escalation carol@example.org", "transcript alice@example.org"})
	if got := b.ticket(ticket.ID); got.Assignee != "carol" || got.Queue != "network" {
		t.Errorf("the ticket is in %s with %q, want in network with carol", got.Queue, got.Assignee)
	}
}

func TestAwayByConfig(t *testing.T) { synctest.Test(t, awayByConfig) } // on one day

func awayByConfig(t *testing.T) {
	today := time.Now().UTC().Format(time.DateOnly)
	b := open(t, givesOut("round-robin"), func(s *settings.Settings) {
		s.Agents[0].Absent = []settings.Days{{First: "2001-01-01", Last: "2001-12-31"}, {First: today, Last: today}}
	})
	if got := b.request(); got.Assignee != "bob" {
		t.Errorf("the request goes to %q though alice is away, want bob", got.Assignee)
	}
}

func TestAwayByMail(t *testing.T) {
	b := open(t)
	b.request()
	b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#away until yesterday\n")
	b.last(notify.TemplateRefusal, "bob@example.org")
	b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#away until 2001-01-01\n")
	last := time.Now().AddDate(0, 6, 0).Format(time.DateOnly)
	b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#away until "+last+"\n")
	if got := b.last(notify.TemplateTranscript, "bob@example.org").msg.Text; !strings.Contains(got, "#away until "+last) || !strings.Contains(got, "#back") {
		t.Errorf("the transcript says %q", got)
	}
	before := len(b.summary())
	b.request()
	equal(t, "while bob is away", b.since(before), []string{"acknowledgement " + ana, "new-ticket alice@example.org"})

	// A new daemon knows it as well; where everybody is away all are told.
	count := b.count
	b = openOn(t, b.db, "Example IT", func(s *settings.Settings) {
		s.Agents[0].Absent = []settings.Days{{First: "2001-01-01", Last: "2999-12-31"}}
	})
	b.count = count
	before = len(b.summary())
	b.request()
	equal(t, "while everybody is away", b.since(before), []string{"acknowledgement " + ana, "new-ticket alice@example.org", "new-ticket bob@example.org"})

	b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#back\n")
	b.last(notify.TemplateTranscript, "bob@example.org")
	before = len(b.summary())
	b.request()
	equal(t, "when bob is back", b.since(before), []string{"acknowledgement " + ana, "new-ticket bob@example.org"})
}

func TestAbsentAssigneeIsReplaced(t *testing.T) {
	b := open(t)
	b.request()
	b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#take\nI look into it.\n")
	b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#away until "+time.Now().AddDate(0, 0, 7).Format(time.DateOnly)+"\n")
	before := len(b.summary())
	reply := b.last(notify.TemplateReply, ana)
	b.take(letter{from: ana, to: reply.answer(), subject: "Re: x", text: "Any news?\n"})
	equal(t, "a message for the absent assignee", b.since(before), []string{"message alice@example.org"})
}
