package desk

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"maildesk/desk/trouble"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// CheckRecipient returns nil for a forward-path that is a recipient of the desk, or an
// *UnknownRecipientError.
func (d *Desk) CheckRecipient(_ context.Context, forwardPath string) error {
	s := d.Settings()
	if _, ok := s.AddressFor(forwardPath); ok || s.Official(forwardPath) || s.IsControl(forwardPath) {
		return nil
	}
	return &UnknownRecipientError{ForwardPath: forwardPath}
}

// Room says whether a mail of size bytes, 0 when that is not known, could be
// taken now, so that nobody sends one in vain: nil, or a temporary error.
func (d *Desk) Room(_ context.Context, size int64) error { return d.Store.Room(size) }

// Accept takes custody of a mail: when it returns nil, envelope and bytes are
// on stable storage and the mail will end in exactly one disposition. It does
// not wait for that. An error that wraps ErrRejected is permanent (ErrLoop: more
// Received fields than Limits.Hops, RFC 5321 section 6.3);
// every other one is temporary, and nothing was kept, or, when a commit failed
// in an unknown way, the next try is recognised as the same mail.
//
// Where somebody has logged in, AuthUser is their account, the name of an agent, and the
// mail must be theirs: ErrNotYourAddress. It is kept with the address in From instead.
func (d *Desk) Accept(ctx context.Context, env ticket.Envelope, raw []byte) (ticket.MailID, error) {
	glance := mailparse.GlanceAt(raw)
	if env.AuthUser != "" {
		from, foreign, err := submitted(d.Settings(), env, raw)
		if foreign {
			d.saw(ctx, trouble.LoginForeign, env, env.AuthUser)
		}
		if err != nil {
			return 0, err
		}
		env.AuthUser = from
	}
	if hops := d.Settings().Limits.Hops; hops > 0 && env.Source == ticket.SourceSMTP && glance.Hops > hops {
		return 0, ErrLoop
	}
	// A mail that there is room for is handed over in memory, and its first
	// attempt is counted in the same commit.
	m := ticket.Mail{Envelope: env}
	size := int64(len(raw))
	reserved, handedOver := d.inbox.reserve(size), false
	if reserved {
		m.Attempts = 1
		d.inbox.expect(glance.Fingerprint)
		defer func() {
			d.inbox.arrived(glance.Fingerprint)
			if !handedOver {
				d.inbox.release(size)
			}
		}()
	}
	m, known, err := d.keep(ctx, m, glance, raw)
	switch {
	case reserved && err == nil && !known:
		handedOver = true
		d.inbox.put(job{mail: m, raw: raw})
	case !reserved && err == nil:
		d.inbox.nudge()
	}
	return m.ID, err
}

// Keep takes custody of a mail for a daemon to handle: it is written into the
// journal and left there. Otherwise it is as Accept.
func (d *Desk) Keep(ctx context.Context, env ticket.Envelope, raw []byte) (ticket.MailID, error) {
	m, _, err := d.keep(ctx, ticket.Mail{Envelope: env}, mailparse.GlanceAt(raw), raw)
	return m.ID, err
}

// keep writes a mail into the journal, unless it is known: see [ticket.Journal].
func (d *Desk) keep(ctx context.Context, m ticket.Mail, glance mailparse.Glance, raw []byte) (kept ticket.Mail, known bool, err error) {
	m.ReceivedAt = time.Now()
	m.Size = int64(len(raw))
	m.SHA256 = sha256.Sum256(raw)
	m.Fingerprint, m.MessageID = glance.Fingerprint, glance.MessageID
	urgency := ticket.First
	if d.inbox.waiting() > burst {
		urgency = ticket.Soon
	}
	kept, known, err = d.Store.Keep(ctx, urgency, m, raw)
	if err != nil {
		return m, false, fmt.Errorf("keep mail from <%s>: %w", m.Envelope.ReversePath, err)
	}
	return kept, known, nil
}
