package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

const (
	vera     = "vera@supplier.example"
	veraAt   = "Vera Vogel <" + vera + ">"
	aliceBox = "alice@example.org"
)

// asksVendor lets alice ask a vendor about a request of Ana's, and returns the mail that the
// vendor gets.
func asksVendor(b *bench, text string) (ticket.Ticket, sent) {
	b.t.Helper()
	m := b.take(letter{from: "Ana Roth <" + ana + ">", to: support, subject: "Salary slip of Mr Kurz", text: "The printer prints my salary slip, 4711 euros, twice.\n", id: "<secret@private.example>"})
	b.agentWrites(aliceBox, notify.TemplateNewTicket, text)
	return b.ticket(m.Ticket), b.last(notify.TemplateQuestion, vera)
}

// TestVendorSeesNothingOfTheRequester: neither in the words nor in the header of what goes
// out.
func TestVendorSeesNothingOfTheRequester(t *testing.T) {
	for _, text := range []string{
		"#ask " + vera + " The printer prints twice\n\nIs there a newer release? Its number is 12.\n",
		"#ask " + vera + "\n\nThe printer prints twice. Is there a newer release? Its number is 12.\n\nOn Tuesday Ana Roth <" + ana + "> wrote:\n> The printer prints my salary slip, 4711 euros, twice.\n",
		"#hold\n#ask " + vera + " by Friday: The printer prints twice. Is there a newer release? Its number is 12.\n",
		"#take\n#note She is in a hurry.\n#ask " + vera + " The printer prints twice. Is there a newer release? Its number is 12.\n",
	} {
		b := open(t)
		of, question := asksVendor(b, text)
		raw := strings.ToLower(string(question.Bytes))
		for _, word := range []string{"ana", "roth", "private.example", "salary", "kurz", "4711", "hurry", "alice@example.org"} {
			if strings.Contains(raw, word) {
				t.Errorf("%q: %q goes out:\n%s", text, word, question.Bytes)
			}
		}
		if !strings.Contains(question.msg.Text, "Is there a newer release? Its number is 12.") || !strings.Contains(question.msg.Text, "The printer prints twice") {
			t.Errorf("%q: the vendor reads %q", text, question.msg.Text)
		}
		if mails := slices.DeleteFunc(b.summary(), func(s string) bool { return !strings.HasSuffix(s, ana) }); len(mails) != 1 {
			t.Errorf("%q: the requester gets %v", text, mails)
		}
		if got := b.ticket(of.ID); (got.Status == ticket.StatusOnHold) != strings.Contains(text, "#hold") || got.AwaitAt.IsZero() == strings.Contains(text, "by Friday") {
			t.Errorf("%q: the ticket is %s, an answer is expected at %s", text, got.Status, got.AwaitAt)
		}
	}
}

// TestTalkWithVendor: the answers of a vendor are read by agents, whose answers go to the
// vendor, and in the vendor's own thread.
func TestTalkWithVendor(t *testing.T) {
	b := open(t)
	of, question := asksVendor(b, "#ask "+vera+" Toner alarm\n\nIs there a newer release?\n")
	if got := question.msg.Subject; got != fmt.Sprintf("[Example IT #%d] Toner alarm", of.ID) {
		t.Errorf("the vendor is asked under %q", got)
	}
	before := len(b.summary())
	m := b.take(letter{from: veraAt, to: question.answer(), subject: "RE: " + question.msg.Subject + " [SUP-123]", text: "Yes, 5.2.\n", header: "In-Reply-To: " + question.MessageID + "\n", id: "<vera1@supplier.example>"})
	if m.Reason != "vendor" || m.Ticket != of.ID {
		t.Fatalf("the vendor's mail is %s (%s) in #%d", m.Disposition, m.Reason, m.Ticket)
	}
	equal(t, "mails about it", b.since(before), []string{"vendor " + aliceBox})
	notice := b.last(notify.TemplateVendor, aliceBox)
	if got, want := notice.msg.ReplyTo[0].Name, fmt.Sprintf("Vera Vogel, request %d, not to Ana Roth", of.ID); got != want {
		t.Errorf("the notice is answered to %q, want %q", got, want)
	}
	before = len(b.summary())
	b.agentWrites(aliceBox, notify.TemplateVendor, "Where do I get it?\n")
	equal(t, "mails about the answer", b.since(before), []string{"question " + vera})
	again := b.last(notify.TemplateQuestion, vera)
	if got := again.msg.Subject; got != fmt.Sprintf("Re: [Example IT #%d] Toner alarm [SUP-123]", of.ID) {
		t.Errorf("the vendor is written to under %q", got)
	}
	equal(t, "what it answers", again.msg.References, []string{question.MessageID, "<vera1@supplier.example>"})
	kinds := ""
	for _, e := range b.entries(of.ID)[1:] {
		kinds += string(e.Kind) + " "
	}
	if kinds != "note note note " {
		t.Errorf("the entries are %s", kinds)
	}
	before = len(b.summary())
	b.agentWrites(aliceBox, notify.TemplateVendor, "#reply\nThere is a newer release, I install it.\n")
	equal(t, "mails of a #reply", b.since(before), []string{"reply " + ana})
	b.sameRebuilt()
}

