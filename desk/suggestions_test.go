package desk_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// vpnProblem is a request like which are the article "vpn-drops" and solvedBefore.
var vpnProblem = letter{from: ana, to: support, subject: "VPN tunnel drops after sleep",
	text: "Since yesterday the VPN tunnel is gone whenever my laptop wakes up from sleep. What can I do about it?\n"}

// withArticles keeps a public and an internal article that are alike.
func (b *bench) withArticles() {
	b.t.Helper()
	noon := time.Now().Add(-time.Hour)
	one := func(slug, language string, audience ticket.Audience) ticket.Article {
		return ticket.Article{Slug: slug, State: ticket.ArticlePublished, Audience: audience, Revision: 1, ChangedBy: "alice", ChangedAt: noon, CreatedAt: noon,
			Texts: []ticket.Text{{Language: language, Title: "VPN tunnel drops after sleep", Body: "Import the *new profile* of the " + slug + " portal, then the tunnel stays up when the laptop wakes."}}}
	}
	err := b.db.Update(b.ctx, func(tx ticket.Tx) error {
		return errors.Join(tx.SaveArticle(one("vpn-drops", "en", ticket.AudiencePublic)), tx.SaveArticle(one("vpn-inside", "en", ticket.AudienceInternal)), tx.SaveArticle(one("vpn-coupe", "fr", ticket.AudiencePublic)))
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.index()
}

// index lets the index of what is alike follow.
func (b *bench) index() {
	b.t.Helper()
	for some := true; some; {
		var err error
		if some, err = b.db.IndexAlike(b.ctx); err != nil {
			b.t.Fatal(err)
		}
	}
}

// cameOf returns what came of the articles: "vpn-drops solved".
func (b *bench) cameOf() (all []string) {
	b.t.Helper()
	b.view(func(r ticket.Reader) error {
		uses, err := r.ArticleUses("")
		for _, u := range uses {
			all = append(all, fmt.Sprint(u.Slug, " ", u.Outcome()))
		}
		return err
	})
	return all
}

// TestSuggestedArticle: who says by which mail that an article solved their matter, and what
// becomes of it.
func TestSuggestedArticle(t *testing.T) {
	type mail struct{ from, action, text, header string }
	const told = "message alice@example.org"
	for _, tt := range []struct {
		name   string
		mails  []mail
		status ticket.Status
		use    string
		told   []string
	}{
		{"nothing is said", nil, ticket.StatusNew, "vpn-drops open", nil},
		{"it solved it", []mail{{ana, "solved", "", ""}}, ticket.StatusResolved, "vpn-drops solved", []string{told}},
		{"with thanks", []mail{{ana, "solved", "Thank you, that was it!\n", ""}}, ticket.StatusResolved, "vpn-drops solved", []string{told}},
		{"with words that ask on", []mail{{ana, "solved", "No, it did not: the tunnel is gone again.\n", ""}}, ticket.StatusNew, "vpn-drops failed", []string{told}},
		{"by the word", []mail{{ana, "", "#solved 1\n", ""}}, ticket.StatusResolved, "vpn-drops solved", []string{told}},
		{"by the word of her language", []mail{{ana, "", "#gelöst 1\n", ""}}, ticket.StatusResolved, "vpn-drops solved", []string{told}},
		{"by a place that nothing has", []mail{{ana, "", "#solved 2\n", ""}}, ticket.StatusNew, "vpn-drops failed", []string{told}},
		{"asked again", []mail{{ana, "", "It did not help, the tunnel is gone again.\n", ""}}, ticket.StatusNew, "vpn-drops failed", []string{told}},
		{"solved, and asked again", []mail{{ana, "solved", "", ""}, {ana, "", "No, it is gone again.\n", ""}}, ticket.StatusOpen, "vpn-drops failed", []string{told, "reopened alice@example.org"}},
		{"somebody else", []mail{{"mallory@evil.example", "solved", "", ""}}, ticket.StatusNew, "vpn-drops open", []string{"note alice@example.org"}},
		{"a machine that follows links", []mail{{ana, "solved", "", "Auto-Submitted: auto-generated\nPrecedence: bulk\n"}}, ticket.StatusNew, "vpn-drops open", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			b.withArticles()
			id := b.take(vpnProblem).Ticket
			receipt := b.last(notify.TemplateAcknowledgement, ana)
			if !says(receipt, "Import the new profile of the vpn-drops portal") || says(receipt, "vpn-inside") || says(receipt, "vpn-coupe") {
				t.Fatalf("the acknowledgement offers\n%s", receipt.msg.Text)
			}
			before := len(b.summary())
			for _, m := range tt.mails {
				to := receipt.answer()
				if m.action != "" {
					if to = voteAt(receipt, m.action); to == "" {
						t.Fatalf("no address for %s in\n%s", m.action, receipt.msg.Text)
					}
				}
				b.take(letter{from: m.from, to: to, subject: "Re: " + receipt.msg.Subject, text: m.text, header: m.header})
			}
			if got := b.ticket(id).Status; got != tt.status {
				t.Errorf("the ticket is %s, want %s", got, tt.status)
			}
			equal(t, "what came of it", b.cameOf(), []string{tt.use})
			agents := slices.DeleteFunc(b.since(before), func(s string) bool { return !strings.HasSuffix(s, "alice@example.org") })
			if len(agents)+len(tt.told) > 0 {
				equal(t, "agents are told", agents, tt.told)
			}
			if tt.name == "it solved it" && !says(b.last(notify.TemplateMessage, alice), "VPN tunnel drops after sleep”") && !says(b.last(notify.TemplateMessage, alice), `"VPN tunnel drops after sleep"`) {
				t.Errorf("alice is told\n%s", b.last(notify.TemplateMessage, alice).msg.Text)
			}
			b.sameRebuilt()
			equal(t, "what came of it, rebuilt", b.rebuilt().cameOf(), []string{tt.use})
		})
	}
}

// TestNoSuggestions: nothing is offered where the admin wants none, to an incident that is
// known, and of an article that was withdrawn since it was indexed.
func TestNoSuggestions(t *testing.T) {
	for name, change := range map[string]func(*bench){
		"switched off": func(b *bench) { b.change(func(s *settings.Settings) { s.NoSuggestions = true }) },
		"withdrawn": func(b *bench) {
			err := b.db.Update(b.ctx, func(tx ticket.Tx) error {
				a, err := tx.Article("vpn-drops")
				a.Revision, a.State = 2, ticket.ArticleWithdrawn
				return errors.Join(err, tx.SaveArticle(a))
			})
			if err != nil {
				b.t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			b.withArticles()
			change(b)
			b.take(vpnProblem)
			if got := b.last(notify.TemplateAcknowledgement, ana); says(got, "profile") {
				t.Errorf("the acknowledgement offers\n%s", got.msg.Text)
			}
			equal(t, "offered", b.cameOf(), nil)
		})
	}
}

// TestSimilarSolved: agents are shown how a request like theirs was solved, unless it is private,
// open again, worked on elsewhere or spam, also where the index does not know that yet.
func TestSimilarSolved(t *testing.T) {
	for _, tt := range []struct {
		name, subject string
		reopened      bool
		alice, carol  bool                 // is shown it
		since         func(*ticket.Ticket) // the index was made
	}{
		{"solved", "My VPN tunnel drops", false, true, true, nil},
		{"private", "VPN tunnel drops, and my salary is wrong", false, false, true, nil},
		{"open again", "My VPN tunnel drops", true, false, false, nil},
		{"worked on elsewhere", "My VPN tunnel drops", false, false, false, func(t *ticket.Ticket) { t.Merged = 1 }},
		{"spam", "My VPN tunnel drops", false, false, false, func(t *ticket.Ticket) { t.Tags = []string{"spam"} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, withHR, func(s *settings.Settings) { s.Routing.Queues[0].Agents = append(s.Routing.Queues[0].Agents, "carol") })
			before := letter{from: "kim@example.net", to: support, subject: tt.subject, text: "The tunnel of the VPN is gone when my laptop wakes up from its sleep, please help me with that.\n"}
			id := b.take(before).Ticket
			b.agentWrites("carol@example.org", notify.TemplateNewTicket, "#take\n#resolve\nPlease import the new profile.\n")
			b.deliver()
			if tt.reopened {
				b.take(letter{from: "kim@example.net", to: b.last(notify.TemplateResolution, "kim@example.net").answer(), subject: "Re: " + tt.subject, text: "It is still gone.\n"})
			}
			b.index()
			if tt.since != nil {
				if err := b.db.Update(b.ctx, func(tx ticket.Tx) error {
					solved, err := tx.Ticket(id)
					tt.since(&solved)
					return errors.Join(err, tx.UpdateTicket(solved))
				}); err != nil {
					t.Fatal(err)
				}
			}
			b.take(vpnProblem)
			for who, want := range map[string]bool{alice: tt.alice, "carol@example.org": tt.carol} {
				if got := b.last(notify.TemplateNewTicket, who); says(got, "import the new profile") != want || want && !says(got, "laptop") {
					t.Errorf("%s, shown %t, want %t:\n%s", who, !want, want, got.msg.Text)
				}
			}
			if got := b.last(notify.TemplateAcknowledgement, ana); says(got, "profile") {
				t.Errorf("the requester is shown another's answer:\n%s", got.msg.Text)
			}
		})
	}
}
