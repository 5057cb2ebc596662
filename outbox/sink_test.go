package outbox

import (
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"maildesk/faulttest"
)

// startSink starts Postfix's smtp-sink, or skips the test where it is not installed.
func startSink(t testing.TB, flags ...string) (addr string) {
	t.Helper()
	bin, err := exec.LookPath("smtp-sink")
	if err != nil {
		if bin, err = exec.LookPath("/usr/sbin/smtp-sink"); err != nil {
			t.Skip("smtp-sink (Debian package postfix) is not installed")
		}
	}
	addr = faulttest.FreePort(t)
	if os.Geteuid() == 0 {
		flags = append(flags, "-u", "nobody") // it wants to be told
	}
	cmd := exec.Command(bin, append(flags, addr, "100")...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	eventually(t, "smtp-sink listens", func() bool {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return addr
}

// TestT140Sink: Postfix's smtp-sink as the smarthost, in order and with its faults.
func TestT140Sink(t *testing.T) {
	tests := []struct {
		name  string
		flags []string
		want  verdict
		code  int
	}{
		{"in order", nil, sent, 250},
		{"pipelining not offered", []string{"-p", "-8"}, sent, 250},
		{"HELO only", []string{"-e"}, sent, 250},
		{"hard at connect", []string{"-f", "CONNECT"}, down, 500},
		{"soft at connect", []string{"-r", "CONNECT"}, down, 450},
		{"hang up at connect", []string{"-q", "CONNECT"}, down, 0},
		{"hang up at EHLO", []string{"-q", "EHLO"}, down, 0},
		{"hard at MAIL", []string{"-f", "MAIL"}, failed, 500},
		{"soft at MAIL", []string{"-r", "MAIL"}, retry, 450},
		{"hang up at MAIL", []string{"-q", "MAIL"}, retry, 0},
		{"hard at RCPT", []string{"-f", "RCPT"}, failed, 500},
		{"soft at RCPT", []string{"-r", "RCPT"}, retry, 450},
		{"hang up at RCPT", []string{"-q", "RCPT"}, retry, 0},
		{"hard at DATA", []string{"-f", "DATA"}, failed, 500},
		{"soft at DATA", []string{"-r", "DATA"}, retry, 450},
		{"hard at dot", []string{"-f", "."}, failed, 500},
		{"soft at dot", []string{"-r", "."}, retry, 450},
		{"hang up at dot", []string{"-q", "."}, retry, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			open, err := Open("smtp://"+startSink(t, tt.flags...), Options{Hostname: "desk.example.org"})
			if err != nil {
				t.Fatal(err)
			}
			x := open()
			defer x.Close()
			for range 2 { // the second time on what the first left
				r, err := x.Send(t.Context(), plain(1, time.Now()))
				code := r.Code
				if err != nil {
					code, _ = replyOf(err)
				}
				if v := classify(err); v != tt.want || code != tt.code {
					t.Errorf("Send = %s %d (%v), want %s %d", v, code, err, tt.want, tt.code)
				}
			}
		})
	}
	faulttest.Seen(t, "T140", "smtp-sink: 4xx (-r), 5xx (-f) and hang-ups (-q) at connect, EHLO, MAIL, RCPT, DATA and the dot", "%d cases: 4xx and hang-ups tried again, 5xx final, trouble at connect counts against no mail", len(tests))
}
