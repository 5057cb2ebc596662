package maildesk

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows lists, for each package, which others of the house it may import.
// doc.go draws the same picture.
var arrows = map[string][]string{
	"addr":      {},
	"clientnet": {},
	"flowed":    {},
	"letters":   {},
	"filetext":  {},
	"mailparse": {"flowed", "mailparse/address", "mailparse/calendar", "mailparse/charset", "mailparse/classify", "mailparse/header", "mailparse/html", "mailparse/language", "mailparse/quote",
		"mailparse/report", "mailparse/room", "mailparse/subject", "mailparse/tnef", "mailparse/transfer"},
	"mailbox":  {},
	"calendar": {},
	"mailauth": {"mailparse"},

	"mailauth/dmarc":    {},
	"mailauth/resolver": {},
	"mailauth/sign":     {"durable"},
	"mailauth/signed":   {"mailparse", "ticket"},
	"mailauth/check":    {"mailauth/dmarc", "mailauth/resolver", "ticket"},
	"rota":              {"calendar"},
	"target":            {"calendar", "ticket", "ticket/history"},
	"routing":           {"addr", "calendar", "rota", "routing/logic", "routing/search", "target"},
	"routing/logic":     {},
	"routing/search":    {"letters"},
	"compose":           {"flowed"},
	"outage":            {},
	"report":            {"calendar", "target", "ticket", "ticket/history"},
	"report/plot":       {},
	"report/distinct":   {"report", "ticket"}, // for tests only
	"search":            {"calendar", "letters", "ticket"},
	"search/attached":   {"filetext", "mailparse", "search", "ticket"},
	"search/kb":         {"search", "ticket"},
	"similar":           {"letters"},
	"similar/made":      {}, // for tests only
	"ticket":            {"compose", "outage"},
	"threading":         {"mailparse"},
	"desk":              {"addr", "article", "clientnet", "compose", "desk/agentmail", "desk/answer", "desk/apart", "desk/approval", "desk/author", "desk/command", "desk/control", "desk/copies", "desk/deadline", "desk/decision", "desk/delivery", "desk/digest", "desk/draft", "desk/figures", "desk/imitation", "desk/incident", "desk/incoming", "desk/knowledge", "desk/later", "desk/login", "desk/loop", "desk/notices", "desk/notify", "desk/request", "desk/said", "desk/settings", "desk/share", "desk/shift", "desk/silence", "desk/thanks", "desk/trouble", "desk/unheeded", "desk/vendor", "desk/wish", "mailauth", "mailparse", "routing", "threading", "ticket", "ticket/wording"},
	"desk/join":         {"desk/agentmail", "desk/approval", "desk/command", "desk/decision", "desk/incident", "desk/incoming", "desk/notices", "desk/notify", "desk/order", "desk/request", "desk/settings", "mailparse", "search/attached", "ticket"},
	"desk/absence":      {"calendar", "desk/incoming", "desk/notify", "desk/order", "desk/settings", "ticket"},
	"desk/handback":     {"desk/incoming", "desk/notices", "desk/notify", "desk/order", "desk/settings", "threading", "ticket"},
	"desk/undo":         {"desk/agentmail", "desk/command", "desk/decision", "desk/incoming", "desk/notices", "desk/notify", "desk/order", "desk/settings", "ticket", "ticket/history"},
	"desk/agentmail":    {"desk/command", "desk/incoming", "desk/notices", "desk/notify", "desk/order", "desk/settings", "desk/thanks", "desk/waiting", "mailparse", "threading", "ticket"},

	// The rooms inside mailparse: only mailparse and its rooms import them, but for what is borrowed.
	"mailparse/address":  {"addr", "mailparse/charset", "mailparse/header", "mailparse/phrase"},
	"mailparse/calendar": {"mailparse/charset"},
	"mailparse/charset":  {},
	"mailparse/classify": {"mailparse/phrase", "mailparse/subject"},
	"mailparse/header":   {"mailparse/charset", "mailparse/transfer"},
	"mailparse/html":     {"mailparse/charset", "mailparse/quote", "mailparse/room"},
	"mailparse/language": {"mailparse/phrase"},
	"mailparse/phrase":   {},
	"mailparse/quote":    {"letters", "mailparse/phrase"},
	"mailparse/report":   {"mailparse/address", "mailparse/classify", "mailparse/header", "mailparse/phrase", "mailparse/subject"},
	"mailparse/room":     {},
	"mailparse/subject":  {"mailparse/phrase"},
	"mailparse/tnef":     {"mailparse/charset"},
	"mailparse/transfer": {},

	"desk/command":  {"calendar"},
	"desk/ladder":   {"desk/command"},
	"desk/unheeded": {"clientnet", "desk/settings", "mailparse", "ticket"},
	"desk/apart":    {"desk/decision", "desk/incoming", "desk/settings", "desk/trouble", "mailparse", "ticket"},
	"desk/digest":   {"desk/decision", "desk/notices", "desk/notify", "desk/settings", "ticket", "ticket/history"},
	"desk/draft":    {"addr", "ticket"},
	"desk/figures":  {"addr", "compose", "desk/decision", "desk/settings", "report", "report/plot", "threading", "ticket"},
	"desk/later":    {"addr", "desk/author", "desk/command", "desk/decision", "desk/notices", "desk/notify", "desk/order", "desk/settings", "ticket", "ticket/history"},
	"desk/leak":     {"threading"},
	"desk/login":    {"compose", "desk/decision", "desk/settings", "threading", "ticket"},
	"desk/macro":    {},
	"desk/markup":   {},
	"desk/notify":   {"compose", "desk/command", "threading", "ticket", "ticket/history"},
	"desk/person":   {"addr", "article", "compose", "filetext", "mailparse", "mailparse/quote", "ticket"},
	"desk/recover":  {"addr", "desk", "desk/decision", "desk/figures", "desk/incoming", "desk/notices", "desk/notify", "desk/settings", "search/attached", "threading", "ticket", "ticket/history"},
	"desk/silence":  {"addr", "mailparse", "mailparse/phrase", "ticket"},
	"desk/said":     {"desk/thanks", "ticket"},
	"desk/thanks":   {"letters"},
	"desk/shift":    {"compose", "desk/command", "desk/decision", "desk/incoming", "desk/ladder", "desk/notices", "desk/notify", "desk/order", "desk/settings", "rota", "ticket"},
	"desk/vendor":   {"desk/decision", "desk/incoming", "desk/later", "desk/notices", "desk/notify", "desk/order", "desk/settings", "desk/silence", "mailparse", "threading", "ticket", "ticket/history"},
	"desk/wish":     {"desk/command", "desk/incoming", "desk/later", "desk/loop", "desk/notices", "desk/notify", "desk/settings", "mailparse", "threading", "ticket", "ticket/history"},
	"desk/trouble":  {"clientnet", "compose", "desk/decision", "desk/notify", "desk/settings", "threading", "ticket"},
	"desk/settings": {"addr", "calendar", "compose", "desk/command", "desk/ladder", "desk/macro", "desk/notify", "desk/silence", "mailauth", "mailauth/signed", "mailparse", "report", "report/plot", "routing", "ticket"},
	"desk/request":  {"article", "desk/agentmail", "desk/approval", "desk/author", "desk/command", "desk/copies", "desk/decision", "desk/imitation", "desk/incident", "desk/incoming", "desk/knowledge", "desk/ladder", "desk/later", "desk/leak", "desk/loop", "desk/notices", "desk/notify", "desk/order", "desk/settings", "desk/thanks", "desk/trouble", "mailparse", "routing", "similar", "threading", "ticket"},
	"desk/recent":   {"desk/settings", "outage", "ticket"},
	"desk/share":    {},
	"desk/order":    {"desk/command", "desk/macro", "desk/notify", "desk/settings", "mailparse", "rota", "threading", "ticket"},
	"desk/notices":  {"addr", "compose", "desk/author", "desk/decision", "desk/imitation", "desk/notify", "desk/settings", "desk/silence", "desk/trouble", "mailparse", "similar", "threading", "ticket", "ticket/history", "ticket/wording"},
	"desk/loop":     {"desk/author", "desk/decision", "desk/delivery", "desk/incoming", "desk/notices", "desk/notify", "desk/settings", "desk/silence", "mailparse", "threading", "ticket", "ticket/wording"},
	"desk/incoming": {"compose", "desk/author", "desk/command", "desk/contrary", "desk/decision", "desk/macro", "desk/notices", "desk/notify", "desk/order", "desk/settings", "desk/silence", "desk/thanks", "mailauth", "mailparse", "routing", "search/attached", "threading", "ticket", "ticket/history"},
	"desk/incident": {"desk/decision", "desk/incoming", "desk/notices", "desk/notify", "desk/order", "desk/recent", "desk/settings", "outage", "ticket"},
	"desk/delivery": {"addr", "desk/decision", "desk/incoming", "desk/notices", "desk/notify", "desk/settings", "desk/silence", "desk/trouble", "mailparse", "threading", "ticket", "ticket/wording"},
	"desk/decision": {"calendar", "compose", "desk/draft", "desk/notify", "desk/order", "desk/recent", "desk/settings", "rota", "routing", "target", "threading", "ticket", "ticket/history"},
	"desk/deadline": {"desk/decision", "desk/notices", "desk/notify", "desk/order", "desk/settings", "target", "ticket"},
	"desk/copies":   {"desk/author", "desk/command", "desk/decision", "desk/incoming", "desk/loop", "desk/notices", "desk/notify", "desk/settings", "mailparse", "ticket"},
	"desk/control":  {"desk/absence", "desk/agentmail", "desk/answer", "desk/command", "desk/decision", "desk/figures", "desk/handback", "desk/incoming", "desk/ladder", "desk/notices", "desk/notify", "desk/order", "desk/settings", "desk/shift", "mailparse", "report", "search", "search/attached", "search/kb", "ticket"},
	"desk/approval": {"addr", "desk/decision", "desk/incoming", "desk/notices", "desk/notify", "desk/order", "desk/settings", "mailparse", "routing", "ticket", "ticket/history"},
	"desk/author":   {"addr", "desk/settings", "mailparse", "ticket"},
	"desk/answer":   {"addr", "compose", "desk/absence", "desk/agentmail", "desk/approval", "desk/author", "desk/command", "desk/decision", "desk/handback", "desk/incident", "desk/incoming", "desk/join", "desk/knowledge", "desk/ladder", "desk/later", "desk/leak", "desk/markup", "desk/notices", "desk/notify", "desk/order", "desk/quoted", "desk/request", "desk/settings", "desk/shift", "desk/silence", "desk/thanks", "desk/undo", "desk/vendor", "desk/waiting", "mailparse", "rota", "threading", "ticket", "ticket/history"},
	"desk/waiting":  {"desk/notify", "ticket"},
	"desk/contrary": {},

	"desk/proofs":    {"desk/author", "desk/decision", "desk/incoming", "desk/notify", "desk/settings", "threading", "ticket"},
	"desk/quoted":    {"desk/command", "desk/decision", "desk/incoming", "desk/notify", "desk/order", "ticket"},
	"desk/imitation": {"addr", "desk/settings", "ticket"},

	// What is learnt from the history.
	"learn":         {},
	"desk/learning": {"learn", "ticket", "ticket/history"},

	// The rooms of the store.
	"store/datafolder":        {"durable", "ticket"},
	"store/groupcommit":       {"store/datafolder", "ticket"},
	"store/laws":              {"store/sqlrow", "ticket"},
	"store/migrations":        {"durable", "store/datafolder", "store/sqlite", "store/sqlrow", "ticket"},
	"store/transfer":          {"store/datafolder", "store/migrations", "store/postgres", "store/sqlite", "store/sqlrow", "store/statement", "store/tables", "store/tables/alike", "store/tables/articles", "ticket"},
	"store/salvage":           {"durable", "store", "store/datafolder", "store/migrations", "store/sqlite", "store/sqlrow", "ticket"},
	"store/sqlite":            {"durable", "search", "similar", "store/datafolder", "store/fulltext", "store/memory", "store/sqlrow", "ticket"},
	"store/postgres":          {"search", "similar", "store/datafolder", "store/fulltext", "store/memory", "store/migrations", "store/sqlrow", "ticket"},
	"store/fulltext":          {"search", "store/sqlrow", "ticket"},
	"store/sqlrow":            {"addr", "ticket"},
	"store/memory":            {"store/sqlrow", "ticket"},
	"store/statement":         {"similar", "store/datafolder", "store/memory", "store/sqlrow", "ticket"},
	"store/tables/outgoing":   {"store/datafolder", "store/laws", "store/memory", "store/sqlrow", "store/statement", "ticket"},
	"store/tables/articles":   {"store/sqlrow", "store/statement", "ticket"},
	"store/tables/alike":      {"similar", "store/sqlrow", "store/statement", "store/tables/articles", "ticket"},
	"store/tables/schematest": {"store/datafolder", "store/migrations", "store/sqlite", "store/sqlrow"}, // for tests only
	"store/tables":            {"search", "store/datafolder", "store/laws", "store/memory", "store/personal", "store/sqlrow", "store/statement", "store/tables/alike", "store/tables/articles", "store/tables/outgoing", "ticket"},

	"faulttest/pgserver":         {},                  // for tests only
	"mailauth/signed/signedtest": {"mailauth/signed"}, // for tests only

	"durable":  {},
	"accounts": {"clientnet", "durable"},

	"store":           {"store/datafolder", "store/groupcommit", "store/laws", "store/memory", "store/migrations", "store/personal", "store/postgres", "store/sqlite", "store/sqlrow", "store/statement", "store/tables", "store/tables/outgoing", "ticket"},
	"store/personal":  {"store/sqlrow"},
	"smtpd":           {"desk", "ticket"},
	"imappoll":        {"ticket"},
	"outbox":          {"durable", "ticket"},
	"schedule":        {},
	"health":          {"desk/incoming", "desk/settings", "ticket"},
	"web":             {"article", "calendar", "desk/decision", "desk/settings", "mailparse", "report", "report/plot", "search", "search/attached", "search/kb", "ticket", "ticket/history", "ticket/wording", "web/access"},
	"web/access":      {"addr", "clientnet"},
	"templates":       {"desk/command", "desk/notify", "desk/settings", "compose", "mailparse", "report", "report/plot", "ticket"},
	"config":          {"addr", "calendar", "config/document", "config/keyfile", "config/section", "desk/command", "desk/ladder", "durable", "mailauth/signed", "routing", "routing/logic"},
	"config/keyfile":  {"config/section", "mailauth/signed"},
	"config/document": {},

	"daemon/auditanchor":      {"config", "daemon/localdesk", "durable", "store", "store/laws", "threading", "ticket"},
	"daemon/rotafeed":         {"calendar", "daemon/localdesk", "desk/decision", "desk/settings", "durable", "rota", "ticket"},
	"daemon":                  {"accounts", "config", "daemon/auditanchor", "daemon/localdesk", "daemon/moving", "daemon/privacy", "daemon/rotafeed", "desk", "desk/learning", "desk/recover", "desk/settings", "desk/trouble", "durable", "health", "imappoll", "mailauth/sign", "mailparse", "outbox", "schedule", "smtpd", "store", "store/datafolder", "store/groupcommit", "store/laws", "store/salvage", "store/sqlite", "store/tables", "templates", "threading", "ticket", "web"},
	"daemon/privacy":          {"addr", "config", "daemon/localdesk", "desk/person", "durable", "mailbox", "outbox", "routing", "search/attached", "store", "store/datafolder", "store/personal", "store/tables", "ticket"},
	"daemon/localdesk":        {"addr", "config", "desk", "desk/learning", "desk/macro", "desk/settings", "durable", "imappoll", "mailauth/check", "mailauth/resolver", "mailauth/sign", "outbox", "report", "store", "store/datafolder", "store/migrations", "templates", "threading", "ticket"},
	"daemon/logging":          {"addr", "threading"},
	"daemon/moving":           {"config", "daemon/localdesk", "durable", "search/attached", "store", "store/datafolder", "store/laws", "store/migrations", "store/postgres", "store/sqlite", "store/sqlrow", "store/transfer"},
	"demo":                    {"config", "daemon", "mailparse", "ticket", "ticket/wording"},
	"packaging/oci":           {},
	"daemon/doctor":           {"compose", "config", "daemon/localdesk", "desk/settings", "desk/unheeded", "imappoll", "mailauth/check", "mailauth/dmarc", "mailauth/resolver", "mailauth/sign", "mailparse", "outbox", "store/postgres", "ticket"},
	"faulttest":               {}, // for tests only
	"simulation/tap":          {"store", "ticket"},
	"simulation/brittle":      {"compose", "desk/notify"},
	"simulation/mailtext":     {},
	"simulation/planner":      {},
	"simulation/rare":         {"desk/command", "ticket"},
	"simulation/dice":         {},
	"simulation/house":        {"desk/learning", "desk/macro", "desk/notify", "desk/settings", "learn", "routing", "simulation/brittle", "simulation/dice", "ticket"},
	"simulation/laws":         {"desk/notify", "desk/settings", "routing", "simulation/rare", "ticket"},
	"simulation/story":        {"ticket", "ticket/wording"},
	"simulation/imapbox":      {"imappoll", "ticket"},
	"simulation":              {"compose", "daemon/localdesk", "daemon/privacy", "desk", "desk/command", "desk/decision", "desk/delivery", "desk/leak", "desk/learning", "desk/notify", "desk/recover", "desk/settings", "imappoll", "learn", "mailparse", "rota", "simulation/brittle", "simulation/dice", "simulation/house", "simulation/imapbox", "simulation/laws", "simulation/mailtext", "simulation/planner", "simulation/rare", "simulation/story", "simulation/tap", "store", "threading", "ticket"}, // for tests only
	"faulttest/table":         {"faulttest"},
	"cmd/maildesk":            {"accounts", "cmd/maildesk/act", "cmd/maildesk/completion", "cmd/maildesk/console", "cmd/maildesk/explain", "cmd/maildesk/knowledge", "cmd/maildesk/move", "cmd/maildesk/oldmail", "cmd/maildesk/outgoing", "cmd/maildesk/quickstart", "cmd/maildesk/stats", "cmd/maildesk/tickets", "config", "daemon", "daemon/auditanchor", "daemon/doctor", "daemon/localdesk", "daemon/logging", "daemon/privacy", "demo", "desk", "desk/command", "desk/decision", "desk/ladder", "desk/proofs", "desk/settings", "mailauth/sign", "mailparse", "rota", "threading", "ticket"},
	"cmd/maildesk/tickets":    {"calendar", "cmd/maildesk/console", "cmd/maildesk/outgoing", "desk/decision", "desk/settings", "mailparse", "routing", "search", "search/attached", "search/kb", "ticket", "ticket/history", "ticket/wording"},
	"cmd/maildesk/outgoing":   {"calendar", "cmd/maildesk/console", "daemon", "daemon/localdesk", "desk", "desk/settings", "mailparse", "ticket"},
	"cmd/maildesk/act":        {"cmd/maildesk/console", "desk", "desk/command", "desk/notify", "desk/settings", "mailparse", "ticket", "ticket/wording"},
	"cmd/maildesk/quickstart": {"cmd/maildesk/console", "config", "mailparse"},
	"cmd/maildesk/move":       {"cmd/maildesk/console", "daemon/moving"},
	"cmd/maildesk/completion": {"cmd/maildesk/console", "config", "report", "ticket"},
	"cmd/maildesk/manual":     {},
	"cmd/maildesk/console":    {"config", "daemon", "daemon/localdesk", "desk", "desk/settings", "mailparse", "routing", "ticket"},
	"cmd/maildesk/explain":    {"cmd/maildesk/console", "config", "daemon/localdesk", "desk", "desk/incoming", "desk/learning", "mailbox", "mailparse", "routing", "ticket"},
	"cmd/maildesk/stats":      {"calendar", "cmd/maildesk/console", "compose", "desk", "desk/figures", "desk/settings", "report", "ticket"},
	"cmd/maildesk/oldmail":    {"calendar", "cmd/maildesk/console", "daemon/localdesk", "desk", "desk/incoming", "mailbox", "mailparse", "ticket"},
	"faulttest/dovecot":       {"faulttest"},
	"faulttest/dnsserver":     {}, // for tests only
	"faulttest/skew":          {}, // for tests only

	// The knowledge base.
	"article":                {"letters", "ticket"},
	"desk/knowledge":         {"addr", "article", "calendar", "desk/agentmail", "desk/command", "desk/decision", "desk/incoming", "desk/leak", "desk/macro", "desk/notices", "desk/notify", "desk/order", "desk/settings", "desk/thanks", "ticket"},
	"cmd/maildesk/knowledge": {"article", "cmd/maildesk/console", "desk", "desk/knowledge", "desk/settings", "durable", "ticket"},
	"ticket/history":         {"ticket"},
	"ticket/wording":         {"ticket"},
	"config/section":         {"addr", "config/document", "routing"},
}

