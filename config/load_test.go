package config

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/ladder"
	"maildesk/routing"
)

var update = flag.Bool("update", false, "rewrite the .err files of testdata/bad")

// TestBad loads one broken file per mistake and compares the whole error.
func TestBad(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.toml")
	if err != nil || len(files) < 40 {
		t.Fatalf("testdata/bad has %d files (%v), want 40 or more", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			golden := strings.TrimSuffix(file, ".toml") + ".err"
			c, err := Load(file)
			if err == nil {
				t.Fatalf("Load(%s) = %+v, want an error", file, c)
			}
			got := err.Error() + "\n"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("Load(%s) =\n%swant\n%s", file, got, want)
			}
		})
	}
}

// write puts files into a new folder and returns the path of the first.
func write(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(dir, files[i])
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, files[0])
}

// minimal is the smallest desk without a mistake or warning.
const minimal = `
[desk]
name = "Example"
hostname = "desk.example.org"
fallback = "q"
[smtp]
listen = ":25"
[[address]]
mail = "help@example.org"
[[agent]]
name = "a"
mail = "a@example.org"
[[queue]]
name = "q"
level = 1
agents = ["a"]
`

func TestLoad(t *testing.T) {
	path := write(t, "maildesk.toml", `
rules = "rules/all.toml"
[desk]
name = "Example IT"
hostname = "desk.example.org"
data = "var"
fallback = "first-line"
language = "fr"
grace = "2d12h"
keep_sent = "10d"
token_life = "7d"
former = ["Old IT"]
same_within = "2d"
vendor_within = "3d"
log_addresses = false
ratings = false
suggestions = false
digest = "7:30"
templates = "texts"
admin = "root@example.org"
[limits]
max_message = "1.5MiB"
max_files = "512KiB"
acknowledgements_per_hour = 0
[smtp]
listen = ["127.0.0.1:2525", "[::1]:2525"]
lmtp = "unix:lmtp.sock"
max_connections = 0x20
trusted = ["192.0.2.0/24"]
[proof]
ladder = "strict"
address = ["take"]
authenticated = ["away NAME"]
login = ["spam", "merge"]
[auth]
check = false
relays = ["198.51.100.0/24"]
resolver = "127.0.0.1:53"
timeout = "10s"
[[imap]]
address = "imaps://support%40example.org@imap.example.org"
password_file = "secrets/imap"
[outgoing]
smarthost = "smtp://desk@mail.example.org:587?tls=required"
password_file = "secrets/smarthost"
senders = 2
[[address]]
mail = "Support@Example.ORG"
queue = "second"
language = "de"
plus = false
[[agent]]
name = "alice"
mail = ["alice@example.org", "a@example.com"]
languages = ["en", "fr"]
quiet = ["18:00-8:00"]
proof = "login"
[notices]
many = 20
within = "5m"
urgent = "none"
[[queue]]
name = "first-line"
level = 1
agents = ["alice"]
[[queue]]
name = "second"
level = 2
agents = ["alice"]
private = true
[[category]]
name = "network"
kind = "incident"
path = ["first-line", "second"]
start = 2
approval = { by = ["Boss@example.net"], need = "all", within = "2d" }
[[rule]]
name = "VPN"
when = 'subject contains "VPN"'
category = "network"
`, "rules/all.toml", "[[rule]]\nname = 'rest'\npriority = 'low'\ntags = ['x']\n", "secrets/imap", "one\n", "secrets/smarthost", "two", "texts/x", "")
	c, err := Load(path)
	if err != nil {
		t.Fatalf("Load = %v", err)
	}
	dir := filepath.Dir(path)
	if d := c.Rules.Route(routing.Facts{Subject: "VPN"}); d.Queue != "second" || d.Priority != "low" {
		t.Errorf("Rules.Route = %+v, want queue second and priority low", d)
	}
	if d := c.Rules.Route(routing.Facts{Recipients: []string{"support@example.org"}}); d.Queue != "second" {
		t.Errorf("Rules.Route to the address = %+v, want its queue second", d)
	}
	want := &Config{
		Path:  path,
		Files: []string{path, filepath.Join(dir, "rules/all.toml")},
		Desk: Desk{Name: "Example IT", Hostname: "desk.example.org", Data: filepath.Join(dir, "var"), Fallback: "first-line", Language: "fr",
			LanguageCheck: true, Learn: "suggest", LearnSuggest: 70, LearnRoute: 90, Grace: 60 * time.Hour, TokenLife: 168 * time.Hour, Former: []string{"Old IT"}, SameWithin: 48 * time.Hour, VendorWithin: 72 * time.Hour, KeepSent: 240 * time.Hour, Templates: filepath.Join(dir, "texts"), Admin: "root@example.org", Control: "desk@example.org", Digest: Clock{true, 7, 30}},
		Limits: Limits{MaxMessage: 1536 << 10, MaxFiles: 512 << 10, MaxRecipients: 100, AcknowledgementsPerSenderHour: 5, AcknowledgementsPerSenderDay: 20, AcknowledgementsPerDomainHour: 50,
			AcknowledgeWithin: 24 * time.Hour, MaxParticipants: 20, MaxHops: 50, SecurityEventsPerHour: 20},
		SMTP: SMTP{Listen: []string{"127.0.0.1:2525", "[::1]:2525"}, LMTP: []string{"unix:" + filepath.Join(dir, "lmtp.sock")}, MaxConnections: 32, MaxPerClient: 50,
			Trusted: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}},
		Proof: ladder.Ladder{Strict: true, Commands: map[string]command.Proof{"take": command.Address, "spam": command.Login, "merge": command.Login, "away NAME": command.Authenticated}},
		Auth:  Auth{Off: true, Relays: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}, Resolver: "127.0.0.1:53", Timeout: 10 * time.Second},
		IMAP: []IMAP{{Name: "support@example.org", Host: "imap.example.org:993", TLS: Implicit, User: "support@example.org", PasswordFile: filepath.Join(dir, "secrets/imap"),
			Mailbox: "INBOX", Address: "Support@example.org", Poll: time.Minute, After: Leave}},
		Outgoing:  Outgoing{Smarthosts: []Smarthost{{Host: "mail.example.org:587", TLS: Required, User: "desk", Password: "two"}}, Senders: 2},
		Addresses: []Address{{Mail: "Support@example.org", Queue: "second", Language: "de"}},
		Agents:    []Agent{{Name: "alice", Mail: []string{"alice@example.org", "a@example.com"}, Languages: []string{"en", "fr"}, Digest: Clock{true, 7, 30}, Proof: command.Login, Quiet: []Hours{{Clock{true, 18, 0}, Clock{true, 8, 0}}}}},
		Notices:   Notices{Many: 20, Within: 5 * time.Minute},
		Routing: routing.Desk{
			Learn:      "suggest",
			Fallback:   "first-line",
			Addresses:  []routing.Address{{Mail: "Support@example.org", Queue: "second"}},
			Queues:     []routing.Queue{{Name: "first-line", Level: 1, Agents: []string{"alice"}}, {Name: "second", Level: 2, Agents: []string{"alice"}, Private: true}},
			Categories: []routing.Category{{Name: "network", Kind: "incident", Path: []string{"first-line", "second"}, Start: 2, Approval: routing.Approval{By: []string{"Boss@example.net"}, All: true, Within: 48 * time.Hour}}},
			Rules:      []routing.Rule{{Name: "VPN", When: `subject contains "VPN"`, Category: "network"}, {Name: "rest", Priority: "low", Tags: []string{"x"}}},
		},
		Rules: c.Rules,
		texts: c.texts,
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("Load =\n%+v, want\n%+v", c, want)
	}
}

