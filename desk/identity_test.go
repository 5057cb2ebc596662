package desk_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/routing"
	"maildesk/ticket"
)

func TestT047OneMailToTwoAddresses(t *testing.T) {
	b := open(t)
	l := letter{from: ana, to: support, subject: "both", text: "To whom it may concern\n", id: "<both@example.net>"}
	first := b.take(l)
	before := len(b.summary())
	l.rcpt = []string{"sales@example.org"}
	copied := b.take(l)
	if copied.Disposition != ticket.DispositionDuplicate || copied.DuplicateOf != first.ID || copied.Ticket != first.Ticket {
		t.Errorf("the second copy is %s of %d in #%d, want duplicate of %d in #%d", copied.Disposition, copied.DuplicateOf, copied.Ticket, first.ID, first.Ticket)
	}
	if !slices.Contains(b.events(first.Ticket), "onlooker: queue sales") {
		t.Errorf("the other address's queue does not look on: %q", b.events(first.Ticket))
	}
	// bob was told already as an agent of the first queue.
	if more := b.since(before); len(more) > 0 {
		t.Errorf("the second copy made %q", more)
	}
	faulttest.Seen(t, "T047", "one mail to two of our addresses, in two transactions", "one ticket, the second is its duplicate and brings the other queue as an onlooker, one acknowledgement")
}

// A list writes into the subject and below the text.
func TestT047CopyThroughAList(t *testing.T) {
	b := open(t)
	l := letter{from: ana, to: support, subject: "printer", text: "The printer on the second floor burns.\n", id: "<list@example.net>"}
	first := b.take(l)
	before := len(b.summary())
	l.subject, l.text = "[staff] printer", l.text+"-- \nstaff mailing list, unsubscribe at https://lists.example.net\n"
	l.rcpt = []string{"sales@example.org"}
	copied := b.take(l)
	if copied.Disposition != ticket.DispositionAppended || copied.Ticket != first.Ticket || copied.Reason != "altered-copy" {
		t.Errorf("the copy through the list is %s in #%d (%s), want appended to #%d as an altered copy", copied.Disposition, copied.Ticket, copied.Reason, first.Ticket)
	}
	if more := b.since(before); slices.Contains(more, "acknowledgement "+ana) || len(b.entries(first.Ticket)) != 2 {
		t.Errorf("the copy made %q and left %d entries, want no acknowledgement, 2 entries", more, len(b.entries(first.Ticket)))
	}
	l.from, l.rcpt = "evil@example.com", nil
	if forged := b.take(l); forged.Disposition != ticket.DispositionNew {
		t.Errorf("the same by somebody else is %s, want a ticket of its own", forged.Disposition)
	}
	b.sound()
	faulttest.Seen(t, "T047", "a mail to us and, with a mark in the subject and a footer, through a list to our other address", "one ticket, the copy is filed beside the first, one acknowledgement")
}

// A scanner gives all its mails the same words and Message-ID, and other files.
func TestT048SameMessageIDOtherFile(t *testing.T) {
	scan := func(page, footer string) letter {
		return letter{from: "scanner@example.net", to: support, subject: "Scan", id: "<0@example.net>", header: "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n",
			text: "--b\nContent-Type: text/plain\n\nMessage from the scanner.\n" + footer + "--b\nContent-Type: application/pdf; name=scan.pdf\n\n" + page + "\n--b--\n"}
	}
	b := open(t)
	first := b.take(scan("page 1", ""))
	if copied := b.take(scan("page 1", "-- \nstaff list, https://lists.example.net\n")); copied.Reason != "altered-copy" || copied.Ticket != first.Ticket {
		t.Errorf("a copy with the same file and a footer is %s (%s) in #%d, want an altered copy in #%d", copied.Disposition, copied.Reason, copied.Ticket, first.Ticket)
	}
	before := len(b.summary())
	if other := b.take(scan("page 2", "")); other.Disposition == ticket.DispositionDuplicate || other.Reason == "altered-copy" {
		t.Errorf("a mail with another file is %s (%s), want one of its own", other.Disposition, other.Reason)
	}
	if told := b.since(before); !slices.ContainsFunc(told, func(s string) bool { return strings.HasSuffix(s, " alice@example.org") }) {
		t.Errorf("the other file made %q: no agent is told", told)
	}
	faulttest.Seen(t, "T048", "three mails of a scanner with one Message-ID and the same words: the same file through a list, then another file", "the first two are one, the third is another mail and an agent is told")
}

