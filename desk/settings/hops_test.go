package settings

import (
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/faulttest"
	"maildesk/mailauth"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// TestResultsByTheWay: which Authentication-Results count, by how the mail came and where they stand.
func TestResultsByTheWay(t *testing.T) {
	const pass = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.net\n"
	const outer = "Received: from mail.example.net (mail.example.net [198.51.100.7])\n by mx.example.org (Postfix) with ESMTPS id 1; Mon, 30 Nov 2026 21:00:00 +0000\n"
	const inner = "Received: from mx.example.org (mx.example.org [10.0.0.2])\n by store.example.org (Postfix) with LMTP id 2; Mon, 30 Nov 2026 21:00:01 +0000\n"
	const filter = "Received: from localhost (localhost [127.0.0.1])\n by mx.example.org (Postfix) with ESMTP id 3; Mon, 30 Nov 2026 21:00:01 +0000\n"
	const author = "From: ana@example.net\nSubject: x\n"
	s := &Settings{
		AuthServers: []string{"mx.example.org", "mx.google.com", "mx.messagingengine.com"},
		Trusted:     []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}, Relays: []netip.Prefix{netip.MustParsePrefix("192.0.2.25/32")},
	}
	smtp := func(client string) ticket.Envelope { return ticket.Envelope{Source: ticket.SourceSMTP, Client: client} }
	mailbox := ticket.Envelope{Source: ticket.SourceIMAP}
	gmail := "Delivered-To: support@example.org\nReceived: by 2002:a05:6402:1:b0:1 with SMTP id x; Mon, 30 Nov 2026 21:00:01 +0000\nX-Received: by 2002:a17:1 with SMTP id y\nReturn-Path: <ana@example.net>\n" +
		"Received: from mail.example.net (mail.example.net. [198.51.100.7]) by mx.google.com with ESMTPS id z; Mon, 30 Nov 2026 21:00:00 +0000\nReceived-SPF: pass\nAuthentication-Results: mx.google.com; dmarc=pass header.from=example.net\n"
	hoster := "Received: from compute.messagingengine.com (compute.messagingengine.com [198.51.100.99]) by store.messagingengine.com (Cyrus) with LMTPA\n" +
		"Received: from mail.example.net (mail.example.net [198.51.100.7]) by mx.messagingengine.com (Postfix) with ESMTPS id 1\nAuthentication-Results: mx.messagingengine.com; dmarc=pass header.from=example.net\n"
	for _, tt := range []struct {
		name   string
		env    ticket.Envelope
		header string
		want   bool
	}{
		{"a stranger who connects to the desk", smtp("198.51.100.7"), pass + author, false},
		{"by IPv6", smtp("2001:db8::7"), pass + author, false},
		{"mapped", smtp("::ffff:198.51.100.7"), pass + author, false},
		{"with a Received of the server's name", smtp("198.51.100.7"), outer + pass + author, false},
		{"the server in front, on this machine", smtp("127.0.0.1"), pass + outer + author, true},
		{"in a private network", smtp("10.0.0.2"), pass + outer + author, true},
		{"by LMTP over a socket", smtp(""), pass + outer + author, true},
		{"a public one, of relays", smtp("192.0.2.25"), pass + outer + author, true},
		{"a public one, of trusted", smtp("203.0.113.7"), pass + outer + author, true},
		{"a public one that nobody named", smtp("192.0.2.26"), pass + outer + author, false},
		{"by a pipe", ticket.Envelope{Source: ticket.SourcePipe}, pass + outer + author, true},

		{"Postfix and a milter, below its Received", smtp("127.0.0.1"), outer + pass + author, true},
		{"OpenDKIM and OpenDMARC, two fields", smtp("127.0.0.1"), outer + "Authentication-Results: mx.example.org; dkim=pass header.d=example.net\n" + pass + author, true},
		{"through a filter that hands it back", smtp("127.0.0.1"), filter + outer + pass + author, true},
		{"through a filter, above the outer Received", smtp("127.0.0.1"), filter + pass + outer + author, true},
		{"through a second server of the house", smtp("10.0.0.3"), inner + outer + pass + author, true},
		{"through a public relay", smtp("10.0.0.3"), strings.ReplaceAll(inner, "10.0.0.2", "192.0.2.25") + outer + pass + author, true},
		{"below the Received of a server outside", smtp("127.0.0.1"), outer + "Received: from x (x [192.0.2.1]) by mail.example.net\n" + pass + author, false},
		{"below one that calls itself ours", smtp("127.0.0.1"), outer + inner + pass + author, false},
		{"below a client that calls itself by our address", smtp("127.0.0.1"), strings.Replace(outer, "from mail.example.net (", "from [127.0.0.1] (", 1) + inner + pass + author, false},
		{"below one that calls itself by our name", smtp("127.0.0.1"), strings.Replace(outer, "from mail.example.net (", "from mx2.example.org (", 1) + inner + pass + author, false},
		{"below From", smtp("127.0.0.1"), outer + "From: ana@example.net\n" + pass + "Subject: x\n", false},
		{"below Subject", smtp("127.0.0.1"), outer + "Subject: x\n" + pass + "From: ana@example.net\n", false},
		{"below a signature of the author's", smtp("127.0.0.1"), outer + pass + "DKIM-Signature: v=1\n" + author, true},

		{"Gmail, by IMAP", mailbox, gmail + author, true},
		{"Gmail, below the author's own trace", mailbox, strings.Replace(gmail, "Authentication-Results", "Received: from a (a [192.0.2.1]) by b\nAuthentication-Results", 1) + author, false},
		{"a host with public addresses within, by IMAP", mailbox, hoster + author, true},
		{"a mailbox of the house", mailbox, inner + outer + pass + author, true},
		{"a mailbox, below another's Received", mailbox, outer + "Received: from x (x [192.0.2.1]) by mail.example.net\n" + pass + author, false},
		{"Microsoft 365, which names no server", mailbox, "Received: from a.outlook.com (2603:10a6::1) by b.outlook.com with HTTPS\nAuthentication-Results: spf=pass smtp.mailfrom=example.net; dmarc=pass header.from=example.net\n" + author, false},
	} {
		msg := mailparse.Parse([]byte(strings.ReplaceAll(tt.header, "\n", "\r\n")+"\r\nHello\r\n"), mailparse.Envelope{})
		if got := s.Results(tt.env, msg.Header); (got.DMARC == "pass") != tt.want {
			t.Errorf("%s: %+v, want a pass: %t", tt.name, got, tt.want)
		}
	}
}

