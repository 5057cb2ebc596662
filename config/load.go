package config

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"maildesk/config/document"
	"maildesk/config/keyfile"
	"maildesk/config/section"
)

// Load reads and checks the file at path. When its content is wrong, the error is a
// [Mistakes]. That it lacks a private queue of the configuration that is in force is one.
func Load(path string) (*Config, error) {
	c, err := load(path, "", onDisk(path), loader{})
	if err != nil {
		return nil, err
	}
	if gone := c.opened(); len(gone) > 0 {
		return nil, gone
	}
	return c, nil
}

// LoadWith is Load with the [[rule]] blocks of another file instead of those of the
// configuration and its included files, so that rules can be tried before they are
// in force. A [[category]] or [[list]] of that file replaces one of the same name.
// A file with a [desk] is a whole configuration and loaded as such.
func LoadWith(path, rules string) (*Config, error) {
	if data, err := readFile(rules); err == nil {
		if doc, wrong := document.Parse(rules, data); wrong == nil && doc.Root.Values["desk"] != nil {
			return Load(rules)
		}
	}
	return load(path, rules, onDisk(path), loader{})
}

// LoadBeforeRestore is Load, except that the folder of the admin's own texts may be
// missing: a restore creates it.
func LoadBeforeRestore(path string) (*Config, error) {
	return load(path, "", onDisk(path), loader{textsLater: true})
}

// source returns the content of the configuration (its name is empty) or of a file
// that it names, relative to its folder.
type source func(name string) ([]byte, error)

func load(path, otherRules string, read source, l loader) (*Config, error) {
	data, err := read("")
	if err != nil {
		return nil, fmt.Errorf("read the config %s: %w", path, err)
	}
	l.folder, l.source = filepath.Dir(path), read
	l.config = &Config{Path: path, Files: []string{path}, texts: map[string]string{"": string(data)}}
	l.keys = keyfile.Reader{Inside: l.inside, Folder: l.folder, Texts: l.config.texts, Files: &l.config.Files}
	doc, wrong := document.Parse(path, data)
	if wrong != nil {
		return nil, Mistakes{*wrong}
	}
	l.reader = section.Reader{Main: doc, Known: tables}
	l.read(section.New(&l.reader, doc), otherRules)
	if len(l.reader.Mistakes) > 0 {
		return nil, Mistakes(document.Sorted(l.reader.Mistakes, l.config.Files))
	}
	l.config.Warnings = document.Sorted(l.reader.Warnings, l.config.Files)
	return l.config, nil
}

// tables are those that a file may have: once, and several times.
var tables = []string{
	"desk", "limits", "guard", "smtp", "auth", "proof", "outgoing", "health", "web", "incident", "retention",
	"address", "agent", "approver", "queue", "category", "list", "calendar", "target", "rota", "rule", "imap", "figures",
}

// loader fills a Config from the tables of a file.
type loader struct {
	reader     section.Reader
	keys       keyfile.Reader
	kept       bool // the files are a copy that was valid: the folder of the texts may be gone
	textsLater bool // the folder of the texts need not exist yet
	folder     string
	source     source
	config     *Config

	agents, addresses, lists, calendars     []*section.Table
	queues, categories, targets, ruleTables []*section.Table // as in Config.Routing
	rotas, layers, overrides                []*section.Table // likewise; those of all rotas
	imaps                                   []*section.Table // as in Config.IMAP

	tried *tried // while the rules of another file are read, else nil
}

func (l *loader) read(top *section.Table, otherRules string) {
	l.readDesk(top.Sub("desk"))
	l.readLimits(top.Sub("limits"))
	l.readGuard(top.Sub("guard"))
	l.readSMTP(top.Sub("smtp"))
	l.readAuth(top.Sub("auth"))
	l.readProof(top.Sub("proof"))
	for _, t := range top.List("imap") {
		l.readIMAP(t)
	}
	l.readOutgoing(top.Sub("outgoing"))
	l.readHealth(top.Sub("health"))
	l.readWeb(top.Sub("web"))
	l.readIncident(top.Sub("incident"))
	l.readNotices(top.Sub("notices"))
	for _, t := range top.List("address") {
		l.readAddress(t)
	}
	if c := l.config.Desk.Control; c != "" && l.isIntake(c) {
		top.Sub("desk").Mistake("control", fmt.Sprintf("%s is an address at which requests come in", c), "give agents another one to ask the desk, or leave control out")
	}
	l.config.Desk.Control = l.control()
	for _, t := range top.List("figures") {
		l.readFigures(t)
	}
	for _, t := range top.List("agent") {
		l.readAgent(t)
	}
	for _, t := range top.List("approver") {
		l.readApprover(t)
	}
	for _, t := range top.List("queue") {
		l.readQueue(t)
	}
	for _, t := range top.List("calendar") {
		l.readCalendar(t)
	}
	for _, t := range top.List("target") {
		l.readTarget(t)
	}
	for _, t := range top.List("rota") {
		l.readRota(t)
	}
	l.readRules(top, otherRules)
	l.readRetention(top.Sub("retention"))
	top.Done()
	l.check(top)
}