// TestMailsOfVendors: whoever writes to a vendor's address, and whatever they write there
// by themselves, reaches agents or nobody, never a reader, and is nobody's new request.
func TestMailsOfVendors(t *testing.T) {
	auto := "Auto-Submitted: auto-replied\n"
	for _, tt := range []struct {
		name, from, header, subject, text string
		null, bare                        bool // with an empty reverse-path; to the desk's address, by its subject alone
		told                              bool
		doubt                             string // none: "-"
		waits                             bool
	}{
		{name: "the vendor", from: veraAt, told: true},
		{name: "a colleague there", from: "Will <will@mail.supplier.example>", told: true, doubt: ticket.DoubtAddress},
		{name: "somebody else", from: "Mallory <m@evil.example>", told: true, doubt: ticket.DoubtProof, waits: true},
		{name: "a note of absence", from: veraAt, header: auto, subject: "Out of office", text: "I am back on Monday.\n", null: true, waits: true, doubt: "-"},
		{name: "a receipt with a mark", from: "no-reply@supplier.example", header: "Auto-Submitted: auto-generated\n", subject: "[SUP-9] received", text: "We have received your request.\n", waits: true, doubt: "-"},
		{name: "a receipt without one", from: veraAt, subject: "[SUP-9] Your request", text: "We have received your request. A member of our team will get back to you.\n", told: true, doubt: ticket.DoubtMachine, waits: true},
		{name: "a recall", from: veraAt, subject: "Recall: printer", text: "Vera would like to recall the message, \"printer\".\n", told: true, doubt: ticket.DoubtMachine, waits: true},
		{name: "an answer sent by a machine", from: veraAt, header: "Auto-Submitted: auto-generated\n", subject: "[SUP-9] answer", text: "Please install 5.2.\n", told: true, doubt: ticket.DoubtMachine, waits: true},
		{name: "the vendor by the subject alone", from: veraAt, bare: true, told: true, doubt: ticket.DoubtProof, waits: true},
		{name: "the vendor, forged as a server says", from: veraAt, header: "Authentication-Results: mx.example.org; dmarc=fail header.from=supplier.example\n", told: true, doubt: ticket.DoubtProof, waits: true},
	} {
		b := open(t, func(s *settings.Settings) { s.AuthServers = []string{"mx.example.org"} })
		of, question := asksVendor(b, "#hold\n#ask "+vera+" within 2 days Is there a newer release?\n")
		before := len(b.summary())
		l := letter{from: tt.from, to: question.answer(), subject: settings.FirstOf(tt.subject, "Re: "+question.msg.Subject), text: settings.FirstOf(tt.text, "Yes.\n"), header: tt.header + "In-Reply-To: " + question.MessageID + "\n"}
		if tt.bare {
			l.to, l.header = support, tt.header
		}
		if tt.null {
			l.envelope = null()
		}
		m := b.take(l)
		if m.Ticket != of.ID {
			t.Errorf("%s: it is %s in #%d", tt.name, m.Disposition, m.Ticket)
			continue
		}
		want := []string{}
		if tt.told {
			want = append(want, "vendor "+aliceBox)
		}
		equal(t, tt.name+": mails", b.since(before), want)
		b.view(func(r ticket.Reader) error {
			events, err := r.Events(of.ID, history.VendorEvents...)
			v := history.VendorsOf(events)[0]
			if v.Waits != tt.waits {
				t.Errorf("%s: the vendor is waited for: %t, want %t", tt.name, v.Waits, tt.waits)
			}
			i := slices.IndexFunc(events, func(e ticket.Event) bool { return e.Kind == ticket.EventVendorAnswered })
			if doubt := "-"; i >= 0 && events[i].Topic != tt.doubt || i < 0 && tt.doubt != doubt {
				t.Errorf("%s: events %v, want an answer with the doubt %q", tt.name, events, tt.doubt)
			}
			if known := strings.Contains(tt.subject, "SUP-9"); known && v.Number != "[SUP-9]" {
				t.Errorf("%s: the number of the vendor is %q", tt.name, v.Number)
			}
			return err
		})
		got := b.ticket(of.ID)
		if opens := got.Status == ticket.StatusOpen; opens == tt.waits {
			t.Errorf("%s: the ticket is %s", tt.name, got.Status)
		}
		if got.AwaitAt.IsZero() == tt.waits {
			t.Errorf("%s: an answer is expected at %v", tt.name, got.AwaitAt)
		}
		for _, p := range b.participants(of.ID) {
			if p.Role.Reads() && p.Address != ana {
				t.Errorf("%s: %s reads along", tt.name, p.Address)
			}
		}
	}
}

