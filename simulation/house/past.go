package house

import (
	"maildesk/desk/learning"
	"maildesk/learn"
	"maildesk/ticket"
)

// Hardware is the category of what no rule names, where it is learnt.
const Hardware = "hardware"

// Past returns what a desk has learnt that had two of the matters about which people write
// for some months.
func Past() *learn.Model {
	model := learn.New()
	for range learn.MinExamples + 10 {
		for _, x := range []struct {
			text                      learn.Text
			category, queue, priority string
		}{
			{learn.Text{Subject: "Printer", Body: "The printer on the second floor prints every page twice.", Language: "en"}, Hardware, "first-line", string(ticket.PriorityLow)},
			{learn.Text{Subject: "Question", Body: "How long are backups kept on the file server?", Language: "en"}, "network", "network", string(ticket.PriorityNormal)},
		} {
			model.Learn(x.text, learn.Label{Field: learning.Category, Value: x.category})
			model.Learn(x.text, learn.Label{Field: learning.Queue, Value: x.queue})
			model.Learn(x.text, learn.Label{Field: learning.Priority, Value: x.priority})
		}
	}
	return model
}
