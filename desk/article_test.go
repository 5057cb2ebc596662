package desk_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// article returns an article of the desk.
func (b *bench) article(slug string) (a ticket.Article) {
	b.t.Helper()
	if err := b.db.View(b.t.Context(), func(r ticket.Reader) (err error) {
		a, err = r.Article(slug)
		return err
	}); err != nil {
		b.t.Fatal(err)
	}
	return a
}

// draft lets alice resolve a request with an article of it, and returns the mail that
// shows it to her.
func (b *bench) draft(t *testing.T, command string) sent {
	t.Helper()
	b.take(letter{from: "Ana Lima <" + ana + ">", to: support, subject: "Printer jams", text: "Hello,\n\nthe printer of Ana says Error 0x13.\nCall me: +49 30 1234567.\n\nBest regards,\nAna Lima\n"})
	b.agentWrites(alices, notify.TemplateNewTicket, command+"\nDear Ana,\n\nopen tray 2 and restart it, as carl@example.com says.\n\nKind regards,\nAlice\n")
	return b.last(notify.TemplateArticle, alices)
}

// reply lets the reader of a mail answer it.
func (b *bench) reply(to sent, text string) ticket.Mail {
	b.t.Helper()
	return b.take(letter{from: to.Recipient, to: to.answer(), subject: "Re: " + to.msg.Subject, text: text, header: "In-Reply-To: " + to.MessageID + "\n"})
}