// TestVendorIsLate: whoever asked is reminded once, and the ticket is theirs again.
func TestVendorIsLate(t *testing.T) {
	b := open(t, func(s *settings.Settings) { s.VendorWithin = 48 * time.Hour })
	of, _ := asksVendor(b, "#hold\n#ask "+vera+" Is there a newer release?\n")
	due := b.ticket(of.ID).AwaitAt
	if due.IsZero() {
		t.Fatal("no answer is expected")
	}
	before := len(b.summary())
	b.due(due.Add(-time.Minute))
	equal(t, "mails in time", b.since(before), []string{})
	for range 2 {
		b.due(due.Add(time.Minute))
	}
	equal(t, "mails when it is late", b.since(before), []string{"vendor-late " + aliceBox})
	if got := b.ticket(of.ID); got.Status != ticket.StatusOpen || !got.AwaitAt.IsZero() {
		t.Errorf("the ticket is %s, an answer is expected at %s", got.Status, got.AwaitAt)
	}
	before = len(b.summary())
	b.agentWrites(aliceBox, notify.TemplateVendorLate, "Did you find the time?\n")
	equal(t, "mails of the answer to the reminder", b.since(before), []string{"question " + vera})
	if got := b.ticket(of.ID); got.AwaitAt.IsZero() {
		t.Error("nobody expects an answer to the second question")
	}
	b.agentWrites(aliceBox, notify.TemplateNewTicket, "#resolve\nIt is mended.\n")
	before = len(b.summary())
	b.due(time.Now().Add(60 * 24 * time.Hour))
	if mails := b.since(before); slices.Contains(mails, "vendor-late "+aliceBox) {
		t.Errorf("a solved ticket reminds of its vendor: %v", mails)
	}
}

// TestAskIsRefused: nothing goes out where it is not plain what is asked, and whom.
func TestAskIsRefused(t *testing.T) {
	for _, text := range []string{
		"#ask\n\nIs there a newer release?\n",
		"#ask " + vera + "\n",
		"#ask nobody\nIs there one?\n",
		"#ask " + ana + " Is there one?\n",
		"#ask bob@example.org Is there one?\n",
		"#ask " + support + " Is there one?\n",
		"#ask " + vera + " by yesterday 2020-01-01 Is there one?\n#frobnicate\n",
		"#ask " + vera + "\n#resolve\nIt is mended.\n",
		"#ask " + vera + " Is there one?\n#merge 1\n",
	} {
		b := open(t)
		b.request()
		if m := b.agentWrites(aliceBox, notify.TemplateNewTicket, text); m.Reason != "refused-command" {
			t.Errorf("%q: %s, want a refusal", text, m.Reason)
		}
		if mails := b.summary(); slices.ContainsFunc(mails, func(s string) bool { return strings.HasPrefix(s, "question") }) {
			t.Errorf("%q: sent were %v", text, mails)
		}
	}
}

