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
