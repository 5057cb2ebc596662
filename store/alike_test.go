package store

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/similar"
	"maildesk/store/personal"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// solvedTicket makes a ticket with its request and an answer, and resolves it.
func solvedTicket(tx ticket.Tx, subject, request, answer string, at time.Time) (ticket.ID, error) {
	return solvedTicketIn(tx, "en", subject, request, answer, at)
}

func solvedTicketIn(tx ticket.Tx, language, subject, request, answer string, at time.Time) (ticket.ID, error) {
	t := testTicket(subject)
	t.Language = language
	id, err := tx.InsertTicket(t)
	if err == nil {
		_, err = tx.AddEntry(ticket.Entry{Ticket: id, Kind: ticket.EntryMessage, Author: t.Requester, Text: request, At: at})
	}
	if err == nil && answer != "" {
		_, err = tx.AddEntry(ticket.Entry{Ticket: id, Kind: ticket.EntryReply, Author: "alice", Text: answer, At: at})
	}
	if err == nil {
		t.ID, t.Status, t.ResolvedAt = id, ticket.StatusResolved, at
		_, err = tx.AddEvent(ticket.Event{Ticket: id, Kind: ticket.EventStatus, From: "new", To: "resolved", At: at})
		err = errors.Join(err, tx.UpdateTicket(t))
	}
	return id, err
}

// indexAlike indexes what there is, and returns what is like a request.
func alike(t *testing.T, db *DB, q ticket.SimilarQuery) (found ticket.Similar) {
	t.Helper()
	for some := true; some; {
		var err error
		if some, err = db.IndexAlike(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	view(t, db, func(r ticket.Reader) (err error) {
		found, err = r.Similar(q)
		return err
	})
	return found
}

func idsOf(found ticket.Similar) string {
	var all []string
	for _, s := range found.Tickets {
		all = append(all, fmt.Sprint(s.ID))
	}
	for _, s := range found.Articles {
		all = append(all, s.Slug)
	}
	return strings.Join(all, " ")
}

// vpnArticle is an article like which vpnRequest is.
func vpnArticle(revision int) ticket.Article {
	return ticket.Article{
		Slug: "vpn-drops", State: ticket.ArticlePublished, Audience: ticket.AudiencePublic, Revision: revision, ChangedBy: "alice", ChangedAt: noon, CreatedAt: noon,
		Texts: []ticket.Text{{Language: "en", Title: "VPN drops after sleep", Body: "Delete the old profile and import the new one from the portal, then the tunnel stays."}},
	}
}

var vpnRequest = ticket.SimilarQuery{Title: "VPN tunnel drops after sleep", Body: "The VPN tunnel is gone whenever the laptop wakes up from sleep.", Language: "en", Now: noon}

// What is like a request is found once it is solved or published, and not when it is so no more.
func TestSimilar(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		var solved ticket.ID
		update(t, db, func(tx ticket.Tx) (err error) {
			for n := range 30 {
				if _, err := solvedTicket(tx, fmt.Sprintf("Matter %d", n), fmt.Sprintf("Something about printer %d and paper.", n), "Done.", noon); err != nil {
					return err
				}
			}
			if solved, err = solvedTicket(tx, "Tunnel drops", "My VPN tunnel drops when the laptop was asleep.", "Import the new profile.", noon); err != nil {
				return err
			}
			_, err = solvedTicket(tx, "VPN drops after sleep", "VPN tunnel drops after sleep, nobody has answered.", "", noon)
			for _, no := range []func(*ticket.Ticket){func(t *ticket.Ticket) { t.Merged = solved }, func(t *ticket.Ticket) { t.Tags = []string{"spam"} }} {
				id, err := solvedTicket(tx, "VPN drops after sleep", "VPN tunnel drops after sleep.", "Import the new profile.", noon)
				of, err2 := tx.Ticket(id)
				no(&of)
				if err := errors.Join(err, err2, tx.UpdateTicket(of)); err != nil {
					return err
				}
			}
			return errors.Join(err, tx.SaveArticle(vpnArticle(1)))
		})
		found := alike(t, db, vpnRequest)
		equal(t, "found", idsOf(found), fmt.Sprintf("%d vpn-drops", solved))
		equal(t, "the words", strings.Join(found.Tickets[0].Words, " "), "laptop vpn tunnel drops")
		for text, q := range map[string]ticket.SimilarQuery{
			"another language": {Title: vpnRequest.Title, Body: vpnRequest.Body, Language: "fr", Now: noon},
			"another matter":   {Title: "Coffee", Body: "The coffee machine leaks.", Language: "en", Now: noon},
			"nothing":          {Language: "en", Now: noon},
			"operators":        {Title: `" OR * NEAR(`, Body: "\x00\xff", Language: `"`, Now: noon},
		} {
			equal(t, text, idsOf(alike(t, db, q)), "")
		}

		internal := vpnArticle(2)
		internal.Audience = ticket.AudienceInternal
		update(t, db, func(tx ticket.Tx) error {
			open, err := tx.Ticket(solved)
			open.Status, open.ResolvedAt = ticket.StatusOpen, time.Time{}
			_, err2 := tx.AddEvent(ticket.Event{Ticket: solved, Kind: ticket.EventStatus, From: "resolved", To: "open", At: noon})
			return errors.Join(err, err2, tx.UpdateTicket(open), tx.SaveArticle(internal))
		})
		equal(t, "articles, once it is internal", len(alike(t, db, vpnRequest).Articles), 0)
		update(t, db, func(tx ticket.Tx) error { return tx.SaveArticle(vpnArticle(3)) })
		equal(t, "articles, once it is public again", len(alike(t, db, vpnRequest).Articles), 1)
	})
}

