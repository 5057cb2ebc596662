// Package unheeded tells the admin of mail servers whose Authentication-Results are not believed because they
// come from a public address that the configuration does not name, as may happen after an upgrade or a move.
//
// The entry point is [Told.Tell].
package unheeded

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"maildesk/clientnet"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

const (
	each = 24 * time.Hour // of which each server is told once
	most = 8              // servers that are told of in that time: anybody can write such a field, from as many addresses as they have
)

// Told keeps of which servers the admin was told since the process began. It is safe for concurrent use; its zero value is
// ready.
type Told struct {
	mu    sync.Mutex
	since time.Time
	nets  map[string]bool // as of clientnet.Of
}

// Tell logs that a host outside brought a mail, to the desk or to a server before it, with results that would count if it were a
// server of the house. header is the mail's. A mail that came longer than a day ago, which is handled again, says nothing of how servers stand today.
func (t *Told) Tell(ctx context.Context, log *slog.Logger, s *settings.Settings, m ticket.Mail, header mailparse.Header) {
	if len(s.AuthServers) == 0 || m.Envelope.AuthUser != "" || time.Since(m.ReceivedAt) > each {
		return
	}
	server, client := s.Unheeded(m.Envelope, header)
	if server == "" || !t.first(clientnet.Of(client), time.Now()) {
		return
	}
	log.WarnContext(ctx, "Authentication-Results are not believed: they come from a public address that is no relay",
		"client", client, "server", server, "remedy", "anybody can write such a field: only if this is your mail server, name it: "+Remedy(client))
}

// first reports whether nothing was told of a network since the day began, and there is room to do so.
func (t *Told) first(network string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if now.Sub(t.since) >= each {
		t.since, t.nets = now, map[string]bool{}
	}
	if t.nets[network] || len(t.nets) >= most {
		return false
	}
	t.nets[network] = true
	return true
}

// Remedy returns the line that names a server at an address.
func Remedy(client netip.Addr) string {
	client = client.Unmap().WithZone("")
	return fmt.Sprintf(`[auth] relays = ["%s/%d"]`, client, client.BitLen())
}
