package desk_test

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/ladder"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/mailauth/signed"
	"maildesk/mailauth/signed/signedtest"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// rung is one way in which a mail in an agent's name may come.
type rung struct {
	name     string
	shows    command.Proof // empty: nothing
	tagOnly  bool          // to the desk's own address, with the tag in the subject
	idOnly   bool          // to that address, in answer to the notice
	header   string
	client   string
	checked  ticket.Authentication
	loggedIn bool
	signed   string // the form of the signature of their own that the mail has; empty: none
	by       string // the agent whose key it is; empty: alice's, who stands in From
}

// signersOf makes the keys of alice and bob, of each form.
var signersOf = sync.OnceValue(func() map[string]*signedtest.Signer {
	from, until := time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC) // also where a test has a time of its own
	return map[string]*signedtest.Signer{
		"alice S/MIME":  signedtest.SMIME(aliceAt, until),
		"alice OpenPGP": signedtest.OpenPGP(aliceAt, from, 0),
		"bob S/MIME":    signedtest.SMIME("bob@example.org", until),
		"bob OpenPGP":   signedtest.OpenPGP("bob@example.org", from, 0),
	}
})

// withKeys gives alice and bob their keys.
func withKeys(s *settings.Settings) {
	for i, name := range []string{"alice", "bob"} {
		s.Agents[i].Keys = []signed.Key{signersOf()[name+" S/MIME"].Key, signersOf()[name+" OpenPGP"].Key}
	}
}

// signedBy returns a letter as the mail program of an agent signs it.
func signedBy(agent, form string, l letter) []byte {
	head, text, _ := strings.Cut(string(l.bytes()), "\r\n\r\n")
	return signersOf()[agent+" "+form].Mail(head+"\r\n", text, time.Now())
}

// sign signs the letter as the rung says.
func (r rung) sign(l letter) []byte {
	if r.signed == "" {
		return l.bytes()
	}
	return signedBy(cmp.Or(r.by, "alice"), r.signed, l)
}

const results = "Authentication-Results: mx.example.org; "

var rungs = []rung{
	{name: "From alone", tagOnly: true},
	{name: "our Message-ID", shows: command.Answer, idOnly: true},
	{name: "the signed address", shows: command.Address},
	{name: "the signed address, called forged", header: results + "dmarc=fail header.from=example.org\n"},
	{name: "the signed address, an aligned signature", shows: command.Authenticated, client: outside, checked: ticket.Authentication{DKIM: "pass", DMARC: "none", Signer: "example.org"}},
	{name: "the signed address, a signature of others", shows: command.Address, client: outside, checked: ticket.Authentication{DKIM: "pass", DMARC: "none"}},
	{name: "the signed address, DMARC passed", shows: command.Authenticated, header: results + "dmarc=pass header.from=example.org\n"},
	{name: "the signed address, a trusted network", shows: command.Authenticated, client: "192.0.2.9"},
	{name: "the signed address, logged in", shows: command.Login, client: outside, loggedIn: true},
	{name: "the signed address, signed by S/MIME", shows: command.Address, client: outside, signed: signed.SMIME},
	{name: "the signed address, an aligned signature, signed by S/MIME", shows: command.Login, client: outside, checked: ticket.Authentication{DKIM: "pass", DMARC: "none", Signer: "example.org"}, signed: signed.SMIME},
	{name: "the signed address, a trusted network, signed by OpenPGP", shows: command.Login, client: "192.0.2.9", signed: signed.OpenPGP},
	{name: "the signed address, DMARC passed, signed by OpenPGP", shows: command.Login, header: results + "dmarc=pass header.from=example.org\n", signed: signed.OpenPGP},
	{name: "the signed address, a trusted network, signed by bob", shows: command.Authenticated, client: "192.0.2.9", signed: signed.SMIME, by: "bob"},
	{name: "the signed address, called forged, signed by S/MIME", header: results + "dmarc=fail header.from=example.org\n", signed: signed.SMIME},
	{name: "our Message-ID, a trusted network, signed by S/MIME", shows: command.Authenticated, idOnly: true, client: "192.0.2.9", signed: signed.SMIME},
	{name: "From alone, signed by S/MIME", tagOnly: true, client: outside, signed: signed.SMIME},
	{name: "our Message-ID, logged in", shows: command.Login, idOnly: true, client: outside, loggedIn: true},
}

