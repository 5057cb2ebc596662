package smtpd

import (
	"log/slog"
	"os/exec"
	"strings"
	"testing"

	"maildesk/faulttest"
)

func TestSwaks(t *testing.T) {
	swaks := faulttest.Program(t, "swaks", "swaks")
	d := &fakeDesk{}
	cert, _, _ := testCertificate(t, slog.New(slog.DiscardHandler))
	server := []string{"--server", serve(t, d, Config{TLS: cert.Config()}), "--from", "ana@client.example", "--helo", "client.example"}
	for _, tt := range []struct {
		name string
		args []string
		exit int // of swaks: 24 no recipient accepted, 26 mail refused
	}{
		{"plain", []string{"--to", "help@our.example,sales@our.example", "--body", "hello\n.\n..\n"}, 0},
		{"pipelined", []string{"--to", "help@our.example", "--pipeline"}, 0},
		{"unknown recipient", []string{"--to", "nobody@our.example"}, 24},
		{"TLS", []string{"--to", "help@our.example", "--tls"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			command := exec.CommandContext(t.Context(), swaks, append(tt.args, server...)...)
			out, err := command.CombinedOutput()
			if strings.Contains(string(out), "TLS not available") {
				t.Skip("swaks lacks Net::SSLeay (Debian package libnet-ssleay-perl)")
			}
			if got := command.ProcessState.ExitCode(); got != tt.exit {
				t.Errorf("%v: %v, exit %d, want %d\n%s", command, err, got, tt.exit, out)
			}
		})
	}
	mails := d.kept()
	if len(mails) < 2 || len(mails[0].env.ForwardPaths) != 2 || !strings.Contains(mails[0].raw, "hello\r\n.\r\n..\r\n") {
		t.Errorf("kept %+v", mails)
	}
}

func TestCurl(t *testing.T) {
	curl := faulttest.Program(t, "curl", "curl")
	d := &fakeDesk{}
	cert, _, _ := testCertificate(t, slog.New(slog.DiscardHandler))
	addr := serve(t, d, Config{TLS: cert.Config()})
	for i, more := range [][]string{nil, {"--ssl-reqd", "--insecure"}} {
		command := exec.CommandContext(t.Context(), curl, append(more, "--silent", "--show-error", "smtp://"+addr+"/client.example",
			"--mail-from", "ana@client.example", "--mail-rcpt", "help@our.example", "--upload-file", "-")...)
		command.Stdin = strings.NewReader("Subject: curl\r\n\r\n.hello\r\n")
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", command, err, out)
		}
		if m := d.kept()[i]; m.raw != "Subject: curl\r\n\r\n.hello\r\n" || m.env.TLS != (more != nil) {
			t.Errorf("kept %+v", m)
		}
	}
}

func TestSMTPSource(t *testing.T) {
	source := faulttest.Program(t, "smtp-source", "postfix")
	d := &fakeDesk{}
	addr := serve(t, d, Config{})
	for _, args := range []string{"-s 10 -m 200 -l 4000", "-d -s 10 -m 200 -l 4000", "-s 2 -m 4 -l 1000000", "-s 2 -m 10 -r 50"} {
		command := exec.CommandContext(t.Context(), source,
			append(strings.Fields(args), "-f", "ana@client.example", "-t", "help@our.example", addr)...)
		if out, err := command.CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", command, err, out)
		}
	}
	if got := len(d.kept()); got != 414 {
		t.Errorf("%d mails kept, want 414", got)
	}
}