func TestDefaults(t *testing.T) {
	path := write(t, "maildesk.toml", minimal)
	c, err := Load(path)
	if err != nil {
		t.Fatalf("Load = %v", err)
	}
	if len(c.Warnings) > 0 {
		t.Errorf("Load warns %v, want nothing", c.Warnings)
	}
	dir := filepath.Dir(path)
	if c.Desk.Data != filepath.Join(dir, "data") || c.Outgoing.Maildir != filepath.Join(dir, "data/outgoing") || c.Desk.Grace != 14*24*time.Hour || c.Desk.TokenLife != 30*24*time.Hour || c.Desk.KeepSent != 30*24*time.Hour || !c.Addresses[0].Plus ||
		c.Limits.MaxMessage != 36<<20 || c.Limits.MaxFiles != 15<<20 || c.Desk.Language != "en" {
		t.Errorf("Load gives the defaults %+v %+v %+v", c.Desk, c.Outgoing, c.Limits)
	}
}

func TestSmarthost(t *testing.T) {
	tests := []struct {
		smarthost string
		want      Outgoing
	}{
		{"smtp://127.0.0.1", Outgoing{Smarthosts: []Smarthost{{Host: "127.0.0.1:25", TLS: Opportunistic}}, Senders: 4}},
		{"smtp://[::1]:2526?tls=required", Outgoing{Smarthosts: []Smarthost{{Host: "[::1]:2526", TLS: Required}}, Senders: 4}},
		{"smtps://mail.example.org", Outgoing{Smarthosts: []Smarthost{{Host: "mail.example.org:465", TLS: Implicit}}, Senders: 4}},
		{"maildir:/var/out", Outgoing{Maildir: "/var/out", Senders: 4}},
	}
	for _, tt := range tests {
		c, err := Load(write(t, "maildesk.toml", minimal+"[outgoing]\nsmarthost = '"+tt.smarthost+"'\n"))
		if err != nil || !reflect.DeepEqual(c.Outgoing, tt.want) {
			t.Errorf("Load with smarthost %s = %+v, %v; want %+v", tt.smarthost, c, err, tt.want)
		}
	}
}

