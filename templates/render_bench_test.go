package templates

import (
	"strings"
	"testing"
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// newTicket is what a desk most often tells of a new ticket whose mail has
// 3 KB of text: nothing was said before, nothing is late, nothing is odd.
func newTicket(template notify.Template, language string) notify.Notice {
	n := sample(template, language)
	n.Text = strings.Repeat("Since this morning the printer on the second floor jams after every third page, whatever I print.\n", 26) +
		"\nWhat I have tried so far:\n\n" + strings.Repeat("> Open all its doors & take out what is there.\n", 8) + "\nAna\n"
	n.Correspondence = []ticket.Entry{{Kind: ticket.EntryMessage, Author: n.Ticket.Requester, Name: n.Ticket.Name, Text: n.Text, At: n.Ticket.CreatedAt}}
	n.Actor, n.Reason, n.HandedTo, n.Known, n.Unproven, n.CloseAfter, n.PendingUntil = n.Ticket.Name, "", "", false, false, 0, time.Time{}
	n.Ticket.Status, n.Ticket.Assignee, n.Ticket.Tags, n.Ticket.Follows = ticket.StatusNew, "", nil, 0
	n.Lines, n.Stages, n.OtherTickets, n.Reports, n.Attachments, n.Late, n.Soon, n.AlsoDue = nil, nil, nil, nil, nil, nil, nil, nil
	return n
}

// BenchmarkRender gives the two mails of a new ticket.
func BenchmarkRender(b *testing.B) {
	w := newTemplates(b, "")
	for _, template := range []notify.Template{notify.TemplateAcknowledgement, notify.TemplateNewTicket} {
		for _, language := range []string{"en", "de"} {
			b.Run(string(template)+"/"+language, func(b *testing.B) {
				n := newTicket(template, language)
				b.ReportAllocs()
				for b.Loop() {
					render(b, w, n)
				}
			})
		}
	}
}
