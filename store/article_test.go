package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"maildesk/store/personal"

	"maildesk/store/tables"
	"maildesk/ticket"
)

// printerArticle is the first revision of an article in two languages.
func printerArticle() ticket.Article {
	return ticket.Article{
		Slug: "printer-jam", State: ticket.ArticlePublished, Audience: ticket.AudiencePublic, Owner: "alice", Category: "printing", Review: "2027-01-31",
		Texts: []ticket.Text{
			{Language: "en", Title: "The printer jams", Body: "Open **tray 2** and take the paper out."},
			{Language: "fr", Title: "Bourrage papier", Body: "Ouvrez le bac 2, retirez le café."},
		},
		CreatedAt: noon, ChangedAt: noon, ChangedBy: "alice", Revision: 1,
	}
}

func TestArticles(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		first := printerArticle()
		second := printerArticle()
		second.Revision, second.ChangedAt, second.ChangedBy, second.Audience = 2, noon.Add(time.Hour), "root at the console", ticket.AudienceInternal
		second.Texts = second.Texts[:1]
		draft := ticket.Article{Slug: "vpn", State: ticket.ArticleDraft, Audience: ticket.AudiencePublic, Texts: []ticket.Text{{Language: "en", Title: "VPN", Body: "x"}}, CreatedAt: noon, ChangedAt: noon, ChangedBy: "bob", Revision: 1}
		update(t, s, func(tx ticket.Tx) error {
			id, err := tx.InsertTicket(testTicket("no VPN"))
			draft.Ticket = id
			return errors.Join(err, tx.SaveArticle(first), tx.SaveArticle(draft), tx.SaveArticle(second), tx.SetArticleReminded("printer-jam", "2027-01-31"))
		})
		view(t, s, func(r ticket.Reader) error {
			got, err := r.Article("printer-jam")
			equal(t, "Article", got, second)
			if err != nil {
				return err
			}
			history, err := r.ArticleHistory("printer-jam")
			equal(t, "ArticleHistory", history, []ticket.Article{first, second})
			if day, err := r.ArticleReminded("printer-jam"); day != "2027-01-31" || err != nil {
				t.Errorf("ArticleReminded = %q, %v", day, err)
			}
			if due, err := r.ArticlesDue("2027-02-01"); len(due) > 0 || err != nil {
				t.Errorf("ArticlesDue after the reminder = %v, %v", due, err)
			}
			if _, err := r.Article("none"); !errors.Is(err, ticket.ErrNotFound) {
				t.Errorf("Article of none = %v, want ErrNotFound", err)
			}
			for _, tt := range []struct {
				f    ticket.ArticleFilter
				want string
			}{
				{ticket.ArticleFilter{}, "printer-jam vpn"}, {ticket.ArticleFilter{State: ticket.ArticlePublished}, "printer-jam"},
				{ticket.ArticleFilter{Audience: ticket.AudiencePublic}, "vpn"}, {ticket.ArticleFilter{State: ticket.ArticlePublished, Audience: ticket.AudiencePublic}, ""},
				{ticket.ArticleFilter{Ticket: draft.Ticket}, "vpn"},
			} {
				all, err := r.Articles(tt.f)
				var slugs []string
				for _, a := range all {
					slugs = append(slugs, a.Slug)
				}
				if got := strings.Join(slugs, " "); got != tt.want || err != nil {
					t.Errorf("Articles(%+v) = %s, %v, want %s", tt.f, got, err, tt.want)
				}
			}
			return err
		})
		later := second
		later.Revision, later.Review = 3, "2027-06-30"
		update(t, s, func(tx ticket.Tx) error { return tx.SaveArticle(later) })
		view(t, s, func(r ticket.Reader) error {
			for day, want := range map[string]int{"2027-06-29": 0, "2027-06-30": 1, "2028-01-01": 1} {
				if due, err := r.ArticlesDue(day); len(due) != want || err != nil {
					t.Errorf("ArticlesDue(%s) = %v, %v, want %d", day, due, err, want)
				}
			}
			return nil
		})
		for _, revision := range []int{0, 1, 2, 3, 5} {
			second.Revision = revision
			if err := s.Update(t.Context(), func(tx ticket.Tx) error { return tx.SaveArticle(second) }); !errors.Is(err, ticket.ErrOvertaken) {
				t.Errorf("SaveArticle of revision %d after 3 = %v, want ErrOvertaken", revision, err)
			}
		}
	})
}

