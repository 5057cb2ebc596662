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

// many is a desk with tickets of ana's: all of the first line, but the second, which is of the
// private queue.
func many(t *testing.T, n int, change ...func(*settings.Settings)) *bench {
	t.Helper()
	b := open(t, append([]func(*settings.Settings){withControl}, change...)...)
	for i := range n {
		subject := fmt.Sprintf("Lamp %d", i+1)
		if i == 1 {
			subject = "My salary"
		}
		b.take(letter{from: fmt.Sprintf("ana@mill%d.example.net", i+1), to: support, subject: subject, text: "It is dark.\n"})
	}
	return b
}

// as they are: status, assignee, priority, tags.
func (b *bench) states(ids ...ticket.ID) string {
	var all []string
	for _, id := range ids {
		t := b.ticket(id)
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", t.Status, t.Assignee, t.Priority, strings.Join(t.Tags, ","))))
	}
	return strings.Join(all, "; ")
}

// TestBulk: one mail changes several tickets, each as if it were commanded by itself; what cannot
// be done to one is said, and done to the others. The agent gets one mail.
func TestBulk(t *testing.T) {
	for _, how := range []struct {
		name string
		says func(b *bench, text string) (to string)
	}{
		{"control", func(b *bench, text string) string { b.question(aliceAt, text); return aliceAt }},
		{"reply", func(b *bench, text string) string {
			b.agentWrites(aliceAt, notify.TemplateNewTicket, text)
			return aliceAt
		}},
	} {
		t.Run(how.name, func(t *testing.T) {
			b := many(t, 6)
			b.writesOn(5, bobAt, notify.TemplateNewTicket, "Does it flicker?\n")
			b.writesOn(4, aliceAt, notify.TemplateNewTicket, "#merge 6\n")
			n := len(b.summary())
			how.says(b, "#mehrere 1, #2 3 3 4 5 99\n#priority high\n#resolve\n#tag lamps\n\nKind regards\nAlice\n")
			if got, want := b.states(1, 2, 3, 4, 5, 6), "resolved alice high lamps; new  normal; resolved alice high lamps; resolved  normal; open bob normal; new  normal"; got != want {
				t.Errorf("the tickets are\n%s, want\n%s", got, want)
			}
			if got := slices.Sorted(slices.Values(b.since(n))); !slices.Equal(got, []string{"answer " + aliceAt, "resolution ana@mill1.example.net", "resolution ana@mill3.example.net"}) {
				t.Errorf("mails: %q", got)
			}
			m := b.last(notify.TemplateAnswer, aliceAt)
			for _, line := range []string{
				"✓ #1 Lamp 1 – priority high; resolved; the requester is told", "✓ #3 Lamp 3 – priority high", "✗ #2 – there is no request #2 that you may read", "✗ #4 Lamp 4 – it is worked on in #6",
				"✗ #5 Lamp 5 – bob has worked on it since; with #anyway it is done all the same", "✗ #99 – there is no request #99 that you may read",
			} {
				if !says(m, line) {
					t.Errorf("alice does not read %q, but\n%s", line, m.msg.Text)
				}
			}
			if strings.Contains(m.msg.Text, "salary") {
				t.Errorf("alice reads of a private queue:\n%s", m.msg.Text)
			}
			how.says(b, "#bulk 5 1\n#resolve\n#anyway\n")
			if got := b.states(5, 1); got != "resolved bob normal; resolved alice high lamps" {
				t.Errorf("after #anyway: %s", got)
			}
			if m := b.last(notify.TemplateAnswer, aliceAt); !says(m, "✓ #5 Lamp 5 – resolved") || !says(m, "✓ #1 Lamp 1 – it is so already") {
				t.Errorf("alice reads\n%s", m.msg.Text)
			}
			b.sameRebuilt()
		})
	}
}

