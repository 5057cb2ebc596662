package packaging_test

import (
	"bytes"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// program is a small one in the place of the desk: it prints completions, and writes a first configuration.
const program = `#!/bin/sh
case "$1" in
completion) echo "# completion for $2" ;;
-c) echo "[desk]" >"$2" ;;
esac
`

// buildDeb makes a package in a folder of its own, and returns its path.
func buildDeb(t *testing.T, script string) string {
	t.Helper()
	folder := t.TempDir()
	binary := filepath.Join(folder, "maildesk")
	if err := os.WriteFile(binary, []byte(program), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", script, binary, "1.2.3")
	cmd.Dir, cmd.Env = folder, append(os.Environ(), "SOURCE_DATE_EPOCH=1700000000", "DPKG_DEB_COMPRESSOR_TYPE=gzip", "DPKG_DEB_COMPRESSOR_LEVEL=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build-deb: %v\n%s", err, out)
	}
	made, err := filepath.Glob(filepath.Join(folder, "maildesk_1.2.3_*.deb"))
	if err != nil || len(made) != 1 {
		t.Fatalf("packages %v, %v", made, err)
	}
	return made[0]
}

// TestDeb: the package has what belongs to the program, its pages lead to nothing that is not there, and the same input
// makes the same bytes.
func TestDeb(t *testing.T) {
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Skip("dpkg-deb is not there (Debian: dpkg)")
	}
	script, err := filepath.Abs("build-deb")
	if err != nil {
		t.Fatal(err)
	}
	deb := buildDeb(t, script)
	if readText(t, deb) != readText(t, buildDeb(t, script)) {
		t.Error("the same input makes other bytes")
	}
	root := t.TempDir()
	if out, err := exec.Command("dpkg-deb", "-x", deb, root).CombinedOutput(); err != nil {
		t.Fatalf("dpkg-deb: %v\n%s", err, out)
	}
	listed, err := exec.Command("dpkg-deb", "-c", deb).Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(listed) {
		if !bytes.Contains(line, []byte(" root/root ")) {
			t.Errorf("not root's: %s", line)
		}
	}
	const doc = "usr/share/doc/maildesk"
	for _, name := range []string{
		"usr/bin/maildesk", "usr/lib/systemd/system/maildesk.service", "usr/lib/systemd/system/maildesk.socket", "etc/maildesk/maildesk.toml.example",
		"usr/share/man/man1/maildesk.1.gz", "usr/share/man/man5/maildesk.toml.5.gz",
		"usr/share/bash-completion/completions/maildesk", "usr/share/zsh/vendor-completions/_maildesk", "usr/share/fish/vendor_completions.d/maildesk.fish",
		doc + "/copyright", doc + "/changelog.gz", doc + "/README.md", doc + "/operations.md",
		doc + "/examples/apparmor/maildesk", doc + "/examples/compose/compose.yaml", doc + "/examples/fail2ban/filter.conf", doc + "/examples/fail2ban/jail.conf",
		doc + "/examples/grafana/maildesk.json", doc + "/examples/kubernetes/maildesk.yaml", doc + "/examples/kubernetes/postgresql.yaml", doc + "/examples/prometheus/maildesk.rules.yml",
	} {
		if !bytes.Contains(listed, []byte(" ./"+name+"\n")) {
			t.Errorf("the package has no %s", name)
		}
	}
	checkLinks(t, filepath.Join(root, doc))
}

// link is where a page leads, and mention a file of the source that it names.
var (
	link    = regexp.MustCompile(`\]\(([^)#]+)(?:#[^)]*)?\)`)
	mention = regexp.MustCompile("`(?:packaging|examples)/(?:apparmor|compose|fail2ban|grafana|kubernetes|prometheus)[^`]*`")
)

// checkLinks finds what the pages of a folder lead to and is not there.
func checkLinks(t *testing.T, folder string) {
	t.Helper()
	pages, err := filepath.Glob(filepath.Join(folder, "*.md"))
	if err != nil || len(pages) < 20 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	links := 0
	for _, page := range pages {
		text := readText(t, page)
		var targets []string
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			targets = append(targets, m[1])
		}
		for _, m := range mention.FindAllString(text, -1) {
			targets = append(targets, strings.Trim(m, "`"))
		}
		slices.Sort(targets)
		for _, target := range slices.Compact(targets) {
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			links++
			if _, err := os.Stat(filepath.Join(folder, path.Clean(target))); err != nil {
				t.Errorf("%s leads to %s, which is not there", filepath.Base(page), target)
			}
		}
	}
	if links < 50 {
		t.Errorf("only %d links were found: this test reads pages wrongly", links)
	}
}
