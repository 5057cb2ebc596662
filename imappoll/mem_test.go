package imappoll

import (
	"net"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"maildesk/faulttest/dovecot"
	"maildesk/store"
	"maildesk/ticket"
)

// TestAnotherServer fetches from a second implementation, which is there on
// every machine, with IMAP4rev2 and without.
func TestAnotherServer(t *testing.T) {
	for name, caps := range map[string]imap.CapSet{
		"IMAP4rev2": {imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}},
		"IMAP4rev1": {imap.CapIMAP4rev1: {}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			memory := imapmemserver.New()
			user := imapmemserver.NewUser(support, dovecot.Password)
			if err := user.Create("INBOX", nil); err != nil {
				t.Fatal(err)
			}
			memory.AddUser(user)
			server := imapserver.New(&imapserver.Options{
				NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
					return memory.NewSession(), nil, nil
				},
				Caps: caps, InsecureAuth: true,
			})
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			go server.Serve(ln)
			t.Cleanup(func() { server.Close() })

			w := openWorld(t, store.Options{})
			b := box(ln.Addr().String(), support)
			b.After, b.Folder = Move, "Done"
			p, _ := w.fetch(0, b)
			want := ticket.MailboxFine
			if name == "IMAP4rev1" {
				want = ticket.MailboxDegraded // neither MOVE nor UIDPLUS
			}
			state(t, p, 0, want, "")
			c, err := imapclient.DialInsecure(ln.Addr().String(), nil)
			if err == nil {
				err = c.Login(support, dovecot.Password).Wait()
			}
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			for i := range 3 {
				dovecot.Append(t, c, "INBOX", time.Now(), letter(i))
			}
			if got := w.handled(3); got[ticket.DispositionNew] != 3 {
				t.Errorf("dispositions %v, want 3 new", got)
			}
			await(t, "settled", func() bool { return len(w.uids(ticket.UIDDone)) == 3 })
			left := map[string]int{"IMAP4rev2": 0, "IMAP4rev1": 3}[name]
			if n := len(flagsOf(t, c, "INBOX")); n != left {
				t.Errorf("%d mails are left, want %d", n, left)
			}
		})
	}
}
