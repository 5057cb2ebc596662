package logging

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"maildesk/threading"
)

// TestLogsShowTokensShortened: whatever is logged, in text or JSON, nobody who
// reads it can act by it.
func TestLogsShowTokensShortened(t *testing.T) {
	keys, err := threading.NewKeyring(threading.GenerateKeys())
	if err != nil {
		t.Fatal(err)
	}
	token := threading.Token{Ticket: 1042, Participant: 77, Role: "agent", Kind: threading.Internal}
	address, err := keys.ReplyAddress("support@example.org", token)
	if err != nil {
		t.Fatal(err)
	}
	id := keys.MessageID(token, "note.1.2", "desk.example.org")
	for _, format := range []string{"text", "json"} {
		var out bytes.Buffer
		log := New(&out, format, true)
		log.With("in_reply_to", id).Info("mail kept", "recipient", address, "text", "550 <"+address+"> is unknown", "err", errors.New("550 "+address),
			"recipients", []string{address, id}, "port", 25, slog.Group("remote", "said", address))
		if strings.Contains(out.String(), address) || strings.Contains(out.String(), id) || strings.Count(out.String(), "1042") != 7 || !strings.Contains(out.String(), "25") {
			t.Errorf("%s: the log says %s", format, out.String())
		}
	}
}

// TestLogWithoutAddresses: no address is in the log, and lines about one person still bear
// the same mark.
func TestLogWithoutAddresses(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		var out bytes.Buffer
		log := New(&out, format, false)
		log.Info("mail kept", "reverse_path", "ana@example.net", "forward_paths", []string{"support@example.org", "Ana@Example.net"}, "client", "192.0.2.1")
		log.Error("outbox", "err", errors.New("550 5.1.1 <ana@example.net>: unknown"), slog.Group("remote", "said", "MAIL FROM:<ana@example.net> SIZE=7"), "ticket", 17)
		said := out.String()
		if strings.Contains(said, "@") || !strings.Contains(said, "192.0.2.1") || !strings.Contains(said, "550 5.1.1") || !strings.Contains(said, "17") {
			t.Errorf("%s: the log says %s", format, said)
		}
		mark := said[strings.Index(said, "~"):][:11]
		if n := strings.Count(said, mark); n != 4 {
			t.Errorf("%s: the mark %s of one person is there %d times, want 4:\n%s", format, mark, n, said)
		}
	}
}

// TestLogWithoutOddAddresses: nothing of an address stays, however it is written.
func TestLogWithoutOddAddresses(t *testing.T) {
	for _, said := range []string{
		`"ana quill"@example.net`, `no such recipient: "\"ana quill\"@example.net"`, `550 <"ana \"quill\" x"@example.net> is unknown`, "o'quill@example.net", "'quill@example.net'", "bounces+quill=example.net@list.example",
		"SRS0=x1=ab=example.net=quill@fwd.example", "prvs=12ab=quill@example.net", "quill@[192.0.2.1]", "quill@[IPv6:2001:db8::1]", "smtp.mailfrom=quill@example.net", "Quill@müller.example", "mailto:quill@example.net",
	} {
		for _, format := range []string{"text", "json"} {
			var out bytes.Buffer
			New(&out, format, false).Error("outbox", "err", errors.New(said))
			if got := strings.ToLower(out.String()); strings.Contains(got, "quill") || strings.Contains(got, "@") || strings.Contains(got, "example.net") || !strings.Contains(got, "~") {
				t.Errorf("of %s the log says %s", said, got)
			}
		}
	}
}