// keptPure are the packages that reach nothing outside the process, and all below them: no network, no
// database, no file, no other process. A room that is made below one of them is kept pure from its first day.
var keptPure = []string{
	"addr", "article", "calendar", "clientnet", "compose", "desk", "filetext", "flowed", "learn", "letters", "mailauth/dmarc", "mailauth/signed", "mailparse", "outage",
	"report", "rota", "routing", "search", "similar", "target", "threading", "ticket", "web/access",
}

// notPure are the exceptions among them, each with its reason. There is none below desk.
var notPure = map[string]string{
	"similar/made": "for tests only: it reads its set from files",
}

// keptOut lists what single packages must not import beside that.
var keptOut = map[string][]string{
	"mailauth": {"database/sql", "net", "net/http", "os"}, // its rooms check and resolver ask the DNS
	"web":      {"database/sql", "os"},                    // it is the door of HTTP
}

// outside is what a pure package must not import: itself, and all below it.
var outside = []string{
	"net", "os", "database", "syscall", "plugin", "log/syslog", "golang.org/x/sys", "golang.org/x/net", "github.com/mattn/go-sqlite3", "github.com/jackc/pgx",
	"github.com/emersion/go-smtp", "github.com/emersion/go-imap", "github.com/miekg/dns",
}

// harmless of those only take names and texts apart, or are constants.
var harmless = []string{"net/mail", "net/netip", "net/textproto", "net/url", "golang.org/x/net/html", "golang.org/x/net/idna", "golang.org/x/net/publicsuffix"}

