package daemon

import (
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/daemon/localdesk"
	"maildesk/desk/person"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// TestErasedKept: a published article with words of somebody stays as it is but for their name, and is named as kept,
// and so is an agent's answer with an error message that others pasted, too; an erasure finds nothing left. What began
// with marks in a mail of theirs is gone where others quote it.
func TestErasedKept(t *testing.T) {
	const (
		failed = "The remote computer did not respond in a timely manner and the connection was terminated."
		sawed  = "My neighbour Ignatz sawed the glimmercable\nin two with his golden saw."
		marked = "| savings account in Zurich | CH93-0076 |\n> net use z: \\\\srv\\ana /user:ana hunter-4711\n"
	)
	cfg := house(t, toldConfig)
	runWith(t, cfg, func(d *Daemon) {
		m := &mailer{t: t, d: d}
		m.brings(anas, "support@example.org", "Cc: Ben Bloom <ben@example.com>\nSubject: VPN\n\n"+failed+"\n\n"+strings.ReplaceAll(sawed, "\n", " ")+"\n\n"+marked)
		m.brings("Ben Bloom <ben@example.com>", "support@example.org", "Subject: Re: [Example IT #1] VPN\n\nI know:\n\n> CH93-0076 is the savings account in Zurich | CH93-0076\n\nand\n\n> > net use z: \\\\srv\\ana /user:ana hunter-4711\n\nOn Monday Carl wrote:\n> Tuesday\n")
		m.brings("Zoe Zahn <zoe@example.com>", "support@example.org", "Subject: Error\n\n"+failed+"\n")
		m.answers("alice@example.org", "You see: "+failed+" Open UDP 500.\n")
	})
	opened(t, cfg, func(local *localdesk.Local) {
		a := ticket.Article{
			Slug: "cable", Revision: 1, State: ticket.ArticlePublished, Audience: ticket.AudiencePublic, ChangedAt: time.Now(), CreatedAt: time.Now(), ChangedBy: "alice",
			Texts: []ticket.Text{{Language: "en", Title: "The cable", Body: "Ana Quillfeather says: " + sawed + "\n\n" + failed}},
		}
		if err := local.Store.EraseTickets(t.Context(), func(tx *tables.Tx) error { return tx.SaveArticle(a) }); err != nil {
			t.Fatal(err)
		}
	})
	r := eraseTest(t, cfg)
	for _, why := range []string{"(body): " + person.KeptPublished, "(text): " + person.KeptShared} {
		if !slices.ContainsFunc(r.Kept, func(kept string) bool { return strings.HasSuffix(kept, why) }) {
			t.Errorf("nothing is kept because of %q: %q", why, r.Kept)
		}
	}
	for _, word := range []string{"hunter-4711", "savings account", "Quillfeather"} {
		if left := holding(t, cfg.Desk.Data, word); left != nil {
			t.Errorf("%q is in %v", word, left)
		}
	}
	opened(t, cfg, func(local *localdesk.Local) {
		err := local.Desk.View(t.Context(), func(r ticket.Reader) error {
			history, err := r.ArticleHistory("cable")
			for _, a := range history {
				if body := a.In("en").Body; body != "[erased] says: "+sawed+"\n\n"+failed {
					t.Errorf("revision %d says %q", a.Revision, body)
				}
			}
			entries, readErr := r.Correspondence(1)
			for _, e := range entries {
				if e.Author == "ben@example.com" && !strings.Contains(e.Text, "Tuesday") {
					t.Errorf("Ben's mail is %q", e.Text)
				}
			}
			if err == nil {
				err = readErr
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
