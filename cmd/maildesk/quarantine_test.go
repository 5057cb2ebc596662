package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"maildesk/ticket"
)

// TestQuarantinedWithoutTicket: a mail that has no ticket has none in every form of it.
func TestQuarantinedWithoutTicket(t *testing.T) {
	for number, shown := range map[ticket.ID]bool{0: false, 7: true} {
		m := ticket.Mail{ID: 3, Ticket: number, Disposition: ticket.DispositionSpam}
		var list, page bytes.Buffer
		object, err := json.Marshal(quarantinedOf(m))
		if err := printQuarantine(&list, []ticket.Mail{m}, true); err != nil {
			t.Fatal(err)
		}
		if err := printMail(&page, m, []byte("Subject: x\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		for _, got := range []string{list.String(), page.String(), string(object)} {
			if strings.Contains(got, "#0") || strings.Contains(got, `"ticket":0`) || (strings.Contains(got, "#7") || strings.Contains(got, `"ticket":7`)) != shown || err != nil {
				t.Errorf("ticket %d: %s, %v", number, got, err)
			}
		}
	}
}
