package imappoll

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"maildesk/faulttest"
	"maildesk/faulttest/dovecot"
	"maildesk/store"
	"maildesk/ticket"
)

func TestT134AfterRefused(t *testing.T) {
	t.Parallel()
	t.Cleanup(func() { // after the rows
		faulttest.Seen(t, "T134", "neither MOVE nor UIDPLUS; quota full for MOVE and for COPY; read-only for STORE, MOVE and delete", "mails are in custody and stay where they are, the mailbox is degraded with the server's words, nothing is copied twice; mended, what is left is done; EXPUNGE and CLOSE are never sent")
	})
	for _, tt := range []struct {
		name, capability, words, response string
		after                             After
		state                             ticket.MailboxState
		reason                            string
		kept                              bool // is tried again
	}{
		{"neither MOVE nor UIDPLUS", "IMAP4rev1 IDLE", "", "", Move, ticket.MailboxDegraded, "neither MOVE nor UIDPLUS", false},
		{"delete without UIDPLUS", "IMAP4rev1 MOVE", "", "", Delete, ticket.MailboxDegraded, "neither MOVE nor UIDPLUS", false},
		{"quota full", "", "UID MOVE", "NO [OVERQUOTA] Quota exceeded", Move, ticket.MailboxDegraded, "OVERQUOTA", true},
		{"quota full, no MOVE", "IMAP4rev1 UIDPLUS", "UID COPY", "NO [OVERQUOTA] Quota exceeded", Move, ticket.MailboxDegraded, "OVERQUOTA", true},
		{"read-only, move", "", "UID MOVE", "NO [NOPERM] Mailbox is read-only", Move, ticket.MailboxDegraded, "NOPERM", true},
		{"read-only, delete", "IMAP4rev1 UIDPLUS", "UID STORE", "NO [NOPERM] Mailbox is read-only", Delete, ticket.MailboxDegraded, "NOPERM", true},
		{"read-only", "", "UID STORE", "NO [NOPERM] Mailbox is read-only", Flag, ticket.MailboxDegraded, "NOPERM", true},
		{"copied, not taken out", "IMAP4rev1 UIDPLUS", "UID STORE", "NO [NOPERM] Mailbox is read-only", Move, ticket.MailboxDegraded, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := dovecot.Start(t, dovecot.Options{Capability: tt.capability})
			w := openWorld(t, store.Options{})
			proxy := openProxy(t, s.Addr)
			if tt.words != "" {
				proxy.set(refuse(tt.words, tt.response))
			}
			b := box(proxy.addr, support)
			b.After, b.Folder, b.All = tt.after, "Done", true
			c := s.Client(support)
			if err := c.Create("Done", nil).Wait(); err != nil {
				t.Fatal(err)
			}
			dovecot.Append(t, c, "INBOX", time.Now(), letter(1))
			p, _ := w.fetch(0, b)
			w.handled(1)
			if tt.reason != "" {
				state(t, p, 0, tt.state, tt.reason)
			} else {
				await(t, "copied", func() bool { return len(flagsOf(t, c, "Done")) == 1 && len(w.uids(ticket.UIDKept)) == 0 })
			}
			if n := len(flagsOf(t, c, "INBOX")); n != 1 {
				t.Errorf("%d mails are in the mailbox, want 1", n)
			}
			dovecot.Append(t, c, "INBOX", time.Now(), letter(2))
			w.handled(2)
			noPlainExpunge(t, proxy)
			if tt.reason == "" { // nothing is copied twice
				await(t, "both copied", func() bool { return len(flagsOf(t, c, "Done")) == 2 && len(w.uids(ticket.UIDKept)) == 0 })
			}
			if !tt.kept {
				return
			}
			if len(w.uids(ticket.UIDKept)) == 0 {
				t.Errorf("the ledger does not know what is left to do: %+v", w.uids())
			}
			proxy.set(nil)
			state(t, p, 0, ticket.MailboxFine, "")
			await(t, "done at last", func() bool { return len(w.uids(ticket.UIDKept)) == 0 })
		})
	}
}

