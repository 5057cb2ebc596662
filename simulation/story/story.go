// Package story tells what happened on a ticket, in lines for those who look for a fault. It
// is for tests only.
//
// The entry point is [Ticket].
package story

import (
	"fmt"
	"strings"
	"time"

	"maildesk/ticket"
	"maildesk/ticket/wording"
)

// Ticket tells what happened on a ticket, and what was sent because of it.
func Ticket(b *strings.Builder, r ticket.Reader, id ticket.ID) error {
	t, err := r.Ticket(id)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "ticket %d of <%s>: %q, %s, queue %s, level %d, assignee %q\n", id, t.Requester, t.Subject, t.Status, t.Queue, t.Level, t.Assignee)
	entries, err := r.Correspondence(id)
	if err != nil {
		return err
	}
	for _, e := range entries {
		fmt.Fprintf(b, "  %s mail %d: %s of %s: %q\n", Clock(e.At), e.Mail, e.Kind, e.Author, e.Text)
	}
	events, err := r.Events(id)
	if err != nil {
		return err
	}
	for _, e := range events {
		fmt.Fprintf(b, "  %s mail %d: %s, by %s: %s\n", Clock(e.At), e.Mail, e.Kind, e.Actor, wording.Of(e))
	}
	out, err := r.OutboxOf(id)
	if err != nil {
		return err
	}
	for _, o := range out {
		fmt.Fprintf(b, "  %s outgoing mail %d, because of mail %d: %s to %s, %s\n", Clock(o.CreatedAt), o.ID, o.Cause, o.Template, o.Recipient, o.State)
		attempts, err := r.Attempts(o.ID)
		if err != nil {
			return err
		}
		for _, a := range attempts {
			fmt.Fprintf(b, "    %s %s: %s %d %s\n", Clock(a.At), a.Host, a.State, a.Code, a.Text)
		}
	}
	return nil
}

// Clock returns a time as the lines have it.
func Clock(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.UTC().Format("01-02 15:04:05")
}

// Indent returns a text, set off.
func Indent(s string) string {
	return "  | " + strings.ReplaceAll(strings.TrimRight(strings.ReplaceAll(s, "\r\n", "\n"), "\n"), "\n", "\n  | ")
}