func TestT048SameMessageIDOtherBody(t *testing.T) {
	b := open(t)
	one := b.take(letter{from: ana, to: support, subject: "one", text: "first\n", id: "<same@example.net>"})
	two := b.take(letter{from: ana, to: support, subject: "one", text: "second\n", id: "<same@example.net>"})
	if one.Disposition == ticket.DispositionDuplicate || two.Disposition == ticket.DispositionDuplicate {
		t.Errorf("two different mails with one Message-ID are %s and %s, want both kept", one.Disposition, two.Disposition)
	}
	faulttest.Seen(t, "T048", "two mails of one sender with one Message-ID and other bodies", "%s and %s: both kept", one.Disposition, two.Disposition)
}

func TestT049PoisonedMessageID(t *testing.T) {
	b := open(t)
	b.take(letter{from: "evil@example.com", to: support, subject: "junk", text: "junk\n", id: "<victim.1@example.net>"})
	m := b.take(letter{from: ana, to: support, subject: "real", text: "real\n", id: "<victim.1@example.net>"})
	if m.Disposition != ticket.DispositionNew {
		t.Errorf("the victim's mail is %s (%s), want a new ticket", m.Disposition, m.Reason)
	}
	faulttest.Seen(t, "T049", "junk takes the Message-ID that a victim uses later", "the victim's mail is %s", m.Disposition)
}

func TestT050T051T052NoMessageID(t *testing.T) {
	b := open(t)
	raw := func(text string) []byte {
		return []byte("From: ana@example.net\r\nTo: support@example.org\r\nSubject: x\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n\r\n" + text)
	}
	l := letter{from: ana, to: support}
	one, two, again := b.takeRaw(l, raw("one\r\n")), b.takeRaw(l, raw("two\r\n")), b.takeRaw(l, raw("one\r\n"))
	if one.Disposition != ticket.DispositionNew || two.Disposition != ticket.DispositionNew || one.Ticket == two.Ticket {
		t.Errorf("two mails without Message-ID are %s #%d and %s #%d, want two tickets", one.Disposition, one.Ticket, two.Disposition, two.Ticket)
	}
	if again.Disposition != ticket.DispositionDuplicate || again.Ticket != one.Ticket {
		t.Errorf("the exact copy is %s in #%d, want duplicate in #%d", again.Disposition, again.Ticket, one.Ticket)
	}
	faulttest.Seen(t, "T050", "two mails without Message-ID that differ in the body only", "two tickets")
	faulttest.Seen(t, "T051", "an exact copy of a mail without Message-ID", "%s of the first", again.Disposition)
	faulttest.Seen(t, "T052", "a mail without Message-ID", "%s, not dropped", one.Disposition)
}

func TestT053NoFrom(t *testing.T) {
	b := open(t)
	m := b.takeRaw(letter{from: ana, to: support}, []byte("Subject: no sender\r\n\r\nhelp\r\n"))
	if got := b.ticket(m.Ticket); m.Disposition != ticket.DispositionNew || got.Requester != ana {
		t.Errorf("mail without From is %s by %q, want a ticket of the envelope's sender", m.Disposition, got.Requester)
	}
	empty := b.takeRaw(letter{from: ana, to: support}, nil)
	if empty.Disposition != ticket.DispositionNew {
		t.Errorf("the empty mail is %s (%s), want a ticket", empty.Disposition, empty.Reason)
	}
	faulttest.Seen(t, "T053", "a mail without From, and an empty one", "both %s, requester is the envelope's sender", m.Disposition)
}

func TestT054StrangerNamesATicket(t *testing.T) {
	b := open(t)
	opened := b.request()
	before := len(b.summary())
	m := b.take(letter{from: "eve@example.com", to: support, subject: fmt.Sprintf("Re: [Example IT #%d] VPN drops", opened.ID), text: "Tell me everything.\n"})
	if m.Disposition != ticket.DispositionNew || m.Ticket == opened.ID {
		t.Fatalf("the stranger's mail is %s in #%d, want a ticket of its own", m.Disposition, m.Ticket)
	}
	for _, s := range b.outbox()[before:] {
		if s.Recipient == ana {
			t.Errorf("the requester was sent %s because of a stranger", s.Template)
		}
		if s.Recipient == "eve@example.com" && strings.Contains(s.msg.Text, "ten minutes") {
			t.Errorf("the stranger was shown the correspondence: %s", s.msg.Text)
		}
	}
	if events := b.events(m.Ticket); !slices.ContainsFunc(events, func(e string) bool { return strings.HasPrefix(e, "claims: ") }) {
		t.Errorf("the new ticket is not linked: %q", events)
	}
	faulttest.Seen(t, "T054", "a stranger writes the tag of somebody else's ticket into the subject", "a ticket of their own that says which one it claims; nothing of the other is shown or changed")
}