// envelope and bytes make the mail of a writer that climbs to a rung.
func (r rung) mail(notice sent, from, text string) (ticket.Envelope, []byte) {
	l := letter{from: from, to: notice.answer(), subject: "Re: " + notice.msg.Subject, header: r.header + "In-Reply-To: " + notice.MessageID + "\n", text: text, id: "<rung@example.org>"}
	if r.tagOnly {
		l.header = r.header
	}
	if r.tagOnly || r.idOnly {
		l.to = support
	}
	env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: from, ForwardPaths: []string{l.to}, Client: r.client}
	if r.loggedIn {
		env.AuthUser = from
	}
	return env, r.sign(l)
}

// onLadder gives alice a second address, trusts a network and a server, and takes dora off
// the list, who had been an agent.
func onLadder(s *settings.Settings) {
	s.Agents[0].Mail = append(s.Agents[0].Mail, "a.berger@example.org")
	s.Trusted = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	s.AuthServers = []string{"mx.example.org"}
	withKeys(s)
}

// sample writes a command of the table as an agent does.
func sample(e command.Entry) string {
	args := map[command.Choices]string{
		command.Agents: "bob", command.Queues: "network", command.Categories: "network", command.Priorities: "high", command.Kinds: "incident", command.Moments: "2 days",
		command.Days: "until Friday", command.Addresses: "kim@example.com", command.Tickets: "1", command.Channels: "phone", command.Texts: "restart",
	}
	switch arg := args[e.Choices]; {
	case e.Name == "bulk":
		return "#bulk 1\n#priority high\n"
	case e.Takes == command.Text:
		return "#" + e.Name + "\n\nPlease look behind the device.\n"
	case e.Takes == command.Words && arg == "":
		return "#" + e.Name + " 15m\n"
	case e.Takes == command.Words:
		return "#" + e.Name + " " + arg + "\n"
	}
	return "#" + e.Name + "\n"
}

// rungAsked is one thing that a command of the table may ask for.
type rungAsked struct {
	command.Entry
	rung string // its name on the ladder
	text string
}

// rungsAsked lists what the commands of the table ask for: each, and each about a colleague.
func rungsAsked() (all []rungAsked) {
	for _, e := range command.Table {
		for _, rung := range e.Rungs() {
			text := sample(e)
			switch {
			case rung != e.Name:
				text = strings.Replace("#"+rung+" until Friday\n", "NAME", "bob", 1)
				if e.Choices == command.Agents {
					text = strings.Replace("#"+rung+"\n", "NAME", "bob", 1)
				}
			case e.Others != "" && e.Choices == command.Agents:
				text = "#" + e.Name + "\n"
			}
			all = append(all, rungAsked{e, rung, text})
		}
	}
	return all
}

// done lists what a plan does beside keeping a mail and telling agents of it: what needs
// proof. A mail of somebody outside may open a request, which is acknowledged.
func done(plan *ticket.Plan, before ticket.Ticket, writer string) (all []string) {
	for _, c := range plan.Changes {
		switch c := c.(type) {
		case ticket.AddEntry:
			if c.Entry.Kind == ticket.EntryReply {
				all = append(all, "an answer was filed")
			}
		case ticket.AddOutbox:
			if to := c.Mail.Recipient; !strings.HasSuffix(to, "@example.org") && to != writer {
				all = append(all, c.Mail.Template+" goes to "+to)
			}
		case ticket.AddParticipant:
			if p := c.Participant; p.Role != ticket.RoleAgent && p.Address != writer {
				all = append(all, p.Address+" takes part")
			}
		case ticket.UpdateTicket:
			t := c.Ticket
			is, was := []any{t.Status, t.Assignee, t.Queue, t.Level, t.Category, t.Priority, t.Kind, t.Tags, t.Subject, t.Requester}, []any{before.Status, before.Assignee, before.Queue, before.Level, before.Category, before.Priority, before.Kind, before.Tags, before.Subject, before.Requester}
			if t.ID == before.ID && fmt.Sprint(is...) != fmt.Sprint(was...) {
				all = append(all, fmt.Sprintf("the ticket is %v", is))
			}
		case ticket.SetAway, ticket.AddDuty, ticket.SetAgentAddress, ticket.SaveIncident, ticket.SetReport, ticket.SetLeft, ticket.MakeNote, ticket.SetSuppression, ticket.RemoveSuppressions:
			all = append(all, fmt.Sprintf("%T", c))
		}
	}
	return all
}

