package privacy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"maildesk/daemon/localdesk"
	"maildesk/desk/person"
	"maildesk/outbox"
	"maildesk/store/datafolder"
	"maildesk/ticket"
)

// What a next hop said of somebody who is erased comes back by no record of it that is still to be made.
func TestErasureOfWhatBecameOfMails(t *testing.T) {
	said := []string{"550 <ana@example.net> no such user", "550 no such room", "250 taken"}
	for _, tt := range []struct {
		name string
		of   person.Case
		want []string
	}{
		{"of a person", person.Case{Address: "ana@example.net", Outgoing: []ticket.OutboxID{2}}, []string{"", "", said[2]}},
		{"by age", person.Case{Outgoing: []ticket.OutboxID{2}}, []string{said[0], "", said[2]}},
		{"of another one", person.Case{Address: "bo@example.net"}, said},
	} {
		e := &erasing{Local: &localdesk.Local{Folder: t.TempDir()}}
		ledger := outbox.Ledger{Path: filepath.Join(e.Folder, datafolder.OutcomesFile)}
		var text []byte
		for i, s := range said {
			line, err := json.Marshal(ticket.Attempt{Outbox: ticket.OutboxID(i + 1), State: ticket.OutboxFailed, Text: s})
			if err != nil {
				t.Fatal(err)
			}
			text = append(append(text, line...), '\n')
		}
		if err := os.WriteFile(ledger.Path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := e.eraseOutcomes(t.Context(), tt.of); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		all, err := ledger.Read()
		if err != nil || len(all) != len(said) {
			t.Fatalf("%s: %d attempts are kept (%v), want %d", tt.name, len(all), err, len(said))
		}
		for i, a := range all {
			if a.Text != tt.want[i] {
				t.Errorf("%s: the text of mail %d is %q, want %q", tt.name, a.Outbox, a.Text, tt.want[i])
			}
		}
	}
}
