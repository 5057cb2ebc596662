package mailparse

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestT083BounceDialects reads delivery reports of many mail systems.
func TestT083BounceDialects(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/bounces.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		t.Run(f.Name, func(t *testing.T) {
			line, raw, _ := strings.Cut(string(f.Data), "\n")
			want := strings.TrimPrefix(line, "Want: ")
			m := Parse([]byte(raw), Envelope{})
			class := BounceClass
			if strings.Contains(want, " delivered ") {
				class = Report
			}
			if m.Class != class || m.Silence != Hard {
				t.Errorf("Class = %q (%s), Silence = %d, want %q and %d", m.Class, m.ClassReason, m.Silence, class, Hard)
			}
			var got []string
			wants := strings.Split(want, ", ")
			for i, b := range m.Bounces {
				line := b.Recipient + " " + b.Action
				if i >= len(wants) || strings.Count(wants[i], " ") > 1 { // the status is named
					line += " " + b.Status
				}
				got = append(got, line)
			}
			if s := strings.Join(got, ", "); s != want {
				t.Errorf("Bounces = %s, want %s", s, want)
			}
			if strings.Contains(raw, "<one@example.org>") && m.ReportedMessageID != "<one@example.org>" {
				t.Errorf("ReportedMessageID = %q, want <one@example.org>", m.ReportedMessageID)
			}
		})
	}
}
