package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"maildesk/cmd/maildesk/console"
	"maildesk/faulttest"
	"maildesk/faulttest/dovecot"
	"maildesk/ticket"
)

// TestT125KillWhileFetching ends the desk with kill -9 at random times while it
// fetches three mailboxes, moves, deletes or leaves what it has, and takes mail
// by SMTP as well. Every mail makes one ticket and gets its acknowledgement.
func TestT125KillWhileFetching(t *testing.T) {
	mails, kills, pause := 120, 8, 200 // pause: ms between the mails of one feeder, at most
	if os.Getenv(faulttest.Variable) == "long" {
		mails, kills, pause = 1200, 100, 400
	}
	s := dovecot.Start(t, dovecot.Options{})
	k, hop := openKillable(t)
	accounts := addMailboxes(t, k, s)
	k.start()
	awaitContact(t, k, len(accounts))

	ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute)
	defer stop()
	var feeders sync.WaitGroup
	for a, account := range accounts { // three quarters come by IMAP
		c := s.Client(account)
		feeders.Go(func() {
			for i := a; i < mails; i += 4 {
				dovecot.Append(t, c, "INBOX", time.Now(), string(killLetter(i)))
				time.Sleep(time.Duration(rand.IntN(pause)) * time.Millisecond) // spread over the kills
			}
		})
	}
	feeders.Go(func() {
		for i := 3; i < mails; i += 4 {
			if !keepSending(ctx, k.addr, i) {
				t.Errorf("mail %d was never taken", i)
				return
			}
			time.Sleep(time.Duration(rand.IntN(pause)) * time.Millisecond)
		}
	})
	for range kills {
		// A mail that meets three kills in a row counts as one that kills the
		// process, so each restart has some time to work.
		time.Sleep(time.Duration(300+rand.IntN(400)) * time.Millisecond)
		k.kill()
		k.start()
	}
	feeders.Wait()
	defer func() {
		if t.Failed() {
			t.Logf("mailboxes: %s\noutbox: %s", k.run("mailboxes"), k.run("outbox"))
			for line := range strings.Lines(k.run("list", "--mails")) {
				if f := strings.Fields(line); len(hop.of(f[1])) == 0 {
					t.Logf("%s was not acknowledged: %s", f[1], k.run("show", "--json", f[0]))
				}
			}
		}
	}()
	hop.await(t, mails)
	awaitEmpty(t, s, accounts[:2])
	k.handled() // a copy waits until the first is handled
	k.cmd.Process.Signal(syscall.SIGTERM)
	if err := k.cmd.Wait(); err != nil {
		t.Errorf("the desk ended with %v", err)
	}

	tickets := map[string]int{}
	for line := range strings.Lines(k.run("list", "--mails")) {
		tickets[strings.Fields(line)[1]]++
	}
	second := 0 // copies of acknowledgements that came twice
	for i := range mails {
		id := fmt.Sprintf("<kill.%d@example.net>", i)
		if tickets[id] != 1 {
			t.Errorf("%s is in %d tickets, want 1", id, tickets[id])
		}
		copies := hop.of(id)
		second += len(copies) - 1
		for _, c := range copies {
			if c != copies[0] {
				t.Errorf("the copies of the acknowledgement of %s differ", id)
			}
		}
	}
	out := k.run("check", "--data")
	if !strings.Contains(out, "0 pending") || !strings.Contains(out, "is sound") {
		t.Errorf("check --data says %s", out)
	}
	err := console.View(t.Context(), k.config, func(r ticket.Reader) error {
		twice, err := r.Mails(ticket.DispositionDuplicate, 0, mails)
		for _, m := range twice {
			if m.Envelope.Source == ticket.SourceIMAP {
				t.Errorf("mail %d was fetched twice", m.ID)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if out := k.run("mailboxes"); strings.Count(out, "INBOX    ok") != len(accounts) || !strings.Contains(out, "LAST CONTACT") {
		t.Errorf("mailboxes says %s", out)
	}
	if out, err := exec.Command(k.binary, "-c", k.config, "mailboxes", "--retry", "1").CombinedOutput(); err == nil || !strings.Contains(string(out), "no mail with the UID 1 is blocked or too large") {
		t.Errorf("mailboxes --retry of a mail that is done says %s, %v", out, err)
	}
	if moved := len(uidsOf(t, s, accounts[0], "Done")); moved != mails/4 {
		t.Errorf("%d mails were moved, want %d", moved, mails/4)
	}
	if left := len(uidsOf(t, s, accounts[2], "INBOX")); left != mails/4 {
		t.Errorf("%d mails are left where they should be, want %d", left, mails/4)
	}
	t.Logf("%d mails, %d kills: %d acknowledgements came twice", mails, kills, second)
	faulttest.Seen(t, "T125", fmt.Sprintf("kill -9 of the daemon %d times while 3 mailboxes (move, delete, leave) and SMTP bring %d mails", kills, mails),
		"lost 0, doubled 0, acknowledged %d of %d, %d of them twice, byte for byte; journal and ledger are one commit: no mail came in twice; moved and deleted as configured", mails, mails, second)
}

func killLetter(i int) []byte {
	return fmt.Appendf(nil, "From: u%d@example.net\r\nTo: support@example.org\r\nSubject: request %d\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <kill.%d@example.net>\r\n\r\n%s", i, i, i, strings.Repeat("please help\r\n", 50))
}

// addMailboxes lets a desk fetch three mailboxes by TLS.
func addMailboxes(t *testing.T, k *killable, s *dovecot.Server) []string {
	t.Helper()
	if err := os.WriteFile(filepath.Join(filepath.Dir(k.config), "secret"), []byte(dovecot.Password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(k.config, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var accounts []string
	for _, after := range []string{"after = \"move\"\nfolder = \"Done\"", "after = \"delete\"", "after = \"leave\""} {
		account := fmt.Sprintf("box%d@example.org", len(accounts))
		address := "imaps://" + strings.Replace(account, "@", "%40", 1) + "@" + s.TLSAddr
		if len(accounts) == 1 {
			address = "imap://" + strings.Replace(account, "@", "%40", 1) + "@" + s.Addr + "?tls=required"
		}
		fmt.Fprintf(f, "[[imap]]\naddress = %q\npassword_file = \"secret\"\ntls_ca = %q\nmail = \"support@example.org\"\npoll = \"1s\"\n%s\n", address, s.CAFile, after)
		accounts = append(accounts, account)
	}
	return accounts
}

// awaitContact waits until maildesk mailboxes shows n mailboxes that are fine.
func awaitContact(t *testing.T, k *killable, n int) {
	t.Helper()
	var out string
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		out = k.run("mailboxes", "--json")
		fine := 0
		for line := range strings.Lines(out) {
			var m mailboxJSON
			if err := json.Unmarshal([]byte(line), &m); err != nil {
				t.Fatalf("mailboxes --json prints %s: %v", line, err)
			}
			if m.State == "ok" && m.Configured && m.LastContact != nil {
				fine++
			}
		}
		if fine == n {
			return
		}
	}
	t.Fatalf("not all mailboxes are fine: %s", out)
}

func uidsOf(t *testing.T, s *dovecot.Server, account, mailbox string) []imap.UID {
	t.Helper()
	c := s.Client(account)
	defer c.Close()
	if _, err := c.Select(mailbox, nil).Wait(); err != nil {
		t.Fatal(err)
	}
	found, err := c.UIDSearch(&imap.SearchCriteria{}, nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	return found.AllUIDs()
}

// awaitEmpty waits until everything was moved or deleted.
func awaitEmpty(t *testing.T, s *dovecot.Server, accounts []string) {
	t.Helper()
	for _, account := range accounts {
		left := -1
		for end := time.Now().Add(2 * time.Minute); time.Now().Before(end) && left != 0; time.Sleep(50 * time.Millisecond) {
			left = len(uidsOf(t, s, account, "INBOX"))
		}
		if left != 0 {
			t.Errorf("%d mails are left in %s", left, account)
		}
	}
}