// TestBulkHandsOn: colleagues are told of each ticket as ever, and #undo on one takes back what
// became of that one.
func TestBulkHandsOn(t *testing.T) {
	b := many(t, 4)
	n := len(b.summary())
	b.question(aliceAt, "#bulk 1 3 4\n#assign bob\n")
	if got := b.states(1, 3, 4); got != "open bob normal; open bob normal; open bob normal" {
		t.Errorf("the tickets are %s", got)
	}
	if got := slices.Sorted(slices.Values(b.since(n))); !slices.Equal(got, []string{"answer " + aliceAt, "assigned " + bobAt, "assigned " + bobAt, "assigned " + bobAt}) {
		t.Errorf("mails: %q", got)
	}
	b.writesOn(3, aliceAt, notify.TemplateNewTicket, "#undo\n")
	if got := b.states(1, 3, 4); got != "open bob normal; new  normal; open bob normal" {
		t.Errorf("after #undo on one the tickets are %s", got)
	}
	b.question(aliceAt, "#bulk 1 4\n#category network\n#kind question\n#escalate\n\nThe cable is broken.\n")
	if m := b.last(notify.TemplateAnswer, aliceAt); b.ticket(4).Queue != "network" || b.ticket(1).Queue != "network" {
		t.Errorf("after #escalate they are in %s and %s; alice reads\n%s", b.ticket(1).Queue, b.ticket(4).Queue, m.msg.Text)
	}
	b.sameRebuilt()
}

// TestBulkRefused: where a part of the mail cannot be meant for several tickets, nothing is done, and
// nobody outside gets a word.
func TestBulkRefused(t *testing.T) {
	var all []string
	for i := range 51 {
		all = append(all, fmt.Sprint(i+1))
	}
	for _, tt := range []struct{ text, says string }{
		{"#bulk 1 3\n#resolve\n\nThe fuse was broken.\n", "no text and no file goes to several requests at once"},
		{"#bulk 1 3\n#resolve The fuse was broken.\n", "no text and no file goes to several requests at once"},
		{"#bulk 1 3\n#take now\n", "no text and no file goes to several requests at once"},
		{"#bulk 1 3\n#note\n\nThe fuse.\n", "#note – this cannot be done to several requests at once"},
		{"#bulk 1 3\n#merge 4\n", "#merge 4 – this cannot be done to several requests at once"},
		{"#bulk 1 3\n#ask help@vendor.example\n#close\n", "this cannot be done to several requests at once"},
		{"#bulk 1 3\n#send restart\n", "this cannot be done to several requests at once"},
		{"#bulk 1 3\n#cc kim@example.net\n", "this cannot be done to several requests at once"},
		{"#bulk 1 3\n#clsoe\n", "#clsoe – this cannot be done to several requests at once"},
		{"#bulk 1 3\n", "one #bulk an email, and below it the commands"},
		{"#bulk 1 3\n#anyway\n", "one #bulk an email, and below it the commands"},
		{"#bulk 1 3\n#bulk 4\n#close\n", "one #bulk an email, and below it the commands"},
		{"#bulk\n#close\n", "the numbers of the requests are missing, as in #bulk 12 13 14"},
		{"#bulk 1-3\n#close\n", `"1-3" is not the number of a request`},
		{"#bulk 1 lamp\n#close\n", `"lamp" is not the number of a request`},
		{"#bulk 1 -3\n#close\n", `"-3" is not the number of a request`},
		{"#bulk " + strings.Join(all, " ") + "\n#close\n", "these are 51 requests, and one email changes 50 at most"},
	} {
		for _, at := range []string{"control", "reply"} {
			b := many(t, 4)
			before, n := b.states(1, 3, 4), len(b.summary())
			want := "answer " + aliceAt
			if at == "control" {
				b.question(aliceAt, tt.text)
			} else {
				want = "refusal " + aliceAt
				b.agentWrites(aliceAt, notify.TemplateNewTicket, tt.text)
			}
			if got := b.since(n); !slices.Equal(got, []string{want}) || b.states(1, 3, 4) != before {
				t.Errorf("%q by %s: mails %q, and the tickets are %s", tt.text, at, got, b.states(1, 3, 4))
				continue
			}
			if m := b.outbox()[len(b.outbox())-1]; !says(m, tt.says) {
				t.Errorf("%q by %s: alice reads\n%s", tt.text, at, m.msg.Text)
			}
		}
	}
}

