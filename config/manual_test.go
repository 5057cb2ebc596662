package config

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestManualKeys: the manual names every key of every section, and none that
// does not exist.
func TestManualKeys(t *testing.T) {
	const manual = "../docs/routing.md"
	data, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	unknown := "unheard_of_key = 1\n"
	_, err = Load(write(t, "maildesk.toml", unknown+"[desk]\n"+unknown+"[limits]\n"+unknown+"[guard]\n"+unknown+"[smtp]\n"+unknown+"[auth]\n"+unknown+"[proof]\n"+unknown+"[outgoing]\n"+unknown+"[[imap]]\n"+unknown+"[health]\n"+unknown+"[web]\n"+unknown+
		"[[address]]\n"+unknown+"[[agent]]\n"+unknown+"[[queue]]\n"+unknown+"[[category]]\n"+unknown+"[[list]]\n"+unknown+"[[calendar]]\n"+unknown+"[[rule]]\n"+unknown+"[[figures]]\n"+unknown))
	if err == nil {
		t.Fatal("Load = nil, want unknown keys")
	}
	found := regexp.MustCompile(`unknown key "unheard_of_key"(?: in (\S+))?; known are (.*)`).FindAllStringSubmatch(err.Error(), -1)
	if len(found) != 19 {
		t.Fatalf("Load names the keys of %d sections, want 19:\n%v", len(found), err)
	}
	for _, f := range found {
		section, keys := f[1], strings.Split(f[2], ", ")
		if section == "" {
			for _, key := range keys {
				if !strings.Contains(text, "`["+key+"]`") && !strings.Contains(text, "`[["+key+"]]`") && !strings.Contains(text, "| `"+key+"` |") {
					t.Errorf("%s has no section %s", manual, key)
				}
			}
			continue
		}
		_, part, ok := strings.Cut(text, "**`"+section+"`**")
		if !ok {
			t.Errorf("%s has no section %s", manual, section)
			continue
		}
		part, _, _ = strings.Cut(part, "\n\n**")
		part, _, _ = strings.Cut(part, "\n## ")
		named := map[string]bool{}
		for line := range strings.Lines(part) {
			cells := strings.Split(line, "|")
			if len(cells) < 3 {
				continue
			}
			for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
				named[m[1]] = true
			}
		}
		for _, key := range keys {
			if !named[key] {
				t.Errorf("%s does not explain %s in %s", manual, key, section)
			}
			delete(named, key)
		}
		for key := range named {
			t.Errorf("%s explains %s in %s, which does not exist", manual, key, section)
		}
	}
}
