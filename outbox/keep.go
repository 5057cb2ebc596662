package outbox

import (
	"context"
	"log/slog"
	"time"

	"maildesk/ticket"
)

// release returns mails to the outbox untried, due at at.
func (s *Sender) release(ctx context.Context, at time.Time, ids ...ticket.OutboxID) {
	if err := s.desk.Release(ctx, s.cfg.Owner, at, ids...); err != nil {
		// They are due again when their lease expires.
		s.log.ErrorContext(ctx, "outbox: release mails", "mails", len(ids), "err", err)
	}
	s.disown(ids...)
}

// keep has the desk record an attempt, and retries until it succeeds: a mail that
// the next hop has accepted must not be sent again because our disk was full. When there is no
// more time for that, or no database, the ledger has it.
func (s *Sender) keep(st stages, m *ticket.OutboxMail, a ticket.Attempt) {
	ctx := st.keep
	a.Owner = s.cfg.Owner
	for {
		err := s.desk.Outcome(ctx, a)
		if err == nil {
			break
		}
		s.log.ErrorContext(ctx, "outbox: record outcome", "outbox", a.Outbox, "state", a.State, "err", err)
		if ending := st.claim.Err() != nil; !ending || s.left() > 0 {
			s.sleep(ctx, time.Second, nil)
		}
		if ctx.Err() != nil || st.claim.Err() != nil && s.left() <= 0 {
			s.remember(ctx, a)
			return
		}
	}
	s.disown(a.Outbox)
	select {
	case s.kept <- struct{}{}:
	default:
	}
	s.logAttempt(ctx, m, a)
}

// logAttempt logs an attempt, in one line.
func (s *Sender) logAttempt(ctx context.Context, m *ticket.OutboxMail, a ticket.Attempt) {
	level, what := slog.LevelInfo, "mail sent"
	attrs := []slog.Attr{
		slog.Int64("ticket", int64(m.Ticket)), slog.Int64("outbox", int64(m.ID)), slog.String("template", m.Template),
		slog.String("recipient", m.Recipient), slog.String("message_id", m.MessageID),
		slog.Int("attempt", m.Attempts+1), slog.String("host", a.Host), slog.Int("code", a.Code), slog.String("text", a.Text),
	}
	switch a.State {
	case ticket.OutboxReady:
		what = "mail deferred"
		attrs = append(attrs, slog.Time("next_at", a.NextAt))
	case ticket.OutboxFailed:
		level, what = slog.LevelWarn, "mail failed"
	}
	s.log.LogAttrs(ctx, level, what, attrs...)
}
