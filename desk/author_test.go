package desk_test

import (
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/ticket"
)

const google = "Precedence: list\nMailing-list: list support@example.org; contact support+owners@example.org\nList-ID: <support.example.org>\n" +
	"List-Post: <mailto:support@example.org>\nX-Google-Group-Id: 42\n"

// TestWhoAsks: mail that a group or a form passes on is its author's.
func TestWhoAsks(t *testing.T) {
	for name, tt := range map[string]struct {
		letter
		requester string
		confirmed bool
		ticket    bool
	}{
		"group in From, X-Original-From":   {letter{from: `"'Ana' via Support" <support@example.org>`, header: google + "X-Original-From: Ana <ana@example.net>\nReply-To: list@example.net\n"}, ana, true, true},
		"group in From, Reply-To":          {letter{from: "support@example.org", header: google + "Reply-To: Ana <ana@example.net>\n"}, ana, true, true},
		"group in From, X-Original-Sender": {letter{from: "support@example.org", header: google + "X-Original-Sender: ana@example.net\n"}, ana, true, true},
		"group in From, nobody behind it":  {letter{from: "support@example.org", header: google}, "", false, true},
		"a robot through a group":          {letter{from: `"'Nagios' via Support" <support@example.org>`, header: google + "X-Original-From: Nagios <nagios@ops.example>\nReply-To: Nagios <nagios@ops.example>\n"}, "nagios@ops.example", false, true},
		"a robot in X-Original-Sender":     {letter{from: `"'Nagios' via Support" <support@example.org>`, header: google + "X-Original-Sender: nagios@ops.example\n"}, "nagios@ops.example", false, true},
		"a robot in Reply-To":              {letter{from: "support@example.org", header: google + "Reply-To: Nagios <nagios@ops.example>\n"}, "nagios@ops.example", false, true},
		"a robot whose colleagues answer":  {letter{from: "support@example.org", header: google + "X-Original-From: nagios@ops.example\nReply-To: ana@example.net\n"}, "nagios@ops.example", false, true},
		"a form through a group":           {letter{from: "support@example.org", header: google + "X-Original-From: noreply@shop.example\nReply-To: ana@example.net\n"}, ana, true, true},
		"a shop's answer through a group":  {letter{from: "support@example.org", header: google + "X-Original-From: noreply@shop.example\nReferences: <1@shop.example>\n"}, "noreply@shop.example", false, true},
		"a robot through a listed group":   {letter{from: "Nagios via IT <it@groups.example>", header: "X-Original-From: nagios@ops.example\n"}, "nagios@ops.example", false, true},
		"group in Sender":                  {letter{from: ana, header: google + "Sender: support@example.org\n"}, ana, true, true},
		"group in X-Loop":                  {letter{from: ana, header: google + "X-Loop: support@example.org\n"}, ana, true, true},
		"group in Delivered-To":            {letter{from: ana, header: google + "Delivered-To: support@example.org\n"}, ana, true, true},
		"absence through a group":          {letter{from: "support@example.org", header: google + "Reply-To: ana@example.net\nAuto-Submitted: auto-replied\n"}, "", false, false},
		"automatic through a group":        {letter{from: "support@example.org", header: google + "Reply-To: ana@example.net\nAuto-Submitted: auto-generated\n"}, ana, false, true},
		"listed group":                     {letter{from: "it@groups.example", header: "Sender: it@groups.example\nReply-To: Ana <ana@example.net>\n"}, ana, true, true},
		"somebody else's list":             {letter{from: "news@lists.example", header: "List-Id: <news.lists.example>\nReply-To: ana@example.net\n"}, ana, false, true}, // From is the list itself
		"a list in its own name":           {letter{from: "IT <it@lists.example>", header: "List-Id: <it.lists.example>\n"}, "", false, true},
		"the same by its List-Post":        {letter{from: "IT <it@lists.example>", header: "List-Id: <4711.example>\nList-Post: <mailto:it@lists.example>\n"}, "", false, true},
		"the same by X-BeenThere":          {letter{from: "IT <it@lists.example>", header: "X-BeenThere: it@lists.example\n"}, "", false, true},
		"a listed group in its own name":   {letter{from: "IT <it@groups.example>"}, "", false, true},
		"a person through a list":          {letter{from: ana, header: "List-Id: <it.lists.example>\nList-Post: <mailto:it@lists.example>\n"}, ana, false, true},
		"form of the house":                {letter{from: "wordpress@example.org", header: "Reply-To: Ana <ana@example.net>\n"}, ana, true, true},
		"form in our own name":             {letter{from: "support@example.org", header: "Reply-To: Ana <ana@example.net>\n"}, ana, true, true},
		"form that calls itself automatic": {letter{from: "noreply@www.example.org", header: "Reply-To: ana@example.net\nAuto-Submitted: auto-generated\n"}, ana, false, true},
		"form of a service, no-reply":      {letter{from: "no-reply@forms.example", header: "Reply-To: ana@example.net\n"}, ana, false, true},
		"automatic, with a Reply-To":       {letter{from: "forms@agency.example", header: "Reply-To: ana@example.net\nX-Auto-Response-Suppress: All\n"}, ana, false, true},
		"bulk, with a Reply-To":            {letter{from: "forms@agency.example", header: "Reply-To: ana@example.net\nPrecedence: bulk\n"}, ana, false, true},
		"bulk of a list with a Reply-To":   {letter{from: "forms@agency.example", header: "Reply-To: ana@example.net\nPrecedence: bulk\nList-Unsubscribe: <mailto:x@agency.example>\n"}, "forms@agency.example", false, true},
		"group by Precedence, in Sender":   {letter{from: ana, header: "Precedence: list\nSender: support@example.org\n"}, ana, true, true},
		"form that a rule lists":           {letter{from: "web@agency.example", header: "Reply-To: Ana <ana@example.net>\n"}, ana, true, true},
		"two in Reply-To":                  {letter{from: "web@agency.example", header: "Reply-To: ana@example.net, ben@example.net\n"}, "web@agency.example", true, true},
		"an agent in Reply-To":             {letter{from: "web@agency.example", header: "Reply-To: alice@example.org\n"}, "web@agency.example", true, true},
		"a person with another Reply-To":   {letter{from: ana, header: "Reply-To: ben@example.net\n"}, ana, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, func(s *settings.Settings) {
				s.Addresses[0].Groups = []string{"it@groups.example"}
				s.Routing.Rules = append(s.Routing.Rules, routing.Rule{Name: "form", When: `from == "web@agency.example"`, Requester: routing.RequesterReplyTo})
			})
			tt.to, tt.subject, tt.text = support, "Scanner is dead", "The scanner in ward 3 is dead.\n"
			tt.envelope = new(string)
			*tt.envelope = "sender+bnc1@mail.example"
			m := b.take(tt.letter)
			if (m.Disposition == ticket.DispositionNew) != tt.ticket {
				t.Fatalf("the mail is %s (%s)", m.Disposition, m.Reason)
			}
			if !tt.ticket {
				return
			}
			if got := b.ticket(m.Ticket).Requester; got != tt.requester {
				t.Errorf("the requester is %q, want %q", got, tt.requester)
			}
			if !strings.Contains(b.last(notify.TemplateNewTicket, "alice@example.org").msg.Text, "scanner in ward 3") {
				t.Error("alice does not read the request")
			}
			if n := b.made(notify.TemplateAcknowledgement, 0); (n == 1) != tt.confirmed {
				t.Errorf("%d acknowledgements, want one: %t", n, tt.confirmed)
			}
		})
	}
}