// TestLadderOfBulk: the strict ladder asks for a login, and each command beside it for its own.
func TestLadderOfBulk(t *testing.T) {
	for _, tt := range []struct {
		ladder ladder.Ladder
		needs  command.Proof
	}{
		{ladder.Ladder{}, command.Address},
		{ladder.Ladder{Strict: true}, command.Login},
		{ladder.Ladder{Commands: map[string]command.Proof{"spam": command.Login}}, command.Login},
		{ladder.Ladder{Strict: true, Commands: map[string]command.Proof{"bulk": command.Address}}, command.Authenticated},
	} {
		b := open(t, onLadder, func(s *settings.Settings) { s.Ladder, s.Control = tt.ladder, control })
		b.request()
		notice := b.last(notify.TemplateNewTicket, aliceAt)
		for _, to := range []string{"", control} {
			for _, r := range rungs {
				if r.shows == "" || to == control && ladder.Enough(command.Address, r.shows) {
					continue
				}
				b.CheckWith(&checker{found: r.checked})
				env, raw := r.mail(notice, aliceAt, "#bulk 1\n#spam\n")
				if to != "" {
					env.ForwardPaths = []string{to}
					raw = []byte(strings.Replace(string(raw), "In-Reply-To", "X-None", 1))
				}
				v, plan, err := b.PlanOf(t.Context(), env, raw)
				if err != nil {
					t.Fatal(err)
				}
				did := slices.ContainsFunc(plan.Changes, func(c ticket.Change) bool {
					u, is := c.(ticket.UpdateTicket)
					return is && u.Ticket.Status == ticket.StatusClosed
				})
				if want := ladder.Enough(r.shows, tt.needs); did != want {
					t.Errorf("%+v, to %q with %s: done is %t, want %t: %s", tt.ladder, to, r.name, did, want, v.Reason)
				}
			}
		}
	}
}

// TestBulkConfirmed: a mail below its level is carried out once its writer has confirmed it.
func TestBulkConfirmed(t *testing.T) {
	b := many(t, 4, strictly)
	b.CheckWith(&checker{})
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "#bulk 1 3\n#priority high\n")
	if got := b.states(1, 3); got != "new  normal; new  normal" {
		t.Fatalf("unproven, the tickets are %s", got)
	}
	b.confirms(aliceAt)
	if got := b.states(1, 3); got != "new  high; new  high" {
		t.Errorf("confirmed, the tickets are %s; alice reads\n%s", got, b.outbox()[len(b.outbox())-1].msg.Text)
	}
	b.sameRebuilt()
}

// TestBulkOfFifty measures the largest mail.
func TestBulkOfFifty(t *testing.T) {
	b := many(t, 52)
	var numbers []string
	for i := range 52 {
		if i != 1 {
			numbers = append(numbers, fmt.Sprint(i+1))
		}
	}
	began := time.Now()
	b.question(aliceAt, "#bulk "+strings.Join(numbers[:50], " ")+"\n#close\n#tag storm\n")
	t.Logf("50 tickets: %s", time.Since(began))
	resolved := 0
	for i := range 52 {
		if b.ticket(ticket.ID(i+1)).Status == ticket.StatusResolved {
			resolved++
		}
	}
	if resolved != 50 {
		t.Errorf("%d tickets are resolved", resolved)
	}
}

// TestBulkByAButton: an address that does something to one request does not do it to the others that the
// mail names, nor to its own.
func TestBulkByAButton(t *testing.T) {
	b := many(t, 4)
	before := b.states(1, 3, 4)
	var notice sent
	for _, m := range b.outbox() {
		if m.Template == string(notify.TemplateNewTicket) && m.Recipient == aliceAt && strings.Contains(m.msg.Subject, "#1]") {
			notice = m
		}
	}
	b.take(letter{from: aliceAt, to: actionOf(t, notice, "resolve"), subject: "[Example IT #1]", text: "#bulk 3 4\n#tag lamps\n"})
	if got := b.states(1, 3, 4); got != before {
		t.Errorf("the tickets are %s", got)
	}
	if m := b.last(notify.TemplateRefusal, aliceAt); !says(m, "a button does something to one request") {
		t.Errorf("alice reads\n%s", m.msg.Text)
	}
}

// TestBulkWaits: where mails wait before they leave, #undo in reply to a notice of one of the requests keeps
// that one's in, and the others' go.
func TestBulkWaits(t *testing.T) {
	b := many(t, 4, undoWindow(time.Minute))
	b.question(aliceAt, "#bulk 1 3\n#resolve\n")
	b.writesOn(3, aliceAt, notify.TemplateNewTicket, "#undo\n")
	if got := b.states(1, 3); got != "resolved alice normal; new  normal" {
		t.Errorf("after #undo on one the tickets are %s", got)
	}
	for _, m := range b.outbox() {
		if m.Template != string(notify.TemplateResolution) {
			continue
		}
		if kept := m.State == ticket.OutboxCancelled; kept != (m.Recipient == "ana@mill3.example.net") {
			t.Errorf("the mail to %s is %s", m.Recipient, m.State)
		}
	}
	b.sameRebuilt()
}
