package mailparse

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"maildesk/mailparse/header"
	"maildesk/mailparse/html"
	"maildesk/mailparse/quote"
	"maildesk/mailparse/room"
)

// WithoutDisclaimers returns a text, such as a signature, without the paragraphs that are disclaimers.
func WithoutDisclaimers(text string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(text, "\n\n"), quote.IsDisclaimer), "\n\n")
}

// Whole returns all that there is to read in a mail: its text and, below it, the
// text of each mail that is attached to it, under its author, date and subject.
func (m *Message) Whole() string {
	return strings.Join(append([]string{m.Text}, m.attachedMails()...), "\n\n")
}

// attachedMails returns the mails that are attached as such, as text.
func (m *Message) attachedMails() []string {
	var all []string
	for _, f := range m.Forwarded {
		if !f.Attachment {
			continue // its text stands in that of this mail
		}
		head := "From: " + strings.TrimSpace(f.From.Name+" <"+f.From.Address+">") + "\n"
		if !f.Date.IsZero() {
			head += "Date: " + f.Date.Format(time.RFC1123Z) + "\n"
		}
		all = append(all, head+"Subject: "+f.Subject+"\n\n"+f.Text)
	}
	return all
}

// Beyond returns what a mail that answers others holds beside its Reply and is not
// in the mails that are known: lines that were typed into them, with the lines
// that they answer, and older mails of others, with their number of lines.
func (m *Message) Beyond(known []string) (answers, older string, lines int) {
	var unknown []string
	if m.Quoted != "" && !strings.Contains(m.Reply, m.Quoted) {
		news := quote.Compare(m.Quoted, known)
		answers, lines = news.Answers, news.Lines
		if news.Unknown != "" {
			unknown = append(unknown, news.Unknown)
		}
	}
	for _, text := range m.attachedMails() {
		unknown = append(unknown, text)
		lines += strings.Count(text, "\n") + 1
	}
	return answers, strings.Join(unknown, "\n\n"), lines
}

// Readings returns the texts as which the readers of a mail may have read it, and
// may quote it: that of its plain text and that of its HTML. It reads nothing else
// of the mail, which costs a fraction of [Parse].
func Readings(raw []byte) []string {
	if guard(raw) != "" {
		return nil
	}
	h, body, _ := header.Read(raw)
	b := gather(readTree(h, body, 0, new(bytes.Buffer)), room.New())
	texts := []string{b.text()}
	if page := b.html(); page != "" {
		texts = append(texts, html.Text(page))
	}
	return texts
}
