package desk_test

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/agentmail"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

const control = "desk@example.org"

// withControl sets the control address of the desk, and a network in which mails need no
// more proof.
func withControl(s *settings.Settings) {
	withHR(s)
	s.Control = control
	s.Trusted = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
}

// question lets an agent ask the desk from the trusted network.
func (b *bench) question(who, text string) ticket.Mail {
	b.t.Helper()
	return b.take(letter{from: who, to: control, subject: "?", text: text, client: "192.0.2.7"})
}

// filled is a desk with a few tickets: 1 VPN (first-line), 2 salary (hr, private), 3 mouse.
func filled(t *testing.T) *bench {
	b := open(t, withControl)
	b.request()
	b.take(letter{from: ana, to: support, subject: "My salary", text: "It is wrong.\n"})
	b.take(letter{from: "kim@example.net", to: support, subject: "A new mouse", text: "Mine squeaks.\n"})
	b.agentWrites(alice, notify.TemplateNewTicket, "#take\n#priority urgent\n")
	article := func(slug string, audience ticket.Audience, title, body string) ticket.Article {
		return ticket.Article{Slug: slug, State: ticket.ArticlePublished, Audience: audience, Revision: 1, Texts: []ticket.Text{{Language: "en", Title: title, Body: body}}}
	}
	if err := b.db.Update(t.Context(), func(tx ticket.Tx) error {
		for n := range 6 {
			if err := tx.SaveArticle(article(fmt.Sprint("umbrella-", n), ticket.AudiencePublic, "An umbrella", "For rain.")); err != nil {
				return err
			}
		}
		return errors.Join(tx.SaveArticle(article("vpn-minutes", ticket.AudiencePublic, "Ten minutes without VPN", "The tunnel closes after ten minutes.")),
			tx.SaveArticle(article("vpn-keys", ticket.AudienceInternal, "The keys", "They hang on the wall.")))
	}); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestQuestions(t *testing.T) {
	for _, tt := range []struct {
		who, text string
		says      string // separated by |
		not       string
	}{
		{alice, "list\n", "Open requests: 2|#1 VPN drops|ana@example.net · new · high · first-line|#3 A new mouse|kim@example.net · open · urgent · first-line · alice", "salary"},
		{"carol@example.org", "list\n", "Offene Anfragen: 3|#2 My salary", "nothing"},
		{alice, "mine", "Your requests: 1|#3 A new mouse", "VPN"},
		{"bob@example.org", "mine\n", "Your requests: none", "#"},
		{alice, "queue First-Line", "Requests in the queue First-Line: 2|#1 VPN drops", "salary"},
		{alice, "queue hr", "there is no queue named \"hr\"", "are first-line, hr"},
		{alice, "queue netwrok", "did you mean network?", ", hr"},
		{alice, "history ANA@example.net", "Requests of ANA@example.net: 1|#1 VPN drops", "salary"},
		{"carol@example.org", "history ana@example.net", "Anfragen von ana@example.net: 2|My salary", "mouse"},
		{alice, "history ana", "an address is needed", "VPN"},
		{alice, "search squeaks", "Requests with squeaks: 1|#3 A new mouse", "VPN"},
		{alice, "search wrong", "Requests with wrong: none", "salary"},
		{alice, "search minutes", "Requests with minutes: 1|#1 VPN drops|: My VPN drops every ten minutes.", "salary"},
		{alice, "search \"every ten\" -mouse", "Requests with \"every ten\" -mouse: 1|#1 VPN drops", "salary"},
		{alice, "search: squ* from:kim@example.net<mailto:kim@example.net>", "Requests with squ* from:kim@example.net: 1|#3 A new mouse", "VPN"},
		{alice, "search is:mine", "Requests with is:mine: 1|#3 A new mouse", "VPN"},
		{alice, "search status:opne", "Nothing was answered|status: cannot be \"opne\"; it can be new, open, pending, on-hold, resolved, closed", "VPN"},
		{alice, "search queue:hr", "there is no queue named \"hr\"", ", hr"},
		{alice, "search since:yesterday", "\"yesterday\" is not a time; write how long ago, as 12h", "VPN"},
		{"carol@example.org", "search priority:top", "es gibt keine Priorität „top“", "VPN"},
		{"carol@example.org", "search level:4", "level: kann nicht „4“ sein; möglich ist 1, 2, 3", "VPN"},
		{alice, "search -from:ana", "from: cannot be excluded", "VPN"},
		{alice, "search", "words are needed", "VPN"},
		{alice, "search minutes -squeaks", "Articles with minutes -squeaks: 1|vpn-minutes Ten minutes without VPN|public · English|The tunnel closes after ten minutes.|Requests with minutes -squeaks: 1|#1 VPN drops", "vpn-keys"},
		{alice, "search keys in:articles", "Articles with keys in:articles: 1|vpn-keys The keys|for agents only · English", "Requests"},
		{"carol@example.org", "search keys in:articles", "Artikel mit keys in:articles: 1|nur für das Team · Englisch", "Anfragen mit"},
		{alice, "search umbrella", "Articles with umbrella: 5|More articles match: “search in:articles umbrella” lists them.|Requests with umbrella: none", "… 1 more"},
		{"carol@example.org", "search umbrella", "Artikel mit umbrella: 5|Es passen weitere Artikel: „search in:articles umbrella“ zeigt sie.", "… 1"},
		{alice, "search in:articles umbrella", "Articles with in:articles umbrella: 6|umbrella-5", "More articles"},
		{alice, "search keys", "Articles with keys: 1|Requests with keys: none", "More articles"},
		{alice, "search unicorn in:articles", "Articles with unicorn in:articles: none", "Requests"},
		{"carol@example.org", "search in:articles status:open", "status: ist ein Feld von Anfragen", "VPN"},
		{alice, "due", "Due: none", "#"},
		{alice, "who", "Agents|alice|first-line · 1 open|carol|network, hr · de · 0 open", "away"},
		{alice, "away", "Away: nobody", "alice"},
		{alice, "help", "show 1042 – a request with all that was written|search WORDS – ", "#"},
		{alice, "", "list – all open requests", "✗"},
		{alice, "lsit", "Nothing was answered|✗ lsit – this is not a question; did you mean list?|show 1042 – ", "VPN"},
		{alice, "list\nlsit\n", "Nothing was answered|✗ lsit", "VPN"},
		{alice, "show 99", "there is no request #99 that you may read", "VPN"},
		{alice, "show 2", "there is no request #2 that you may read", "salary"},
		{alice, "#take", "✗ #take – it is about one request", "VPN"},
		{alice, "mine\nlist\n\nThank you,\nAlice\n", "Your requests: 1|Open requests: 2", "✗"},
	} {
		t.Run(tt.who+" "+tt.text, func(t *testing.T) {
			b := filled(t)
			before := len(b.summary())
			m := b.question(tt.who, tt.text)
			if m.Disposition != ticket.DispositionMachine || m.Reason != "question" || m.Ticket != 0 {
				t.Errorf("the mail is %s (%s) in #%d", m.Disposition, m.Reason, m.Ticket)
			}
			if made := b.since(before); !slices.Equal(made, []string{"answer " + tt.who}) {
				t.Fatalf("it made %q", made)
			}
			got := b.last(notify.TemplateAnswer, tt.who)
			for _, want := range strings.Split(tt.says, "|") {
				if !says(got, want) {
					t.Errorf("%q is not in the answer:\n%s", want, got.msg.Text)
				}
			}
			if text := strings.ReplaceAll(got.msg.Text, "[Example IT]", ""); tt.not != "#" && strings.Contains(text, tt.not) {
				t.Errorf("%q is in the answer:\n%s", tt.not, got.msg.Text)
			}
			if !b.checks() {
				t.Error("the books do not balance")
			}
		})
	}
}

// TestSearchNamesFile: where the words stand in a file, the answer has its name and the line.
func TestSearchNamesFile(t *testing.T) {
	b := open(t, withControl)
	b.take(letter{from: ana, to: support, subject: "No VPN", header: "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n",
		text: "--b\nContent-Type: text/plain\n\nEvery try fails.\n--b\nContent-Type: text/csv\nContent-Disposition: attachment; filename=trace.csv\n\nhost;error\nwinkle;refused\n--b--\n"})
	for words, want := range map[string]string{"winkle": ": trace.csv: winkle;refused", "trace.csv": ": trace.csv\n", "fails": ": Every try fails.", "has:file": ": trace.csv\n"} {
		b.question(alice, "search "+words)
		if got := b.last(notify.TemplateAnswer, alice); !strings.Contains(got.msg.Text, want) {
			t.Errorf("search %s: %q is not in the answer:\n%s", words, want, got.msg.Text)
		}
	}
}

// checks reports whether every accepted mail has one disposition.
func (b *bench) checks() bool {
	y := b.tally()
	sum := int64(0)
	for _, n := range y.Dispositions {
		sum += int64(n)
	}
	return int64(y.Accepted) == sum
}

// TestShow: a ticket is shown in its own conversation, and can be answered.
func TestShow(t *testing.T) {
	b := filled(t)
	b.question("bob@example.org", "show 1\n")
	got := b.last(notify.TemplateShow, "bob@example.org")
	if !says(got, "Request #1") || !says(got, "My VPN drops every ten minutes.") {
		t.Errorf("bob reads:\n%s", got.msg.Text)
	}
	b.agentWrites("bob@example.org", notify.TemplateShow, "Which operating system?\n")
	if reply := b.last(notify.TemplateReply, ana); !says(reply, "Which operating system?") {
		t.Errorf("ana reads:\n%s", reply.msg.Text)
	}
	b.question("carol@example.org", "1")
	if got := b.last(notify.TemplateShow, "carol@example.org"); !says(got, "in keiner Ihrer Warteschlangen") {
		t.Errorf("carol is not told that it is not hers:\n%s", got.msg.Text)
	}
	if m := b.agentWrites("carol@example.org", notify.TemplateShow, "Hello!\n"); m.Reason != string(notify.UndoneNotTheirs) {
		t.Errorf("carol's answer: %s", m.Reason)
	}
}

// TestAwayByControl: an absence needs no ticket.
func TestAwayByControl(t *testing.T) {
	b := filled(t)
	until := time.Now().UTC().AddDate(0, 0, 3).Format(time.DateOnly)
	b.question("bob@example.org", "away until "+until+"\n")
	if got := b.last(notify.TemplateAnswer, "bob@example.org"); !says(got, "✓ #away until "+until) {
		t.Errorf("bob reads:\n%s", got.msg.Text)
	}
	b.question(alice, "away")
	if got := b.last(notify.TemplateAnswer, alice); !says(got, "bob") || !says(got, "away until") {
		t.Errorf("alice reads:\n%s", got.msg.Text)
	}
	b.question("bob@example.org", "#back\nlsit\n")
	b.question(alice, "away")
	if got := b.last(notify.TemplateAnswer, alice); !says(got, "away until") {
		t.Errorf("a mail with a mistake was carried out:\n%s", got.msg.Text)
	}
	b.question("bob@example.org", "#back\n")
	b.question(alice, "away")
	if got := b.last(notify.TemplateAnswer, alice); !says(got, "Away: nobody") {
		t.Errorf("alice reads:\n%s", got.msg.Text)
	}
}

// TestWhoMayAsk: nobody but an agent who is known to have written the mail is answered.
func TestWhoMayAsk(t *testing.T) {
	signed := func(b *bench) string {
		b.question(alice, "help")
		return b.last(notify.TemplateAnswer, alice).answer()
	}
	for _, tt := range []struct {
		name     string
		letter   func(b *bench) letter
		reason   string
		answered string // to whom the list goes, empty: to nobody
		told     string // who is asked whether they asked
	}{
		{"in a trusted network", func(*bench) letter { return letter{from: alice, to: control, client: "192.0.2.9"} }, "question", alice, ""},
		{"by From alone", func(*bench) letter { return letter{from: alice, to: control} }, "question-unproven", "", alice},
		{"at the signed address", func(b *bench) letter { return letter{from: alice, to: signed(b)} }, "question", alice, ""},
		{"at a colleague's signed address", func(b *bench) letter { return letter{from: "bob@example.org", to: signed(b)} }, "question-unproven", "", "bob@example.org"},
		{"a stranger at the signed address", func(b *bench) letter { return letter{from: "eve@example.com", to: signed(b)} }, "new-request", "", ""},
		{"a stranger", func(*bench) letter { return letter{from: "eve@example.com", to: control, client: "192.0.2.9"} }, "new-request", "", ""},
		{"a machine", func(*bench) letter {
			return letter{from: alice, to: control, client: "192.0.2.9", header: "Auto-Submitted: auto-generated\n"}
		}, "auto-submitted", "", ""},
		{"an agent to both addresses", func(*bench) letter {
			return letter{from: alice, to: support, client: "192.0.2.9", rcpt: []string{support, control}}
		}, "new-request", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := filled(t)
			l := tt.letter(b)
			l.subject, l.text = "list", "list\n"
			before := len(b.outbox())
			m := b.take(l)
			if m.Reason != tt.reason {
				t.Errorf("the mail is %s (%s), want %s", m.Disposition, m.Reason, tt.reason)
			}
			for _, s := range b.outbox()[before:] {
				if list := strings.Contains(s.msg.Text, "A new mouse"); s.Template == string(notify.TemplateAnswer) && (list != (s.Recipient == tt.answered) || s.Recipient != tt.answered && s.Recipient != tt.told) {
					t.Errorf("%s reads:\n%s", s.Recipient, s.msg.Text)
				}
			}
			if tt.told != "" {
				if got := b.last(notify.TemplateAnswer, tt.told); !says(got, "Did you ask this?") || !says(got, "Send me the answer: mailto:desk+c") {
					t.Errorf("%s is not asked:\n%s", tt.told, got.msg.Text)
				}
			}
		})
	}
}

