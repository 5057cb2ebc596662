package desk_test

import (
	"strings"
	"testing"

	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/ticket"
)

// solvedThenNew brings a solved request, which its requester answers with something new.
func solvedThenNew(b *bench) {
	b.take(letter{from: ana, to: support, subject: "Door camera shows nothing", text: "The door camera shows nothing.\n", id: "<cam@example.net>"})
	b.deliver()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#take\n#resolve\n\nNew cable.\n")
	b.deliver()
	solution := b.last(notify.TemplateResolution, ana)
	b.take(letter{from: ana, to: solution.answer(), subject: "Order: 4 headsets", id: "<headsets@example.net>",
		text: "Hello again, I took an old mail for your address. We need 4 new headsets.\n", header: "In-Reply-To: " + solution.MessageID + "\n"})
	b.deliver()
}

func TestSplitMail(t *testing.T) {
	for _, tt := range []struct{ name, text string }{
		{"in answer to its notice", "#split\n"},
		{"by its number", "#split mail 3\n"},
		{"with an answer", "#split\n\nWhich kind of headsets?\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			solvedThenNew(b)
			n := len(b.outbox())
			m := b.agentWrites("alice@example.org", notify.TemplateReopened, tt.text)
			if m.Reason == "refused-command" {
				t.Fatalf("it is refused: %s", b.last(notify.TemplateRefusal, "alice@example.org").msg.Text)
			}
			made := b.ticket(2)
			if made.Subject != "Order: 4 headsets" || made.Requester != ana || !strings.Contains(b.entries(2)[0].Text, "4 new headsets") {
				t.Fatalf("the new ticket is %+v with %v", made, b.entries(2))
			}
			if old := b.ticket(1); old.Status != ticket.StatusResolved || !old.Informed() {
				t.Errorf("the old ticket is %s (informed: %t), want resolved as before", old.Status, old.Informed())
			}
			var story []ticket.Entry
			b.view(func(r ticket.Reader) (err error) { story, err = decision.Story(r, 1); return err })
			if moved := story[2]; moved.Text != "→ #2" || moved.Full != "" {
				t.Errorf("the old ticket shows what moved as %q (%q)", moved.Text, moved.Full)
			}
			finds := map[string]ticket.ID{"headsets": 2, "camera": 1}
			if strings.Contains(tt.text, "headsets") {
				clear(finds) // the answer quotes the one and speaks of the other
			}
			for words, on := range finds {
				b.view(func(r ticket.Reader) error {
					found, err := r.Search(ticket.Query{All: []ticket.Term{{Words: words}}})
					if len(found.Hits) != 1 || found.Hits[0].Ticket.ID != on {
						t.Errorf("a search for %q finds %v, want #%d alone", words, found, on)
					}
					return err
				})
			}
			told := b.since(n)
			want := []string{"acknowledgement " + ana, "new-ticket alice@example.org", "new-ticket bob@example.org"}
			if strings.Contains(tt.text, "headsets") {
				want = append(want, "reply "+ana)
			}
			equal(t, "mails", told, want)
			b.deliver()
			n = len(b.outbox())
			b.take(letter{from: ana, to: support, subject: "Re: Order: 4 headsets", header: "References: <headsets@example.net>\n", text: "With microphones, please, and black ones.\n"})
			if got := b.to("alice@example.org", n); len(got) != 1 || got[0].Ticket != 2 {
				t.Errorf("what follows is told as %v, want on #2", b.since(n))
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// What followed in the thread goes with it, and what did not stays.
func TestSplitTakesWhatFollows(t *testing.T) {
	b := open(t)
	solvedThenNew(b)
	b.agentWrites("alice@example.org", notify.TemplateReopened, "Which kind of headsets?\n")
	b.deliver()
	question := b.last(notify.TemplateReply, ana)
	b.take(letter{from: ana, to: question.answer(), header: "In-Reply-To: " + question.MessageID + "\n", text: "Black ones, with microphones, please.\n"})
	b.take(letter{from: ana, to: b.last(notify.TemplateAcknowledgement, ana).answer(), header: "In-Reply-To: <cam@example.net>\n", text: "The camera is dark again since this morning.\n"})
	b.deliver()
	b.agentWrites("alice@example.org", notify.TemplateReopened, "#split\n")
	var texts []string
	for _, e := range b.entries(2) {
		texts = append(texts, string(e.Kind)+" "+strings.TrimSpace(e.Text))
	}
	want := []string{"message Hello again, I took an old mail for your address. We need 4 new headsets.", "reply Which kind of headsets?", "message Black ones, with microphones, please."}
	equal(t, "entries", texts, want)
	if old := b.ticket(1); old.Status != ticket.StatusOpen {
		t.Errorf("the old ticket is %s, want open: more was written on it", old.Status)
	}
	b.sound()
	b.sameRebuilt()
}
