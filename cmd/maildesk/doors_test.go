package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/faulttest/dovecot"
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

// The same mail lies in a mailbox that is fetched, and comes by SMTP.
func TestT047MailboxAndSMTP(t *testing.T) {
	s := dovecot.Start(t, dovecot.Options{})
	k, hop := openKillable(t)
	accounts := addMailboxes(t, k, s)
	k.start()
	awaitContact(t, k, len(accounts))
	raw := request("everywhere", 1000)
	if a, err := deliverTo(k.addr, "everywhere@example.net", "support@example.org", raw); err != nil || a.code != 250 {
		t.Fatalf("delivery: %+v, %v", a, err)
	}
	for _, account := range accounts {
		dovecot.Append(t, s.Client(account), "INBOX", time.Now(), "Return-Path: <everywhere@example.net>\r\nDelivered-To: "+account+"\r\n"+raw)
	}
	var figures map[string]int
	k.eventually("all copies are taken", func() bool {
		figures = k.figures()
		return figures["pending"] == 0 && figures["duplicate"] == len(accounts)
	})
	hop.await(t, 1)
	k.stop()
	if figures["new"] != 1 || hop.acknowledged("everywhere") != 1 {
		t.Errorf("%v and %d acknowledgements, want one ticket and one acknowledgement", figures, hop.acknowledged("everywhere"))
	}
	k.sound()
	faulttest.Seen(t, "T047", "one mail by SMTP and in three mailboxes that are fetched by IMAP", "1 ticket, %d copies recorded, 1 acknowledgement", figures["duplicate"])
}
