package main

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"maildesk/cmd/maildesk/console"
	"maildesk/faulttest"
	"maildesk/faulttest/dnsserver"

	"github.com/emersion/go-smtp"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestScript runs what a user could type. Beside the commands of testscript:
//
//	waitport ADDR            wait until somebody greets there
//	send FROM TO FILE        hand a mail over by SMTP; ! send must be refused
//	waitfiles N GLOB         wait until so many files are there
//	expand FILE…             replace $NAME in files
//	until PATTERN COMMAND…   run a command until its output matches
//	sql DATABASE STATEMENT   change a database behind the desk's back
//
// EXAMPLES is the folder of the example desks, DNS a server of the DNS with the records of authentication.txtar. A script that needs a program begins with [!exec:PROGRAM] skip.
func TestScript(t *testing.T) {
	dns := dnsserver.Start(t, `football.example.com. TXT "v=spf1 -all"`, dnsserver.TXT("_dmarc.example.com", "v=DMARC1; p=reject"),
		dnsserver.TXT("brisbane._domainkey.football.example.com", "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="))
	dns.Fail(dnsserver.ServFail, "_dmarc.mute.example", "k._domainkey.mute.example")
	programs := program(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			addr, err := faulttest.FreeAddr()
			if err != nil {
				return err
			}
			sink, err := faulttest.FreeAddr()
			if err != nil {
				return err
			}
			_, port, _ := net.SplitHostPort(addr)
			_, sinkPort, _ := net.SplitHostPort(sink)
			examples, err := filepath.Abs("../../examples")
			if err != nil {
				return err
			}
			env.Setenv("EXAMPLES", examples)
			env.Setenv("DNS", dns.Addr)
			env.Setenv("ADDR", addr)
			env.Setenv("PORT", port)
			env.Setenv("SINK", sink)
			env.Setenv("SINKPORT", sinkPort)
			env.Setenv("PATH", programs.folder+":"+env.Getenv("PATH")+":/usr/local/sbin:/usr/sbin:/sbin")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"waitport":  waitPort,
			"send":      send,
			"waitfiles": waitFiles,
			"expand":    expand,
			"until":     until,
			"sql":       runSQL,
			"misused":   misused,
			"sameday":   sameDay,
		},
	})
}

// eventually tries fn for up to two minutes.
func eventually(ts *testscript.TestScript, what string, fn func() bool) {
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if fn() {
			return
		}
	}
	ts.Fatalf("%s: not within two minutes", what)
}

func waitPort(ts *testscript.TestScript, neg bool, args []string) {
	eventually(ts, "greeting of "+args[0], func() bool {
		c, err := net.DialTimeout("tcp", args[0], 10*time.Second)
		if err != nil {
			return false
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(10 * time.Second))
		b := make([]byte, 3)
		n, _ := c.Read(b)
		return string(b[:n]) == "220"
	})
}

func send(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: send FROM TO FILE")
	}
	raw := bytes.ReplaceAll([]byte(ts.ReadFile(args[2])), []byte("\n"), []byte("\r\n"))
	err := sendMail(ts.Getenv("ADDR"), args[0], args[1], raw)
	if err != nil {
		fmt.Fprintln(ts.Stderr(), err)
	}
	if (err != nil) != neg {
		ts.Fatalf("send: %v", err)
	}
}

func sendMail(addr, from, to string, raw []byte) error {
	c, err := smtp.Dial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	if from == "<>" {
		from = ""
	}
	if err := c.SendMail(from, []string{to}, bytes.NewReader(raw)); err != nil {
		return err
	}
	return c.Quit()
}

func waitFiles(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	var files []string
	eventually(ts, strings.Join(args, " ")+" files", func() bool {
		files, err = filepath.Glob(ts.MkAbs(args[1]))
		return err == nil && len(files) >= want
	})
	if len(files) != want {
		ts.Fatalf("%d files %s, want %d", len(files), args[1], want)
	}
}

// expand replaces $NAME in files by the script's environment.
func expand(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		text := os.Expand(ts.ReadFile(name), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}

// sameDay lets what follows fall on one day, in UTC and here: the script waits for the next one where that
// is near. A week, a month or a year ends with a day.
func sameDay(_ *testscript.TestScript, _ bool, _ []string) {
	const script = 3 * time.Minute // that it may take
	for _, zone := range []*time.Location{time.UTC, time.Local} {
		now := time.Now().In(zone)
		if next := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, zone); next.Sub(now) < script {
			time.Sleep(next.Sub(now))
		}
	}
}

// misused runs maildesk with a command line that is wrong usage: it says
// something, prints nothing, and exits with 2.
func misused(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec("maildesk", args...)
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.ExitCode() != console.ExitUsage {
		ts.Fatalf("maildesk %v ends with %v, want exit %d", args, err, console.ExitUsage)
	}
}

// until runs a command again and again until its standard output matches.
func until(ts *testscript.TestScript, neg bool, args []string) {
	pattern, err := regexp.Compile(args[0])
	ts.Check(err)
	eventually(ts, strings.Join(args, " "), func() bool {
		return ts.Exec(args[1], args[2:]...) == nil && pattern.MatchString(ts.ReadFile("stdout"))
	})
}

// runSQL changes a database as a broken disk or a crash might.
func runSQL(ts *testscript.TestScript, neg bool, args []string) {
	db, err := sql.Open("sqlite3", "file:"+ts.MkAbs(args[0])+"?_busy_timeout=5000")
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(args[1])
	ts.Check(err)
}