// below reports whether a path is one of some, or below one.
func below(path string, all []string) bool {
	return slices.ContainsFunc(all, func(of string) bool { return path == of || strings.HasPrefix(path, of+"/") })
}

// mayReachOut reports whether a package may import something from outside the house.
func mayReachOut(pkg, imported string) bool {
	if slices.Contains(keptOut[pkg], imported) {
		return false
	}
	return notPure[pkg] != "" || !below(pkg, keptPure) || !below(imported, outside) || below(imported, harmless)
}

// TestPureBelow: the ban reaches every room, those that nobody has thought of, too.
func TestPureBelow(t *testing.T) {
	for _, tt := range []struct {
		pkg, imported string
		may           bool
	}{
		{"desk", "net", false}, {"desk/undo", "database/sql", false}, {"desk/no/such/room", "net/http", false}, {"desk/later", "os/exec", false}, {"desk/later", "os", false},
		{"desk/settings", "net/netip", true}, {"desk/markup", "net/url", true}, {"desk/join", "strings", true}, {"desk/wish", "github.com/jackc/pgx/v5", false},
		{"desk/digest", "database/sql/driver", false}, {"mailparse/tnef", "os", false}, {"ticket/history", "net", false},
		{"deskbound", "net", true}, {"store", "database/sql", true}, {"web", "net/http", true}, {"web", "database/sql", false}, {"mailauth", "net", false}, {"mailauth/check", "net", true},
	} {
		if may := mayReachOut(tt.pkg, tt.imported); may != tt.may {
			t.Errorf("mayReachOut(%s, %s) = %t, want %t", tt.pkg, tt.imported, may, tt.may)
		}
	}
}

