package main

import (
	"os"
	"strings"
	"testing"

	"maildesk/faulttest"
)

// One mail to two of our addresses comes by SMTP, for each of them and in one
// transaction again, and through a pipe with other ends of lines.
func TestT047EveryDoor(t *testing.T) {
	k, hop := openKillable(t)
	text, err := os.ReadFile(k.config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(k.config, append(text, "[[address]]\nmail = \"sales@example.org\"\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	k.start()
	raw := strings.Replace(request("both", 1000), "To: support@example.org\r\n", "To: support@example.org\r\nCc: sales@example.org\r\n", 1)
	for _, to := range []string{"support@example.org", "sales@example.org", "support@example.org"} {
		if a, err := deliverTo(k.addr, "both@example.net", to, "Received: by way of "+to+"\r\n"+raw); err != nil || a.code != 250 {
			t.Fatalf("delivery to %s: %+v, %v", to, a, err)
		}
	}
	pipe := k.command("receive", "-f", "both@example.net", "sales@example.org")
	pipe.Stdin = strings.NewReader(strings.ReplaceAll(raw, "\r\n", "\n"))
	if out, err := pipe.CombinedOutput(); err != nil {
		t.Fatalf("receive: %v\n%s", err, out)
	}
	figures := k.handled()
	hop.await(t, 1)
	k.stop()
	if figures["new"] != 1 || figures["duplicate"] != 3 || hop.acknowledged("both") != 1 {
		t.Errorf("%v and %d acknowledgements, want one ticket, three copies, one acknowledgement", figures, hop.acknowledged("both"))
	}
	k.sound()
	faulttest.Seen(t, "T047", "one mail to two of our addresses: three times by SMTP with other Received fields, once through the pipe with LF", "1 ticket, %d copies recorded, 1 acknowledgement", figures["duplicate"])
}