// TestT156Secret: a password is read from its file only, never printed, and a
// file that others can read is warned of.
func TestT156Secret(t *testing.T) {
	path := write(t, "maildesk.toml", minimal+"[outgoing]\nsmarthost = 'smtp://me@mail.example.org'\npassword_file = 'pw'\n", "pw", "hunter2\n")
	if err := os.Chmod(filepath.Join(filepath.Dir(path), "pw"), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path)
	if err != nil {
		t.Fatalf("Load = %v", err)
	}
	if string(c.Outgoing.Smarthosts[0].Password) != "hunter2" {
		t.Errorf("Load reads the password %q, want hunter2", string(c.Outgoing.Smarthosts[0].Password))
	}
	if len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0].String(), "pw has mode 0644") {
		t.Errorf("Load warns %v, want the mode of pw", c.Warnings)
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if s := sprintf(format, c); strings.Contains(s, "hunter2") {
			t.Errorf("Sprintf(%s) shows the password: %s", format, s)
		}
	}
}

// TestT156Echo: what is wrong with a URL is told without the password in it.
func TestT156Echo(t *testing.T) {
	for _, bad := range []string{
		"[outgoing]\nsmarthost = 'smtp://me:hunter2@mail.example.org'\n",
		"[outgoing]\nsmarthost = 'smtp//me:hunter2@mail.example.org'\n",
		"[outgoing]\nsmarthost = 'ftp://me:hun@ter2@mail.example.org'\n",
		"[outgoing]\nsmarthost = ['smtp://me:hunter2@mail.example.org/x']\n",
		"[[imap]]\naddress = 'imap//me:hunter2@mail.example.org'\npassword_file = 'pw'\n",
		"[[imap]]\naddress = 'imap://me:hunter2@mail.example.org'\npassword_file = 'pw'\n",
	} {
		_, err := Load(write(t, "maildesk.toml", minimal+bad, "pw", "x\n"))
		if err == nil || strings.Contains(err.Error(), "ter2") {
			t.Errorf("Load with %s = %v, want an error without the password", bad, err)
		}
	}
}