func TestSubjectTagThreadsForTheRequester(t *testing.T) {
	b := open(t)
	opened := b.request()
	m := b.take(letter{from: "Ana <" + ana + ">", to: support, subject: fmt.Sprintf("AW: [Example IT #%d] etwas anderes", opened.ID), text: "One more thing.\n", envelope: &[]string{ana}[0]})
	if m.Disposition != ticket.DispositionAppended || m.Ticket != opened.ID || m.Reason != "subject-tag" {
		t.Errorf("the requester's mail with the tag is %s in #%d (%s), want appended by subject-tag", m.Disposition, m.Ticket, m.Reason)
	}
}

func TestOwnMessageIDThreads(t *testing.T) {
	b := open(t)
	opened := b.request()
	ack := b.last(notify.TemplateAcknowledgement, ana)
	m := b.take(letter{from: ana, to: support, subject: "other", text: "One more thing.\n", header: "References: <x@y> " + ack.MessageID + "\n"})
	if m.Ticket != opened.ID || m.Reason != "own-message-id" {
		t.Errorf("a reply by References alone is in #%d (%s)", m.Ticket, m.Reason)
	}
}

func TestT090AgentsNameAloneIsAStranger(t *testing.T) {
	b := open(t)
	opened := b.request()
	before := len(b.summary())
	b.take(letter{from: "alice@example.org", to: support, subject: fmt.Sprintf("[Example IT #%d]", opened.ID), text: "#resolve\nAll done, send money.\n"})
	got := b.ticket(opened.ID)
	if got.Status != ticket.StatusNew || got.Assignee != "" {
		t.Errorf("a forged agent changed the ticket: %s, %q", got.Status, got.Assignee)
	}
	for _, s := range b.since(before) {
		if strings.HasSuffix(s, ana) {
			t.Errorf("the requester was sent %s", s)
		}
	}
	faulttest.Seen(t, "T090", "an agent's address in From with the tag of a ticket and #resolve", "the ticket is as it was, the requester got nothing")
}

func TestT091RequestersTokenIsNoAgents(t *testing.T) {
	b := open(t)
	opened := b.request()
	ack := b.last(notify.TemplateAcknowledgement, ana)
	b.take(letter{from: ana, to: ack.answer(), subject: "Re: x", text: "#resolve\nplease\n"})
	if got := b.ticket(opened.ID); got.Status != ticket.StatusNew {
		t.Errorf("a requester resolved the ticket: %s", got.Status)
	}
	notice := b.last(notify.TemplateNewTicket, "alice@example.org")
	m := b.take(letter{from: ana, to: notice.answer(), subject: "Re: x", text: "#resolve\nplease, again\n"})
	if got := b.ticket(opened.ID); got.Status != ticket.StatusNew {
		t.Errorf("a requester with an agent's address resolved the ticket: %s (%s)", got.Status, m.Reason)
	}
	faulttest.Seen(t, "T091", "a requester writes #resolve to their own signed address, then to an agent's", "nothing runs")
}