// TestLadder mails every command of the table in every way in which a mail may come, on
// each ladder. Below its level nothing is done, and the agent is told at the address in the
// configuration.
func TestLadder(t *testing.T) {
	everything := map[command.Proof][]string{}
	for _, l := range []struct {
		name   string
		ladder ladder.Ladder
		own    command.Proof // alice's
	}{
		{"plain", ladder.Ladder{}, ""},
		{"strict", ladder.Ladder{Strict: true}, ""},
		{"plain, #take needs a login, alice authentication", ladder.Ladder{Commands: map[string]command.Proof{"take": command.Login}}, command.Authenticated},
	} {
		b := open(t, onLadder, func(s *settings.Settings) { s.Ladder, s.Agents[0].Proof = l.ladder, l.own })
		before := b.request()
		notice := b.last(notify.TemplateNewTicket, aliceAt)
		for _, r := range rungs {
			b.CheckWith(&checker{found: r.checked})
			all := rungsAsked()
			for i := range 2 * len(all) {
				e, from := all[i/2], []string{aliceAt, "a.berger@example.org"}[i%2] // both are hers
				what := fmt.Sprintf("%s: #%s by %s, %s", l.name, e.rung, from, r.name)
				need := l.ladder.Needs(e.rung, l.own)
				if e.Takes == command.Text && e.Name != "note" {
					need = ladder.Higher(need, l.ladder.Needs(ladder.Words, l.own))
				}
				if need == command.Answer {
					need = command.Address // a Message-ID is no proof where there is a signed address
				}
				env, raw := r.mail(notice, from, e.text)
				v, plan, err := b.PlanOf(t.Context(), env, raw)
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				undone := slices.Contains(notify.Undones, notify.Undone(v.Reason))
				if enough := ladder.Enough(r.shows, need); enough == undone {
					t.Errorf("%s, which needs %s: %s", what, need, v.Reason)
				}
				if !undone {
					everything[r.shows] = append(everything[r.shows], done(plan, before, from)...)
					continue
				}
				if did := done(plan, before, from); len(did) > 0 {
					t.Errorf("%s: %s, but %q", what, v.Reason, did)
				}
				if told := v.Mails; !slices.ContainsFunc(told, tellsAlice) {
					t.Errorf("%s: alice is not told, only %v", what, told)
				}
			}
		}
	}
	for _, level := range []command.Proof{command.Address, command.Authenticated, command.Login} {
		if len(everything[level]) < 20 { // else the plans are not looked at as they should
			t.Errorf("at the level %s only %q was done", level, everything[level])
		}
	}
	faulttest.Seen(t, "T105", fmt.Sprintf("%d commands in %d ways on three ladders, by an agent at two addresses", len(rungsAsked()), len(rungs)), "below its level nothing was done and the agent was told; at its level it was looked at")
}

func tellsAlice(m decision.PlannedMail) bool {
	return m.To == aliceAt && m.Template == notify.TemplateNotDone
}

// TestLadderOfOthers: whoever is not an agent carries out no command, on no ladder, whatever they
// prove of themselves and whichever address they have. Their mail is not lost: agents are told
// of it, or it is a request, whose writer gets a receipt.
func TestLadderOfOthers(t *testing.T) {
	for _, l := range []ladder.Ladder{{}, {Strict: true}} {
		t.Run(fmt.Sprintf("strict is %t", l.Strict), func(t *testing.T) {
			ways := rungs
			if l.Strict {
				ways = alone()[3:] // what asks for more allows no more, not even the best proven
			}
			b := open(t, onLadder, threeLevels, func(s *settings.Settings) { s.Ladder = l }) // dora is an agent
			before := b.request()
			ofAlice, ofAna := b.last(notify.TemplateNewTicket, aliceAt), b.last(notify.TemplateAcknowledgement, ana)
			b.take(letter{client: "192.0.2.9", from: aliceAt, to: ofAlice.answer(), subject: "Re: " + ofAlice.msg.Subject, text: "#assign dora\n"})
			before = b.ticket(before.ID)
			ofDora := b.last(notify.TemplateAssigned, "dora@example.org")
			now := *b.Settings()
			now.Agents = slices.DeleteFunc(slices.Clone(now.Agents), func(a settings.Agent) bool { return a.Name == "dora" })
			b.Reload(&now) // she is none any more
			for _, w := range []struct {
				name, from string
				notice     sent
			}{
				{"a stranger at an agent's address", "mallory@example.com", ofAlice},
				{"a stranger at the requester's address", "mallory@example.com", ofAna},
				{"the requester", ana, ofAna},
				{"the requester at an agent's address", ana, ofAlice},
				{"a former agent at their own address", "dora@example.org", ofDora},
				{"a former agent at an agent's address", "dora@example.org", ofAlice},
			} {
				for _, r := range ways {
					if r.loggedIn && w.from != "dora@example.org" {
						continue // nobody can log in who never was an agent
					}
					b.CheckWith(&checker{found: r.checked})
					for what, text := range everything() {
						if w.from == ana && (w.name == "the requester" && r.shows != "" || ladder.Enough(r.shows, command.Authenticated)) && (command.ReadWish(text).Name != "" || strings.Contains(what, " ") && what[0] != '#') {
							continue // they may say so of their own request
						}
						b.doesNothing(before, w.notice, w.from, r, text, fmt.Sprintf("%s: %s, %s", w.name, what, r.name))
					}
				}
			}
		})
	}
}