// TestFailedBehindThePublicHop: that DMARC failed is believed wherever it stands, as behind a hop within the house that
// has a public address which nobody named; nothing else is.
func TestFailedBehindThePublicHop(t *testing.T) {
	s := &Settings{AuthServers: []string{"mx.example.org"}}
	trace := func(results string) string {
		return "Received: from mx.example.org (mx.example.org [198.51.100.44]) by store.example.org (Postfix)\n" +
			"Received: from mail.example.net (mail.example.net [198.51.100.7]) by mx.example.org (Postfix)\n" +
			"Authentication-Results: mx.example.org; " + results + " header.from=example.net\nFrom: ana@example.net\nSubject: x\n"
	}
	for results, want := range map[string]string{"dmarc=fail": "fail", "dmarc=pass": "", "dkim=fail header.d=example.net": ""} {
		for _, env := range []ticket.Envelope{{Source: ticket.SourceSMTP, Client: "127.0.0.1"}, {Source: ticket.SourceIMAP}, {Source: ticket.SourcePipe}, {Source: ticket.SourceSMTP, Client: "198.51.100.44"}} {
			h := mailparse.Parse([]byte(trace(results)+"\nx\n"), mailparse.Envelope{}).Header
			if env.Source != ticket.SourceSMTP && results == "dmarc=pass" {
				continue // where the names of the hosts say that it is one house
			}
			if got := s.Results(env, h); got.DMARC != want {
				t.Errorf("%s, by %s from %s: DMARC %q, want %q", results, env.Source, env.Client, got.DMARC, want)
			}
		}
	}
}

// TestResultsOfRealMails: what the server that gave a mail to its mailbox said of it counts as it
// did when nothing was asked of the way: real servers write it above or below their Received.
func TestResultsOfRealMails(t *testing.T) {
	folder := faulttest.Shared(t, "corpus")
	n := 0
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil || len(raw) > 1<<20 {
			return err
		}
		h := mailparse.Parse(raw, mailparse.Envelope{}).Header
		server := strings.Fields(strings.Split(strings.Join(h.All("Authentication-Results"), ";")+"; -", ";")[0] + " -")[0]
		s := &Settings{AuthServers: []string{server}}
		want := mailauth.Read(h, s.AuthServers, func(mailauth.Hop) bool { return true })
		if want == (mailauth.Results{}) {
			return nil
		}
		if n++; s.Results(ticket.Envelope{Source: ticket.SourceIMAP}, h) != want {
			t.Errorf("%s: %+v, want %+v", path, s.Results(ticket.Envelope{Source: ticket.SourceIMAP}, h), want)
		}
		return nil
	})
	if err != nil || n < 20 {
		t.Errorf("%d mails, %v", n, err)
	}
}

// FuzzResults: whatever stands above a mail, a client from outside proves nothing by it, nor does what stands
// below From, or below a Received that follows the one of a transfer from outside.
func FuzzResults(f *testing.F) {
	f.Add("Authentication-Results: mx.example.org; dmarc=pass header.from=example.net\n")
	f.Add("Received: from [127.0.0.1] (x [198.51.100.7]) by mx.example.org\nAuthentication-Results: mx.example.org 1; spf=pass; dkim=pass\n")
	f.Add("Received: by by from\nreceived:\nReceived: from by by\n")
	f.Add("Received: from a (IPv6:::1 [IPv6:2001:db8::1%eth0]) by b\n")
	s := &Settings{AuthServers: []string{"mx.example.org"}}
	const transfer = "Received: from mail.example.net (mail.example.net [198.51.100.7]) by mx.example.org\r\nReceived: from x by y\r\n"
	f.Fuzz(func(t *testing.T, fields string) {
		header := func(above string) mailparse.Header {
			return mailparse.Parse([]byte(above+fields+"\r\n\r\n"), mailparse.Envelope{}).Header
		}
		for _, tt := range []struct{ above, client string }{{"", "198.51.100.7"}, {"From: a@b.c\r\n", "127.0.0.1"}, {transfer, "127.0.0.1"}} {
			got := s.Results(ticket.Envelope{Source: ticket.SourceSMTP, Client: tt.client}, header(tt.above))
			if got.SPF == "pass" || got.DKIM == "pass" || got.DMARC == "pass" {
				t.Errorf("by %s below %q: %+v", tt.client, tt.above, got)
			}
		}
	})
}