func TestT092AgentsTokenOfAnotherAgentOrTicket(t *testing.T) {
	b := open(t)
	one := b.request()
	aliceOne := b.last(notify.TemplateNewTicket, "alice@example.org").answer()
	two := b.ticket(b.take(letter{from: "ben@example.net", to: support, subject: "other", text: "other\n"}).Ticket)
	forged := strings.Replace(aliceOne, fmt.Sprintf("+t%d-", one.ID), fmt.Sprintf("+t%d-", two.ID), 1)
	b.take(letter{from: "alice@example.org", to: forged, subject: "x", text: "#resolve\n"})
	if got := b.ticket(two.ID); got.Status != ticket.StatusNew {
		t.Errorf("a token of #%d moved #%d to %s", one.ID, two.ID, got.Status)
	}
	local, domain, _ := strings.Cut(aliceOne, "@")
	for _, to := range []string{local[:len(local)-1] + "@" + domain, local + "-resolve@" + domain} { // cut off, and one that was signed for no button
		b.take(letter{from: "alice@example.org", to: to, subject: "x", text: "#resolve\n"})
	}
	b.take(letter{from: "bob@example.org", to: aliceOne, subject: "x", text: "#resolve\n"})
	if got := b.ticket(one.ID); got.Status != ticket.StatusNew || got.Assignee != "" {
		t.Errorf("a token that was cut off, grown or another agent's moved #%d to %s, with %q", one.ID, got.Status, got.Assignee)
	}
	b.take(letter{from: "alice@example.org", to: strings.ToUpper(aliceOne), subject: "x", text: "#take\n"})
	if got := b.ticket(one.ID); got.Assignee != "alice" {
		t.Errorf("an upper-case token was not taken: the ticket has %q", got.Assignee)
	}
	faulttest.Seen(t, "T092", "an agent's signed address with the number of another ticket, cut off, with a button's word added, from another agent; the right one in capitals", "only the one in capitals works")
}

// TestT093GuessedAddresses: whoever tries signed addresses at RCPT hears of none whether it is right, and a mail to a
// guessed one is as one to the plain address.
func TestT093GuessedAddresses(t *testing.T) {
	b := open(t)
	opened := b.request()
	good := b.last(notify.TemplateNewTicket, "alice@example.org").answer()
	local, domain, _ := strings.Cut(good, "@")
	const guesses, letters = 100_000, "abcdefghijklmnopqrstuvwxyz234567"
	guess := make([]byte, 16)
	r := rand.New(rand.NewPCG(5, 6))
	guessed := func() string {
		for i := range guess {
			guess[i] = letters[r.IntN(len(letters))]
		}
		return local[:len(local)-len(guess)] + string(guess) + "@" + domain
	}
	for _, to := range []string{good, guessed()} {
		if err := b.CheckRecipient(t.Context(), to); err != nil {
			t.Fatalf("CheckRecipient(%s) = %v", to, err)
		}
	}
	begun := time.Now()
	for range guesses {
		if to := guessed(); b.CheckRecipient(t.Context(), to) != nil {
			t.Fatalf("%s is refused, and the right one is not", to)
		}
	}
	took := time.Since(begun) / guesses
	for range 5 {
		m := b.take(letter{from: "alice@example.org", to: guessed(), subject: "x", text: "#resolve\n"})
		if got := b.ticket(opened.ID); got.Status != ticket.StatusNew || m.Ticket == opened.ID {
			t.Errorf("a guessed address led to #%d, which is %s", m.Ticket, got.Status)
		}
	}
	faulttest.Seen(t, "T093", fmt.Sprintf("%d guesses of an agent's signed address at RCPT, five of them with a mail", guesses), "each is answered as the right one; none led to the ticket; %s for each", took.Round(100*time.Nanosecond))
}

func TestHolderIsANoteForAgents(t *testing.T) {
	b := open(t)
	opened := b.request()
	before := len(b.summary())
	ack := b.last(notify.TemplateAcknowledgement, ana)
	m := b.take(letter{from: "colleague@example.net", to: ack.answer(), subject: "Fwd: x", text: "I have it too.\n"})
	if m.Ticket != opened.ID || m.Reason != "holder" {
		t.Fatalf("a forwarded address made %s in #%d (%s)", m.Disposition, m.Ticket, m.Reason)
	}
	if e := b.entries(opened.ID); e[len(e)-1].Kind != ticket.EntryNote {
		t.Errorf("it is kept as %s, want note", e[len(e)-1].Kind)
	}
	for _, s := range b.since(before) {
		if !strings.HasSuffix(s, "@example.org") {
			t.Errorf("sent %s", s)
		}
	}
	if told := b.last(notify.TemplateNote, "alice@example.org").msg.Text; !strings.Contains(told, "colleague@example.net, but that is not verified") {
		t.Errorf("the agents are not warned:\n%s", told)
	}
}