// TestSearchArticles: the latest texts are found by their words, accents folded; a title
// counts more than a body.
func TestSearchArticles(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		old := printerArticle()
		old.Texts[0].Body = "It was the fuser."
		tray := ticket.Article{Slug: "tray", State: ticket.ArticleDraft, Audience: ticket.AudiencePublic, Revision: 1, ChangedBy: "bob",
			Texts: []ticket.Text{{Language: "en", Title: "Tray 2", Body: "Which paper goes into the printer."}}}
		now := printerArticle()
		now.Revision = 2
		update(t, s, func(tx ticket.Tx) error {
			return errors.Join(tx.SaveArticle(old), tx.SaveArticle(tray), tx.SaveArticle(now))
		})
		word := func(w string) ticket.Term { return ticket.Term{Words: w} }
		title := func(w string) ticket.Term { return ticket.Term{Words: w, Subject: true} }
		view(t, s, func(r ticket.Reader) error {
			for _, tt := range []struct {
				q    ticket.ArticleQuery
				want string
			}{
				{ticket.ArticleQuery{}, ""},
				{ticket.ArticleQuery{All: []ticket.Term{word("tray")}}, "tray/en printer-jam/en"},
				{ticket.ArticleQuery{All: []ticket.Term{word("cafe")}}, "printer-jam/fr"},
				{ticket.ArticleQuery{All: []ticket.Term{word("fuser")}}, ""},
				{ticket.ArticleQuery{All: []ticket.Term{title("printer")}}, "printer-jam/en"},
				{ticket.ArticleQuery{All: []ticket.Term{{Words: "bourr", Prefix: true}}}, "printer-jam/fr"},
				{ticket.ArticleQuery{All: []ticket.Term{word("2")}, Any: []ticket.Term{word("which"), word("bac")}}, "tray/en printer-jam/fr"},
				{ticket.ArticleQuery{Any: []ticket.Term{word("tray"), word("bac")}, Language: "fr"}, "printer-jam/fr"},
				{ticket.ArticleQuery{All: []ticket.Term{word("tray")}, Of: ticket.ArticleFilter{State: ticket.ArticlePublished}}, "printer-jam/en"},
				{ticket.ArticleQuery{All: []ticket.Term{word("tray")}, Limit: 1}, "tray/en"},
				{ticket.ArticleQuery{All: []ticket.Term{word("tray")}, None: []ticket.Term{word("paper"), title("tray")}}, ""},
				{ticket.ArticleQuery{All: []ticket.Term{word("tray")}, None: []ticket.Term{title("tray")}}, "printer-jam/en"},
				{ticket.ArticleQuery{None: []ticket.Term{word("tray")}}, ""},
				{ticket.ArticleQuery{All: []ticket.Term{word("tray")}, Of: ticket.ArticleFilter{Categories: []string{"network", "printing"}}}, "printer-jam/en"},
				{ticket.ArticleQuery{All: []ticket.Term{word("tray")}, Of: ticket.ArticleFilter{ChangedFrom: noon}}, "printer-jam/en"},
				{ticket.ArticleQuery{All: []ticket.Term{word("tray")}, Of: ticket.ArticleFilter{MadeBefore: noon}}, "tray/en"},
				{ticket.ArticleQuery{Any: []ticket.Term{word(`" OR title : *`)}}, ""},
				{ticket.ArticleQuery{All: []ticket.Term{word("tray")}, Articles: 1}, "tray/en"},
				{ticket.ArticleQuery{All: []ticket.Term{word("tray")}, Seen: func(slug string) bool { return slug == "tray" }}, "printer-jam/en"},
				{ticket.ArticleQuery{All: []ticket.Term{word("tray")}, Limit: 1, Seen: func(slug string) bool { return slug == "tray" }}, "printer-jam/en"},
				{ticket.ArticleQuery{All: []ticket.Term{word("tray")}, Articles: 1, Seen: func(slug string) bool { return slug == "tray" }}, "printer-jam/en"},
			} {
				hits, err := r.SearchArticles(tt.q)
				var got []string
				for _, h := range hits {
					got = append(got, h.Article.Slug+"/"+h.Language)
					if h.Score <= 0 {
						t.Errorf("%+v: score of %s is %g", tt.q, h.Article.Slug, h.Score)
					}
				}
				if got := strings.Join(got, " "); got != tt.want || err != nil {
					t.Errorf("SearchArticles(%+v) = %q, %v, want %q", tt.q, got, err, tt.want)
				}
			}
			return nil
		})
	})
}