// TestSimilarWeighed: of tickets that are as alike, that of the request's category comes first, and
// a fresh one before an old one; an article counts as much as ever.
func TestSimilarWeighed(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		const year = 365 * 24 * time.Hour
		score := map[string]float64{}
		for _, of := range []struct {
			category string
			age      time.Duration
		}{{"", 0}, {"vpn", 0}, {"printing", 0}, {"vpn", 9 * year}} {
			update(t, db, func(tx ticket.Tx) error {
				at := noon.Add(-of.age)
				id, err := solvedTicket(tx, vpnRequest.Title, vpnRequest.Body, "Import the new profile.", at)
				solved, err2 := tx.Ticket(id)
				solved.Category = of.category
				return errors.Join(err, err2, tx.UpdateTicket(solved))
			})
			update(t, db, func(tx ticket.Tx) error {
				a := vpnArticle(1)
				a.Slug, a.Category, a.ChangedAt = fmt.Sprintf("vpn-%d", len(score)), of.category, noon.Add(-of.age)
				a.Texts[0].Title, a.Texts[0].Body = vpnRequest.Title, vpnRequest.Body
				score[a.Slug] = 0
				return tx.SaveArticle(a)
			})
		}
		q := vpnRequest
		q.Category = "vpn"
		found := alike(t, db, q)
		for _, s := range found.Tickets {
			score[fmt.Sprint(s.ID)] = s.Score
		}
		for _, a := range found.Articles {
			score[a.Slug] = a.Score
		}
		for _, tt := range []struct {
			one, other string
			ratio      float64
		}{{"2", "1", 1}, {"3", "2", 0.9}, {"4", "2", (3 + math.Exp2(-9)) / 4}, {"vpn-1", "vpn-0", 1}, {"vpn-2", "vpn-1", 0.9}, {"vpn-3", "vpn-1", 1}} {
			if got := score[tt.one] / score[tt.other]; math.IsNaN(got) || math.Abs(got-tt.ratio) > 1e-9 {
				t.Errorf("the score of %s is %g of that of %s, want %g (%v)", tt.one, got, tt.other, tt.ratio, score)
			}
		}
	})
}

