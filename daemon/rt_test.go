package daemon

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"maildesk/faulttest"
)

// Where Debian's request-tracker5 puts what has no place in the PATH.
const (
	rtServer = "/usr/share/request-tracker5/libexec/rt-server"
	rtLib    = "/usr/share/request-tracker5/lib"
)

// rtConfig is the least that Request Tracker needs; %s: folder, port, folder.
const rtConfig = `
Set($rtname, 'rt.example');
Set($Organization, 'rt.example');
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '%[1]s/rt.sqlite');
Set($DatabaseUser, '');
Set($DatabasePassword, '');
Set($WebDomain, '127.0.0.1');
Set($WebPort, %[2]s);
Set($CorrespondAddress, 'help@rt.example');
Set($CommentAddress, 'comment@rt.example');
Set($OwnerEmail, 'agent@rt.example');
Set($RTAddressRegexp, '^(help|comment)@rt\.example$');
Set($MailCommand, 'sendmailpipe');
Set($SendmailPath, '%[1]s/sendmail');
Set($SendmailArguments, '');
Set($LogToSyslog, '');
Set($LogToSTDERR, 'error');
Set($MasonDataDir, '%[1]s/mason');
1;
`

// rtSendmail hands RT's mails to the relay at %s; RT pipes them into it.
const rtSendmail = `#!/usr/bin/perl
use strict; use Net::SMTP;
local $/; my $raw = <STDIN>;
my ($head) = split /\n\n/, $raw, 2;
my %%to;
for my $field ($head =~ /^(?:To|Cc|Bcc):(.*(?:\n[ \t].*)*)/mig) { $to{$_} = 1 for $field =~ /([\w.+-]+@[\w.-]+)/g }
my ($from) = $head =~ /^From:.*?([\w.+-]+@[\w.-]+)/mi;
my $smtp = Net::SMTP->new('%s') or die "no relay";
$smtp->mail($from); $smtp->to($_) for keys %%to;
$smtp->data($raw) or die $smtp->message;
$smtp->quit;
`

// rtRights lets everybody write to the queue, as a help desk does.
const rtRights = `use RT; RT::LoadConfig(); RT::Init();
my $q = RT::Queue->new(RT->SystemUser); $q->Load('General');
my $g = RT::Group->new(RT->SystemUser); $g->LoadSystemInternalGroup('Everyone');
for (qw(CreateTicket ReplyToTicket)) { my ($ok, $msg) = $g->PrincipalObj->GrantRight(Right => $_, Object => $q); die $msg unless $ok }`

// openRT runs Request Tracker 5 on SQLite behind the relay.
func (r *relay) openRT() {
	r.t.Helper()
	for _, program := range []string{rtServer, "rt-mailgate-5", "rt-setup-database-5"} {
		if _, err := exec.LookPath(program); err != nil {
			r.t.Skipf("no %s (Debian packages request-tracker5, rt5-db-sqlite, rt5-standalone)", program)
		}
	}
	folder := r.t.TempDir()
	_, port, _ := net.SplitHostPort(faulttest.FreePort(r.t))
	for name, text := range map[string]string{
		"RT_SiteConfig.pm": fmt.Sprintf(rtConfig, folder, port),
		"sendmail":         fmt.Sprintf(rtSendmail, r.addr),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o700); err != nil {
			r.t.Fatal(err)
		}
	}
	for _, sub := range []string{"mason", "conf.d"} {
		if err := os.Mkdir(filepath.Join(folder, sub), 0o700); err != nil {
			r.t.Fatal(err)
		}
	}
	command := func(name string, args ...string) *exec.Cmd {
		c := exec.CommandContext(context.WithoutCancel(r.t.Context()), name, args...)
		c.Env = append(os.Environ(), "RT_SITE_CONFIG="+filepath.Join(folder, "RT_SiteConfig.pm"), "RT_SITE_CONFIG_DIR="+filepath.Join(folder, "conf.d"), "PERL5LIB="+rtLib)
		return c
	}
	for _, c := range []*exec.Cmd{command("rt-setup-database-5", "--action", "init", "--dba", "", "--dba-password", ""), command("perl", "-e", rtRights)} {
		if out, err := c.CombinedOutput(); err != nil {
			r.t.Fatalf("%s: %v\n%s", c.Args[0], err, out)
		}
	}
	url := "http://127.0.0.1:" + port + "/"
	r.serveRT(command(rtServer, "--port", port), url)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.routes["rt.example"] = func(_, _ string, raw []byte) error {
		gate := command("rt-mailgate-5", "--url", url, "--queue", "General", "--action", "correspond")
		gate.Stdin = bytes.NewReader(raw)
		out, err := gate.CombinedOutput()
		if err != nil {
			return fmt.Errorf("rt-mailgate-5: %w: %s", err, out)
		}
		return nil
	}
}

// serveRT runs the web server of Request Tracker, through which its mail gateway
// works, until the test ends.
func (r *relay) serveRT(server *exec.Cmd, url string) {
	r.t.Helper()
	var said bytes.Buffer
	server.Stdout, server.Stderr = &said, &said
	server.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // it has children
	if err := server.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		syscall.Kill(-server.Process.Pid, syscall.SIGKILL)
		server.Wait()
		if r.t.Failed() {
			r.t.Logf("Request Tracker said:\n%s", said.String())
		}
	})
	for end := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
		if resp, err := http.Get(url); err == nil {
			resp.Body.Close()
			break
		} else if time.Now().After(end) {
			r.t.Fatalf("Request Tracker did not come up: %v\n%s", err, said.String())
		}
	}
}

// TestT067RequestTracker: a desk and Request Tracker 5, each of which takes the
// other for a person.
func TestT067RequestTracker(t *testing.T) {
	faulttest.Long(t, "T067")
	const marks = `Auto-Submitted|Precedence|X-[\w-]+|List-[\w-]+|RT-[\w-]+|Managed-by`
	for _, tt := range []struct {
		name   string
		filter func([]byte) []byte
		most   int
	}{
		{"as they are", nil, 2},
		{"without their marks", without(marks), 3},
		{"without marks and references", without(marks + `|In-Reply-To|References`), 6},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := openRelay(t)
			r.openRT()
			r.filter = tt.filter
			d := r.open("One", "support@one.example")
			total := 0
			for _, way := range [][2]string{{"help@rt.example", "support@one.example"}, {"support@one.example", "help@rt.example"}} {
				before := r.count("one.example") + r.count("rt.example")
				r.pass(way[0], way[1], plainMail(way[0], way[1], "Question for "+way[1], "q."+way[0], "Who answers first?"))
				r.await()
				automatic := r.count("one.example") + r.count("rt.example") - before - 1
				if automatic > tt.most {
					t.Errorf("%d automatic mails after a mail from %s, want %d at most", automatic, way[0], tt.most)
				}
				t.Logf("%d automatic mails after a mail from %s", automatic, way[0])
				total += automatic
			}
			if total == 0 {
				t.Error("not one automatic mail: nothing was tried")
			}
			faulttest.Seen(t, "T067", "a daemon and Request Tracker 5 (rt-mailgate, SQLite), a mail of each to the other, "+tt.name, "%d automatic mails in all, then silence; %d tickets here", total, countTickets(t, d))
		})
	}
}
