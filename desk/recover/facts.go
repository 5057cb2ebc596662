package recover

import (
	"slices"

	"maildesk/ticket"
)

// factsOf are what the old desk knows of what a mail did there. It is [maildesk/desk/incoming.Facts].
type factsOf struct {
	*rebuilding
	mail ticket.Mail
}

func (f factsOf) Caused(kind ticket.EventKind) (is bool) {
	f.look(func(old ticket.Reader) error {
		events, err := old.Events(f.mail.Ticket, kind)
		is = slices.ContainsFunc(events, func(e ticket.Event) bool { return e.Mail == f.mail.ID })
		return err
	})
	return is
}

func (f factsOf) Told(template string) (is bool) {
	f.look(func(old ticket.Reader) error {
		mails, err := old.OutboxWith(f.mail.Ticket, template)
		is = slices.ContainsFunc(mails, func(m ticket.OutboxMail) bool { return m.Cause == f.mail.ID })
		return err
	})
	return is
}

// look reads the old desk. What cannot be read is logged, and decided as by today's rules.
func (f factsOf) look(read func(ticket.Reader) error) {
	if f.mail.Ticket == 0 {
		return
	}
	if err := f.old.View(f.ctx, read); err != nil {
		f.log.ErrorContext(f.ctx, "what a mail did cannot be read", "mail", f.mail.ID, "ticket", f.mail.Ticket, "err", err)
	}
}
