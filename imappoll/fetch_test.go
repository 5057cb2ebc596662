package imappoll

import (
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"maildesk/desk/notify"
	"maildesk/faulttest"
	"maildesk/faulttest/dovecot"
	"maildesk/store"
	"maildesk/ticket"
)

// flagsOf returns the flags of every mail of a mailbox, by UID.
func flagsOf(t *testing.T, c *imapclient.Client, mailbox string) map[imap.UID][]imap.Flag {
	t.Helper()
	if _, err := c.Select(mailbox, nil).Wait(); err != nil {
		t.Fatal(err)
	}
	all := map[imap.UID][]imap.Flag{}
	messages, err := c.Fetch(imap.UIDSet{{Start: 1}}, &imap.FetchOptions{Flags: true, UID: true}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		all[m.UID] = m.Flags
	}
	return all
}

// TestAfter: each mail is fetched once, as new ones by IDLE, and is then left,
// flagged, moved or deleted; \Seen is never set, and nobody else's mail expunged.
func TestAfter(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		after      After
		capability string
		left       int // in INBOX, of three mails and one that another client marked as deleted
	}{
		{Leave, "", 4}, {Flag, "", 4}, {Move, "", 1}, {Delete, "", 1},
		{Move, "IMAP4rev1 UIDPLUS IDLE", 1}, {Delete, "IMAP4rev1 UIDPLUS", 1},
	} {
		t.Run(fmt.Sprint(tt.after, tt.capability), func(t *testing.T) {
			t.Parallel()
			s := dovecot.Start(t, dovecot.Options{Capability: tt.capability})
			w := openWorld(t, store.Options{})
			proxy := openProxy(t, s.Addr)
			b := box(proxy.addr, support)
			b.After, b.Folder = tt.after, "Done"
			if tt.after != Leave {
				b.Poll = 3 * time.Second // IDLE is quicker
			}
			p, _ := w.fetch(0, b)
			state(t, p, 0, ticket.MailboxFine, "")
			c := s.Client(support)
			for i := range 3 {
				dovecot.Append(t, c, "INBOX", time.Now(), letter(i))
			}
			if got := w.handled(3); got[ticket.DispositionNew] != 3 {
				t.Errorf("dispositions %v, want 3 new", got)
			}
			cmd := c.Append("INBOX", 3, &imap.AppendOptions{Flags: []imap.Flag{imap.FlagDeleted}})
			io.WriteString(cmd, "x\r\n")
			cmd.Close()
			if _, err := cmd.Wait(); err != nil {
				t.Fatal(err)
			}
			await(t, "mails settled", func() bool { return len(w.uids(ticket.UIDDone)) == 3 && len(w.uids(ticket.UIDDeleted)) == 1 })
			flags := flagsOf(t, c, "INBOX")
			if len(flags) != tt.left {
				t.Errorf("%d mails are left, want %d", len(flags), tt.left)
			}
			for uid, f := range flags {
				if slices.Contains(f, imap.FlagSeen) {
					t.Errorf("mail %d has \\Seen", uid)
				}
				if want := tt.after == Flag && uid <= 3; slices.Contains(f, Keyword) != want {
					t.Errorf("mail %d has the flags %v; want the keyword: %t", uid, f, want)
				}
			}
			if tt.after == Move && len(flagsOf(t, c, "Done")) != 3 {
				t.Errorf("the folder has %d mails, want 3", len(flagsOf(t, c, "Done")))
			}
			noPlainExpunge(t, proxy)
		})
	}
}

func noPlainExpunge(t *testing.T, p *proxy) {
	t.Helper()
	for _, c := range p.commands() {
		if c == "EXPUNGE" || c == "CLOSE" || strings.Contains(c, "SINCE") || strings.Contains(c, "BODY[") {
			t.Errorf("the client sent %s", c)
		}
	}
}

