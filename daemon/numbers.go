package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"maildesk/store"
)

// After a backup was made its desk may have worked on for as long as a backup is
// old, and given numbers that the backup does not know. How many is not known
// either, so the restored desk leaves room: for each hour since then ten times
// what the desk gave in an hour on average, at the least leastPerHour, and
// leastAhead. Numbers cost nothing. That the room grows by the hour also keeps two
// restores of one backup apart.
var (
	leastAhead   = store.Numbers{store.TicketNumbers: 1_000, store.ParticipantNumbers: 10_000, store.OutgoingNumbers: 10_000}
	leastPerHour = store.Numbers{store.TicketNumbers: 100, store.ParticipantNumbers: 1_000, store.OutgoingNumbers: 1_000}
)

const (
	timesMean  = 10
	roundUp    = 1_000 // the next ticket is 3001, not 2837: people see that numbers made a jump
	hoursAtAll = 10 * 365 * 24
)

// ahead returns the numbers after which a restored desk goes on. has are those of
// the backup's database, which gave them from begun to made.
func ahead(has store.Numbers, begun, made, now time.Time) store.Numbers {
	hours := min(max(int64(now.Sub(made)/time.Hour)+1, 1), hoursAtAll)
	lived := max(int64(made.Sub(begun)/time.Hour), 1)
	if begun.IsZero() {
		lived = 1
	}
	upTo := store.Numbers{}
	for kind, least := range leastAhead {
		perHour := max(timesMean*has[kind]/lived+1, leastPerHour[kind])
		upTo[kind] = (has[kind] + least + hours*perHour + roundUp - 1) / roundUp * roundUp
	}
	return upTo
}

// numbersAfter returns the numbers after which a backup goes on in a data folder:
// where that says which were given, after those.
func numbersAfter(ctx context.Context, m Manifest, src, data string, after int64) (store.Numbers, error) {
	has, begun, err := store.NumbersIn(ctx, filepath.Join(src, store.File))
	if err != nil {
		return nil, err
	}
	if after != 0 && after < has[store.TicketNumbers] {
		return nil, fmt.Errorf("the backup itself has ticket #%d: --after names the highest number that was given out, or one above it", has[store.TicketNumbers])
	}
	upTo, err := store.ReadNumbers(data)
	known := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if !known {
		upTo = ahead(has, begun, m.MadeAt, time.Now())
		if after != 0 {
			upTo[store.TicketNumbers] = after
		}
	}
	for kind, number := range has {
		upTo[kind] = max(upTo[kind], number)
	}
	upTo[store.TicketNumbers] = max(upTo[store.TicketNumbers], after)
	return upTo, nil
}