// TestArticleByMail: a solved request becomes a draft without what names people, and its
// reviewer publishes, corrects or drops it by a word or by the text.
func TestArticleByMail(t *testing.T) {
	for _, tt := range []struct {
		name, answer string
		state        ticket.ArticleState
		audience     ticket.Audience
		title, body  string // empty: as it was drafted
		told         string
		again        bool // it is shown once more
	}{
		{"publish", "publish\n", ticket.ArticlePublished, ticket.AudiencePublic, "", "", "#send printer-jams puts it into an answer", false},
		{"publish in German", "Veröffentlichen\n\nAlice\n", ticket.ArticlePublished, ticket.AudiencePublic, "", "", "#send printer-jams puts it into an answer", false},
		{"for agents only", "internal\n", ticket.ArticlePublished, ticket.AudienceInternal, "", "", "it never goes out", false},
		{"drop", "#drop\n", ticket.ArticleWithdrawn, ticket.AudiencePublic, "", "", "printer-jams is dropped", false},
		{"corrected", "# Paper jam\n\nOpen **tray 2**.\n", ticket.ArticleDraft, ticket.AudiencePublic, "Paper jam", "Open **tray 2**.", "# Paper jam", true},
		{"corrected and published", "publish\n\n# Paper jam\n\nOpen **tray 2**.\n", ticket.ArticlePublished, ticket.AudiencePublic, "Paper jam", "Open **tray 2**.", "puts it into an answer", false},
		{"something else", "I look at it tomorrow.\n", ticket.ArticleDraft, ticket.AudiencePublic, "", "", "nothing was done", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			shown := b.draft(t, "#resolve\n#kb")
			a := b.article("printer-jams")
			if a.State != ticket.ArticleDraft || a.Owner != "alice" || a.Ticket != 1 || a.Audience != ticket.AudiencePublic {
				t.Errorf("the draft is %+v", a)
			}
			want := "## Problem\n\nthe printer of [name] says Error 0x13.\\\nCall me: [telephone number].\n\n## Solution\n\nopen tray 2 and restart it, as [address] says."
			if got := a.Texts[0]; got.Title != "Printer jams" || got.Body != want || got.Language != "en" {
				t.Errorf("its text is %q\n%s\nwant\n%s", got.Title, got.Body, want)
			}
			text := strings.Join(strings.Fields(shown.msg.Text), " ")
			for _, want := range []string{"# Printer jams", "Ana – name", "+49 30 1234567 – telephone number", "carl@example.com – mail address"} {
				if !strings.Contains(text, want) {
					t.Errorf("alice does not see %q:\n%s", want, shown.msg.Text)
				}
			}
			n := len(b.outbox())
			b.reply(shown, tt.answer)
			a = b.article("printer-jams")
			if a.State != tt.state || a.Audience != tt.audience {
				t.Errorf("it is %s, %s, want %s, %s", a.State, a.Audience, tt.state, tt.audience)
			}
			if tt.title != "" && (a.Texts[0].Title != tt.title || a.Texts[0].Body != tt.body) {
				t.Errorf("its text is %q: %q", a.Texts[0].Title, a.Texts[0].Body)
			}
			if tt.state == ticket.ArticlePublished && a.Review != a.ChangedAt.UTC().AddDate(1, 0, 0).Format(time.DateOnly) {
				t.Errorf("its review is on %q", a.Review)
			}
			var told string
			for _, s := range b.outbox()[n:] {
				if s.Recipient != alices {
					t.Errorf("%s gets\n%s", s.Recipient, s.msg.Text)
				}
				if is := s.Template == string(notify.TemplateArticle); is != tt.again {
					t.Errorf("it is shown by %s", s.Template)
				}
				told += s.msg.Text
			}
			if !strings.Contains(strings.Join(strings.Fields(told), " "), tt.told) {
				t.Errorf("alice is told\n%s\nwant %q", told, tt.told)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestArticleOfPrivateQueue: it is meant for agents alone, and the mail says who will read it;
// whoever reviews it may decide otherwise.
func TestArticleOfPrivateQueue(t *testing.T) {
	for answer, audience := range map[string]ticket.Audience{"": ticket.AudienceInternal, "internal\n": ticket.AudienceInternal, "publish\n": ticket.AudiencePublic} {
		b := open(t, withHR)
		b.take(letter{from: ana, to: support, subject: "My salary of May", text: "It is wrong.\n"})
		b.agentWrites("carol@example.org", notify.TemplateNewTicket, "#resolve\n#kb\nIt comes with that of June.\n")
		shown := b.last(notify.TemplateArticle, "carol@example.org")
		if !says(shown, "in einer vertraulichen Warteschlange") {
			t.Errorf("carol is shown\n%s", shown.msg.Text)
		}
		if answer != "" {
			b.reply(shown, answer)
		}
		if a := b.article("my-salary-of-may"); a.Audience != audience || (a.State == ticket.ArticlePublished) != (answer != "") {
			t.Errorf("after %q it is %s, %s, want %s", answer, a.State, a.Audience, audience)
		}
		b.sound()
		b.sameRebuilt()
	}
}

// TestArticleLinks: an empty mail to the address behind a link decides.
func TestArticleLinks(t *testing.T) {
	for action, want := range map[string]ticket.ArticleState{"publish": ticket.ArticlePublished, "internal": ticket.ArticlePublished, "drop": ticket.ArticleWithdrawn} {
		b := open(t)
		shown := b.draft(t, "#resolve\n#kb")
		b.take(letter{from: alices, to: actionOf(t, shown, action), subject: "x", text: "\n"})
		if a := b.article("printer-jams"); a.State != want || a.Audience == ticket.AudienceInternal != (action == "internal") {
			t.Errorf("%s makes it %s, %s", action, a.State, a.Audience)
		}
		b.sound()
		b.sameRebuilt()
	}
}

// TestNoArticle: where there is nothing to make an article of, the mail is refused and
// nothing goes out.
func TestNoArticle(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"not solved", "#kb\nTry tray 2.\n", "write #kb beside #resolve"},
		{"no solution", "#resolve\n#kb\n", "no solution in the request yet"},
	} {
		b := open(t)
		b.request()
		n := len(b.outbox())
		b.agentWrites(alices, notify.TemplateNewTicket, tt.text)
		told := ""
		for _, s := range b.outbox()[n:] {
			if s.Recipient == ana {
				t.Errorf("%s: ana gets\n%s", tt.name, s.msg.Text)
			}
			told += s.msg.Text
		}
		if !strings.Contains(strings.Join(strings.Fields(told), " "), tt.want) {
			t.Errorf("%s: alice is told\n%s", tt.name, told)
		}
	}
}

// TestArticleTitle: the agent's title is the article's; a second article of the same
// title has another name, and one of a published one is refused.
func TestArticleTitle(t *testing.T) {
	b := open(t, withMacros(t))
	b.reply(b.draft(t, "#resolve\n#kb Restart"), "publish\n")
	if a := b.article("restart-2"); a.Texts[0].Title != "Restart" {
		t.Errorf("the article is %+v", a) // "restart" is a text of the admin's
	}
	n := len(b.outbox())
	b.agentWrites(alices, notify.TemplateArticle, "#kb\n")
	if told := b.outbox()[n:]; len(told) != 1 || !strings.Contains(told[0].msg.Text, "restart-2") {
		t.Errorf("a second article of the request: %v", told)
	}
	b.sound()
	b.sameRebuilt()
}

// TestSendArticle: a published article goes to the requester in their language; one for
// agents only, and a draft, never do, and their writer hears why.
func TestSendArticle(t *testing.T) {
	publish := func(b *bench, slug string, state ticket.ArticleState, audience ticket.Audience) {
		a := ticket.Article{Slug: slug, State: state, Audience: audience, CreatedAt: time.Now().UTC(), ChangedAt: time.Now().UTC(), ChangedBy: "root at the console", Revision: 1,
			Texts: []ticket.Text{{Language: "en", Title: "VPN", Body: "## Problem\n\nIt drops.\n\n## Solution\n\nPlease **reset** it."}, {Language: "fr", Title: "VPN", Body: "Réinitialisez-le."}}}
		if err := b.db.Update(b.t.Context(), func(tx ticket.Tx) error { return tx.SaveArticle(a) }); err != nil {
			b.t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name, request, text string
		state               ticket.ArticleState
		audience            ticket.Audience
		ana, alice          string
		uses                int
	}{
		{"published", "My VPN drops every ten minutes.\n", "Hello Ana,\n#send vpn-reset\nAlice\n", ticket.ArticlePublished, ticket.AudiencePublic, "Hello Ana,\nPlease reset it.\nAlice", "", 1},
		{"in the requester's language", "Bonjour, mon VPN se coupe toutes les dix minutes depuis hier, pouvez-vous m'aider ?\n", "#send vpn-reset\n", ticket.ArticlePublished, ticket.AudiencePublic, "Réinitialisez-le.", "", 1},
		{"in a note", "My VPN drops every ten minutes.\n", "#note\n#send vpn-reset\n", ticket.ArticlePublished, ticket.AudiencePublic, "", "", 0},
		{"internal", "My VPN drops every ten minutes.\n", "#send vpn-reset\n", ticket.ArticlePublished, ticket.AudienceInternal, "", "for agents only and is never sent", 0},
		{"internal, within the text", "My VPN drops every ten minutes.\n", "Hello,\n\n#send vpn-reset\n", ticket.ArticlePublished, ticket.AudienceInternal, "", "for agents only and is never sent", 0},
		{"draft", "My VPN drops every ten minutes.\n", "#send vpn-reset\n", ticket.ArticleDraft, ticket.AudiencePublic, "", "a draft that nobody has reviewed yet", 0},
		{"withdrawn", "My VPN drops every ten minutes.\n", "#send vpn-reset\n", ticket.ArticleWithdrawn, ticket.AudiencePublic, "", "no text", 0},
		{"listed", "My VPN drops every ten minutes.\n", "#send\n", ticket.ArticlePublished, ticket.AudiencePublic, "", "#send vpn-reset – Please reset it.", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			publish(b, "vpn-reset", tt.state, tt.audience)
			b.take(letter{from: ana, to: support, subject: "VPN drops", text: tt.request})
			n := len(b.outbox())
			b.agentWrites(alices, notify.TemplateNewTicket, tt.text)
			var toAna, toAlice string
			for _, s := range b.outbox()[n:] {
				if s.Recipient == ana {
					toAna += strings.ReplaceAll(s.msg.Text, "\r\n", "\n")
				} else {
					toAlice += strings.Join(strings.Fields(s.msg.Text), " ")
				}
			}
			if !strings.Contains(toAna, tt.ana) || (tt.ana == "") != (toAna == "") {
				t.Errorf("ana gets\n%s\nwant\n%s", toAna, tt.ana)
			}
			if !strings.Contains(toAlice, tt.alice) {
				t.Errorf("alice gets\n%s\nwant\n%s", toAlice, tt.alice)
			}
			if uses := b.uses("vpn-reset"); len(uses) != tt.uses {
				t.Errorf("it was used %v", uses)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// uses returns what came of an article.
func (b *bench) uses(slug string) (uses []ticket.ArticleUse) {
	b.t.Helper()
	if err := b.db.View(b.t.Context(), func(r ticket.Reader) (err error) {
		uses, err = r.ArticleUses(slug)
		return err
	}); err != nil {
		b.t.Fatal(err)
	}
	return uses
}

// TestArticleOutcome: an article that was sent solved the matter where nothing more is
// asked, thanks aside, and failed where the requester comes back.
func TestArticleOutcome(t *testing.T) {
	for _, tt := range []struct {
		name, send, answer string
		want               ticket.UseOutcome
	}{
		{"resolved by it", "#resolve\n#send jam\n", "", ticket.UseSolved},
		{"thanks", "#resolve\n#send jam\n", "Thank you!\n", ticket.UseSolved},
		{"came back", "#resolve\n#send jam\n", "It still jams, even after I opened tray 2.\n", ticket.UseFailed},
		{"not resolved yet", "#send jam\n", "", ticket.UseOpen},
	} {
		b := open(t)
		b.reply(b.draft(t, "#resolve\n#kb Jam"), "publish\n")
		b.take(letter{from: "eve@example.net", to: support, subject: "Jam", text: "My printer jams, what can I do about it?\n"})
		b.agentWrites(alices, notify.TemplateNewTicket, tt.send)
		if tt.answer != "" {
			for _, s := range b.outbox() {
				if s.Recipient == "eve@example.net" && s.Template != string(notify.TemplateAcknowledgement) {
					b.reply(s, tt.answer)
				}
			}
		}
		uses := b.uses("jam")
		if len(uses) != 1 || uses[0].Outcome() != tt.want {
			t.Errorf("%s: %+v, want %s", tt.name, uses, tt.want)
		}
		b.sound()
		b.sameRebuilt()
	}
}

// TestArticleReview: an article is shown to its owner once when its day of review has come,
// on a working day; their answer keeps, changes or withdraws it, however long ago its
// request was closed.
func TestArticleReview(t *testing.T) {
	for _, tt := range []struct {
		name, answer string
		state        ticket.ArticleState
		body         string
		next         bool // a later day of review
	}{
		{"still right", "keep\n", ticket.ArticlePublished, "", true},
		{"drop", "drop\n", ticket.ArticleWithdrawn, "", false},
		{"another text", "publish\n\n# Jam\n\nOpen tray 3.\n", ticket.ArticlePublished, "Open tray 3.", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t)
				b.reply(b.draft(t, "#close\n#kb Jam"), "internal\n")
				b.deliver()
				a := b.article("jam")
				n := len(b.outbox())
				time.Sleep(364 * 24 * time.Hour)
				b.due(time.Now())
				if told := b.since(n); len(told) > 0 {
					t.Errorf("before its day: %v", told)
				}
				time.Sleep(4 * 24 * time.Hour)
				b.due(time.Now())
				b.due(time.Now().Add(time.Hour))
				if told := b.since(n); len(told) != 1 || told[0] != "article "+alices {
					t.Fatalf("on its day: %v", told)
				}
				b.reply(b.last(notify.TemplateArticle, alices), tt.answer)
				got := b.article("jam")
				if got.State != tt.state || got.Review > a.Review != tt.next || tt.body != "" && got.Texts[0].Body != tt.body {
					t.Errorf("it is %+v", got)
				}
				if tt.next && tt.body == "" && got.Audience != ticket.AudienceInternal {
					t.Errorf("what is kept is %s now", got.Audience)
				}
				b.sound()
				b.sameRebuilt()
			})
		})
	}
}

// TestImportedArticleReview: the owner of an article that has no request is told, too, and
// the admin where there is no owner.
func TestImportedArticleReview(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t)
		for _, slug := range []string{"one", "two"} {
			a := ticket.Article{Slug: slug, State: ticket.ArticlePublished, Audience: ticket.AudiencePublic, Owner: "alice", Review: time.Now().Format(time.DateOnly),
				Texts: []ticket.Text{{Language: "en", Title: slug, Body: "x"}}, CreatedAt: time.Now(), ChangedAt: time.Now(), Revision: 1}
			if err := b.db.Update(t.Context(), func(tx ticket.Tx) error { return tx.SaveArticle(a) }); err != nil {
				t.Fatal(err)
			}
		}
		b.due(time.Now().Add(36 * time.Hour))
		b.due(time.Now().Add(60 * time.Hour))
		if told := b.summary(); len(told) != 2 || told[0] != "article "+alices || told[1] != told[0] {
			t.Errorf("told are %v", told)
		}
	})
}

// TestSolvedAbove: whoever passed a request on is told what solved it, and makes an article of
// it by one click.
func TestSolvedAbove(t *testing.T) {
	b := open(t)
	b.request()
	b.agentWrites(alices, notify.TemplateNewTicket, "#escalate the server drops it\n")
	b.agentWrites("carol@example.org", notify.TemplateEscalation, "#resolve\nPlease reset the token of your VPN.\n")
	n := len(b.outbox())
	b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#kb\n") // he was told nothing of it
	if told := b.since(n); slices.Contains(told, "article bob@example.org") {
		t.Errorf("bob has a draft: %v", told)
	}
	b.take(letter{from: alices, to: actionOf(t, b.last(notify.TemplateSolved, alices), "kb"), subject: "x", text: "\n"})
	b.reply(b.last(notify.TemplateArticle, alices), "publish\n")
	a := b.article("vpn-drops")
	if !a.IsPublic() || a.Owner != "alice" || !strings.Contains(a.Texts[0].Body, "Please reset the token of your VPN.") || !strings.Contains(a.Texts[0].Body, "drops every ten minutes") {
		t.Errorf("the article is %+v", a)
	}
	b.sound()
	b.sameRebuilt()
}
