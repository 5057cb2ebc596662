package maildesk

import (
	"os"
	"regexp"
	"testing"
)

// Every file and package named in docs/architecture.md and CONTRIBUTING.md exists.
func TestNamedFilesExist(t *testing.T) {
	path := regexp.MustCompile("`([a-z0-9_]+(?:/[a-z0-9_.-]+)*(?:/[a-z0-9_]+|\\.go|\\.md|\\.txt))`")
	for _, document := range []string{"docs/architecture.md", "CONTRIBUTING.md"} {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		found := path.FindAllStringSubmatch(string(text), -1)
		if len(found) < 5 {
			t.Errorf("%s names %d files, the pattern finds too few", document, len(found))
		}
		for _, name := range found {
			if name[1] == "testing/synctest" { // of the standard library
				continue
			}
			if _, err := os.Stat(name[1]); err != nil {
				t.Errorf("%s names %s, which does not exist", document, name[1])
			}
		}
	}
}

// Each word of the glossary is one of the code: the file that is named beside it says it.
func TestWordsOfTheHouse(t *testing.T) {
	text, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| ([a-z]+) \\| .+ \\| `([a-z/]+\\.go)` \\|$").FindAllStringSubmatch(string(text), -1)
	if len(rows) < 20 {
		t.Errorf("the glossary has %d words, the pattern finds too few", len(rows))
	}
	for _, row := range rows {
		word, file := row[1], row[2]
		source, err := os.ReadFile(file)
		if err != nil {
			t.Errorf("%s: %v", word, err)
		} else if !regexp.MustCompile(`(?i)\b` + word + `s?\b`).Match(source) {
			t.Errorf("%s does not say %q, as the glossary has it", file, word)
		}
	}
}