func TestQuickstart(t *testing.T) {
	for _, address := range []string{"support@example.org", "me@example.org", "Help+desk@It.Example.co.uk"} {
		text := Quickstart(address, "data")
		c, err := Load(write(t, "maildesk.toml", text))
		if err != nil || len(c.Warnings) > 0 {
			t.Errorf("Load(Quickstart(%s)) = %v, warnings %v; want none", address, err, c)
			continue
		}
		if !strings.EqualFold(c.Addresses[0].Mail, address) || c.SMTP.Listen[0] != "127.0.0.1:2525" || c.Outgoing.Maildir == "" {
			t.Errorf("Quickstart(%s) returns %+v", address, c)
		}
		if !c.Proof.Strict {
			t.Errorf("Quickstart(%s) chooses the plain ladder", address)
		}
		usual, err := Load(write(t, "maildesk.toml", minimal))
		if err != nil || c.Limits != usual.Limits {
			t.Errorf("Quickstart(%s) explains the limits %+v, the usual ones are %+v", address, c.Limits, usual.Limits)
		}
		if d := c.Rules.Route(routing.Facts{Subject: "Wifi is down"}); d.Queue != "specialists" || d.Level != 2 {
			t.Errorf("Quickstart(%s): Route = %+v, want the specialists", address, d)
		}
	}
}

