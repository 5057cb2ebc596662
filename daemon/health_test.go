package daemon

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"maildesk/faulttest"
	"maildesk/flowed"
	"maildesk/ticket"
)

const withHealth = `
[health]
listen = "127.0.0.1:0"
`

// get asks the daemon's health server.
func get(t *testing.T, d *Daemon, path string) (int, string) {
	t.Helper()
	resp, err := http.Get("http://" + d.HealthAddr().String() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// figures returns every sample of /metrics under its name and labels; of a
// histogram its count.
func figures(t *testing.T, d *Daemon) map[string]float64 {
	t.Helper()
	code, body := get(t, d, "/metrics")
	if code != 200 {
		t.Fatalf("/metrics = %d %s", code, body)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]float64{}
	for name, family := range families {
		for _, m := range family.Metric {
			key := name
			for _, l := range m.Label {
				key += " " + l.GetValue()
			}
			switch family.GetType() {
			case dto.MetricType_GAUGE:
				all[key] = m.Gauge.GetValue()
			case dto.MetricType_COUNTER:
				all[key] = m.Counter.GetValue()
			case dto.MetricType_HISTOGRAM:
				all[key] = float64(m.Histogram.GetSampleCount())
			}
		}
	}
	return all
}

// deliver hands a mail over by SMTP.
func deliver(t *testing.T, addr net.Addr, from, to, raw string) error {
	t.Helper()
	c, err := smtp.Dial(addr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.SendMail(from, []string{to}, strings.NewReader(raw))
}

func mailOf(n int, subject, extra string) string {
	return fmt.Sprintf("From: u%d@example.net\r\nTo: support@example.org\r\nSubject: %s\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <m%d@example.net>\r\n%s\r\nplease help, number %d\r\n", n, subject, n, extra, n)
}

// TestT155ExactFigures: /metrics says what the store holds, mail by mail.
func TestT155ExactFigures(t *testing.T) {
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	writeConfig(t, path, firstConfig+withHealth)
	d, _ := start(t, path)
	door := d.Addrs()[0]
	for n := range 7 {
		if err := deliver(t, door, fmt.Sprintf("u%d@example.net", n), "support@example.org", mailOf(n, "printer", "")); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // duplicates
		if err := deliver(t, door, "u1@example.net", "support@example.org", mailOf(1, "printer", "")); err != nil {
			t.Fatal(err)
		}
	}
	for n := 10; n < 13; n++ { // machines
		if err := deliver(t, door, "", "support@example.org", mailOf(n, "away", "Auto-Submitted: auto-replied\r\n")); err != nil {
			t.Fatal(err)
		}
	}
	if err := deliver(t, door, "u1@example.net", "nobody@example.org", mailOf(20, "x", "")); err == nil {
		t.Error("a stranger's address was taken")
	}
	held, err := net.Dial("tcp", door.String()) // a connection that stays
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if _, err := held.Read(make([]byte, 3)); err != nil {
		t.Fatal(err)
	}

	want := map[string]float64{
		"maildesk_mails new": 7, "maildesk_mails duplicate": 2, "maildesk_mails machine": 3, "maildesk_mails pending": 0,
		"maildesk_mails appended": 0, "maildesk_mails quarantined": 0, "maildesk_mails spam": 0,
		"maildesk_accept_seconds": 12, "maildesk_handle_seconds new": 7, "maildesk_handle_seconds duplicate": 2, "maildesk_handle_seconds machine": 3,
		"maildesk_kept_total smtp " + door.String():                   12,
		"maildesk_refused_total smtp " + door.String() + " recipient": 1,
		"maildesk_connections smtp " + door.String():                  1,
		"maildesk_config_reloads_total ok":                            1,
		"maildesk_config_reloads_total refused":                       0,
		"maildesk_store_up":                                           1,
		"maildesk_backlog_age_seconds":                                0,
		"maildesk_degraded quarantine":                                0,
	}
	var got map[string]float64
	exact := func() bool {
		got = figures(t, d)
		for name, value := range want {
			if v, ok := got[name]; !ok || v != value {
				return false
			}
		}
		return got["maildesk_outbox_mails sent"] == 7
	}
	for end := time.Now().Add(2 * time.Minute); !exact() && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
	}
	err = d.Desk().View(t.Context(), func(r ticket.Reader) error {
		tally, err := r.Tally()
		for _, s := range ticket.Dispositions {
			want["maildesk_mails "+string(s)] = float64(tally.Dispositions[s])
		}
		for s, n := range tally.Tickets {
			want["maildesk_tickets "+string(s)] = float64(n)
		}
		for s, n := range tally.Outbox {
			want["maildesk_outbox_mails "+string(s)] = float64(n)
		}
		if tally.Accepted != 12 {
			t.Errorf("the store has %d mails, want 12", tally.Accepted)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range want {
		if v, ok := got[name]; !ok || v != value {
			t.Errorf("/metrics: %s = %v (%t), want %v", name, v, ok, value)
		}
	}
	if got["maildesk_disk_free_bytes"] <= 0 || got["process_open_fds"] <= 0 || got["go_goroutines"] <= 0 || got["maildesk_plans_total"] < 12 {
		t.Errorf("/metrics: free %v, fds %v, goroutines %v, plans %v", got["maildesk_disk_free_bytes"], got["process_open_fds"], got["go_goroutines"], got["maildesk_plans_total"])
	}
	faulttest.Seen(t, "T155", "12 mails by SMTP (7 new, 2 duplicates, 3 machines), 1 recipient refused, 1 connection held", "%d figures of /metrics are exactly those of the store and of the door", len(want))
}

// alarms returns the mails to the admin that were made.
func alarms(t *testing.T, d *Daemon) (all []ticket.OutboxMail) {
	t.Helper()
	err := d.Desk().View(t.Context(), func(r ticket.Reader) error {
		mails, err := r.OutboxOf(0)
		for _, m := range mails {
			if m.Recipient == "boss@example.org" {
				m, err = r.OutboxMail(m.ID)
				all = append(all, m)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// tell describes a broken configuration's alarm.
func checkAlarm(t *testing.T, m ticket.OutboxMail, want ...string) {
	t.Helper()
	shown := flowed.Decode(strings.ReplaceAll(string(m.Bytes), "\r\n", "\n"), false)
	for _, text := range append(want, "Auto-Submitted: auto-generated", "To: <boss@example.org>") {
		if !strings.Contains(shown, text) {
			t.Errorf("the mail to the admin has no %q:\n%s", text, m.Bytes)
		}
	}
	if m.ReversePath != "" {
		t.Errorf("the mail to the admin has the reverse-path %s, want the null one", m.ReversePath)
	}
}

// TestT155MailboxDown: an IMAP server that is not there is no trouble of the
// doors, and is seen.
func TestT155MailboxDown(t *testing.T) {
	addr := faulttest.FreePort(t) // nobody is there
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	writeConfig(t, filepath.Join(filepath.Dir(path), "pw"), "secret\n")
	writeConfig(t, path, firstConfig+withHealth+fmt.Sprintf("[[imap]]\naddress = \"imap://desk@%s\"\npassword_file = \"pw\"\n", addr))
	d, _ := start(t, path)
	var ready string
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end) && !strings.Contains(ready, `"name": "imap"`); time.Sleep(10 * time.Millisecond) {
		_, ready = get(t, d, "/readyz")
	}
	if !strings.Contains(ready, `"name": "imap"`) || !strings.Contains(ready, `"status": "degraded"`) {
		t.Errorf("/readyz says %s, want degraded: imap", ready)
	}
	up := 1.0
	for name, value := range figures(t, d) {
		if strings.HasPrefix(name, "maildesk_mailbox_up ") {
			up = value
		}
	}
	if up != 0 {
		t.Errorf("maildesk_mailbox_up = %v, want 0", up)
	}
	if err := deliver(t, d.Addrs()[0], "u@example.net", "support@example.org", mailOf(1, "printer", "")); err != nil {
		t.Errorf("mail by SMTP while IMAP is down: %v", err)
	}
	if code, _ := get(t, d, "/healthz"); code != 200 {
		t.Errorf("/healthz = %d, want 200", code)
	}
	faulttest.Seen(t, "T155", "no IMAP server at the address of a mailbox", "/readyz degraded imap with the reason, maildesk_mailbox_up 0, mail by SMTP is taken")
}
