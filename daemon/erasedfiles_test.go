package daemon

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"

	"maildesk/config"
	"maildesk/desk"
	"maildesk/ticket"
)

// withFiles is a mail with a text and files, each of a name and a text.
func withFiles(subject, text string, files ...[2]string) string {
	mail := "Subject: " + subject + "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n" + text + "\n"
	for _, f := range files {
		mail += fmt.Sprintf("--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=%s\n\n%s\n", f[0], f[1])
	}
	return mail + "--b--\n"
}

// TestErasedFiles: files of others' mails that stay when somebody is erased are found as before, by
// name and word, and those that went are found no more; so it is after a rebuild.
func TestErasedFiles(t *testing.T) {
	cfg := house(t, toldConfig)
	runWith(t, cfg, func(d *Daemon) {
		m := &mailer{t: t, d: d}
		m.brings(anas, "support@example.org", withFiles("A lamp", "Mine stays dark.", [2]string{"lamp.txt", "grommet"}))
		m.brings("ben@example.com", "support@example.org", withFiles("Noise", "There is a noise.", [2]string{"mine.txt", "winkle"}, [2]string{"hers.txt", "ana@example.net has the floogle"}))
		m.brings("eve@example.com", "support@example.org", withFiles("Door", "It is the hinge, says ana@example.net.", [2]string{"hinge.txt", "snorkle"}))
	})
	type finds map[string]ticket.ID
	all := finds{"grommet": 1, "lamp.txt": 1, "winkle": 2, "mine.txt": 2, "floogle": 2, "hers.txt": 2, "snorkle": 3, "hinge.txt": 3}
	left := finds{"grommet": 0, "lamp.txt": 0, "winkle": 2, "mine.txt": 2, "floogle": 0, "hers.txt": 0, "snorkle": 3, "hinge.txt": 3}
	look := func(when string, cfg *config.Config, want finds, files int) {
		t.Helper()
		work(t, cfg, func(d *desk.Desk) {
			err := d.View(t.Context(), func(r ticket.Reader) error {
				for words, on := range want {
					found, err := r.Search(ticket.Query{All: []ticket.Term{{Words: words}}})
					if err != nil || (on == 0) != (len(found.Hits) == 0) || on != 0 && found.Hits[0].Ticket.ID != on {
						t.Errorf("%s, %q finds %v (%v), want ticket %d", when, words, found.Hits, err, on)
					}
				}
				found, err := r.Search(ticket.Query{Files: true})
				if len(found.Hits) != files {
					t.Errorf("%s, has:file finds %d tickets, want %d", when, len(found.Hits), files)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
	look("before", cfg, all, 3)
	if r := eraseTest(t, cfg); r.Out != 1 || r.Cut != 2 {
		t.Errorf("%d mails were taken out and %d cut, want 1 and 2", r.Out, r.Cut)
	}
	look("erased", cfg, left, 2)
	again := filepath.Join(t.TempDir(), "again")
	if made, err := Rebuild(t.Context(), cfg, again, slog.New(slog.DiscardHandler)); err != nil || len(made.Problems)+len(made.Differences) > 0 {
		t.Fatalf("a rebuild after the erasure: %v, %v, %v", made.Problems, made.Differences, err)
	}
	rebuilt := *cfg
	rebuilt.Desk.Data = again
	look("rebuilt", &rebuilt, left, 2)
}