func TestT102T103CommandsAreParsedWhole(t *testing.T) {
	b := open(t)
	opened := b.request()
	before := len(b.summary())
	m := b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#take\n#frobnicate now\n#resolve\n\nAll is well.\n")
	if got := b.ticket(opened.ID); got.Status != ticket.StatusNew || got.Assignee != "" {
		t.Errorf("a mail with an unknown command changed the ticket: %s, %q", got.Status, got.Assignee)
	}
	equal(t, "after an unknown command", b.since(before), []string{"refusal alice@example.org"})
	refusal := b.last(notify.TemplateRefusal, "alice@example.org")
	if !strings.Contains(refusal.msg.Text, "#frobnicate now") || !strings.Contains(refusal.msg.Text, "All is well.") {
		t.Errorf("the transcript lacks the command or the text:\n%s", refusal.msg.Text)
	}
	if m.Reason != "refused-command" {
		t.Errorf("the reason is %q", m.Reason)
	}
	before = len(b.summary())
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "Good morning\n\n#resolve is what I would write.\n")
	if got := b.ticket(opened.ID); got.Status != ticket.StatusNew {
		t.Errorf("a command below the first line was run: %s", got.Status)
	}
	equal(t, "after a command below the first line", b.since(before), []string{"held alice@example.org"})
	b.agentWrites("bob@example.org", notify.TemplateNewTicket, "I look.\n\n> #resolve\n> done\n")
	if got := b.ticket(opened.ID); got.Status != ticket.StatusOpen {
		t.Errorf("a quoted command was run: %s", got.Status)
	}
	faulttest.Seen(t, "T102", "a command below the first words, and one in a quotation", "neither runs; the agent is asked about the first")
	faulttest.Seen(t, "T103", "an unknown command between two that are known", "none runs, nothing is sent, the agent gets the text back")
}

func TestT106NoteStaysInside(t *testing.T) {
	b := open(t)
	opened := b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#take\n")
	before := len(b.summary())
	b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#note\nHis laptop is old.\n")
	equal(t, "after a note", b.since(before), []string{"note alice@example.org"})
	before = len(b.summary())
	b.agentWrites("alice@example.org", notify.TemplateNote, "I know.\n")
	for _, s := range b.since(before) {
		if strings.HasSuffix(s, ana) {
			t.Errorf("the answer to a note reached the requester: %s", s)
		}
	}
	if e := b.entries(opened.ID); e[len(e)-1].Kind != ticket.EntryNote {
		t.Errorf("the answer to a note is kept as %s", e[len(e)-1].Kind)
	}
	faulttest.Seen(t, "T106", "an answer to an internal note", "a note; the requester got nothing")
}

func TestT116NoHeaderInjection(t *testing.T) {
	b := open(t)
	for i, subject := range []string{
		"=?utf-8?Q?x=0D=0ABcc:_eve@example.com?=", "=?utf-8?Q?x=0ABcc:_eve@example.com?=", "=?utf-8?Q?x=0DBcc:_eve@example.com?=",
		"{{.}} ${x} <%= y %>",
	} {
		from := fmt.Sprintf("=?utf-8?Q?N=0D=0ABcc:_eve@example.com?= <n%d@example.net>", i)
		b.take(letter{from: from, to: support, subject: subject, text: "text\n", envelope: &[]string{fmt.Sprintf("n%d@example.net", i)}[0]})
	}
	if n := len(b.outbox()); n < 12 {
		t.Fatalf("only %d mails were made", n)
	}
	for _, s := range b.outbox() {
		if got := s.msg.Header.Get("Bcc"); got != "" {
			t.Errorf("%s carries Bcc: %s", s.Template, got)
		}
		if len(s.msg.To) != 1 || s.msg.To[0].Address != s.Recipient {
			t.Errorf("%s goes to %v, want %s alone", s.Template, s.msg.To, s.Recipient)
		}
	}
	faulttest.Seen(t, "T116", "requests whose name and subject are encoded words with CR LF Bcc:, LF, CR, and template syntax", "%d mails, none with a Bcc, each to its one recipient", len(b.outbox()))
}

func TestT124AcknowledgementRepeatsNothing(t *testing.T) {
	b := open(t)
	secret := "zanzibar"
	b.take(letter{from: "Xylophon <x@example.net>", to: support, subject: "about " + secret, text: "visit http://" + secret + ".example\n", envelope: &[]string{"x@example.net"}[0]})
	ack := b.last(notify.TemplateAcknowledgement, "x@example.net")
	if strings.Contains(string(ack.Bytes), secret) || strings.Contains(ack.msg.Text+ack.msg.HTML+ack.msg.Subject, secret) {
		t.Errorf("the acknowledgement repeats the sender's words:\n%s", ack.Bytes)
	}
}

