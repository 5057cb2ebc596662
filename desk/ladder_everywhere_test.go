package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/ladder"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// sender is somebody in whose name a mail comes that answers none of the desk's.
type sender struct {
	name, from string
	agent      bool // an agent of now
	accounts   bool // has a password to submit mail
}

var senders = []sender{
	{"an agent", aliceAt, true, true},
	{"an agent at their other address", "a.berger@example.org", true, true},
	{"a stranger", "mallory@example.com", false, false},
	{"a requester", ana, false, false},
	{"a former agent", "dora@example.org", false, true},
}

// everything is mails that ask for something, by what they ask: each command, each question to the
// desk and each wish of requesters. A new one of any table is among them.
func everything() (all map[string]string) {
	all = map[string]string{"What is open?": "What is open?\n", "Please write to me in German": "Please write to me in German.\n"}
	for _, e := range rungsAsked() {
		all["#"+e.rung] = e.text
	}
	for _, e := range command.Questions {
		all[e.Name] = strings.TrimSuffix(e.Name+" "+map[command.Choices]string{command.Queues: "network", command.Tickets: "1", command.Addresses: ana}[e.Choices], " ") + "\n"
	}
	for _, e := range command.Wishes {
		all["the wish "+e.Name] = "#" + e.Name + map[string]string{command.WishLanguage: " de", command.WishSolved: " 1"}[e.Name] + "\n"
	}
	return all
}

// alone returns the rungs on which a mail may stand that answers none of the desk's, one for each level.
func alone() (all []rung) {
	for _, name := range []string{"From alone", "the signed address, called forged", "the signed address, an aligned signature", "the signed address, a trusted network", "the signed address, an aligned signature, signed by S/MIME", "the signed address, logged in"} {
		all = append(all, rungs[slices.IndexFunc(rungs, func(r rung) bool { return r.name == name })])
	}
	return all
}

// fresh is a mail of a sender to an address of the desk that answers none.
func (r rung) fresh(s sender, to, subject, text string) (ticket.Envelope, []byte) {
	_, domain, _ := strings.Cut(s.from, "@")
	l := letter{from: s.from, to: to, subject: subject, text: text, id: "<fresh@example.org>", header: strings.Replace(r.header, "header.from=example.org", "header.from="+domain, 1)}
	env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: s.from, ForwardPaths: []string{to}, Client: r.client}
	if r.loggedIn {
		env.AuthUser = s.from
	}
	return env, r.sign(l)
}

// as is what a new ticket is, beside its words.
func as(t ticket.Ticket) string {
	if t.Requester == "" {
		return "none"
	}
	return fmt.Sprint(t.Status, t.Assignee, t.Queue, t.Level, t.Category, t.Priority, t.Kind, t.Tags, t.Requester)
}

// everywhere is one mail of the table: who writes where, with which proof, what.
type everywhere struct {
	b      *bench
	before ticket.Ticket
	ladder ladder.Ladder
	sender
	rung
	to, what, text string
	bare           string // the ticket that a mail without any wish opens
}

func (m everywhere) String() string {
	return fmt.Sprintf("strict is %t: %s to %s by %s, %s", m.ladder.Strict, m.what, m.to, m.sender.name, m.rung.name)
}

// plan returns what the desk makes of the mail with a text.
func (m everywhere) plan(text string) (incoming.Verdict, *ticket.Plan) {
	m.b.t.Helper()
	env, raw := m.fresh(m.sender, m.to, "Question", text)
	v, plan, err := m.b.PlanOf(m.b.ctx, env, raw)
	if err != nil {
		m.b.t.Fatalf("%s: %v", m, err)
	}
	return v, plan
}

// proven is how well the mail shows who wrote it, at the address that it goes to.
func (m everywhere) proven() command.Proof {
	if m.to != support && m.to != control && !strings.Contains(m.header, "fail") {
		return ladder.Higher(command.Address, m.shows)
	}
	return m.shows
}

// may reports whether the mail may do what it asks for.
func (m everywhere) may() bool {
	rung := strings.TrimPrefix(m.what, "#")
	e, _, isCommand := command.LookupRung(rung)
	isCommand = isCommand && strings.HasPrefix(m.what, "#")
	enough := ladder.Enough(m.proven(), m.ladder.Needs(rung, ""))
	switch {
	case !m.agent: // they have wishes
		return (command.ReadWish(m.text).Name != "" || strings.Contains(m.what, " ") && m.what[0] != '#') && m.proven() != ""
	case m.to == support && e.Name == "for": // anybody can open a request in another's name: From says no more
		return !strings.Contains(m.header, "fail")
	case m.to == support:
		return isCommand && e.Opens && enough && ladder.Enough(m.proven(), command.Authenticated)
	case isCommand:
		return (e.Alone || slices.Contains([]string{"undo", "help", "history"}, e.Name)) && enough && m.proven() != ""
	}
	return m.proven() != ""
}

