package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestKeptIsOfItsFile: the last good configuration stands in for the file that it was read
// from, also when that has vanished, and never for another one beside it.
func TestKeptIsOfItsFile(t *testing.T) {
	for _, tt := range []struct {
		name, file, text string // what it holds; it is not there where that is empty
		older            bool   // the copy was made before the name was kept with it
		found            bool
	}{
		{"the file is broken", "maildesk.toml", "broken", false, true},
		{"the file has vanished", "maildesk.toml", "", false, true},
		{"a mistyped name", "maildes.toml", "", false, false},
		{"another file, broken", "other.toml", "broken", false, false},
		{"the folder itself", ".", "", false, false},
		{"a mistyped name, and an older copy", "maildes.toml", "", true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, "maildesk.toml", minimal)
			c, err := Load(path)
			if err != nil {
				t.Fatal(err)
			}
			if tt.older {
				c.Path = ""
			}
			data := DataFolder(path)
			if err := errors.Join(c.Keep(data), os.Remove(path)); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(filepath.Dir(path), tt.file)
			if tt.text != "" {
				if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			kept, err := LoadKept(file, data)
			switch {
			case tt.found && (err != nil || kept == nil):
				t.Errorf("LoadKept = %v, want the copy", err)
			case !tt.found && (!errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "maildesk.toml")):
				t.Errorf("LoadKept = %v, %v, want an error that names maildesk.toml", kept, err)
			}
		})
	}
}