// Whoever answers without the signed address, by References alone, must be who the
// mail was sent to.
func TestT055T056References(t *testing.T) {
	b := open(t)
	opened := b.request()
	ours := b.last(notify.TemplateAcknowledgement, ana).MessageID
	m := b.take(letter{from: ana, to: support, subject: "something else", header: "References: " + ours + "\n", text: "more of it\n"})
	if m.Disposition != ticket.DispositionAppended || m.Ticket != opened.ID {
		t.Errorf("the requester's answer by References is %s in #%d (%s), want appended to #%d", m.Disposition, m.Ticket, m.Reason, opened.ID)
	}
	guessed := strings.Replace(ours, "<t1.", "<t2.", 1)
	for who, l := range map[string]letter{
		"a stranger with an id we never made":    {from: "evil@example.com", to: support, subject: "x", header: "References: " + guessed + "\n", text: "let me in\n"},
		"the requester with an id we never made": {from: ana, to: support, subject: "x", header: "In-Reply-To: " + guessed + "\n", text: "another matter\n"},
	} {
		if m := b.take(l); m.Disposition != ticket.DispositionNew || m.Ticket == opened.ID {
			t.Errorf("%s: %s in #%d (%s), want a ticket of its own", who, m.Disposition, m.Ticket, m.Reason)
		}
	}
	before := len(b.summary())
	held := b.take(letter{from: "evil@example.com", to: support, subject: "x", header: "References: " + ours + "\n", text: "let me in\n"})
	entries := b.entries(opened.ID)
	if held.Reason != "holder" || entries[len(entries)-1].Kind != ticket.EntryNote || slices.ContainsFunc(b.since(before), func(s string) bool { return strings.HasSuffix(s, ana) || strings.Contains(s, "evil") }) {
		t.Errorf("a stranger who has our signed Message-ID: %s (%s), sent %q; want an internal note that only agents hear of", held.Disposition, held.Reason, b.since(before))
	}
	b.sound()
	faulttest.Seen(t, "T055", "References that look like ours, by a stranger and by the requester; a signed one of ours by a stranger", "the first two make tickets of their own; the last is an internal note, the requester hears nothing of it")
	faulttest.Seen(t, "T056", "a participant answers with another subject, without the signed address, References kept", "%s to the ticket", m.Disposition)
}

func TestT058TwoTags(t *testing.T) {
	b := open(t)
	mine := b.request()
	other := b.take(letter{from: "ben@example.net", to: support, subject: "his", text: "his matter\n"})
	subject := fmt.Sprintf("Re: [Example IT #%d] [Example IT #%d] both", other.Ticket, mine.ID)
	if m := b.take(letter{from: ana, to: support, subject: subject, text: "mine\n"}); m.Ticket != mine.ID {
		t.Errorf("a subject with two tags led to #%d (%s, %s), want the sender's own #%d", m.Ticket, m.Disposition, m.Reason, mine.ID)
	}
	if m := b.take(letter{from: "carl@example.net", to: support, subject: subject, text: "nobody's\n"}); m.Disposition != ticket.DispositionNew {
		t.Errorf("two tags of others made %s in #%d, want a new ticket", m.Disposition, m.Ticket)
	}
	faulttest.Seen(t, "T058", "two tags in one subject", "the one whose participant the sender is; neither: a new ticket")
}

func TestT060AnswerToAClosedTicket(t *testing.T) {
	b := open(t)
	opened := b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#close\nDone.\n")
	b.deliver()
	m := b.take(letter{from: ana, to: b.last(notify.TemplateClosing, ana).answer(), subject: "Re: x", text: "It is back.\n"})
	if got := b.ticket(m.Ticket); m.Disposition != ticket.DispositionNew || got.Follows != opened.ID {
		t.Errorf("an answer to a closed ticket is %s and follows #%d, want a new one that follows #%d", m.Disposition, got.Follows, opened.ID)
	}
	if got := b.ticket(opened.ID); got.Status != ticket.StatusClosed {
		t.Errorf("the closed ticket is %s", got.Status)
	}
	faulttest.Seen(t, "T060", "an answer to a closed ticket", "a ticket that follows it; the old one stays closed")
}