// TestListInItsOwnName: who wrote through a list that says nothing of them gets no answer by it, and nobody else does:
// agents are told, and an answer waits until they say whose request it is.
func TestListInItsOwnName(t *testing.T) {
	b := open(t)
	m := b.take(letter{from: "IT <it@lists.example>", to: support, subject: "Scanner is dead", text: "The scanner in ward 3 is dead.\n", header: "List-Id: <it.lists.example>\nCc: Ana <" + ana + ">\n"})
	if n := b.last(notify.TemplateNewTicket, aliceAt); !says(n, "came through it@lists.example, which hides its author’s address") || !says(n, ana) {
		t.Errorf("alice reads:\n%s", n.msg.Text)
	}
	before := len(b.summary())
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "It is on its way.\n")
	equal(t, "an answer to a list", b.since(before), []string{"held " + aliceAt})
	b.agentWrites(aliceAt, notify.TemplateHeld, "#for "+ana+"\n#anyway\n")
	if n := b.last(notify.TemplateReply, ana); !says(n, "on its way") || b.ticket(m.Ticket).Requester != ana {
		t.Errorf("ana reads:\n%s", n.msg.Text)
	}
	for _, s := range b.outbox() {
		if strings.Contains(s.Recipient, "lists.example") {
			t.Errorf("the list is sent %s", s.Template)
		}
	}
	b.sound()
	b.sameRebuilt()
}

