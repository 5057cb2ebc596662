package mailparse

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"maildesk/mailparse/calendar"
	"maildesk/mailparse/html"
	"maildesk/mailparse/language"
	"maildesk/mailparse/quote"
)

// addEvents reads the events of a calendar. Outlook and Google send it twice: as a
// part to read and as a file.
func (b *body) addEvents(content []byte) {
	for _, e := range calendar.Read(content) {
		if page := cmp.Or(e.Description, e.Page); e.Description == "" || html.IsPage(page) || html.EndsLines(page) {
			e.Description = strings.TrimSpace(html.Text(page)) // QUIRK: Google writes HTML where RFC 5545 section 3.8.1.5 has plain text
		}
		e.Page = ""
		if !slices.ContainsFunc(b.events, func(other calendar.Event) bool { return reflect.DeepEqual(e, other) }) {
			b.events = append(b.events, e)
		}
	}
}

// IsCalendar reports whether events were read in an attachment, if there are any.
func (a Attachment) IsCalendar() bool {
	return a.Type == "text/calendar" || a.Type == "application/ics" || isICS(a.Name)
}

func isICS(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".ics") }

// eventIDs returns an id for each event of the calendars that says which it is. It has the
// form of a Message-ID, and is the same in all mails about the event: the invitation, its
// updates, its cancellation and the answers (RFC 5545 section 3.8.4.7).
func (b *body) eventIDs() []string {
	var ids []string
	for _, e := range b.events {
		if id := fmt.Sprintf("<%x@event.invalid>", sha256.Sum256([]byte(e.UID))); e.UID != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// invitations writes the events of calendars for people, in the language of their
// words, without descriptions that stand in the text already.
func (b *body) invitations() []string {
	var all []string
	for _, e := range b.events {
		tongue := language.Detect(e.Summary+"\n"+e.Description, "", "")
		if slices.ContainsFunc(b.pieces, func(p piece) bool {
			return !quote.SaysLess(p.plain, []quote.Line{{Text: e.Description}}) && p.plain != ""
		}) {
			e.Description = ""
		}
		all = append(all, e.Text(tongue))
	}
	return all
}

// answered returns what the events say, written so for people, that answer an invitation, and the
// remarks in them; empty where others stand among them.
func (b *body) answered(written []string) (text, remark string) {
	var remarks []string
	for _, e := range b.events {
		if e.Method != "REPLY" {
			return "", ""
		}
		if e.Comment != "" {
			remarks = append(remarks, e.Comment)
		}
	}
	return strings.Join(written, "\n\n"), strings.Join(remarks, "\n\n")
}

// declines reports whether an event answers an invitation with a no.
func (b *body) declines() bool {
	return slices.ContainsFunc(b.events, func(e calendar.Event) bool {
		return e.Method == "REPLY" && len(e.Attendees) > 0 && e.Attendees[0].Status == "DECLINED"
	})
}

// inGooglesWords reports whether a text may be what Google writes beside the answer of its calendar.
// QUIRK: it repeats the answer in words, and the remark in it.
func inGooglesWords(text string) bool {
	return strings.Contains(text, "calendar.google.com") || strings.Contains(text, "google.com/calendar")
}

// RemarkRepeated reports whether the text beside the answer of a calendar is its program's, which
// repeats the remark.
func (m *Message) RemarkRepeated() bool {
	words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	text, answers := strings.CutSuffix(m.Reply, m.Acceptance)
	return m.Remark != "" && answers && inGooglesWords(m.Text+m.HTML) && strings.Contains(words(text), words(m.Remark))
}

// acceptance reports whether a mail is nothing but the answer of a calendar to an
// invitation: people write a remark into some of them, and that is read.
func (b *body) acceptance() bool {
	for i := range b.pieces {
		text := b.pieces[i].plain + b.pieces[i].html
		if inGooglesWords(text) {
			continue
		}
		if strings.TrimSpace(b.pieces[i].takeApart(quote.Answer, b.room).Written) != "" { // a signature, or the invitation again, is no remark
			return false
		}
	}
	return !slices.ContainsFunc(b.events, func(e calendar.Event) bool { return e.Comment != "" })
}
