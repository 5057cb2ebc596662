package outbox

import (
	"context"
	"log/slog"
	"time"

	"maildesk/desk"
)

// release gives a mail back untried, due at at.
func (s *Sender) release(ctx context.Context, at time.Time, id desk.OutboxID) {
	if err := s.desk.Release(ctx, s.cfg.Owner, at, id); err != nil {
		// It is due again when its lease ends.
		s.log.ErrorContext(ctx, "outbox: give back mail", "outbox", id, "err", err)
	}
	s.disown(id)
}

// keep has the desk keep an attempt, and does not give in: what the next hop
// has taken must not be sent again because our disk was full.
func (s *Sender) keep(ctx context.Context, m *desk.OutboxMail, a desk.Attempt) {
	for {
		err := s.desk.Outcome(ctx, a)
		if err == nil {
			break
		}
		s.log.ErrorContext(ctx, "outbox: keep outcome", "outbox", a.Outbox, "state", a.State, "err", err)
		s.sleep(ctx, time.Second, nil)
		if ctx.Err() != nil {
			return
		}
	}
	s.disown(a.Outbox)
	s.logAttempt(ctx, m, a)
}

// logAttempt writes the one line of an attempt.
func (s *Sender) logAttempt(ctx context.Context, m *desk.OutboxMail, a desk.Attempt) {
	level, what := slog.LevelInfo, "mail sent"
	attrs := []slog.Attr{
		slog.Int64("ticket", int64(m.Ticket)), slog.Int64("outbox", int64(m.ID)), slog.String("template", m.Template),
		slog.String("recipient", m.Recipient), slog.String("message_id", m.MessageID),
		slog.Int("attempt", m.Attempts+1), slog.String("host", a.Host), slog.Int("code", a.Code), slog.String("text", a.Text),
	}
	switch a.State {
	case desk.OutboxReady:
		what = "mail deferred"
		attrs = append(attrs, slog.Time("next_at", a.NextAt))
	case desk.OutboxFailed:
		level, what = slog.LevelWarn, "mail failed"
	}
	s.log.LogAttrs(ctx, level, what, attrs...)
}
