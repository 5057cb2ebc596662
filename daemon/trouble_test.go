package daemon

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"database/sql"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"maildesk/daemon/localdesk"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"maildesk/faulttest"
	"maildesk/mailparse"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/ticket"
)

// observed is a daemon that is open and does not run: the test looks for troubles
// when it wants.
type observed struct {
	*Daemon
	t    *testing.T
	told int // mails to the admin that were looked at
}

func observe(t *testing.T, text string) *observed {
	t.Helper()
	first := strings.Replace(firstConfig, "[desk]", "[desk]\n"+toBoss, 1)
	if smtp, ok := strings.CutPrefix(text, "[smtp]"); ok {
		first, text = strings.Replace(first, "[smtp]", "[smtp]"+smtp, 1), ""
	}
	cfg := house(t, first+text)
	d, err := Open(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return &observed{d, t, 0}
}

// look observes at a time, and again a second later, and wants what the admin is
// told by it: subjects without the desk's name; and what stands then.
func (o *observed) look(after time.Duration, kind ticket.TroubleKind, stands bool, told ...string) {
	o.t.Helper()
	for _, at := range []time.Time{time.Now().Add(after), time.Now().Add(after + time.Second)} {
		if err := errors.Join(o.observeDesk(o.t.Context(), at), o.observeMachine(o.t.Context(), at)); err != nil {
			o.t.Fatal(err)
		}
	}
	all := alarms(o.t, o.Daemon)
	var got []string
	for _, m := range all[o.told:] {
		subject := strings.TrimPrefix(mailparse.Parse(m.Bytes, mailparse.Envelope{}).Subject, "[Example IT] ")
		if subject != "mails are not sent" { // as those to the admin are not, here
			got = append(got, subject)
		}
	}
	o.told = len(all)
	if !slices.Equal(got, told) {
		o.t.Errorf("after %v the admin is told %q, want %q", after, got, told)
	}
	var c ticket.Condition
	err := o.Desk().View(o.t.Context(), func(r ticket.Reader) (err error) { c, err = r.Condition(time.Now()); return err })
	if found := slices.ContainsFunc(c.Troubles, func(s ticket.TroubleState) bool { return s.Kind == kind }); err != nil || found != stands {
		o.t.Errorf("after %v a trouble %s stands: %t, %v; want %t", after, kind, found, err, stands)
	}
}

func TestT155TroublesOfThePartsAreTold(t *testing.T) {
	const mib = 1 << 20
	t.Run("disk", func(t *testing.T) {
		o := observe(t, "")
		const subject = "the disk is nearly full"
		for _, tt := range []struct {
			free   int64
			stands bool
			told   []string
		}{
			{513 * mib, false, nil},
			{511 * mib, true, []string{subject}},
			{63 * mib, true, []string{subject}}, // worse: no mail is taken
			{62 * mib, true, nil},
			{2000 * mib, false, []string{"over: " + subject}},
		} {
			o.monitor.disk = func() (int64, int64, error) { return tt.free, 64 * mib, nil }
			o.look(0, ticket.TroubleDisk, tt.stands, tt.told...)
		}
	})
	t.Run("search index", func(t *testing.T) {
		o := observe(t, "")
		o.look(0, ticket.TroubleStore, false)
		other, err := sql.Open("sqlite3", filepath.Join(o.policy.cfg.Desk.Data, datafolder.File))
		if err == nil {
			_, err = other.Exec("UPDATE search_data SET block = NULL WHERE id = 10")
		}
		if err := errors.Join(err, other.Close()); err != nil {
			t.Fatal(err)
		}
		ask(t, o.Desk(), "ana@example.net")
		o.told = len(alarms(t, o.Daemon))
		o.look(0, ticket.TroubleStore, true, "the search index is damaged")
	})
	t.Run("mailbox", testTroubleOfAMailbox)
	t.Run("smarthost", testTroubleOfASmarthost)
	t.Run("certificate", func(t *testing.T) {
		folder := t.TempDir()
		cert, key := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
		certify(t, cert, key, 20*24*time.Hour)
		o := observe(t, fmt.Sprintf("[smtp]\ntls_certificate = %q\ntls_key = %q", cert, key))
		const subject = "certificate of [smtp]"
		o.look(0, ticket.TroubleCertificate, false)
		o.look(7*24*time.Hour, ticket.TroubleCertificate, true, subject)
		o.look(21*24*time.Hour, ticket.TroubleCertificate, true, subject) // it has ended
		certify(t, cert, key, 90*24*time.Hour)
		o.look(22*24*time.Hour, ticket.TroubleCertificate, false, "over: "+subject)
	})
	faulttest.Seen(t, "T155", "disk low and full, search index damaged, mailbox down, smarthost refusing and silent, certificate near its end and ended; each mended",
		"the admin gets one mail when it begins, one when it grows worse, one when it is over")
}

func testTroubleOfAMailbox(t *testing.T) {
	addr := faulttest.FreePort(t) // nobody is there
	o := observe(t, fmt.Sprintf("[[imap]]\nname = \"office\"\naddress = \"imap://desk@%s\"\npassword_file = %q\n", addr, secretFile(t)))
	const subject = "mailbox INBOX of office"
	poll := func(wanted ticket.MailboxState) {
		t.Helper()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		for _, run := range o.poller.Runs(store.MailboxTerm) {
			go func() { ended <- run(ctx) }()
		}
		kept := func() (state ticket.MailboxState) {
			err := o.local.Desk.View(t.Context(), func(r ticket.Reader) error {
				boxes, err := r.Mailboxes()
				if len(boxes) > 0 {
					state = boxes[0].Status.State
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return state
		}
		for end := time.Now().Add(time.Minute); kept() != wanted; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("the mailbox is %q, want %s", kept(), wanted)
			}
		}
		stop()
		<-ended
	}
	o.look(0, ticket.TroubleMailbox, false) // not tried yet
	poll(ticket.MailboxDown)
	o.look(0, ticket.TroubleMailbox, false) // a server may be restarted
	o.look(time.Minute, ticket.TroubleMailbox, false)
	o.look(3*time.Minute, ticket.TroubleMailbox, true, subject)

	memory := imapmemserver.New()
	user := imapmemserver.NewUser("desk", "secret")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	memory.AddUser(user)
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}}, InsecureAuth: true,
	})
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(ln)
	defer server.Close()
	poller, err := pollerOf(o.policy.cfg, o.local, o.log)
	if err != nil {
		t.Fatal(err)
	}
	o.poller = poller
	poll(ticket.MailboxFine)
	o.look(4*time.Minute, ticket.TroubleMailbox, false, "over: "+subject)
}

func secretFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	writeConfig(t, path, "secret\n")
	return path
}

// testTroubleOfASmarthost hands mails to a smarthost that refuses, hangs up and works.
func testTroubleOfASmarthost(t *testing.T) {
	var mood atomic.Value // what it says to EHLO; empty: it hangs up
	mood.Store("550 5.7.1 you are on our list")
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		for c, err := ln.Accept(); err == nil; c, err = ln.Accept() {
			go moody(c, mood.Load().(string))
		}
	}()
	host := ln.Addr().String()
	o := observe(t, fmt.Sprintf("[outgoing]\nsmarthost = \"smtp://%s\"\n", host))
	open, hops, err := localdesk.Transports(o.policy.cfg, o.log)
	if err != nil {
		t.Fatal(err)
	}
	o.monitor.hops = hops
	send := func() error {
		transport := open()
		defer transport.Close()
		_, err := transport.Send(t.Context(), ticket.OutboxMail{ID: 1, Recipient: "ana@example.net", Bytes: []byte("Subject: x\r\n\r\nx\r\n")})
		return err
	}
	subject := "smarthost " + host
	o.look(0, ticket.TroubleSmarthost, false)
	if err := send(); err == nil {
		t.Fatal("a smarthost that refuses EHLO took the mail")
	}
	o.look(0, ticket.TroubleSmarthost, true, subject) // at once
	mood.Store("250 welcome")
	if err := send(); err != nil {
		t.Fatal(err)
	}
	o.look(0, ticket.TroubleSmarthost, false, "over: "+subject)
	mood.Store("")
	if err := send(); err == nil {
		t.Fatal("a smarthost that hangs up took the mail")
	}
	o.look(0, ticket.TroubleSmarthost, false) // it may be restarted
	o.look(6*time.Minute, ticket.TroubleSmarthost, true, subject)
	mood.Store("250 welcome")
	if err := send(); err != nil {
		t.Fatal(err)
	}
	o.look(7*time.Minute, ticket.TroubleSmarthost, false, "over: "+subject)
}

// moody is a session of an SMTP server that answers EHLO and HELO in one way.
func moody(c net.Conn, hello string) {
	defer c.Close()
	if hello == "" {
		return
	}
	fmt.Fprint(c, "220 mx.example.net ESMTP\r\n")
	data := false
	for lines := bufio.NewScanner(c); lines.Scan(); {
		word, _, _ := strings.Cut(strings.ToUpper(lines.Text()), " ")
		switch {
		case data && lines.Text() != ".":
			continue
		case word == "EHLO" || word == "HELO":
			fmt.Fprintf(c, "%s\r\n", hello)
		case word == "DATA":
			data = true
			fmt.Fprint(c, "354 go ahead\r\n")
		case word == "QUIT":
			fmt.Fprint(c, "221 bye\r\n")
			return
		default:
			data = false
			fmt.Fprint(c, "250 2.0.0 ok\r\n")
		}
	}
}

// certify writes a certificate for so long, which it signs itself.
func certify(t *testing.T, certFile, keyFile string, life time.Duration) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"desk.example.org"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(life)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{keyFile: {Type: "PRIVATE KEY", Bytes: der}, certFile: {Type: "CERTIFICATE", Bytes: cert}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
