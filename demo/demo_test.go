package demo

import (
	"context"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest/pgserver"
)

// TestRun plays the whole story on real parts and reads the page that comes out.
func TestRun(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	var page strings.Builder
	if err := Run(ctx, &page, false); err != nil {
		t.Fatalf("Run = %v; the page until then:\n%s", err, page.String())
	}
	checkPage(t, page.String())
}

// The same story on PostgreSQL.
func TestRunOnServer(t *testing.T) {
	var page strings.Builder
	if err := runOn(t.Context(), &page, false, pgserver.Database(t)); err != nil {
		t.Fatalf("runOn = %v; the page until then:\n%s", err, page.String())
	}
	checkPage(t, page.String())
}

func checkPage(t *testing.T, page string) {
	t.Helper()
	at := 0
	for _, want := range []string{
		"→ Ana writes", "← ana@example.net gets", "We have received your request", "← alice@example.org gets", "New request #1",
		"→ Alice writes", "#take", "← ana@example.net gets", "which version of the VPN client",
		"#escalate client 4.10.03 is known to drop", "← carol@example.org gets", "was escalated to you", "What your commands did",
		"#resolve", "we rolled the client back", "We’ve marked your request #1 as solved", "was solved at level 2",
		"is open again", "#resolv\n", "Nothing was done and nothing was sent", "out of office",
		`Ticket #1, "VPN drops every ten minutes": closed`, "resolved → closed",
		"Mails accepted: 9 = 1 new + 7 appended + 1 machine. Sent: 13, failed: 0.",
	} {
		i := strings.Index(page[at:], want)
		if i < 0 {
			t.Fatalf("%q is not on the page after its first %d bytes:\n%s", want, at, page)
		}
		at += i
	}
}