func (l *loader) readDesk(t *section.Table) {
	d := &l.config.Desk
	d.Name = t.Needed("name", `add name = "Example IT": it stands in the subject of every mail`)
	if strings.ContainsAny(d.Name, "[]#\r\n") {
		t.Mistake("name", fmt.Sprintf("the name %q has one of the characters [ ] #", d.Name), "leave them out: the name stands in the tag [Example IT #1042]")
	}
	l.readFormer(t)
	d.SameWithin = t.Duration("same_within", 7*24*time.Hour)
	d.LogAddresses = t.FlagOr("log_addresses", true)
	d.VendorWithin = t.Duration("vendor_within", 0)
	d.Hostname = t.Needed("hostname", `add hostname = "desk.example.org": the name of this machine in HELO and Message-IDs`)
	if err := section.CheckHost(d.Hostname); d.Hostname != "" && err != nil {
		t.Mistake("hostname", err.Error(), `write a name as in "desk.example.org"`)
	}
	l.readData(t)
	d.Fallback = t.Text("fallback", "")
	d.FallbackPath = t.Texts("fallback_path")
	d.Language = t.Text("language", "en")
	t.WantLanguage("language", -1, d.Language)
	switch check := t.Text("language_check", "warn"); check {
	case "warn", "off":
		d.LanguageCheck = check == "warn"
	default:
		t.Mistake("language_check", fmt.Sprintf("%q is not a way to check the language of answers", check), `write "warn" or "off"`)
	}
	d.Digest = readDigest(t, Clock{})
	readLearn(t, d)
	d.Ratings = t.FlagOr("ratings", true)
	d.Suggestions = t.FlagOr("suggestions", true)
	d.Grace = t.Duration("grace", 14*24*time.Hour)
	d.TokenLife = t.Duration("token_life", 30*24*time.Hour)
	d.KeepSent = t.Duration("keep_sent", 30*24*time.Hour)
	if d.UndoWindow = t.Duration("undo_window", 0); d.UndoWindow > maxUndoWindow {
		t.Mistake("undo_window", "every answer of every agent would wait for so long", fmt.Sprintf(`write at most "%dm"; "20s" will do`, maxUndoWindow/time.Minute))
	}
	d.Templates = l.ownFolder(t, "templates", "leave templates out: the texts are built in")
	d.Macros = l.ownFolder(t, "macros", "leave macros out: there is nothing to #send then")
	if d.Admin = t.Text("admin", ""); d.Admin != "" {
		d.Admin = t.WantAddress("admin", -1, d.Admin)
	}
	switch d.Control = t.Text("control", ""); {
	case d.Control == noControl, d.Control == "":
	case !strings.Contains(d.Control, "@"):
		t.Mistake("control", fmt.Sprintf("%q is not an address", d.Control), `write where agents ask the desk, as in "desk@example.org", or "none"`)
	default:
		d.Control = t.WantAddress("control", -1, d.Control)
	}
	t.Done()
}

// readFormer reads the names that the desk had before.
func (l *loader) readFormer(t *section.Table) {
	d := &l.config.Desk
	d.Former = t.Texts("former")
	for i, name := range d.Former {
		switch {
		case strings.TrimSpace(name) == "":
			t.MistakeItem("former", i, "a former name is empty", `write former = ["Old IT"]: the names that stood in the tags of subjects before`)
		case strings.ContainsAny(name, "[]#\r\n"):
			t.MistakeItem("former", i, fmt.Sprintf("the former name %q has one of the characters [ ] #", name), "write the name alone: Old IT, of the tag [Old IT #1042]")
		}
	}
}

