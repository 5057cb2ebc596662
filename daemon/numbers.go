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

// Since a backup was made, its desk may have gone on and assigned numbers that the
// backup does not know. How many is unknown, so the restored desk leaves a gap: for
// each hour since then ten times the hourly average of the desk, but no less than
// leastPerHour, plus leastAhead. Numbers cost nothing. As the gap grows by the hour,
// two restores of one backup get different numbers.
var (
	leastAhead   = store.Numbers{store.TicketNumbers: 1_000, store.ParticipantNumbers: 10_000, store.OutgoingNumbers: 10_000}
	leastPerHour = store.Numbers{store.TicketNumbers: 100, store.ParticipantNumbers: 1_000, store.OutgoingNumbers: 1_000}
)

const (
	timesMean  = 10
	roundUp    = 1_000 // the next ticket is 3001, not 2837: people see that there is a gap
	hoursAtAll = 10 * 365 * 24
)

// ahead returns the numbers after which a restored desk continues. has are those of
// the backup's database, assigned between begun and made.
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

// numbersAfter returns the numbers after which a restored backup continues in a data
// folder: after those recorded there, if any.
func numbersAfter(ctx context.Context, m Manifest, src, data string, after int64) (store.Numbers, error) {
	has, begun, err := store.NumbersIn(ctx, filepath.Join(src, store.File))
	if err != nil {
		return nil, err
	}
	if after != 0 && after < has[store.TicketNumbers] {
		return nil, fmt.Errorf("the backup itself has ticket #%d: --after takes the highest number that was assigned, or a higher one", has[store.TicketNumbers])
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