func TestWarnings(t *testing.T) {
	path := write(t, "maildesk.toml", strings.NewReplacer("[smtp]\nlisten = \":25\"\n", "", `agents = ["a"]`, "").Replace(minimal)+`
[[agent]]
name = "b"
[[queue]]
name = "far"
[[rule]]
name = "nothing"
when = "size > 3"
[[rule]]
name = "first"
when = "size > 9"
stop = true
[[rule]]
name = "second"
when = " size > 9"
tags = ["x"]
[[rule]]
name = "off"
when = "false"
tags = ["x"]
[[rule]]
name = "fallback priority"
priority = "low"
[[rule]]
name = "too late"
when = "tls"
priority = "high"
[[rule]]
name = "in time"
when = "tls"
priority = "high"
kind = "question"
[[rule]]
name = "all"
stop = true
[[rule]]
name = "late"
priority = "low"
`)
	c, err := Load(path)
	if err != nil {
		t.Fatalf("Load = %v", err)
	}
	var got []string
	for _, w := range c.Warnings {
		got = append(got, strings.TrimPrefix(w.String(), path))
	}
	want := []string{
		`:1:1: the desk has no door: neither [smtp] nor [[imap]]; mails come in by maildesk receive and import only`,
		`:9:8: agent "a" is in no queue; add the name to the agents of a [[queue]]`,
		`:11:3: queue "q" has no agents: nobody is notified of its tickets; add agents = ["…"]`,
		`:16:3: agent "b" has no mail address: nothing can be sent to them; add mail = ["…"]`,
		`:17:8: agent "b" is in no queue; add the name to the agents of a [[queue]]`,
		`:18:3: queue "far" has no agents: nobody is notified of its tickets; add agents = ["…"]`,
		`:19:8: nothing leads to queue "far": no category's path, rule or address; put it into the path of a [[category]]`,
		`:21:8: rule "nothing" sets nothing; say what it does: category, queue, priority, tags …`,
		`:28:8: rule "second" can never fire: "first" above it stops whenever this one would; move it up, or make one rule of the two`,
		`:33:8: rule "off" can never fire: its condition is false; mend the condition, or remove the rule`,
		`:39:8: rule "too late" can never change anything: "fallback priority" above it always sets priority; move it up: the first rule that sets a field wins`,
		`:51:8: rule "late" can never fire: "all" above it stops whenever this one would; move it up, or make one rule of the two`,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Load warns\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func sprintf(format string, c *Config) string { return fmt.Sprintf(format, c.Outgoing) }

// TestByteOrderMark: editors of Windows begin a file with it.
func TestByteOrderMark(t *testing.T) {
	text, err := os.ReadFile("../examples/steps/1-one-agent.toml")
	if err != nil {
		t.Fatal(err)
	}
	plain, err := Load(write(t, "maildesk.toml", string(text)))
	if err != nil {
		t.Fatal(err)
	}
	marked, err := Load(write(t, "maildesk.toml", "\uFEFF"+string(text)))
	if err != nil || marked.Rules.Version() != plain.Rules.Version() {
		t.Errorf("Load of a file with a byte order mark = %v, want the same as without", err)
	}
}

func TestRetention(t *testing.T) {
	cfg, err := Load(write(t, "maildesk.toml", minimal+`
[[category]]
name = "network"
kind = "incident"
[[category]]
name = "law"
kind = "question"
[retention]
after = "1825d"
network = "365d"
law = "0d"
without_ticket = "90d"
`))
	if err != nil {
		t.Fatal(err)
	}
	const day = 24 * time.Hour
	want := Retention{Mails: 90 * day, After: 1825 * day, Categories: map[string]time.Duration{"network": 365 * day, "law": 0}}
	if !reflect.DeepEqual(cfg.Retention, want) {
		t.Errorf("Retention = %v, want %v", cfg.Retention, want)
	}
	if cfg, err := Load(write(t, "maildesk.toml", minimal)); err != nil || cfg.Retention.After != 0 || cfg.Retention.Categories != nil {
		t.Errorf("without [retention] it is %v, %v", cfg.Retention, err)
	}
}

// TestInternationalAddresses: the domain of an address may stand in letters, and is kept in
// its ASCII form; two spellings of one address have one owner.
func TestInternationalAddresses(t *testing.T) {
	text := strings.ReplaceAll(minimal, "help@example.org", "Hilfe@MÜLLER.example")
	c, err := Load(write(t, "maildesk.toml", text))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Addresses[0].Mail; got != "Hilfe@xn--mller-kva.example" || c.Desk.Control != "desk@xn--mller-kva.example" {
		t.Errorf("the addresses are %s and %s", got, c.Desk.Control)
	}
	_, err = Load(write(t, "maildesk.toml", text+"[[agent]]\nname = 'twice'\nmail = 'hilfe@xn--mller-kva.example'\n"))
	if err == nil || !strings.Contains(err.Error(), "belongs to the desk already") {
		t.Errorf("Load of an address in two spellings = %v", err)
	}
}

// The database may be on a server; then a folder stands beside it.
func TestDatabase(t *testing.T) {
	desk := func(keys string) string { return strings.Replace(minimal, "[desk]\n", "[desk]\n"+keys+"\n", 1) }
	path := write(t, "maildesk.toml", desk(`data = "postgres://maildesk@db.example.org/maildesk"
data_password_file = "pw"
folder = "keys"`), "pw", "hunter2\n")
	cfg, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cfg.Desk; d.Database != "postgres://maildesk@db.example.org/maildesk" || string(d.DatabasePassword) != "hunter2" || d.Data != filepath.Join(filepath.Dir(path), "keys") {
		t.Errorf("[desk] = %q, %q, folder %q", d.Database, string(d.DatabasePassword), d.Data)
	}
	for _, tt := range []struct{ keys, more, want string }{
		{`data = "mysql://x/y"`, "", "neither a folder nor a database"},
		{`data = "postgres://me:hunter2@db.example.org/x"`, "", "a password stands in the URL"},
		{`data = "postgres://db.example.org/x?password=hunter2"`, "", "a password stands in the URL"},
		{`data = "postgres://db.example.org/x?Password=hunter2"`, "", "a password stands in the URL"},
		{`data = "postgres://db.example.org/x?sslkey=k&sslpassword=hunter2"`, "", "the password of a client's key"},
		{`data = "postgres://db.example.org/x?a=b;password=hunter2"`, "", "no URL of a database"},
		{`data = "host=db.example.org dbname=x password=hunter2"`, "", "no URL of a database"},
		{`data = "password = 'hunter2'"`, "", "no URL of a database"},
		{`data = "postgresql://db.example.org"`, "", "names no database"},
		{`data = "postgres://db.example.org:port/x"`, "", "no URL of a database"},
		{`folder = "keys"`, "", "data is a folder already"},
		{`data_password_file = "pw"`, "", "a data folder has no password"},
	} {
		_, err := Load(write(t, "maildesk.toml", desk(tt.keys)+tt.more, "pw", "hunter2\n"))
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s %s: %v, want %q and no password in it", tt.keys, tt.more, err, tt.want)
		}
	}
}
