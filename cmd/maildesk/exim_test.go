package main

import (
	"net"
	"strings"
	"testing"

	"maildesk/faulttest"
)

// TestEximRecipe runs the block of the manual on an Exim, as TestPostfixRecipes
// does on a Postfix.
func TestEximRecipe(t *testing.T) {
	k, hop := openKillable(t)
	c, had := startCompany(t)
	host, port, _ := net.SplitHostPort(had)
	block := recipe(t, "exim: routers", "your.domain", "example.org", "127.0.0.1::2525", strings.Replace(k.addr, ":", "::", 1))
	routers, transports, found := strings.Cut(block, "# exim: transports\n")
	if !found {
		t.Fatal("the manual has no transports for Exim")
	}
	routers += "company:\n  driver = manualroute\n  domains = example.org\n  local_parts = root\n  route_list = * " + host + "::" + port + "\n  self = send\n  transport = company\n"
	transports += "company:\n  driver = smtp\n  allow_localhost\n"
	exim := faulttest.StartEximWith(t, routers, transports)
	k.start()
	for _, m := range []struct{ from, to string }{{"ana@example.net", "support@example.org"}, {"ben@example.net", "support+t1-aaaa@example.org"}, {"cleo@example.net", "root@example.org"}} {
		raw := []byte("From: " + m.from + "\r\nTo: " + m.to + "\r\nSubject: Printer\r\nMessage-ID: <" + m.from + ">\r\n\r\nHelp.\r\n")
		if err := sendMail(exim.Plain, m.from, m.to, raw); err != nil {
			t.Fatalf("mail to %s: %v", m.to, err)
		}
	}
	if err := sendMail(exim.Plain, "dan@example.net", "nobody-here@example.org", []byte("Subject: x\r\n\r\nx\r\n")); err == nil || !strings.Contains(err.Error(), "550") {
		t.Errorf("mail to somebody who does not live there: %v, want 550", err)
	}
	hop.await(t, 2) // ana and ben have a ticket
	if to := <-c.recipients; to != "root@example.org" {
		t.Errorf("the company's server got a mail to %s", to)
	}
	if len(c.recipients) > 0 {
		t.Errorf("the company's server got one more mail, to %s", <-c.recipients)
	}
	waitFor(t, "the address behind the plus reached the desk as it was", func() bool { return strings.Contains(k.log.String(), "forward_paths=[support+t1-") })
	faulttest.Seen(t, "T164", "an Exim by the recipe of the manual brings mails to the desk and takes its own", "requests become tickets, signed addresses come through as they were, the rest stays with the company")
}
