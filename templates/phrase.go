package templates

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// says puts what the desk says by itself in its place: the reason of a failure, or
// above what a person wrote.
func (l *language) says(p *Page, n notify.Notice) {
	said := l.said(n)
	switch {
	case p.Template == notify.TemplateUndeliverable:
		p.Reason = said
	case p.Text == "":
		p.Text = said
	default:
		p.Text = said + "\n\n" + p.Text
	}
}

// said returns what the desk says by itself.
func (l *language) said(n notify.Notice) string {
	return clip(mailparse.Visible(l.phrase(n.Says, n.Now)), maxEntry)
}

// saysApart reports whether what the desk says stands above the words of who wrote, as
// these are another's.
func saysApart(n notify.Notice) bool {
	t := n.Template
	return t == notify.TemplateNewTicket || t == notify.TemplateMessage || t == notify.TemplateReopened || t == notify.TemplateVendor || t == notify.TemplateVendorLate ||
		t == notify.TemplateApproval || t == notify.TemplateNotDone || t == notify.TemplateNote && n.Unproven && n.Text != ""
}

// lines returns the commands of an agent and what became of each.
func (l *language) lines(n notify.Notice) []Line {
	var all []Line
	for _, line := range n.Lines {
		all = append(all, Line{line.Command, line.OK, l.phrase(line.Message, n.Now)})
	}
	return all
}

// phrase says a phrase in this language, or in English where it has no words for it.
// What is inserted is written as the language writes it, times as seen from now and
// in its zone.
func (c *catalogue) phrase(p ticket.Phrase, now time.Time) string {
	words := cmp.Or(c.Phrases[p.English], p.English)
	if len(p.Args) == 0 {
		return words
	}
	args := make([]any, len(p.Args))
	for i, arg := range p.Args {
		args[i] = c.inserted(arg, now)
	}
	return fmt.Sprintf(words, args...)
}

func (c *catalogue) inserted(arg any, now time.Time) any {
	switch arg := arg.(type) {
	case ticket.Phrase:
		return c.phrase(arg, now)
	case ticket.At:
		return c.date(time.Time(arg).In(now.Location()))
	case ticket.Day:
		return c.day(time.Time(arg).In(now.Location()))
	case ticket.Relative:
		return c.moment(time.Time(arg), now, false)
	case ticket.Bytes:
		return c.size(arg)
	case ticket.Status:
		return c.status(arg)
	case ticket.Priority:
		return c.priority(arg)
	case ticket.Kind:
		return c.kind(arg)
	case ticket.Minutes:
		return c.duration(time.Duration(arg) * time.Minute)
	case []string:
		return strings.Join(arg, ", ")
	}
	return arg
}
