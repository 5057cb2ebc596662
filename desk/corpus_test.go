package desk_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/faulttest"
	"maildesk/ticket"
)

// TestT083RealBounces gives real delivery reports to a desk.
func TestT083RealBounces(t *testing.T) {
	b := open(t)
	wanted := map[ticket.MailID]string{}
	for _, folder := range []string{"bounce-flufl", "bounce-zoonru"} {
		folder = faulttest.Shared(t, "corpus", folder)
		expected, err := os.ReadFile(filepath.Join(folder, "expected.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(expected) {
			var e struct {
				File   string `json:"file"`
				Bounce *bool  `json:"is_bounce"`
			}
			if err := json.Unmarshal(line, &e); err != nil {
				t.Fatal(err)
			}
			if e.Bounce == nil || !*e.Bounce {
				continue
			}
			raw, err := os.ReadFile(filepath.Join(folder, e.File))
			if err != nil {
				t.Fatal(err)
			}
			raw = bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
			id, err := b.Accept(t.Context(), ticket.Envelope{Source: ticket.SourceIMAP, Unknown: true}, raw)
			if err != nil {
				t.Fatalf("%s: Accept = %v", e.File, err)
			}
			wanted[id] = e.File
		}
	}
	b.work()
	machine := 0
	for id, file := range wanted {
		switch m := b.mail(id); m.Disposition {
		case ticket.DispositionMachine, ticket.DispositionDuplicate:
			machine++
		default:
			t.Logf("%s is %s (%s)", file, m.Disposition, m.Reason)
		}
	}
	answers := 0
	for _, s := range b.summary() {
		if !strings.HasSuffix(s, "@example.org") {
			answers++
		}
	}
	if machine*100 < len(wanted)*95 || answers > 0 {
		t.Errorf("%d of %d reports are machine mail, %d were answered; want 95%% and none", machine, len(wanted), answers)
	}
	faulttest.Seen(t, "T083", "real delivery reports of two collections, as from a mailbox, without an envelope", "%d of %d are machine mail, the others tickets without an answer, no crash", machine, len(wanted))
}