// TestServiceNamesOthers: agents are told of those in To and Cc of what a person wrote through a service; it brings
// nobody into the correspondence.
func TestServiceNamesOthers(t *testing.T) {
	b := open(t)
	m := b.take(letter{from: "Ana Berg via Forward <hello@forward.example>", to: support, subject: "Lamp", text: "It is dark.\n", header: "Reply-To: Ana Berg <" + ana + ">\nCc: Kim <kim@example.com>\n"})
	if got := b.ticket(m.Ticket).Requester; got != ana {
		t.Errorf("the requester is %s", got)
	}
	equal(t, "in copy", b.inCopy(m.Ticket), nil)
	if n := b.last(notify.TemplateNewTicket, aliceAt); !says(n, "went to others as well") || !says(n, "kim@example.com") {
		t.Errorf("alice reads:\n%s", n.msg.Text)
	}
	b.sameRebuilt()
}

// TestReplyToProvesNothing: whoever fills in a form with an agent's or a
// requester's address is not taken for them.
func TestReplyToProvesNothing(t *testing.T) {
	b := open(t, func(s *settings.Settings) { s.AuthServers = []string{"mx.example.org"} })
	m := b.take(letter{from: "wordpress@example.org", to: support, subject: "Hello", text: "Hello.\n",
		header: "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\nReply-To: ben@example.net\n"})
	for _, p := range b.participants(m.Ticket) {
		if p.Proven {
			t.Errorf("%s counts as proven by somebody else's signature", p.Address)
		}
	}
}

func (b *bench) participants(id ticket.ID) (all []ticket.Participant) {
	b.t.Helper()
	b.view(func(r ticket.Reader) (err error) { all, err = r.Participants(id); return err })
	return all
}

// TestMachineIsWork: what calls itself automatic and reports nothing known is read
// by an agent and never answered; only what is known to need nobody ends alone.
func TestMachineIsWork(t *testing.T) {
	for _, tt := range []struct {
		name, from, header, subject, text string
		work                              bool
	}{
		{"alarm", "root@ops.example", "Auto-Submitted: auto-generated;\n", "backup failed", "No space left.\n", true},
		{"notification", "ci@ops.example", "Auto-Submitted: auto-notified\n", "build broken", "It broke.\n", true},
		{"another desk", "help@peer.example", "X-RT-Loop-Prevention: peer\nPrecedence: bulk\n", "[peer #7] Question", "Please tell us the version.\n", true},
		{"a list", "news@lists.example", "List-Id: <news.lists.example>\nAuto-Submitted: auto-generated\n", "Maintenance window", "On Sunday.\n", true},
		{"no reverse-path", ana, "", "Hello there", "A quite human mail.\n", true},
		{"absence", ana, "Auto-Submitted: auto-replied\n", "Out of office", "I am away.\n", false},
		{"receipt", ana, "Content-Type: multipart/report; report-type=disposition-notification; boundary=x\n", "Read: x",
			"--x\n\nIt was read.\n--x\nContent-Type: message/disposition-notification\n\nDisposition: manual-action/MDN-sent-manually; displayed\n--x--\n", false},
	} {
		for _, known := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				b := open(t)
				l := letter{from: tt.from, to: support, subject: tt.subject, text: tt.text, header: tt.header}
				if tt.name == "no reverse-path" || tt.name == "receipt" {
					l.envelope = null()
				}
				want := ticket.DispositionMachine
				if known {
					opened := b.request()
					answer := b.last(notify.TemplateAcknowledgement, ana)
					l.from, l.to, l.header = ana, answer.answer(), l.header+"In-Reply-To: "+answer.MessageID+"\n"
					b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\nDone.\n")
					defer func() {
						if got := b.ticket(opened.ID); got.Status != ticket.StatusResolved {
							t.Errorf("a machine made the ticket %s", got.Status)
						}
					}()
				} else if tt.work {
					want = ticket.DispositionNew
				}
				before := len(b.summary())
				m := b.take(l)
				if m.Disposition != want {
					t.Errorf("on a known ticket %t: the mail is %s (%s), want %s", known, m.Disposition, m.Reason, want)
				}
				read := false
				for _, s := range b.outbox()[before:] {
					if !strings.HasSuffix(s.Recipient, "@example.org") {
						t.Errorf("%s to %s answers a machine", s.Template, s.Recipient)
					}
					read = read || strings.Contains(s.msg.Text, strings.TrimSpace(tt.text))
				}
				if read != tt.work {
					t.Errorf("on a known ticket %t: an agent reads it: %t, want %t", known, read, tt.work)
				}
			})
		}
	}
}

