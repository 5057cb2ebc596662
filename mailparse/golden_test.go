package mailparse

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite testdata/*.golden")

// TestGolden parses each testdata/NAME.eml and compares what was understood
// with NAME.golden.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatalf("Glob = %v, %v: want mails", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".eml"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := describe(Parse(raw, Envelope{}))
			golden := strings.TrimSuffix(file, ".eml") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("Parse(%s): got\n%s\nwant\n%s", file, got, want)
			}
		})
	}
}

// describe prints the parts of a message that the reading of text decides;
// class, bounces and language have tests of their own.
func describe(m *Message) string {
	var b bytes.Buffer
	line := func(name string, value any) {
		if s := fmt.Sprint(value); s != "" && s != "[]" {
			fmt.Fprintf(&b, "%s: %s\n", name, s)
		}
	}
	block := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%s:\n  | %s\n", name, strings.ReplaceAll(text, "\n", "\n  | "))
		}
	}
	line("subject", m.Subject)
	line("from", m.FromShown)
	if !m.Date.IsZero() {
		line("date", m.Date.UTC().Format(time.RFC3339))
	}
	line("message-id", m.MessageID)
	block("text", m.Text)
	block("reply", m.Reply)
	block("signature", m.Signature)
	block("quoted", m.Quoted)
	for _, f := range m.Forwarded {
		got, _ := json.Marshal(f)
		line("forwarded", string(got))
	}
	for _, a := range m.Attachments {
		line("attachment", fmt.Sprintf("%s, %s, %d bytes, inline %t", a.Name, a.Type, len(a.Content), a.Inline))
	}
	line("withheld", map[bool]string{true: "yes"}[m.Withheld])
	for _, p := range m.Problems {
		line("problem", p)
	}
	return b.String()
}
