package desk

import (
	"context"
	"errors"
	"fmt"

	"maildesk/mailparse"
)

// Import takes custody of an old mail and handles it at once, in the caller's
// order, so that parents are there before their answers. Nobody is written to.
// With trusted References alone thread, whoever sent the mail. It gives the
// journal row with the mail's disposition.
func (d *Desk) Import(ctx context.Context, env Envelope, raw []byte, trusted bool) (Mail, error) {
	env.Source = SourceImport
	m, err := d.keep(ctx, Mail{Envelope: env, Trusted: trusted, Attempts: 1}, mailparse.GlanceAt(raw), raw)
	if err != nil {
		return m, err
	}
	// A daemon on the same data may be quicker: then the mail is handled.
	j := job{mail: m, raw: raw}
	if err := d.try(ctx, &j, true); err != nil && !errors.Is(err, errHandled) {
		d.process(ctx, job{mail: m})
	}
	err = d.store.View(ctx, func(r Reader) error {
		m, err = r.Mail(m.ID)
		return err
	})
	if err != nil {
		return m, fmt.Errorf("read disposition: %w", err)
	}
	return m, nil
}