// One mail to two of our addresses: who decides the queue, in which order the copies
// come and by which door does not matter.
func TestT047ToBeforeCc(t *testing.T) {
	const sales = "sales@example.org"
	shop := func(s *settings.Settings) { // nobody is in two queues
		s.Routing.Queues[0].Agents, s.Routing.Queues[2].Agents = []string{"alice"}, []string{"bob"}
		s.Routing.Addresses = []routing.Address{{Mail: support}, {Mail: sales, Queue: "sales"}}
	}
	for _, tt := range []struct {
		name, to, cc string
		copies       [][]string // the forward-paths of each
		queue        string
		onlooker     string // "" none
	}{
		{"one transaction", support, sales, [][]string{{support, sales}}, "first-line", "sales"},
		{"one, the other way round", support, sales, [][]string{{sales, support}}, "first-line", "sales"},
		{"two", support, sales, [][]string{{support}, {sales}}, "first-line", "sales"},
		{"two, Cc first", support, sales, [][]string{{sales}, {support}}, "first-line", "sales"},
		{"two, thrice", support, sales, [][]string{{sales}, {support}, {sales}, {support}}, "first-line", "sales"},
		{"the address with a queue in To", sales, support, [][]string{{support, sales}}, "sales", "first-line"},
		{"that one, Cc first", sales, support, [][]string{{support}, {sales}}, "sales", "first-line"},
		{"both in To", sales + ", " + support, "", [][]string{{support, sales}}, "sales", "first-line"},
		{"a plus suffix in To", "support+web@example.org", sales, [][]string{{sales, "support+web@example.org"}}, "first-line", "sales"},
		{"one in Bcc", support, "", [][]string{{sales}, {support}}, "first-line", "sales"},
		{"both in Bcc", "team@example.com", "", [][]string{{sales}, {support}}, "sales", "first-line"},
		{"only the one in Cc came", "team@example.com", sales, [][]string{{sales}}, "sales", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, shop)
			l := letter{from: ana, to: tt.to, subject: "Invoice and portal", text: "Two things at once.\n", id: "<two@example.net>"}
			if tt.cc != "" {
				l.header = "Cc: " + tt.cc + "\n"
			}
			for i, rcpt := range tt.copies {
				if l.rcpt = rcpt; i%2 == 1 {
					l.source = ticket.SourceIMAP
				}
				b.take(l)
			}
			if got := b.tickets(); got != 1 {
				t.Fatalf("%d tickets, want one", got)
			}
			first := b.ticket(1)
			if first.Queue != tt.queue {
				t.Errorf("it lies in the queue %s, want %s", first.Queue, tt.queue)
			}
			want := []string{"acknowledgement " + ana, "new-ticket " + b.Settings().Agents[map[string]int{"first-line": 0, "sales": 1}[tt.queue]].Mail[0]}
			if tt.onlooker != "" {
				want = append(want, "new-ticket "+b.Settings().Agents[map[string]int{"first-line": 0, "sales": 1}[tt.onlooker]].Mail[0])
				if !slices.Contains(b.events(1), "onlooker: queue "+tt.onlooker) {
					t.Errorf("the events are %q, want the onlooker %s", b.events(1), tt.onlooker)
				}
			}
			equal(t, "mails", b.summary(), want)
			b.sound()
		})
	}
	faulttest.Seen(t, "T047", "mails to two of our addresses, in To, Cc and Bcc, in one and several transactions, in each order, by SMTP and IMAP", "one ticket in the queue of the address in To, one acknowledgement, the agents behind both addresses told once")
}

// A later mail that names another of our addresses tells those behind it, once.
func TestOnlookerOfALaterMail(t *testing.T) {
	b := open(t)
	b.take(letter{from: ana, to: support, subject: "Invoice", text: "It is wrong.\n"})
	ack := b.last(notify.TemplateAcknowledgement, ana)
	more := letter{from: ana, to: ack.answer(), header: "Cc: sales@example.org\n", subject: "Re: Invoice", text: "Sales should know.\n", rcpt: []string{ack.answer(), "sales@example.org"}}
	b.take(more)
	if !slices.Contains(b.events(1), "onlooker: queue sales") {
		t.Errorf("the events are %q, want the onlooker sales", b.events(1))
	}
	more.text = "And this.\n"
	b.take(more)
	if n := len(slices.DeleteFunc(b.events(1), func(s string) bool { return s != "onlooker: queue sales" })); n != 1 {
		t.Errorf("sales is an onlooker %d times, want once", n)
	}
	b.sound()
}

// tickets counts all tickets.
func (b *bench) tickets() (n int) {
	b.t.Helper()
	b.view(func(r ticket.Reader) error {
		all, err := r.Tickets(ticket.Filter{})
		n = len(all)
		return err
	})
	return n
}