// answers are the mails that say what became of what an agent asked for.
var answers = []notify.Template{notify.TemplateNotDone, notify.TemplateAnswer, notify.TemplateTranscript, notify.TemplateRefusal, notify.TemplateHeld}

// check fails where something is done that is not proven, and where nobody is told.
func (m everywhere) check() {
	t := m.b.t
	t.Helper()
	v, plan := m.plan(m.text)
	did := done(plan, m.before, m.from)
	if v.Opened.ID != 0 && as(v.Opened) != m.bare {
		did = append(did, "a ticket is opened that is "+as(v.Opened))
	}
	for _, c := range plan.Changes {
		switch c.(type) {
		case ticket.SetWantedLanguage:
			did = append(did, fmt.Sprintf("%T", c))
		}
	}
	for _, p := range v.Mails {
		if p.Template == notify.TemplateOpen || p.Template == notify.TemplateShow || p.Template == notify.TemplateLanguage {
			did = append(did, fmt.Sprintf("%s is sent %s", p.To, p.Template))
		}
	}
	if len(did) > 0 && !m.may() {
		t.Errorf("%s: %s, but %q", m, v.Reason, did)
	}
	tells := func(to func(decision.PlannedMail) bool) bool {
		return slices.ContainsFunc(v.Mails, func(p decision.PlannedMail) bool { return p.Suppressed == "" && to(p) })
	}
	authenticated := ladder.Enough(m.proven(), command.Authenticated)
	asked := strings.HasPrefix(m.what, "#") && !m.may()
	switch {
	case m.agent && !tells(func(p decision.PlannedMail) bool {
		return (p.To == aliceAt || p.To == m.from && (authenticated || !asked)) && (!asked || slices.Contains(answers, p.Template))
	}):
		t.Errorf("%s: %s, and alice is not told, only %v", m, v.Reason, v.Mails)
	case !m.agent && v.Opened.ID != 0 && !tells(func(p decision.PlannedMail) bool { return strings.HasSuffix(p.To, "@example.org") && p.To != m.from }):
		t.Errorf("%s: %s, and no agent is told, only %v", m, v.Reason, v.Mails)
	case !m.agent && !strings.Contains(m.header, "fail") && !tells(func(p decision.PlannedMail) bool { return p.To == m.from }):
		t.Errorf("%s: %s, and its writer is not told, only %v", m, v.Reason, v.Mails)
	}
}

// TestLadderEverywhere mails what agents and requesters may ask for, each in every way in which a
// mail may come that answers none of the desk's, to an address at which requests come in, to the
// control address and to the one that was signed for an agent, in the name of agents, strangers,
// requesters and former agents: below its level nothing is done, and its writer is told.
func TestLadderEverywhere(t *testing.T) {
	for _, l := range []ladder.Ladder{{}, {Strict: true}} {
		t.Run(fmt.Sprintf("strict is %t", l.Strict), func(t *testing.T) {
			b := open(t, onLadder, func(s *settings.Settings) { s.Ladder, s.Control = l, control })
			before := b.request()
			signed, err := b.keys.ControlAddress(control, "alice", incoming.DayNumber(time.Now()))
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, r := range alone() {
				b.CheckWith(&checker{found: r.checked})
				for _, s := range senders {
					if s.from != aliceAt && (!l.Strict || r.client == "192.0.2.9") || r.loggedIn && !s.accounts {
						continue // the ladder is that of the agent alone; what is trusted proves as much as what is signed
					}
					for _, to := range []string{support, control, signed} {
						if to == signed && !s.agent {
							continue
						}
						m := everywhere{b: b, before: before, ladder: l, sender: s, rung: r, to: to}
						bare, _ := m.plan("The rack squeaks.\n")
						m.bare = as(bare.Opened)
						for m.what, m.text = range everything() {
							n++
							m.check()
						}
					}
				}
			}
			if n < 15*len(command.Table) {
				t.Errorf("only %d mails", n)
			}
		})
	}
}
