package store

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"maildesk/similar"
	"maildesk/similar/made"
	"maildesk/ticket"
)

// alikeFigures counts what an index finds.
type alikeFigures struct{ mails, answerable, suggested, right int }

func (f alikeFigures) precision() float64 {
	return 100 * float64(f.right) / float64(max(1, f.suggested))
}
func (f alikeFigures) coverage() float64 {
	return 100 * float64(f.right) / float64(max(1, f.answerable))
}

func (f alikeFigures) String() string {
	return fmt.Sprintf("%d | %d | %d | %d | %.0f %% | %.0f %%", f.mails, f.answerable, f.suggested, f.right, f.precision(), f.coverage())
}

// TestAlikeFigures: through the real index, which looks at a few candidates, what is promised
// of suggestions holds on the made set, and docs/suggestions.md says what is measured.
func TestAlikeFigures(t *testing.T) {
	set := made.Read(t, "../similar/testdata")
	both(t, func(t *testing.T, db *DB) {
		update(t, db, func(tx ticket.Tx) (err error) {
			for _, a := range set.Articles {
				err = errors.Join(err, tx.SaveArticle(ticket.Article{Slug: a.Language + "-" + a.Name, State: ticket.ArticlePublished, Audience: ticket.AudiencePublic,
					CreatedAt: noon, ChangedAt: noon, ChangedBy: "alice", Revision: 1, Texts: []ticket.Text{{Language: a.Language, Title: a.Title, Body: a.Body}}}))
			}
			return err
		})
		young := suggested(t, db, set.Mails)
		answers := map[ticket.ID]string{}
		for _, m := range set.Mails {
			if !m.Held {
				solve(t, db, set, m, answers)
			}
		}
		held := slices.DeleteFunc(slices.Clone(set.Mails), func(m made.Mail) bool { return !m.Held })
		grown := suggested(t, db, held)
		for what, f := range map[string]alikeFigures{"articles alone": young, "beside solved tickets": grown} {
			if f.precision() < 85 || f.coverage() < 40 {
				t.Errorf("%s: of %d suggested articles %.0f %% are right and %.0f %% of the mails with an article get it, want 85 and 40", what, f.suggested, f.precision(), f.coverage())
			}
		}
		if db.server != nil {
			t.Logf("all mails: %v; held out: %v", young, grown)
			return
		}
		manual, err := os.ReadFile("../docs/suggestions.md")
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range []string{fmt.Sprintf("| 60 articles, all mails | %v |", young), fmt.Sprintf("| 60 articles and the 200 tickets to tune with, mails held out | %v |", grown),
			fmt.Sprintf("| of these, solved tickets at %.2f | %v |", similar.EnoughForAgents, solvedAlike(t, db, held, answers))} {
			if !strings.Contains(string(manual), row) {
				t.Errorf("docs/suggestions.md has not what is measured: %s", row)
			}
		}
	})
}

// suggested counts the articles that are suggested for mails.
func suggested(t *testing.T, db *DB, mails []made.Mail) (f alikeFigures) {
	for _, m := range mails {
		found := alike(t, db, ticket.SimilarQuery{Title: m.Subject, Body: m.Body, Language: m.Language, Now: noon})
		f.mails++
		if m.Answer != "" {
			f.answerable++
		}
		for _, a := range similar.Best(found.Articles, func(a ticket.SimilarArticle) float64 { return a.Score }, similar.Enough) {
			f.suggested++
			if a.Slug == m.Language+"-"+m.Answer {
				f.right++
			}
		}
	}
	return f
}

// solve makes a solved ticket of a mail. The answer is the article, where there is one.
func solve(t *testing.T, db *DB, set made.Set, m made.Mail, answers map[ticket.ID]string) {
	answer := ""
	for _, a := range set.Articles {
		if a.Language == m.Language && a.Name == m.Answer {
			answer = a.Title + "\n" + a.Body
		}
	}
	update(t, db, func(tx ticket.Tx) error {
		id, err := solvedTicketIn(tx, m.Language, m.Subject, m.Body, answer, noon)
		answers[id] = m.Answer
		return err
	})
}

// solvedAlike counts the mails for which solved tickets are shown, and those among them of
// which the same article answers one.
func solvedAlike(t *testing.T, db *DB, mails []made.Mail, answers map[ticket.ID]string) (f alikeFigures) {
	for _, m := range mails {
		f.mails++
		for _, answer := range answers {
			if m.Answer != "" && answer == m.Answer {
				f.answerable++
				break
			}
		}
		found := alike(t, db, ticket.SimilarQuery{Title: m.Subject, Body: m.Body, Language: m.Language, Now: noon})
		shown := similar.Best(found.Tickets, func(s ticket.SimilarTicket) float64 { return s.Score }, similar.EnoughForAgents)
		if len(shown) > 0 {
			f.suggested++
		}
		if m.Answer != "" && slices.ContainsFunc(shown, func(s ticket.SimilarTicket) bool { return answers[s.ID] == m.Answer }) {
			f.right++
		}
	}
	return f
}
