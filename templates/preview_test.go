package templates

import (
	"os"
	"path/filepath"
	"testing"

	"maildesk/desk/notify"
)

// TestPreview writes every mail of every language into the folder that
// MAILDESK_PREVIEW names, for people to look at.
func TestPreview(t *testing.T) {
	folder := os.Getenv("MAILDESK_PREVIEW")
	if folder == "" {
		t.Skip("MAILDESK_PREVIEW names no folder")
	}
	w, err := New("")
	if err != nil {
		t.Fatal(err)
	}
	for tag := range w.languages {
		for _, template := range notify.Templates() {
			r, err := w.Render(sample(template, tag))
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Join(folder, string(template)+"."+tag)
			for ext, content := range map[string]string{".html": r.HTML, ".txt": r.Subject + "\n\n" + r.Text} {
				if err := os.WriteFile(name+ext, []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
