package maildesk

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	aTest     = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	shownTest = regexp.MustCompile("^`([a-z/]+)\\.((?:Test|Fuzz)\\w+)`$")
)

// TestAttacksHaveTests: each row of the table of attacks names tests, and they are there.
func TestAttacksHaveTests(t *testing.T) {
	there := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, found := range aTest.FindAllSubmatch(source, -1) {
			there[filepath.ToSlash(filepath.Dir(path))+"."+string(found[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "## Table of attacks")
	table, _, _ = strings.Cut(table, "\n## ")
	rows := 0
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| what is tried |") {
			continue
		}
		rows++
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 4 {
			t.Errorf("%d cells, want 4: %s", len(cells), line)
			continue
		}
		for shown := range strings.SplitSeq(strings.TrimSpace(cells[3]), ", ") {
			name := shownTest.FindStringSubmatch(shown)
			if name == nil || !there[name[1]+"."+name[2]] {
				t.Errorf("%s: there is no test %s", cells[0], shown)
			}
		}
	}
	if rows < 80 {
		t.Errorf("the table has %d rows: this test looks in the wrong place", rows)
	}
}