// TestT134WaysOut: how mails leave the mailbox, by what the server is able to do.
// A mail that another client has marked as deleted stays: no way takes it along.
func TestT134WaysOut(t *testing.T) {
	t.Parallel()
	t.Cleanup(func() { // after the rows
		faulttest.Seen(t, "T134", "servers with and without MOVE and UIDPLUS; in the mailbox is a mail that another client has marked as deleted", "MOVE; else COPY, STORE and EXPUNGE of the one UID; else the mail is left in place; the other client's mail stays in each case")
	})
	for _, tt := range []struct {
		capability string
		after      After
		sent       []string // what changes something, in this order
	}{
		{"IMAP4rev1 MOVE UIDPLUS", Move, []string{"UID MOVE 2 Done"}},
		{"IMAP4rev1 MOVE", Move, []string{"UID MOVE 2 Done"}},
		{"IMAP4rev1 UIDPLUS", Move, []string{"UID COPY 2 Done", `UID STORE 2 +FLAGS.SILENT (\Deleted)`, "UID EXPUNGE 2"}},
		{"IMAP4rev1", Move, nil},
		{"IMAP4rev1 MOVE UIDPLUS", Delete, []string{`UID STORE 2 +FLAGS.SILENT (\Deleted)`, "UID EXPUNGE 2"}},
		{"IMAP4rev1 MOVE", Delete, nil},
		{"IMAP4rev1", Delete, nil},
	} {
		t.Run(fmt.Sprint(tt.capability, " ", tt.after), func(t *testing.T) {
			t.Parallel()
			s := dovecot.Start(t, dovecot.Options{Capability: tt.capability})
			w := openWorld(t, store.Options{})
			proxy := openProxy(t, s.Addr)
			c := s.Client(support)
			if err := c.Create("Done", nil).Wait(); err != nil {
				t.Fatal(err)
			}
			dovecot.Append(t, c, "INBOX", time.Now(), letter(1))
			flagsOf(t, c, "INBOX")
			if err := c.Store(imap.UIDSetNum(1), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
				t.Fatal(err)
			}
			dovecot.Append(t, c, "INBOX", time.Now(), letter(2))
			b := box(proxy.addr, support)
			b.After, b.Folder, b.All = tt.after, "Done", true
			p, _ := w.fetch(0, b)
			w.handled(1)
			left, want := []imap.UID{1}, ticket.MailboxFine
			if tt.sent == nil {
				left, want = []imap.UID{1, 2}, ticket.MailboxDegraded
			}
			state(t, p, 0, want, "")
			var got []imap.UID
			await(t, "settled", func() bool {
				got = slices.Sorted(maps.Keys(flagsOf(t, c, "INBOX")))
				return slices.Equal(got, left)
			})
			var sent []string
			for _, command := range proxy.commands() {
				for _, word := range []string{"MOVE", "COPY", "STORE", "EXPUNGE", "CLOSE"} {
					if strings.Contains(command, word) {
						sent = append(sent, strings.ReplaceAll(command, `"`, ""))
					}
				}
			}
			if !slices.Equal(sent, tt.sent) {
				t.Errorf("the client sent %q, want %q", sent, tt.sent)
			}
		})
	}
}

func TestT134MailboxGone(t *testing.T) {
	t.Parallel()
	t.Cleanup(func() { // after the rows
		faulttest.Seen(t, "T134", "the mailbox is renamed; removed; each put back", "down with the reason that it cannot be opened; it goes on by itself once the mailbox is there again, the mails of before are tickets once")
	})
	for _, tt := range []struct {
		name       string
		take, give func(c *imapclient.Client) error
	}{
		{"renamed",
			func(c *imapclient.Client) error { return c.Rename("Support", "Elsewhere", nil).Wait() },
			func(c *imapclient.Client) error { return c.Rename("Elsewhere", "Support", nil).Wait() }},
		{"removed",
			func(c *imapclient.Client) error { return c.Delete("Support").Wait() },
			func(c *imapclient.Client) error { return c.Create("Support", nil).Wait() }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := dovecot.Start(t, dovecot.Options{})
			w := openWorld(t, store.Options{})
			c := s.Client(support)
			if err := c.Create("Support", nil).Wait(); err != nil {
				t.Fatal(err)
			}
			b := box(s.Addr, support)
			b.Name, b.All = "Support", true
			dovecot.Append(t, c, "Support", time.Now(), letter(1))
			p, _ := w.fetch(0, b)
			w.handled(1)
			state(t, p, 0, ticket.MailboxFine, "")
			if err := tt.take(c); err != nil {
				t.Fatal(err)
			}
			state(t, p, 0, ticket.MailboxDown, "open the mailbox")
			if err := tt.give(c); err != nil {
				t.Fatal(err)
			}
			state(t, p, 0, ticket.MailboxFine, "")
			dovecot.Append(t, c, "Support", time.Now(), letter(2))
			w.handled(2)
			if got := w.subjects(); !slices.Equal(got, []string{"request 1", "request 2"}) {
				t.Errorf("tickets %v, want requests 1 and 2", got)
			}
		})
	}
}
