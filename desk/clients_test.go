package desk_test

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// replyOf returns the answer to a mail of the desk as a client makes it with its default
// settings: a file of testdata/clients, filled in.
func replyOf(t *testing.T, client string, n int, to sent, from, name, address, typed string) []byte {
	t.Helper()
	form, err := os.ReadFile(filepath.Join("testdata", "clients", client+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	each := func(before, after, blank string) string {
		var b strings.Builder
		for line := range strings.Lines(typed) {
			if line = strings.TrimSpace(line); line == "" {
				b.WriteString(blank)
				continue
			}
			b.WriteString(before + html.EscapeString(line) + after)
		}
		return b.String()
	}
	text := strings.TrimSpace(strings.ReplaceAll(to.msg.Text, "\r\n", "\n"))
	filled := strings.NewReplacer(
		"OWN-ID", fmt.Sprintf("client.%d@example.net", n), "ID", strings.Trim(to.MessageID, "<>"), "SUBJECT", strings.TrimPrefix(to.msg.Subject, "Re: "),
		"REPLY-NAME", to.msg.ReplyTo[0].Name, "TO", address, "FROM-NAME", name, "FROM-ADDRESS", from, "FROM", name+" <"+from+">", "SENDER", to.msg.FromShown.Name,
		"TYPED-HTML", strings.TrimSuffix(each("", "<br>\n", "<br>\n"), "<br>\n"), "TYPED-WORD", each(`<p class="MsoNormal">`, "<o:p></o:p></p>\n", `<p class="MsoNormal"><o:p>&nbsp;</o:p></p>`+"\n"),
		"TYPED-DIVS", each(`<div class="elementToProof" style="font-family: Aptos, Calibri, sans-serif; font-size: 12pt;">`, "</div>\n", `<div class="elementToProof"><br></div>`+"\n"),
		"TYPED", typed, "QUOTED-HTML", to.msg.HTML, "QUOTED", "> "+strings.ReplaceAll(text, "\n", "\n> "), "BARE", text,
	).Replace(string(form))
	return []byte(strings.ReplaceAll(filled, "\n", "\r\n"))
}

// TestClientsPlayADay: requester and agents answer the desk's own mails, as Thunderbird
// and both Outlooks do, and each reads what the other typed: no command, no quoted mail.
func TestClientsPlayADay(t *testing.T) {
	for _, client := range []string{"thunderbird", "outlook-classic", "outlook-new"} {
		t.Run(client, func(t *testing.T) {
			b := open(t)
			n := 0
			says := func(to sent, from, name, address, typed string) ticket.Mail {
				t.Helper()
				n++
				b.deliver()
				return b.takeRaw(letter{from: from, to: address, subject: typed}, replyOf(t, client, n, to, from, name, address, typed))
			}
			reads := func(m sent, typed string, not ...string) {
				t.Helper()
				text := strings.Join(strings.Fields(m.msg.Text), " ")
				if !strings.Contains(text, typed) {
					t.Errorf("%s to %s has not %q:\n%s", m.Template, m.Recipient, typed, m.msg.Text)
				}
				for _, word := range append(not, "Sent:", "wrote:\n>", "elementToProof") {
					if strings.Contains(m.msg.Text, word) {
						t.Errorf("%s to %s has %q:\n%s", m.Template, m.Recipient, word, m.msg.Text)
					}
				}
			}
			id := b.request().ID
			ack := b.last(notify.TemplateAcknowledgement, ana)
			says(ack, ana, "Ana Berg", ack.answer(), "I forgot: it is the laptop in room 12.")
			reads(b.last(notify.TemplateMessage, alices), "I forgot: it is the laptop in room 12.", "number "+fmt.Sprint(id)+".\n>")

			notice := b.last(notify.TemplateNewTicket, alices)
			says(notice, alices, "Alice Ames", notice.answer(), "#take\n\nGood morning Ana,\n\nwhich version do you use?")
			answer := b.last(notify.TemplateReply, ana)
			reads(answer, "which version do you use?", "#take", "With one click", "Priority")

			says(answer, ana, "Ana Berg", answer.answer(), "Version 4.2, since Friday.")
			more := b.last(notify.TemplateMessage, alices)
			reads(more, "Version 4.2, since Friday.")

			says(more, alices, "Alice Ames", actionOf(t, more, "note"), "She has the old one.")
			if entries := b.entries(id); entries[len(entries)-1].Kind != ticket.EntryNote || !strings.HasPrefix(entries[len(entries)-1].Text, "She has the old one.") {
				t.Errorf("the note is %+v", entries[len(entries)-1])
			}
			says(more, alices, "Alice Ames", more.answer(), "#resolve\n\nPlease install 4.3, it does not drop.")
			solution := b.last(notify.TemplateResolution, ana)
			reads(solution, "Please install 4.3, it does not drop.", "#resolve", "She has the old one")

			says(solution, ana, "Ana Berg", solution.answer(), "It still drops with 4.3.")
			reopened := b.last(notify.TemplateReopened, alices)
			reads(reopened, "It still drops with 4.3.")

			says(reopened, alices, "Alice Ames", actionOf(t, reopened, "resolve"), "The router was broken, we have changed it.")
			reads(b.last(notify.TemplateResolution, ana), "The router was broken, we have changed it.", "#resolve")
			if got := b.ticket(id); got.Status != ticket.StatusResolved {
				t.Errorf("the ticket is %s", got.Status)
			}
			for _, s := range b.summary() {
				if strings.HasPrefix(s, "held ") || strings.HasPrefix(s, "refusal ") || strings.HasPrefix(s, "not-done ") {
					t.Errorf("%s: a mail of the day was not carried out:\n%s", s, b.last(notify.Template(strings.Fields(s)[0]), strings.Fields(s)[1]).msg.Text)
				}
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}