// ownFolder returns a folder of the admin's own texts, empty: none. otherwise is what can be
// done where there is none of that name.
func (l *loader) ownFolder(t *section.Table, key, otherwise string) string {
	folder := t.Text(key, "")
	if folder == "" {
		return ""
	}
	folder = l.resolve(folder)
	info, err := os.Stat(folder)
	switch gone := err != nil || !info.IsDir(); {
	case gone && l.kept:
		return ""
	case gone && l.textsLater:
	case gone:
		t.Mistake(key, fmt.Sprintf("there is no folder %s", folder), "make it, or "+otherwise)
	}
	return folder
}

// maxUndoWindow bounds for how long answers wait to be taken back: outgoing mails that
// wait for longer count as stuck (see ticket.DuePatience).
const maxUndoWindow = 5 * time.Minute

func (l *loader) readLimits(t *section.Table) {
	const many = 1 << 30
	l.config.Limits = Limits{
		MaxMessage:                    t.Size("max_message", 36<<20),
		MaxFiles:                      t.Size("max_files", 15<<20),
		MaxRecipients:                 t.Number("max_recipients", 100, 1, many),
		AcknowledgementsPerSenderHour: t.Number("acknowledgements_per_sender_hour", 5, 0, many),
		AcknowledgementsPerSenderDay:  t.Number("acknowledgements_per_sender_day", 20, 0, many),
		AcknowledgementsPerDomainHour: t.Number("acknowledgements_per_domain_hour", 50, 0, many),
		AcknowledgementsPerHour:       t.Number("acknowledgements_per_hour", 300, 0, many),
		MaxParticipants:               t.Number("max_participants", 20, 0, 1000),
		MaxHops:                       t.Number("max_hops", 50, 0, many),
		AcknowledgeWithin:             t.Duration("acknowledge_within", 24*time.Hour),
		SecurityEventsPerHour:         t.Number("security_events_per_hour", 20, 0, many),
	}
	if l.config.Limits.MaxFiles <= 0 {
		t.Mistake("max_files", "max_files leaves no room for a file", `write how much a mail of ours may carry, as "15MiB"`)
	}
	t.Done()
}

const exampleNetwork = `write it with its length, as in "192.0.2.0/24" or "192.0.2.7/32"`

func (l *loader) readSMTP(t *section.Table) {
	s := &l.config.SMTP
	s.Listen = t.Texts("listen")
	for i, a := range s.Listen {
		if err := section.CheckHostPort(a); err != nil {
			t.MistakeItem("listen", i, err.Error(), `write host and port, as in "127.0.0.1:2525" or ":25"`)
		}
	}
	s.LMTP = t.Texts("lmtp")
	for i, a := range s.LMTP {
		if path, unix := strings.CutPrefix(a, "unix:"); unix {
			s.LMTP[i] = "unix:" + l.resolve(path)
		} else if err := section.CheckHostPort(a); err != nil {
			t.MistakeItem("lmtp", i, err.Error(), `write "127.0.0.1:24" or "unix:/run/maildesk/lmtp"`)
		}
	}
	s.Submission, s.Submissions = l.submission(t, "submission", "587"), l.submission(t, "submissions", "465")
	if t.Exists() && len(s.Listen)+len(s.LMTP)+len(s.Submission)+len(s.Submissions) == 0 {
		t.Mistake("listen", "[smtp] listens nowhere", `add listen = "127.0.0.1:2525", or remove [smtp]`)
	}
	s.Certificate, s.Key = l.certificate(t)
	s.MaxConnections = t.Number("max_connections", 1000, 1, 1<<20)
	s.MaxPerClient = t.Number("max_per_client", 50, 1, 1<<20)
	s.AuthServers = t.Texts("auth_servers")
	for i, name := range s.AuthServers {
		if err := section.CheckHost(name); err != nil {
			t.MistakeItem("auth_servers", i, err.Error(), `write the name that stands first in the Authentication-Results of your mail server, as in "mx.example.org"`)
		}
	}
	s.Trusted = l.networks(t, "trusted", "anyone could write in anyone's name", "name only the hosts and networks of your own people")
	s.Proxies = l.networks(t, "proxy_protocol", "anyone could pretend to be anyone", "name only the proxy in front of maildesk")
	t.Done()
}

