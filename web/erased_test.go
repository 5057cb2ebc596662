package web

import (
	"strings"
	"testing"
	"time"

	"maildesk/report"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// TestErasedWords: what was erased is on no page from then on, also where the page was made before,
// or while it was erased.
func TestErasedWords(t *testing.T) {
	s := open(t)
	now := time.Now()
	end := report.Week.Begin(now.UTC())
	week := end.AddDate(0, 0, -1) // its last day
	of := ticket.Ticket{Subject: "Kangaroo of Kim", Requester: "ana@example.net", Status: ticket.StatusOpen, Queue: "first-line", Level: 1, CreatedAt: week, UpdatedAt: week, DueFirstResponse: now.Add(-time.Hour)}
	note := ticket.Article{Slug: "hop", State: ticket.ArticlePublished, Audience: ticket.AudiencePublic, Revision: 1, CreatedAt: now, ChangedAt: now, Texts: []ticket.Text{{Language: "en", Title: "Kangaroo", Body: "It hops."}}}
	if err := s.db.Update(t.Context(), func(tx ticket.Tx) (err error) {
		if of.ID, err = tx.InsertTicket(of); err != nil {
			return err
		}
		for _, e := range []ticket.Event{{Kind: ticket.EventCreated, To: of.Queue, Number: 1, At: week}, {Kind: ticket.EventEscalated, Actor: "alice", Reason: "Kangaroo escaped", At: week}} {
			e.Ticket = of.ID
			if _, err := tx.AddEvent(e); err != nil {
				return err
			}
		}
		return tx.SaveArticle(note)
	}); err != nil {
		t.Fatal(err)
	}
	alice := s.loggedIn(t, "alice")
	paths := []string{"/", "/articles", "/figures?unit=week&to=" + end.Format(time.DateOnly)}
	for _, path := range paths {
		if page := alice.shows(path); !strings.Contains(page, "Kangaroo") {
			t.Fatalf("%s does not show what there is:\n%s", path, page)
		}
	}
	steps := []func(*tables.Tx) error{
		func(tx *tables.Tx) error { return tx.SaveErasure(ticket.Erasure{ID: 1, At: now, Actor: "root"}) },
		func(tx *tables.Tx) error {
			_, err := tx.Exec(`UPDATE event SET reason = '[erased]' WHERE reason <> ''`)
			if err == nil {
				_, err = tx.Exec(`UPDATE article_text SET title = '[erased]'`)
			}
			of.Subject = "[erased]"
			if err == nil {
				err = tx.UpdateTicket(of)
			}
			return err
		},
		func(tx *tables.Tx) error {
			return tx.SaveErasure(ticket.Erasure{ID: 1, At: now, Actor: "root", DoneAt: now.Add(time.Second)})
		},
	}
	for _, step := range steps {
		for _, path := range paths {
			alice.shows(path) // somebody looks in the middle of it
		}
		if err := s.db.EraseTickets(t.Context(), step); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range paths {
		if page := alice.shows(path); strings.Contains(page, "Kangaroo") || !strings.Contains(page, "[erased]") {
			t.Errorf("after the erasure %s shows\n%s", path, page)
		}
	}
}
