package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"maildesk/faulttest"
	"maildesk/health"
	"maildesk/store/groupcommit"
)

// readiness returns what /readyz says.
func readiness(t *testing.T, d *Daemon) (code int, answer health.Readiness) {
	t.Helper()
	code, body := get(t, d, "/readyz")
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("/readyz says %s: %v", body, err)
	}
	return code, answer
}

func alive(t *testing.T, d *Daemon) {
	t.Helper()
	if code, body := get(t, d, "/healthz"); code != 200 || body != "alive\n" {
		t.Errorf("/healthz = %d %q, want 200 alive", code, body)
	}
}

// TestT155SmarthostRefuses: a running desk whose smarthost does not want it.
func TestT155SmarthostRefuses(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	const words = "5.7.1 you are on our list"
	go func() {
		for c, err := ln.Accept(); err == nil; c, err = ln.Accept() {
			go moody(c, "550 "+words)
		}
	}()
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	writeConfig(t, path, firstConfig+withHealth+fmt.Sprintf("[outgoing]\nsmarthost = \"smtp://%s\"\n", ln.Addr()))
	d, _ := start(t, path)
	if code, r := readiness(t, d); code != 200 || r.Status != "ready" {
		t.Errorf("before a mail /readyz = %d %+v, want 200 ready", code, r)
	}
	for n := range 2 {
		if err := deliver(t, d.Addrs()[0], fmt.Sprintf("u%d@example.net", n), "support@example.org", mailOf(n, "printer", "")); err != nil {
			t.Fatal(err)
		}
	}
	var got map[string]float64
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if err := d.observeSmarthosts(t.Context(), time.Now()); err != nil { // which the daemon does every 30 s
			t.Fatal(err)
		}
		if got = figures(t, d); got["maildesk_trouble smarthost"] == 1 && got["maildesk_mails new"] == 2 && got["maildesk_outbox_mails claimed"] == 0 {
			break
		}
	}
	code, r := readiness(t, d)
	if code != 200 || r.Status != "degraded" || len(r.Reasons) != 1 || r.Reasons[0].Name != health.Smarthost || r.Reasons[0].Stop ||
		!strings.Contains(r.Reasons[0].Text, ln.Addr().String()) || !strings.Contains(r.Reasons[0].Text, words) {
		t.Errorf("/readyz = %d %+v, want 200 degraded: smarthost, with its address and words", code, r)
	}
	for name, want := range map[string]float64{
		"maildesk_trouble smarthost": 1, "maildesk_degraded smarthost": 1, "maildesk_degraded outgoing": 0, "maildesk_degraded database": 0,
		"maildesk_mails new": 2, "maildesk_outbox_mails ready": 2, "maildesk_outbox_mails failed": 0, "maildesk_outbox_mails sent": 0,
	} {
		if v, ok := got[name]; !ok || v != want {
			t.Errorf("/metrics: %s = %v (%t), want %v", name, v, ok, want)
		}
	}
	alive(t, d)
	faulttest.Seen(t, "T155", "a running desk, the smarthost answers EHLO with 550", "/readyz 200 degraded: smarthost, with its address and words; the trouble and the 2 mails that wait are in /metrics, none has failed; /healthz ok, mail is taken")
}

// TestT155DataFolderGone asks the pages between the loss of the data folder and
// the end of the daemon that follows it (see TestT175LastMail): so only its doors
// and pages run.
func TestT155DataFolderGone(t *testing.T) {
	cfg := house(t, firstConfig+withHealth)
	d, err := Open(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	door, pages := make(chan error, 1), make(chan error, 1)
	go func() { door <- d.doorIn[0](ctx) }()
	go func() { pages <- d.runs[len(d.runs)-1](ctx) }()
	if code, r := readiness(t, d); code != 200 || r.Status != "ready" {
		t.Errorf("before /readyz = %d %+v, want 200 ready", code, r)
	}
	if err := os.Rename(cfg.Desk.Data, cfg.Desk.Data+".old"); err != nil {
		t.Fatal(err)
	}
	code, r := readiness(t, d)
	i := slices.IndexFunc(r.Reasons, func(r health.Reason) bool { return r.Name == health.Database })
	if code != 503 || r.Status != "stopped" || i < 0 || !r.Reasons[i].Stop || !strings.Contains(r.Reasons[i].Text, "is not the file that was opened") {
		t.Errorf("/readyz = %d %+v, want 503 stopped: database, with the cause", code, r)
	}
	alive(t, d)
	got := figures(t, d)
	if degraded, ok := got["maildesk_degraded database"]; !ok || degraded != 1 {
		t.Errorf("/metrics: maildesk_degraded database = %v (%t), want 1", degraded, ok)
	}
	err = deliver(t, d.Addrs()[0], "u@example.net", "support@example.org", mailOf(1, "printer", ""))
	if reply, ok := errors.AsType[*smtp.SMTPError](err); !ok || reply.Code/100 != 4 {
		t.Errorf("a mail = %v, want a temporary refusal", err)
	}
	stop()
	if err := errors.Join(<-door, <-pages, d.Close()); err != nil && !errors.Is(err, groupcommit.ErrBroken) {
		t.Error(err)
	}
	faulttest.Seen(t, "T155", "the data folder is renamed under the desk", "/readyz 503 stopped: database, with the cause; maildesk_degraded says so, /healthz 200; a mail gets a temporary refusal")
}