// TestConfirmedByAnswer: the mail that asks who asked leads to the answer.
func TestConfirmedByAnswer(t *testing.T) {
	b := filled(t)
	b.take(letter{from: alice, to: control, subject: "x", text: "list\n"})
	m := b.take(letter{from: alice, to: b.last(notify.TemplateAnswer, alice).answer(), subject: "Re: x", text: "list\n"})
	if got := b.last(notify.TemplateAnswer, alice); m.Reason != "question" || !says(got, "Open requests: 2") {
		t.Errorf("%s: alice reads\n%s", m.Reason, got.msg.Text)
	}
}

// TestUnprovenQuestionsAreBounded: a forger cannot flood an agent.
func TestUnprovenQuestionsAreBounded(t *testing.T) { synctest.Test(t, unprovenQuestionsAreBounded) } // within an hour

func unprovenQuestionsAreBounded(t *testing.T) {
	b := filled(t)
	before := len(b.summary())
	for i := range 15 {
		b.take(letter{from: alice, to: control, subject: fmt.Sprint(i), text: "list\n"})
	}
	if n := len(b.since(before)); n != agentmail.MaxUndone {
		t.Errorf("15 forged questions made %d mails, want %d", n, agentmail.MaxUndone)
	}
}

// TestAnswersAreOneConversation: those of one day to one agent share a root, and name the
// mail that they answer.
func TestAnswersAreOneConversation(t *testing.T) { synctest.Test(t, answersAreOneConversation) }

func answersAreOneConversation(t *testing.T) {
	b := filled(t)
	roots := map[string]bool{}
	for i, text := range []string{"list\n", "who\n", "list\n"} {
		if i == 2 {
			time.Sleep(24 * time.Hour)
		}
		id := fmt.Sprintf("<question.%d@example.org>", i)
		b.take(letter{from: alice, to: control, subject: "x", text: text, client: "192.0.2.7", id: id})
		got := b.last(notify.TemplateAnswer, alice)
		if len(got.msg.References) != 2 || got.msg.References[1] != id || !slices.Equal(got.msg.InReplyTo, []string{id}) {
			t.Errorf("%q is answered with References %q, In-Reply-To %q", text, got.msg.References, got.msg.InReplyTo)
			continue
		}
		roots[got.msg.References[0]] = true
		if from := got.msg.From.Address; from != control {
			t.Errorf("the answer comes from %s", from)
		}
	}
	if len(roots) != 2 {
		t.Errorf("the roots of two days are %v", roots)
	}
}
