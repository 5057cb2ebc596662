package templates

import (
	"testing"
	"time"

	"maildesk/desk"
)

// full is a notice in which everything is filled.
func full(template desk.Template, language string) desk.Notice {
	at := time.Date(2026, time.March, 2, 9, 5, 0, 0, time.UTC)
	return desk.Notice{
		Template: template, Language: language, Desk: "Example IT", Support: "support@example.org",
		Ticket: desk.Ticket{
			ID: 1042, Subject: "Printer on the second floor jams", Requester: "ana@example.net", Name: "Ana Brontë",
			Status: desk.StatusOpen, Category: "printing", Kind: "incident", Priority: "high", Queue: "first-line", Level: 1,
			Assignee: "alice", Language: language, Tags: []string{"vip", "floor-2"}, Follows: 17, CreatedAt: at,
		},
		Recipient: desk.Participant{Address: "ana@example.net", Name: "Ana Brontë", Role: desk.RoleRequester},
		Actor:     "Ana Brontë",
		Text:      "Hello,\n\nsince this morning the printer jams after every third page. I have opened all its doors and found nothing.\n\n> Is it the one next to the kitchen?\n> Does it show a code?\nYes, and it shows E5.\n\nAna",
		Reason:    "needs a technician with spare parts",
		Lines:     []desk.Line{{Command: "#take", OK: true, Message: "you have the ticket"}, {Command: "#reslove", Message: "there is no such command; did you mean #resolve?"}},
		Correspondence: []desk.Entry{
			{Kind: desk.EntryMessage, Author: "ana@example.net", Name: "Ana Brontë", Text: "The printer jams.", At: at},
			{Kind: desk.EntryReply, Author: "alice@example.org", Name: "Alice", Text: "Is it the one next to the kitchen?\nDoes it show a code?", At: at.Add(time.Hour)},
			{Kind: desk.EntryNote, Author: "bob@example.org", Name: "Bob", Text: "Had the same last week.", At: at.Add(2 * time.Hour)},
		},
		OtherTickets: []desk.Ticket{{ID: 17, Subject: "Printer again", Status: desk.StatusClosed}, {ID: 980, Subject: "VPN from home", Status: desk.StatusPending}},
		Actions: []desk.Action{
			{Name: "take", URL: "mailto:support+t1042-abc@example.org?subject=%5BExample%20IT%20%231042%5D&body=%23take%0D%0A"},
			{Name: "resolve", URL: "mailto:support+t1042-abc@example.org?subject=%5BExample%20IT%20%231042%5D&body=%23resolve%0D%0A"},
			{Name: "escalate", URL: "mailto:support+t1042-abc@example.org?subject=%5BExample%20IT%20%231042%5D&body=%23escalate%20"},
			{Name: "note", URL: "mailto:support+t1042-abc@example.org?subject=%5BExample%20IT%20%231042%5D&body=%23note%0D%0A"},
		},
		Attachments: []string{"scan.pdf", "photo of the display.jpg"},
		CloseAfter:  14 * 24 * time.Hour, PendingUntil: at.Add(48 * time.Hour),
	}
}

func TestEveryTemplateRenders(t *testing.T) {
	w, err := New("")
	if err != nil {
		t.Fatal(err)
	}
	for template := range audiences {
		for name, n := range map[string]desk.Notice{"full": full(template, "en"), "empty": {Template: template}} {
			r, err := w.Render(n)
			if err != nil || r.Subject == "" || r.Text == "" || r.HTML == "" {
				t.Errorf("Render(%s %s) = %q, %q, %d bytes of HTML, %v; want all of them", name, template, r.Subject, r.Text, len(r.HTML), err)
			}
		}
	}
}

func BenchmarkAcknowledgement(b *testing.B) {
	w, err := New("")
	if err != nil {
		b.Fatal(err)
	}
	n := full(desk.TemplateAcknowledgement, "en")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.Render(n); err != nil {
			b.Fatal(err)
		}
	}
}
