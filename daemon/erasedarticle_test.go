package daemon

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/article"
	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/store"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// TestErasedFromArticles: an import of a folder from before an erasure is a conflict for each article from which
// somebody was erased, and for no other; a rebuild has the same articles.
func TestErasedFromArticles(t *testing.T) {
	cfg := house(t, toldConfig)
	runWith(t, cfg, func(d *Daemon) {
		(&mailer{t: t, d: d}).brings(anas, "support@example.org", "Subject: Lamp\n\nIt is dark.\n")
	})
	var folder []ticket.Article
	opened(t, cfg, func(local *localdesk.Local) {
		for _, a := range []ticket.Article{
			{Slug: "lamp", Texts: []ticket.Text{{Language: "de", Title: "Lampe", Body: "Dreh sie."}, {Language: "en", Title: "The lamp", Body: "Ask ana@example.net."}}},
			{Slug: "door", Texts: []ticket.Text{{Language: "en", Title: "The door", Body: "Push."}}},
		} {
			a.Revision, a.State, a.Audience, a.ChangedAt, a.CreatedAt, a.ChangedBy = 1, ticket.ArticlePublished, ticket.AudiencePublic, time.Now(), time.Now(), "alice"
			if err := local.Store.EraseTickets(t.Context(), func(tx *tables.Tx) error { return tx.SaveArticle(a) }); err != nil {
				t.Fatal(err)
			}
			folder = append(folder, a)
		}
	})
	eraseTest(t, cfg)
	opened(t, cfg, func(local *localdesk.Local) {
		outcomes, err := local.Desk.ImportArticles(t.Context(), "alice", folder, false, false)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []article.Result{article.Conflict, article.Unchanged} {
			if outcomes[i].Result != want {
				t.Errorf("the import of %s is %s, want %s", outcomes[i].Slug, outcomes[i].Result, want)
			}
		}
		err = local.Desk.View(t.Context(), func(r ticket.Reader) error {
			history, err := r.ArticleHistory("lamp")
			for _, a := range history {
				if a.In("de").Body != "Dreh sie." || strings.Contains(a.In("en").Body, "ana@") {
					t.Errorf("revision %d says %+v", a.Revision, a.Texts)
				}
			}
			if len(history) != 2 {
				t.Errorf("lamp has %d revisions, want 2", len(history))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	eraseTest(t, cfg) // once more changes nothing
	if made, err := Rebuild(t.Context(), cfg, filepath.Join(t.TempDir(), "again"), slog.New(slog.DiscardHandler)); err != nil || len(made.Problems)+len(made.Differences) > 0 {
		t.Errorf("a rebuild after the erasure: %v, %v, %v", made.Problems, made.Differences, err)
	}
}

// opened lets fn work on the data of a stopped desk.
func opened(t *testing.T, cfg *config.Config, fn func(*localdesk.Local)) {
	t.Helper()
	local, err := localdesk.OpenWith(t.Context(), cfg, slog.New(slog.DiscardHandler), store.Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	fn(local)
	if err := local.Close(); err != nil {
		t.Fatal(err)
	}
}