// TestArticleUses: what came of an article that was sent follows from the events and the
// correspondence.
func TestArticleUses(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		event := func(kind ticket.EventKind, mail ticket.MailID) ticket.Event {
			return ticket.Event{Kind: kind, To: "vpn", Mail: mail, OtherMail: mail, At: noon}
		}
		for i, tt := range []struct {
			name   string
			status ticket.Status
			mails  []ticket.MailID // of the requester; an agent answered by mail 2
			events []ticket.Event
			want   ticket.UseOutcome // empty: it is left out
			tag    string
			merged bool // it is worked on in the first of the table
		}{
			{"sent, nothing yet", ticket.StatusPending, []ticket.MailID{1}, []ticket.Event{event(ticket.EventArticleSent, 2)}, ticket.UseOpen, "", false},
			{"sent and resolved", ticket.StatusResolved, []ticket.MailID{1}, []ticket.Event{event(ticket.EventArticleSent, 2)}, ticket.UseSolved, "", false},
			{"came back", ticket.StatusOpen, []ticket.MailID{1, 3}, []ticket.Event{event(ticket.EventArticleSent, 2)}, ticket.UseFailed, "", false},
			{"came back, solved otherwise", ticket.StatusClosed, []ticket.MailID{1, 3}, []ticket.Event{event(ticket.EventArticleSent, 2)}, ticket.UseFailed, "", false},
			{"thanks", ticket.StatusClosed, []ticket.MailID{1, 3}, []ticket.Event{event(ticket.EventArticleSent, 2), event(ticket.EventThanked, 3)}, ticket.UseSolved, "", false},
			{"rated", ticket.StatusClosed, []ticket.MailID{1, 3}, []ticket.Event{event(ticket.EventArticleSent, 2), event(ticket.EventRated, 3)}, ticket.UseSolved, "", false},
			{"taken back", ticket.StatusOpen, []ticket.MailID{1}, []ticket.Event{event(ticket.EventArticleSent, 2), event(ticket.EventTakenBack, 2)}, "", "", false},
			{"offered, closed by an answer", ticket.StatusClosed, []ticket.MailID{1}, []ticket.Event{event(ticket.EventArticleOffered, 1)}, ticket.UseOpen, "", false},
			{"offered, solved by it", ticket.StatusResolved, []ticket.MailID{1, 3}, []ticket.Event{event(ticket.EventArticleOffered, 1), event(ticket.EventArticleSolved, 3)}, ticket.UseSolved, "", false},
			{"offered, and more was asked", ticket.StatusOpen, []ticket.MailID{1, 3}, []ticket.Event{event(ticket.EventArticleOffered, 1)}, ticket.UseFailed, "", false},
			{name: "sent, and worked on elsewhere", status: ticket.StatusClosed, mails: []ticket.MailID{1}, events: []ticket.Event{event(ticket.EventArticleSent, 2)}, want: ticket.UseOpen, merged: true},
			{name: "offered, solved by it, and worked on elsewhere", status: ticket.StatusResolved, mails: []ticket.MailID{1, 3}, events: []ticket.Event{event(ticket.EventArticleOffered, 1), event(ticket.EventArticleSolved, 3)}, want: ticket.UseSolved, merged: true},
			{name: "sent, and spam", status: ticket.StatusClosed, mails: []ticket.MailID{1}, events: []ticket.Event{event(ticket.EventArticleSent, 2)}, tag: "spam"},
			{name: "offered, and spam", status: ticket.StatusClosed, mails: []ticket.MailID{1}, events: []ticket.Event{event(ticket.EventArticleOffered, 1)}, tag: "spam"},
			{name: "sent, and something about spam", status: ticket.StatusClosed, mails: []ticket.MailID{1}, events: []ticket.Event{event(ticket.EventArticleSent, 2)}, tag: "spam filter", want: ticket.UseSolved},
		} {
			var mails []ticket.MailID // by their number in the table
			for n := range 3 {
				id, _, err := appendMail(s, ticket.Mail{Envelope: ticket.Envelope{Source: ticket.SourcePipe}, Fingerprint: [32]byte{byte(i), byte(n)}, ReceivedAt: noon}, fmt.Appendf(nil, "%d %d", i, n))
				if err != nil {
					t.Fatal(err)
				}
				mails = append(mails, id)
			}
			var id ticket.ID
			update(t, s, func(tx ticket.Tx) (err error) {
				made := testTicket(tt.name)
				made.Status = tt.status
				if tt.tag != "" {
					made.Tags = []string{tt.tag}
				}
				if tt.merged {
					made.Merged = 1
				}
				id, err = tx.InsertTicket(made)
				for _, m := range tt.mails {
					if err == nil {
						_, err = tx.AddEntry(ticket.Entry{Ticket: id, Mail: mails[m-1], Kind: ticket.EntryMessage, At: noon})
					}
				}
				for _, e := range tt.events {
					e.Ticket, e.Mail, e.OtherMail = id, mails[e.Mail-1], mails[e.OtherMail-1]
					if err == nil {
						_, err = tx.AddEvent(e)
					}
				}
				return err
			})
			view(t, s, func(r ticket.Reader) error {
				var got ticket.UseOutcome
				all, err := r.ArticleUses("vpn")
				for _, u := range all {
					if u.Ticket == id {
						got = u.Outcome()
					}
				}
				if got != tt.want {
					t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
				}
				return err
			})
		}
		view(t, s, func(r ticket.Reader) error {
			none, err := r.ArticleUses("other")
			every, err2 := r.ArticleUses("")
			if len(none) != 0 || len(every) != 12 {
				t.Errorf("ArticleUses of another article = %d, of all %d, want 0 and 12", len(none), len(every))
			}
			return errors.Join(err, err2)
		})
	})
}

// TestEraseArticle: words that an erasure takes out of an article are found no more, and
// the store is whole.
func TestEraseArticle(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		update(t, db, func(tx ticket.Tx) error { return tx.SaveArticle(printerArticle()) })
		now := printerArticle()
		now.Revision = 2
		update(t, db, func(tx ticket.Tx) error { return tx.SaveArticle(now) })
		if err := db.EraseTickets(t.Context(), func(tx *tables.Tx) error {
			for _, id := range []int64{1, 3} { // the English text of both revisions
				if err := tx.Rewrite(personal.TableOf("article_text"), []any{id}, map[string]string{"body": "Open … and take it out."}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := db.MergeIndex(t.Context()); err != nil {
			t.Fatal(err)
		}
		view(t, db, func(r ticket.Reader) error {
			hits, err := r.SearchArticles(ticket.ArticleQuery{All: []ticket.Term{{Words: "tray"}}})
			if len(hits) > 0 || err != nil {
				t.Errorf("an erased word is found: %v, %v", hits, err)
			}
			return err
		})
		if problems, err := db.Check(t.Context()); len(problems) > 0 || err != nil {
			t.Errorf("Check = %v, %v", problems, err)
		}
	})
}
