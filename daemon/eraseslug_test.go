package daemon

import (
	"log/slog"
	"strings"
	"testing"

	"maildesk/daemon/localdesk"
	"maildesk/daemon/privacy"
	"maildesk/store"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// Who erases somebody is told which articles are called something else from then on, before it is done.
func TestErasureSaysNewSlugs(t *testing.T) {
	cfg := house(t, toldConfig)
	runWith(t, cfg, func(d *Daemon) {
		(&mailer{t: t, d: d}).brings(anas, "support@example.org", "Subject: Lamp\n\nIt is dark.\n")
	})
	log := slog.New(slog.DiscardHandler)
	local, err := localdesk.OpenWith(t.Context(), cfg, log, store.Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	const slug = "lamp-of-ana-quillfeather"
	err = local.Store.EraseTickets(t.Context(), func(tx *tables.Tx) error {
		return tx.SaveArticle(ticket.Article{Slug: slug, Revision: 1, State: ticket.ArticlePublished, Audience: ticket.AudiencePublic, Ticket: 1, Texts: []ticket.Text{{Language: "en", Title: "The lamp", Body: "Turn it on."}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := local.Close(); err != nil {
		t.Fatal(err)
	}
	for _, do := range []bool{false, true} {
		r, err := privacy.Erase(t.Context(), cfg, "ana@example.net", privacy.EraseOptions{Do: do, Open: true, Actor: "desk", Names: []string{"Ana Quillfeather"}}, log)
		if err != nil {
			t.Fatal(err)
		}
		now, notes := r.Slugs[slug], strings.Join(r.Notes(), "\n")
		if now == "" || !strings.Contains(notes, slug+" is called "+now) || !strings.Contains(notes, "export it anew") {
			t.Errorf("done: %t; the new slugs are %v, and the notes say\n%s", do, r.Slugs, notes)
		}
	}
}
