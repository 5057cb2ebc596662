package daemon

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"maildesk/daemon/privacy"

	"maildesk/desk"
	"maildesk/ticket"
)

// TestErasedIsNotWrittenTo: after a person was erased from a ticket that others share nothing is sent to the placeholder.
func TestErasedIsNotWrittenTo(t *testing.T) {
	cfg := house(t, toldConfig)
	brings := func(d *desk.Desk, from, to, raw string) {
		t.Helper()
		if _, err := d.Accept(t.Context(), ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: from, ForwardPaths: []string{to}}, []byte(strings.ReplaceAll(raw, "\n", "\r\n"))); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- d.Run(ctx) }()
		for begun, n := time.Now(), 1; n > 0 && time.Since(begun) < 2*time.Minute; time.Sleep(5 * time.Millisecond) {
			err := d.View(t.Context(), func(r ticket.Reader) error {
				all, err := r.Mails(ticket.DispositionPending, 0, 10)
				n = len(all)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		stop()
		<-done
	}
	mails := func(d *desk.Desk) (all []ticket.OutboxMail) {
		err := d.View(t.Context(), func(r ticket.Reader) (err error) {
			all, err = r.OutboxOf(0)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	answer := ""
	work(t, cfg, func(d *desk.Desk) {
		brings(d, "ana@example.net", "support@example.org", "From: ana@example.net\nTo: support@example.org\nCc: bob@example.com\nSubject: Lamp\nMessage-ID: <1@example.net>\n\nIt is dark.\n")
		for _, m := range mails(d) {
			t.Log(m.Template, m.Recipient)
			if strings.HasSuffix(m.Recipient, "@example.org") {
				err := d.View(t.Context(), func(r ticket.Reader) (err error) {
					m, err = r.OutboxMail(m.ID)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				raw := strings.ReplaceAll(string(m.Bytes), "\r\n ", " ")
				for _, line := range strings.Split(raw, "\r\n") {
					if strings.HasPrefix(line, "Reply-To:") {
						_, answer, _ = strings.Cut(line, "<")
						answer = strings.TrimSuffix(strings.TrimSpace(answer), ">")
					}
				}
			}
		}
	})
	r, err := privacy.Erase(t.Context(), cfg, "ana@example.net", privacy.EraseOptions{Do: true, Open: true, Actor: "root at the console"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Log("whole", r.Whole, answer)
	work(t, cfg, func(d *desk.Desk) {
		before := len(mails(d))
		brings(d, "alice@example.org", answer, "From: alice@example.org\nTo: "+answer+"\nSubject: Re: Lamp\nMessage-ID: <2@example.org>\n\nWe bring a new lamp.\n")
		for _, m := range mails(d)[before:] {
			t.Log(m.Template, m.Recipient, m.State)
			if strings.HasSuffix(m.Recipient, "erased.invalid") {
				t.Errorf("%s is sent to %s", m.Template, m.Recipient)
			}
		}
	})
}