// networks reads a list of networks. A network of all addresses is a mistake.
func (l *loader) networks(t *section.Table, key, danger, remedy string) (networks []netip.Prefix) {
	for i, n := range t.Texts(key) {
		network, err := netip.ParsePrefix(n)
		if err != nil {
			t.MistakeItem(key, i, fmt.Sprintf("%q is not a network", n), exampleNetwork)
		} else if network.Bits() == 0 {
			t.MistakeItem(key, i, fmt.Sprintf("%s is the whole world: %s", n, danger), remedy)
		}
		networks = append(networks, network)
	}
	return networks
}

func (l *loader) readAddress(t *section.Table) {
	a := Address{Mail: t.Needed("mail", `add mail = "support@example.org"`), Queue: t.Text("queue", ""), Language: t.Text("language", ""), Plus: t.FlagOr("plus", true), Groups: slices.Clone(t.Texts("group"))}
	if a.Mail != "" {
		a.Mail = t.WantAddress("mail", -1, a.Mail)
	}
	for i, g := range a.Groups {
		a.Groups[i] = t.WantAddress("group", i, g)
	}
	if a.Language != "" {
		t.WantLanguage("language", -1, a.Language)
	}
	t.Done()
	l.addresses = append(l.addresses, t)
	l.config.Addresses = append(l.config.Addresses, a)
}

// maxDisplay is the longest name of an agent, in bytes: the desk's goes with it.
const maxDisplay = 60

func (l *loader) readAgent(t *section.Table) {
	a := Agent{Name: t.Needed("name", `add name = "alice"`), Display: t.Text("display", ""), Mail: slices.Clone(t.Texts("mail")), Languages: t.Texts("languages")}
	if strings.ContainsAny(a.Name, " \t\r\n#,@") {
		t.Mistake("name", fmt.Sprintf("the agent's name %q is not one word", a.Name), `write one word, as in "alice": it is used in #assign alice`)
	}
	if strings.ContainsFunc(a.Display, unicode.IsControl) || len(a.Display) > maxDisplay {
		t.Mistake("display", fmt.Sprintf("the name %q is not a line of up to %d bytes", a.Display, maxDisplay), `write the name that people read, as in "Anna Schmidt"`)
	}
	for i, m := range a.Mail {
		a.Mail[i] = t.WantAddress("mail", i, m)
	}
	for i, lang := range a.Languages {
		t.WantLanguage("languages", i, lang)
	}
	for i, text := range t.Texts("absent") {
		days, err := parseDays(text)
		if err != nil {
			t.MistakeItem("absent", i, err.Error(), `write the first and the last day, as in "2026-12-24..2027-01-02"`)
			continue
		}
		a.Absent = append(a.Absent, days)
	}
	a.Quiet, a.Digest = readQuiet(t), readDigest(t, l.config.Desk.Digest)
	a.Proof, a.Keys = readAgentProof(t), l.keys.Read(t, a.Name)
	t.Done()
	l.agents = append(l.agents, t)
	l.config.Agents = append(l.config.Agents, a)
}

// resolve resolves a path relative to the configuration's folder.
func (l *loader) resolve(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(l.folder, path)
}

// secret reads a password from the file that a key names.
func (l *loader) secret(t *section.Table, key string) Secret {
	name := t.Text(key, "")
	if name == "" {
		return ""
	}
	return l.secretIn(t, key, -1, name)
}

// secretIn reads a password from a file that an item of a key names.
func (l *loader) secretIn(t *section.Table, key string, item int, name string) Secret {
	path := l.resolve(name)
	data, err := readFile(path)
	if err != nil {
		t.MistakeItem(key, item, fmt.Sprintf("the password in %q cannot be read: %v", name, err), "name a file that holds nothing but the password, and that maildesk may read")
		return ""
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&^0o640 != 0 {
		t.Warn(key, fmt.Sprintf("%s has mode %04o: others can read the password", path, info.Mode().Perm()), "chmod 0600 it")
	}
	password := strings.TrimRight(string(data), "\r\n")
	if password == "" {
		t.MistakeItem(key, item, fmt.Sprintf("%s is empty", path), "write the password into it")
	}
	return Secret(password)
}