func TestT127SeenByAPerson(t *testing.T) {
	t.Parallel()
	s := dovecot.Start(t, dovecot.Options{})
	w := openWorld(t, store.Options{})
	b := box(s.Addr, support)
	b.Poll = time.Minute
	_, stop := w.fetch(0, b)
	await(t, "first contact", func() bool { return w.mailbox(0).UIDValidity != 0 })
	stop()
	c := s.Client(support)
	for i := range 5 {
		dovecot.Append(t, c, "INBOX", time.Now(), letter(i))
	}
	flagsOf(t, c, "INBOX") // opens it
	if err := c.Store(imap.UIDSet{{Start: 1, Stop: 3}}, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	w.fetch(0, b)
	got := w.handled(5)
	seen := 0
	for _, f := range flagsOf(t, c, "INBOX") {
		if slices.Contains(f, imap.FlagSeen) {
			seen++
		}
	}
	if got[ticket.DispositionNew] != 5 || seen != 3 {
		t.Errorf("%d new tickets and %d mails with \\Seen, want 5 and 3", got[ticket.DispositionNew], seen)
	}
	faulttest.Seen(t, "T127", "a person opens 3 of 5 mails before they are fetched", "%d tickets; \\Seen is as the person left it on %d", got[ticket.DispositionNew], seen)
}

func TestT128ExpungeInMidFetch(t *testing.T) {
	t.Parallel()
	s := dovecot.Start(t, dovecot.Options{})
	w := openWorld(t, store.Options{})
	proxy := openProxy(t, s.Addr)
	b := box(proxy.addr, support)
	p, stop := w.fetch(0, b)
	state(t, p, 0, ticket.MailboxFine, "")
	stop()
	c := s.Client(support)
	for i := 1; i <= 6; i++ {
		dovecot.Append(t, c, "INBOX", time.Now(), letter(i))
	}
	other := s.Client(support)
	flagsOf(t, other, "INBOX")
	done := false
	proxy.set(func(line string, _ net.Conn) bool {
		if !done && strings.Contains(line, "UID FETCH 3 (UID BODY.PEEK") {
			done = true
			// Numbers 1 and 2 go, so that all sequence numbers shift, and 5, which was listed.
			set := imap.UIDSetNum(1, 2, 5)
			other.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close()
			other.UIDExpunge(set).Close()
		}
		return false
	})
	p, _ = w.fetch(0, b)
	w.handled(5)
	state(t, p, 0, ticket.MailboxFine, "")
	want := []string{"request 1", "request 2", "request 3", "request 4", "request 6"}
	if got := w.subjects(); !slices.Equal(got, want) {
		t.Errorf("tickets %v, want %v", got, want)
	}
	if left := w.uids(ticket.UIDFailed, ticket.UIDBlocked); len(left) > 0 {
		t.Errorf("the mail that vanished is %v", left)
	}
	faulttest.Seen(t, "T128", "another client expunges UIDs 1, 2, 5 while 3 of 6 is fetched", "the right 5 mails by UID, the one that vanished is logged and no failure")
}

func TestT129DownForAWeek(t *testing.T) {
	t.Parallel()
	s := dovecot.Start(t, dovecot.Options{})
	w := openWorld(t, store.Options{})
	p, stop := w.fetch(0, box(s.Addr, support))
	state(t, p, 0, ticket.MailboxFine, "")
	stop()
	c := s.Client(support)
	for i := range 8 { // a mail a day, the last one of today
		dovecot.Append(t, c, "INBOX", time.Now().Add(-time.Duration(7-i)*24*time.Hour-time.Minute), letter(i))
	}
	w.fetch(0, box(s.Addr, support))
	got := w.handled(8)
	acks := w.sent(notify.TemplateAcknowledgement)
	if got[ticket.DispositionNew] != 8 || acks != 1 {
		t.Errorf("%d tickets and %d acknowledgements, want 8 and 1", got[ticket.DispositionNew], acks)
	}
	if n := w.sent(notify.TemplateNewTicket); n != 8 {
		t.Errorf("agents were told %d times, want 8", n)
	}
	faulttest.Seen(t, "T129", "the poller is down for 7 days, a mail comes each day", "%d tickets, agents told of all, %d acknowledgement (of the mail of the last 24 h)", got[ticket.DispositionNew], acks)
}

func TestT136DeletedJunkAndTwice(t *testing.T) {
	t.Parallel()
	s := dovecot.Start(t, dovecot.Options{})
	w := openWorld(t, store.Options{})
	c := s.Client(support)
	for _, folder := range []string{"All Mail", "Junk"} {
		if err := c.Create(folder, nil).Wait(); err != nil {
			t.Fatal(err)
		}
	}
	all := box(s.Addr, support)
	all.Name = "All Mail"
	p, _ := w.fetch(0, box(s.Addr, support), all)
	state(t, p, 0, ticket.MailboxFine, "")
	state(t, p, 1, ticket.MailboxFine, "")
	dovecot.Append(t, c, "Junk", time.Now(), letter(66))
	cmd := c.Append("INBOX", int64(len(letter(77))), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagDeleted}})
	io.WriteString(cmd, letter(77))
	cmd.Close()
	cmd.Wait()
	dovecot.Append(t, c, "INBOX", time.Now(), "Delivered-To: support@example.org\r\n"+letter(1))
	dovecot.Append(t, c, "All Mail", time.Now(), letter(1))
	got := w.handled(2)
	if tickets, acks := w.subjects(), w.sent(notify.TemplateAcknowledgement); len(tickets) != 1 || acks != 1 || got[ticket.DispositionDuplicate] != 1 {
		t.Errorf("tickets %v, %d acknowledgements, dispositions %v; want one ticket and one duplicate", tickets, acks, got)
	}
	// Somebody takes the mark away again: then it is a mail as others.
	flagsOf(t, c, "INBOX")
	if err := c.Store(imap.UIDSet{{Start: 1}}, &imap.StoreFlags{Op: imap.StoreFlagsDel, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	w.handled(3)
	if got := w.subjects(); !slices.Equal(got, []string{"request 1", "request 77"}) {
		t.Errorf("tickets %v, want 1 and 77", got)
	}
	faulttest.Seen(t, "T136", "a mail with \\Deleted, one in Junk, one in INBOX and All Mail", "the deleted one waits until its flag is gone, Junk is not looked into, 1 ticket and 1 duplicate for the other")
}

// TestEnvelope: the queue is chosen by what the last server wrote, then by To.
func TestEnvelope(t *testing.T) {
	t.Parallel()
	s := dovecot.Start(t, dovecot.Options{})
	w := openWorld(t, store.Options{})
	p, _ := w.fetch(0, box(s.Addr, support))
	state(t, p, 0, ticket.MailboxFine, "")
	c := s.Client(support)
	for i, tt := range []struct{ header, to, queue string }{
		{"X-Original-To: sales@example.org\r\nDelivered-To: support@example.org\r\nReceived: by mx\r\n", "someone@example.net", "sales"},
		{"X-Original-To: sales@example.org\r\nReceived: by mx\r\n", support, "first-line"}, // To says which of the two it is
		{"Delivered-To: support@example.org\r\nReceived: by mx\r\n", "sales@example.org", "sales"},
		{"Received: by mx\r\nDelivered-To: sales@example.org\r\n", "someone@example.net", "first-line"},
		{"", "someone@example.net", "first-line"},
	} {
		dovecot.Append(t, c, "INBOX", time.Now(), tt.header+strings.Replace(letter(i), "To: "+support, "To: "+tt.to, 1))
		w.handled(int64(i + 1))
		tickets := w.tickets()
		if got := tickets[len(tickets)-1].Queue; got != tt.queue {
			t.Errorf("%q to %s: queue %s, want %s", tt.header, tt.to, got, tt.queue)
		}
	}
	// A mail with the null reverse-path in Return-Path is work, and never answered.
	dovecot.Append(t, c, "INBOX", time.Now(), "Return-Path: <>\r\nReceived: by mx\r\n"+letter(9))
	if got := w.handled(6); got[ticket.DispositionNew] != 6 {
		t.Errorf("dispositions %v, want 6 tickets", got)
	}
}

// TestStopped: a poller that is told to stop ends at once, also in IDLE.
func TestStopped(t *testing.T) {
	t.Parallel()
	s := dovecot.Start(t, dovecot.Options{})
	w := openWorld(t, store.Options{})
	b := box(s.Addr, support)
	b.Poll = time.Hour
	p, stop := w.fetch(0, b)
	state(t, p, 0, ticket.MailboxFine, "")
	begun := time.Now()
	stop()
	if took := time.Since(begun); took > time.Minute {
		t.Errorf("it took %v to stop", took)
	}
}
