package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"maildesk/store"
	"maildesk/store/datafolder"
)

// Since a backup was made, its desk may have gone on and assigned numbers that the
// backup does not know. How many is unknown, so the restored desk leaves a gap: for
// each hour since then ten times the hourly average of the desk, but no less than
// leastPerHour, plus leastAhead. Numbers cost nothing. As the gap grows by the hour,
// two restores of one backup get different numbers.
var (
	leastAhead   = datafolder.Numbers{datafolder.TicketNumbers: 1_000, datafolder.ParticipantNumbers: 10_000, datafolder.OutgoingNumbers: 10_000}
	leastPerHour = datafolder.Numbers{datafolder.TicketNumbers: 100, datafolder.ParticipantNumbers: 1_000, datafolder.OutgoingNumbers: 1_000}
)

const (
	timesMean  = 10
	roundUp    = 1_000 // the next ticket is 3001, not 2837: people see that there is a gap
	hoursAtAll = 10 * 365 * 24
)

// ahead returns the numbers after which a restored desk continues. has are those of
// the backup's database, assigned between begun and made.
func ahead(has datafolder.Numbers, begun, made, now time.Time) datafolder.Numbers {
	hours := min(max(int64(now.Sub(made)/time.Hour)+1, 1), hoursAtAll)
	lived := max(int64(made.Sub(begun)/time.Hour), 1)
	if begun.IsZero() {
		lived = 1
	}
	upTo := datafolder.Numbers{}
	for kind, least := range leastAhead {
		perHour := max(timesMean*has[kind]/lived+1, leastPerHour[kind])
		upTo[kind] = (has[kind] + least + hours*perHour + roundUp - 1) / roundUp * roundUp
	}
	return upTo
}

// numbersAfter returns the numbers after which a restored backup continues in a data
// folder: after those recorded there, if any.
func numbersAfter(ctx context.Context, m Manifest, src, data string, after int64) (datafolder.Numbers, error) {
	has, begun, err := store.NumbersIn(ctx, filepath.Join(src, datafolder.File))
	if err != nil {
		return nil, err
	}
	if after != 0 && after < has[datafolder.TicketNumbers] {
		return nil, fmt.Errorf("the backup itself has ticket #%d: --after takes the highest number that was assigned, or a higher one", has[datafolder.TicketNumbers])
	}
	upTo, err := datafolder.ReadNumbers(data)
	known := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if !known {
		upTo = ahead(has, begun, m.MadeAt, time.Now())
		if after != 0 {
			upTo[datafolder.TicketNumbers] = after
		}
	}
	for kind, number := range has {
		upTo[kind] = max(upTo[kind], number)
	}
	upTo[datafolder.TicketNumbers] = max(upTo[datafolder.TicketNumbers], after)
	return upTo, nil
}
