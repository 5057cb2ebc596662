package main

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"maildesk/cmd/maildesk/manual"
)

//go:generate go test -count=1 -run ^TestManualPages$ . -args -update

var updateManual = flag.Bool("update", false, "write the manual pages anew")

// TestManualPages: the manual pages are what the command line and the tables of keys say,
// and groff reads them without a warning.
func TestManualPages(t *testing.T) {
	parser, err := kong.New(&commands{}, kong.Name("maildesk"), kong.Vars{"version": "maildesk"})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := os.ReadFile("../../docs/routing.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, page := range map[string][]byte{"maildesk.1": manual.Command(parser.Model), "maildesk.toml.5": manual.Keys(keys)} {
		path := "../../packaging/man/" + name
		if *updateManual {
			if err := os.WriteFile(path, page, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if kept, err := os.ReadFile(path); err != nil || !bytes.Equal(kept, page) {
			t.Errorf("%s is not what the program says (%v); go generate ./cmd/maildesk writes it", path, err)
		}
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath("groff"); err != nil {
				t.Skip("groff is not there")
			}
			cmd := exec.Command("groff", "-Kutf8", "-man", "-Tutf8", "-ww", "-z", path)
			if out, err := cmd.CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != "" {
				t.Errorf("groff says %v:\n%s", err, out)
			}
		})
	}
}