// What is erased is not found, and no word of it is left.
func TestSimilarErased(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		var solved ticket.ID
		update(t, db, func(tx ticket.Tx) (err error) {
			solved, err = solvedTicket(tx, "Tunnel drops", vpnRequest.Body, "Import the new profile.", noon)
			return err
		})
		equal(t, "before", idsOf(alike(t, db, vpnRequest)), fmt.Sprint(solved))
		err := db.EraseTickets(t.Context(), func(tx *tables.Tx) error {
			return tx.Rewrite(personal.TableOf("entry"), []any{int64(1)}, map[string]string{"text": "[erased]"})
		})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "after", idsOf(alike(t, db, vpnRequest)), "")
		var left int
		if err := db.readers.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM search_alike_text) + (SELECT count(*) FROM search_alike_word) + (SELECT count(*) FROM search_alike_docsize)`).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d rows are left of it (%v)", left, err)
		}
	})
}

// TestSimilarAfterErasure: what stands in the place of what was erased makes nothing alike.
func TestSimilarAfterErasure(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		update(t, db, func(tx ticket.Tx) error {
			for n := range 30 {
				if _, err := solvedTicket(tx, fmt.Sprintf("Matter %d", n), fmt.Sprintf("Something about printer %d and paper.", n), "Done.", noon); err != nil {
					return err
				}
			}
			_, err := solvedTicket(tx, "[erased]", "[erased]", "[erased]", noon)
			a := vpnArticle(1)
			a.Texts[0].Title, a.Texts[0].Body = "[erased]", "[erased]"
			return errors.Join(err, tx.SaveArticle(a))
		})
		alike(t, db, vpnRequest)
		var left int
		err := db.readers.QueryRowContext(t.Context(), `SELECT count(*) FROM search_alike_word WHERE word = $1`, int64(similar.Read("en", "", ticket.Gone)[0].Hash)).Scan(&left)
		if err != nil || left != 0 {
			t.Errorf("the mark of an erasure is indexed as a word: %d, %v", left, err)
		}
	})
}

// BenchmarkSimilar asks a desk of 100,000 solved tickets and 10,000 articles, whose words are as
// frequent as those of a language are. MAILDESK_SIMILAR_DATA is a folder in which the desk is kept for
// the next time; MAILDESK_SIMILAR is how many tickets there are.
func BenchmarkSimilar(b *testing.B) {
	tickets := 5000
	if _, err := fmt.Sscan(os.Getenv("MAILDESK_SIMILAR"), &tickets); err != nil && os.Getenv("MAILDESK_SIMILAR") != "" {
		b.Fatal(err)
	}
	folder := os.Getenv("MAILDESK_SIMILAR_DATA")
	if folder == "" {
		folder = filepath.Join(b.TempDir(), "data")
	}
	_, err := os.Stat(folder)
	db := openFolder(b, folder, Options{Exclusive: true})
	random := rand.New(rand.NewPCG(3, 4))
	zipf := rand.NewZipf(random, 1.07, 8, 50_000)
	text := func(words int) string {
		var all strings.Builder
		for range words {
			fmt.Fprintf(&all, "w%d ", zipf.Uint64())
		}
		return all.String()
	}
	if err != nil {
		for n := 0; n < tickets; {
			err := db.Update(b.Context(), func(tx ticket.Tx) error {
				for end := min(tickets, n+1000); n < end; n++ {
					if _, err := solvedTicket(tx, text(5), text(40), text(30), noon); err != nil {
						return err
					}
					if a := vpnArticle(1); n%10 == 0 {
						a.Slug, a.Texts[0].Title, a.Texts[0].Body = fmt.Sprint("a", n), text(5), text(60)
						if err := tx.SaveArticle(a); err != nil {
							return err
						}
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		begin := processorTime()
		for some := true; some; {
			if some, err = db.IndexAlike(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		b.Logf("%d tickets and a tenth as many articles: %v of the processor to index one", tickets, (processorTime()-begin)/time.Duration(tickets))
	}
	var queries []ticket.SimilarQuery
	for range 200 {
		queries = append(queries, ticket.SimilarQuery{Title: text(5), Body: text(45), Language: "en", Now: noon})
	}
	begin, n := processorTime(), 0
	for b.Loop() {
		if err := db.View(b.Context(), func(r ticket.Reader) error { _, err := r.Similar(queries[n%len(queries)]); return err }); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64((processorTime()-begin).Microseconds())/float64(n), "cpu-µs/op")
}