// borrowed are the rooms of mailparse that others import than mailparse and its rooms, with who does, and why.
var borrowed = map[string]string{
	"desk/person mailparse/quote":   "whether a line stands above a quotation is what mailparse sees in it",
	"desk/silence mailparse/phrase": "the phrases of receipts are a table, and are looked for as those of mailparse are",
}

// TestArrows reads the source files themselves: a rule that no test holds is a wish.
func TestArrows(t *testing.T) {
	seen := map[string]bool{}
	err := eachSource(func(path, pkg string) error {
		seen[pkg] = true
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			checkArrow(t, path, pkg, spec.Path.Value)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for arrow := range borrowed {
		pkg, room, _ := strings.Cut(arrow, " ")
		if !slices.Contains(arrows[pkg], room) {
			t.Errorf("%s borrows %s, to which no arrow leads", pkg, room)
		}
	}
	for pkg := range notPure {
		if !seen[pkg] || !below(pkg, keptPure) {
			t.Errorf("%s is an exception of nothing", pkg)
		}
	}
	for _, pkg := range keptPure {
		if !seen[pkg] {
			t.Errorf("the house has no package %s any more that is kept pure", pkg)
		}
	}
	for pkg := range arrows {
		if !seen[pkg] {
			t.Errorf("the house has no package %s any more; take it out of the table", pkg)
		}
	}
}

// eachSource calls fn for each source file of the module, tests apart, with its package.
func eachSource(fn func(path, pkg string) error) error {
	return filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); name == "testdata" || name != "." && strings.HasPrefix(name, ".") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		return fn(path, filepath.ToSlash(filepath.Dir(path)))
	})
}

func checkArrow(t *testing.T, path, pkg, quoted string) {
	t.Helper()
	imported, err := strconv.Unquote(quoted)
	if err != nil {
		t.Fatal(err)
	}
	if !mayReachOut(pkg, imported) {
		t.Errorf("%s imports %s, which is kept out of %s", path, imported, pkg)
	}
	inside, ok := strings.CutPrefix(imported, "maildesk/")
	if !ok {
		return
	}
	if room := strings.HasPrefix(inside, "mailparse/") && !below(pkg, []string{"mailparse"}); room && borrowed[pkg+" "+inside] == "" {
		t.Errorf("%s imports %s, a room inside mailparse: let mailparse export what is wanted, or say why in the table borrowed", path, inside)
	}
	allowed, known := arrows[pkg]
	if !known {
		t.Errorf("%s: package %s has no arrows yet; add it to the table and to doc.go", path, pkg)
		return
	}
	if !slices.Contains(allowed, inside) {
		t.Errorf("%s imports %s: no arrow leads from %s to it", path, inside, pkg)
	}
}
