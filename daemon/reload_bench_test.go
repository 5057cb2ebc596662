package daemon

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/config"
)

// bigConfig is a desk with 500 rules, 50 queues and 200 agents.
func bigConfig() string {
	var s strings.Builder
	s.WriteString("[desk]\nname = 'Big'\nhostname = 'desk.example.org'\nfallback = 'queue-0'\n[smtp]\nlisten = '127.0.0.1:0'\n[[address]]\nmail = 'help@example.org'\n")
	for i := range 200 {
		fmt.Fprintf(&s, "[[agent]]\nname = 'agent-%d'\nmail = ['agent-%d@example.org']\nlanguages = ['en']\n", i, i)
	}
	for i := range 50 {
		fmt.Fprintf(&s, "[[queue]]\nname = 'queue-%d'\nlevel = %d\nagents = ['agent-%d', 'agent-%d', 'agent-%d', 'agent-%d']\n", i, 1+i%3, 4*i, 4*i+1, 4*i+2, 4*i+3)
		fmt.Fprintf(&s, "[[category]]\nname = 'category-%d'\nkind = 'incident'\npath = ['queue-%d']\n", i, i)
	}
	for i := range 500 {
		fmt.Fprintf(&s, "[[rule]]\nname = 'rule-%d'\nwhen = 'subject matches \"(?i)\\\\bproduct-%d\\\\b\" or has_word(body, \"product %d\")'\ncategory = 'category-%d'\n", i, i, i, i%50)
	}
	return s.String()
}

// BenchmarkReload puts such a desk into force again: read, check, compile, the
// texts of the mails, and the copy for a start with a broken file.
func BenchmarkReload(b *testing.B) {
	path := filepath.Join(b.TempDir(), "maildesk.toml")
	if err := os.WriteFile(path, []byte(bigConfig()), 0o600); err != nil {
		b.Fatal(err)
	}
	cfg, err := config.Load(path)
	if err != nil {
		b.Fatal(err)
	}
	d, err := Open(b.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	for b.Loop() {
		before := d.Desk().Settings()
		d.reload(b.Context(), path, false)
		if d.Desk().Settings() == before {
			b.Fatal("the reload changed nothing")
		}
	}
}