// TestWordsForTheRequesterReachNoVendor: an answer to a vendor's notice that greets the
// requester waits, and one that shows no more than a Message-ID stays inside.
func TestWordsForTheRequesterReachNoVendor(t *testing.T) {
	b := open(t)
	of, question := asksVendor(b, "#ask "+vera+" Is there a newer release?\n")
	b.take(letter{from: veraAt, to: question.answer(), subject: "Re: x", text: "Yes.\n"})
	before := len(b.summary())
	if m := b.agentWrites(aliceBox, notify.TemplateVendor, "Hello Ana,\n\nthere is a newer release.\n"); m.Reason != "held-vendor" {
		t.Errorf("a greeting of the requester: %s", m.Reason)
	}
	equal(t, "mails", b.since(before), []string{"held " + aliceBox})
	held := b.last(notify.TemplateHeld, aliceBox)
	b.take(letter{from: aliceBox, to: held.answer(), subject: "Re: x", text: "#reply\n", header: "In-Reply-To: " + held.MessageID + "\n"})
	equal(t, "mails of its release", b.since(before+1), []string{"reply " + ana})

	notice := b.last(notify.TemplateVendor, aliceBox)
	before = len(b.summary())
	m := b.take(letter{from: aliceBox, to: support, subject: "Re: x", text: "Where do I get it?\n", header: "In-Reply-To: " + notice.MessageID + "\n"})
	if m.Reason != string(notify.UndoneMessageID) {
		t.Errorf("a Message-ID alone: %s in #%d, want #%d", m.Reason, m.Ticket, of.ID)
	}
	if mails := b.since(before); slices.Contains(mails, "question "+vera) {
		t.Errorf("a Message-ID alone sends %v", mails)
	}
}

// TestTwoVendorsAtOnce: each has a conversation of their own.
func TestTwoVendorsAtOnce(t *testing.T) {
	b := open(t)
	of, first := asksVendor(b, "#ask "+vera+", will@other.example Is there a newer release?\n")
	second := b.last(notify.TemplateQuestion, "will@other.example")
	if first.answer() == second.answer() || strings.Contains(string(first.Bytes), "will") {
		t.Errorf("the conversations are one")
	}
	b.take(letter{from: "will@other.example", to: second.answer(), subject: "Re: x", text: "No.\n"})
	b.take(letter{from: "will@other.example", to: first.answer(), subject: "Re: x", text: "I write to the wrong address.\n"})
	b.view(func(r ticket.Reader) error {
		events, err := r.Events(of.ID, history.VendorEvents...)
		all := history.VendorsOf(events)
		if len(all) != 2 || !all[0].Waits || all[1].Waits {
			t.Errorf("the vendors are %+v", all)
		}
		return err
	})
	before := len(b.summary())
	b.agentWrites(aliceBox, notify.TemplateVendor, "A pity.\n")
	equal(t, "the answer goes to", b.since(before), []string{"question will@other.example"})
}

// TestMailToVendorIsLost: whoever asked learns that the question did not arrive.
func TestMailToVendorIsLost(t *testing.T) {
	b := open(t)
	_, question := asksVendor(b, "#ask "+vera+" Is there a newer release?\n")
	before := len(b.summary())
	if err := b.Outcome(b.ctx, ticket.Attempt{Outbox: question.ID, At: time.Now(), State: ticket.OutboxFailed, Host: "test", Code: 550, Text: "5.1.1 no such user"}); err != nil {
		t.Fatal(err)
	}
	told := slices.Sorted(slices.Values(b.since(before)))
	if !slices.Contains(told, "undeliverable "+aliceBox) {
		t.Errorf("told are %v", told)
	}
	if n := b.last(notify.TemplateUndeliverable, aliceBox); !strings.Contains(n.msg.Text, "Is there a newer release?") {
		t.Errorf("the notice has no word of the question:\n%s", n.msg.Text)
	}
}

// TestQuestionIsTakenBack: UNDO keeps in what a vendor or an approver is asked.
func TestQuestionIsTakenBack(t *testing.T) {
	for _, text := range []string{"#ask " + vera + " by Friday Is there one?\n", "#take\n#approve " + vera + " by Friday May she?\n", "#hold\n#ask " + vera + " by Friday\nIs there one?\n"} {
		b := open(t, func(s *settings.Settings) { s.UndoWindow = time.Hour })
		m := b.take(letter{from: ana, to: support, subject: "Toner", text: "It is empty.\n"})
		b.agentWrites(aliceBox, notify.TemplateNewTicket, text)
		if b.ticket(m.Ticket).AwaitAt.IsZero() {
			t.Fatalf("%q: no answer is expected", text)
		}
		b.agentWrites(aliceBox, notify.TemplateNewTicket, "#undo\n")
		for _, s := range b.outbox() {
			if s.Recipient == vera && s.State != ticket.OutboxCancelled {
				t.Errorf("%q: the %s to the vendor is %s", text, s.Template, s.State)
			}
		}
		if got := b.ticket(m.Ticket); !got.AwaitAt.IsZero() || got.Status == ticket.StatusOnHold {
			t.Errorf("%q: the ticket is %s, an answer is expected at %v", text, got.Status, got.AwaitAt)
		}
		b.sameRebuilt()
	}
}

