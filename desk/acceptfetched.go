package desk

import (
	"context"
	"slices"

	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// AcceptFetched takes custody of a mail that was found in a mailbox which stands for
// address. With history it is an old one: it is imported, and nobody is written to. Where
// the mail has come from this place before, it returns its number in the journal. Errors
// are temporary, as those of [Desk.Accept].
func (d *Desk) AcceptFetched(ctx context.Context, f ticket.Fetched, address string, history bool, raw []byte) (ticket.MailID, error) {
	env := d.deliveredTo(address, raw)
	env.Fetched = &f
	if history {
		m, err := d.Import(ctx, env, raw, false)
		return m.ID, err
	}
	env.Source = ticket.SourceIMAP
	return d.Accept(ctx, env, raw)
}

// FindCopy returns the first mail of the journal that is the same as raw, however long
// ago it came; 0: there is none.
func (d *Desk) FindCopy(ctx context.Context, raw []byte) (first ticket.MailID, err error) {
	glance := mailparse.GlanceAt(raw)
	err = d.Store.View(ctx, func(r ticket.Reader) (err error) {
		first, err = r.FindFingerprint(glance.Fingerprint)
		return err
	})
	return first, err
}

// deliveredTo makes up the envelope of a mail that was found in a mailbox which
// stands for address. The forward-paths are those of ours that the server wrote
// down, else those of ours in To and Cc, else the mailbox's.
func (d *Desk) deliveredTo(address string, raw []byte) ticket.Envelope {
	s := d.Settings()
	delivery := mailparse.DeliveryOf(raw)
	env := ticket.Envelope{Unknown: delivery.ReversePath == nil}
	if delivery.ReversePath != nil {
		env.ReversePath = *delivery.ReversePath
	}
	ours := func(paths []string) (all []string) {
		for _, p := range paths {
			_, lives := s.AddressFor(p)
			if (lives || s.IsControl(p)) && !settings.SameAddress(p, address) && !slices.ContainsFunc(all, func(o string) bool { return settings.SameAddress(o, p) }) {
				all = append(all, p)
			}
		}
		return all
	}
	if env.ForwardPaths = ours(delivery.Recipients); len(env.ForwardPaths) > 0 {
		return env
	}
	// What To says only chooses among our addresses: where it names the
	// mailbox's as well, that one is meant.
	named := slices.ContainsFunc(delivery.Addressed, func(p string) bool { return settings.SameAddress(p, address) })
	if env.ForwardPaths = ours(delivery.Addressed); len(env.ForwardPaths) == 0 || named {
		env.ForwardPaths = append([]string{address}, env.ForwardPaths...)
	}
	return env
}