// TestRulesOnMachines: a rule says what of a machine is work, folds its mails, and
// ends the matter.
func TestRulesOnMachines(t *testing.T) {
	b := open(t, func(s *settings.Settings) {
		s.Routing.Rules = []routing.Rule{
			{Name: "nightly", When: `class == "auto-generated" && subject contains "nightly"`, Ticket: routing.TicketNo},
			{Name: "absences", When: `class == "auto-reply"`, Ticket: routing.TicketYes},
			{Name: "over", When: `subject startsWith "OK "`, Thread: `trimPrefix(subject, "OK ")`, Resolves: true},
			{Name: "alarm", When: `subject startsWith "ALARM "`, Thread: `trimPrefix(subject, "ALARM ")`},
		}
	})
	machine := func(subject string) ticket.Mail {
		return b.take(letter{from: "root@ops.example", to: support, subject: subject, text: subject + " at noon\n", header: "Auto-Submitted: auto-generated\n"})
	}
	if m := machine("nightly report"); m.Disposition != ticket.DispositionMachine || m.Ticket != 0 {
		t.Errorf("a mail that a rule calls no ticket is %s in #%d", m.Disposition, m.Ticket)
	}
	if m := b.take(letter{from: ana, to: support, subject: "nightly", text: "Help.\n"}); m.Disposition != ticket.DispositionNew {
		t.Errorf("a person's mail is %s: no rule of machines may drop it", m.Disposition)
	}
	if m := b.take(letter{from: ana, to: support, subject: "Out of office", text: "Away.\n", header: "Auto-Submitted: auto-replied\n"}); m.Disposition != ticket.DispositionNew {
		t.Errorf("an absence that a rule calls a ticket is %s (%s)", m.Disposition, m.Reason)
	}
	first, other, again := machine("ALARM web1 http"), machine("ALARM web2 http"), machine("ALARM  Web1 HTTP")
	if first.Ticket == 0 || again.Ticket != first.Ticket || other.Ticket == first.Ticket || again.Disposition != ticket.DispositionAppended {
		t.Errorf("alarms are in #%d, #%d, #%d: want the first and third alone together", first.Ticket, other.Ticket, again.Ticket)
	}
	over := machine("OK web1 http")
	if over.Ticket != first.Ticket || b.ticket(first.Ticket).Status != ticket.StatusResolved || !b.ticket(first.Ticket).Informed() {
		t.Errorf("after the recovery in #%d the ticket is %s", over.Ticket, b.ticket(first.Ticket).Status)
	}
	if s := b.ticket(other.Ticket).Status; s != ticket.StatusNew {
		t.Errorf("the other one is %s", s)
	}
	if m := machine("OK web1 http at last"); m.Disposition != ticket.DispositionMachine || m.Ticket != 0 {
		t.Errorf("a recovery of nothing is %s in #%d", m.Disposition, m.Ticket)
	}
	if m := machine("ALARM web1 http"); m.Disposition != ticket.DispositionDuplicate && m.Ticket == first.Ticket {
		t.Errorf("a new alarm is in the resolved ticket")
	}
	for _, s := range b.outbox() {
		if s.Recipient == "root@ops.example" {
			t.Errorf("%s answers the machine", s.Template)
		}
	}
	if c := b.outbox()[0].msg.Class; c == mailparse.Person {
		t.Errorf("notices to agents are not marked: %s", c)
	}
}