// TestVendorAfterMerge: a conversation with a vendor goes on in the ticket in which the one is
// worked on that they were asked about: under its subject, with their number, in one thread,
// and in its language.
func TestVendorAfterMerge(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		notice     notify.Template // that alice answers
		other      bool            // it is of the ticket into which the first one was merged
	}{
		{name: "in reply to the vendor's mail", notice: notify.TemplateVendor, text: "5.2?\n"},
		{name: "by #ask", notice: notify.TemplateNewTicket, text: "#ask " + vera + "\n5.2?\n"},
		{name: "by #ask on the other ticket", notice: notify.TemplateNewTicket, text: "#ask " + vera + "\n5.2?\n", other: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			into := b.request()
			of, question := asksVendor(b, "#ask "+vera+" Toner alarm\n\nGibt es dafür schon eine neuere Version, die den Fehler behebt?\n")
			b.take(letter{from: veraAt, to: question.answer(), subject: "RE: " + question.msg.Subject + " [SUP-123]", text: "Yes, 5.2.\n", header: "In-Reply-To: " + question.MessageID + "\n", id: "<vera1@supplier.example>"})
			b.writesOn(of.ID, aliceBox, notify.TemplateNewTicket, fmt.Sprintf("#merge %d\n", into.ID))
			if got := b.ticket(of.ID).Merged; got != into.ID {
				t.Fatalf("merged into %d", got)
			}
			on := of.ID
			if tt.other {
				on = into.ID
			}
			thread := []string{question.MessageID, "<vera1@supplier.example>"}
			for range 2 { // the second is about a ticket on which the vendor has said no number
				b.writesOn(on, aliceBox, tt.notice, tt.text)
				again := b.last(notify.TemplateQuestion, vera)
				if got := again.msg.Subject; got != fmt.Sprintf("Re: [Example IT #%d] Toner alarm [SUP-123]", into.ID) {
					t.Errorf("the vendor is written to under %q", got)
				}
				if again.Language != "de" {
					t.Errorf("the vendor, who was asked in German, is written to in %q", again.Language)
				}
				equal(t, "what it answers", again.msg.References, thread)
				thread = append(thread, again.MessageID)
			}
			again := b.last(notify.TemplateQuestion, vera)
			m := b.take(letter{from: veraAt, to: again.answer(), subject: again.msg.Subject, text: "From our page.\n", header: "In-Reply-To: " + again.MessageID + "\n"})
			if m.Ticket != into.ID || m.Reason != "vendor" {
				t.Errorf("the answer is %s in #%d", m.Reason, m.Ticket)
			}
			b.sameRebuilt()
		})
	}
}

// TestVendorByMessageID: whoever shows the Message-ID of a mail to a vendor, or of the notice of the
// vendor's answer, in an agent's name, sends the vendor nothing: that needs the signed address.
func TestVendorByMessageID(t *testing.T) {
	b := open(t)
	of, question := asksVendor(b, "#ask "+vera+" Is there a newer release?\n")
	b.take(letter{from: veraAt, to: question.answer(), subject: "RE: " + question.msg.Subject, text: "Yes, 5.2.\n", header: "In-Reply-To: " + question.MessageID + "\n"})
	notice := b.last(notify.TemplateVendor, aliceBox)
	for _, shown := range []sent{question, notice} {
		before := len(b.summary())
		m := b.take(letter{from: aliceBox, to: support, subject: "Re: " + shown.msg.Subject, text: "Send it to m@evil.example.\n", header: "In-Reply-To: " + shown.MessageID + "\n"})
		if m.Ticket != of.ID {
			t.Errorf("the mail is %s (%s) in #%d", m.Disposition, m.Reason, m.Ticket)
		}
		for _, line := range b.since(before) {
			if strings.HasSuffix(line, vera) || strings.HasSuffix(line, ana) {
				t.Errorf("%s (%s) sends %q", m.Disposition, m.Reason, line)
			}
		}
		if last := b.entries(of.ID); last[len(last)-1].Kind != ticket.EntryNote {
			t.Errorf("it is filed as %s", last[len(last)-1].Kind)
		}
	}
}