// doesNothing plans a mail of somebody who is no agent, or not there.
func (b *bench) doesNothing(before ticket.Ticket, notice sent, from string, r rung, text, what string) {
	b.t.Helper()
	env, raw := r.mail(notice, from, text)
	v, plan, err := b.PlanOf(b.ctx, env, raw)
	if err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
	if did := done(plan, before, from); len(did) > 0 {
		b.t.Errorf("%s: %s, and %q", what, v.Reason, did)
	}
	for _, m := range v.Mails {
		about := ladder.Enough(r.shows, command.Authenticated) && slices.Contains([]notify.Template{notify.TemplateOpen, notify.TemplateLanguage}, m.Template) // themselves
		if m.To == from && m.Template != notify.TemplateAcknowledgement && m.Template != notify.TemplateConfirm && !about {
			b.t.Errorf("%s: they are sent %s", what, m.Template)
		}
	}
	if len(v.Mails) == 0 {
		b.t.Errorf("%s: %s, and nobody is told", what, v.Reason)
	}
}

// TestLoginAsksAndOpens: whoever has logged in may ask the desk, and put commands on a new mail,
// without any other proof; where a command needs a login, an authenticated From is told so.
func TestLoginAsksAndOpens(t *testing.T) {
	b := open(t, withControl, strictly)
	b.CheckWith(&checker{})
	send := func(to, subject, text string, env ticket.Envelope) incoming.Verdict {
		t.Helper()
		env.Source, env.ReversePath, env.ForwardPaths = ticket.SourceSMTP, aliceAt, []string{to}
		v, _, err := b.PlanOf(t.Context(), env, letter{from: aliceAt, to: to, subject: subject, text: text, id: "<new@example.org>"}.bytes())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	loggedIn, trusted := ticket.Envelope{Client: outside, AuthUser: aliceAt}, ticket.Envelope{Client: "192.0.2.9"}
	if v := send(control, "list", "list\n", loggedIn); v.Reason != "question" {
		t.Errorf("a question after a login is %s", v.Reason)
	}
	if v := send(support, "A call", "#channel phone\n#priority low\n\nThe door squeaks.\n", loggedIn); v.Opened.Priority != "low" {
		t.Errorf("a mail with commands after a login is %s, of priority %s", v.Reason, v.Opened.Priority)
	}
	for _, tt := range []struct {
		name string
		env  ticket.Envelope
		done bool
	}{{"trusted", trusted, false}, {"logged in", loggedIn, true}} {
		_, plan, err := b.PlanOf(t.Context(), ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: aliceAt, ForwardPaths: []string{control}, Client: tt.env.Client, AuthUser: tt.env.AuthUser},
			letter{from: aliceAt, to: control, subject: "x", text: "#oncall bob until Friday\n", id: "<duty@example.org>"}.bytes())
		if err != nil {
			t.Fatal(err)
		}
		told := ""
		did := false
		for _, c := range plan.Changes {
			switch c := c.(type) {
			case ticket.AddDuty:
				did = true
			case ticket.AddOutbox:
				told += mailparse.Parse(c.Mail.Bytes, mailparse.Envelope{}).Text
			}
		}
		if strings.Contains(told, "needs more proof") == tt.done || did && !tt.done {
			t.Errorf("%s: #oncall is done: %t; alice reads\n%s", tt.name, did, told)
		}
	}
}
