package imappoll

import (
	"context"
	"log/slog"
	"time"

	"maildesk/ticket"
)

// Shelf is a mailbox as its server shows it, where there is no connection to the server:
// whole desks are played with it.
type Shelf interface {
	Selected() ticket.Selected
	// UIDs returns those greater than above, ascending.
	UIDs(above uint32) []uint32
	// Mail returns a mail and when it came; there is false when it has gone.
	Mail(uid uint32) (raw []byte, arrived time.Time, there bool)
	// Remove deletes mails.
	Remove(uids []uint32)
}

// Pass makes one pass over a mailbox, as a poller does that has just connected: what is not
// in the ledger is fetched, and then left there or, with Delete, removed. An error means
// that the desk failed: nothing was lost, and the next pass goes on.
func Pass(ctx context.Context, d Desk, b Books, m Mailbox, from Shelf, log *slog.Logger) (err error) {
	f := &fetcher{desk: d, ledger: ledger{b, log}, cfg: m, log: log}
	if f.box, err = f.ledger.open(ctx, m.Account, m.Name); err != nil {
		return err
	}
	_, err = f.pass(ctx, shelf{from})
	return err
}

// shelf is the server of a [Shelf]. It never breaks.
type shelf struct{ Shelf }

var _ server = shelf{}

func (s shelf) open(context.Context, string, bool) (ticket.Selected, error) { return s.Selected(), nil }

func (s shelf) list(_ context.Context, above uint32, _ ticket.Selected) ([]uint32, error) {
	return s.UIDs(above), nil
}

func (s shelf) has(_ context.Context, uid uint32) (bool, error) {
	_, _, there := s.Mail(uid)
	return there, nil
}

func (s shelf) facts(_ context.Context, uids []uint32) (map[uint32]facts, error) {
	all := map[uint32]facts{}
	for _, uid := range uids {
		if raw, arrived, there := s.Mail(uid); there {
			all[uid] = facts{size: int64(len(raw)), arrived: arrived}
		}
	}
	return all, nil
}

func (s shelf) mail(_ context.Context, uid uint32, _, _ int64, _ []byte) ([]byte, error) {
	raw, _, there := s.Mail(uid)
	if !there {
		return nil, errVanished
	}
	return raw, nil
}

func (s shelf) header(ctx context.Context, uid uint32) ([]byte, error) {
	return s.mail(ctx, uid, 0, 0, nil)
}

func (s shelf) able(a After) error {
	switch a {
	case Flag:
		return errNoKeywords
	case Move:
		return errCannotMove
	}
	return nil
}

func (s shelf) flag(context.Context, []uint32, string) error { return errNoKeywords }

func (s shelf) move(context.Context, []uint32, string) error { return errCannotMove }

func (s shelf) remove(_ context.Context, uids []uint32) error { s.Remove(uids); return nil }

func (s shelf) idle(context.Context, time.Duration, <-chan struct{}) error { return nil }

func (s shelf) lost() bool { return false }

func (s shelf) close() {}
