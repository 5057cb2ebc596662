package privacy

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/desk/person"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// EraseAgain erases again whoever the list of the data folder names and these data still
// have, because they are those of a backup from before; and it ends an erasure that was ended
// in the middle. It returns how many people were erased. No desk may work on the folder; on a server
// others may on the database. inPlace is [EraseOptions].InPlace: a desk that starts waits for nobody who
// reads the tables, as a dump does, nor for another erasure: what that leaves is done at the next start.
func EraseAgain(ctx context.Context, b *localdesk.Local, inPlace bool, log *slog.Logger) (n int, err error) {
	// Daemons that start together have no need of a turn, in which one would be in another's way.
	if needed, err := mustEraseAgain(ctx, b); err != nil || !needed {
		return 0, err
	}
	end, err := tryTurn(ctx, b)
	if err == nil && end == nil && !inPlace {
		log.WarnContext(ctx, "somebody is being erased by another process: waiting for its end")
		end, err = takeTurn(ctx, b)
	}
	if err != nil {
		return 0, err
	}
	if end == nil {
		log.WarnContext(ctx, "somebody is being erased by another process: who an older backup has brought back is erased at the next start")
		return 0, nil
	}
	defer func() { err = errors.Join(err, end()) }()
	shared, err := b.Store.Shared(ctx)
	if err != nil {
		return 0, err
	}
	if err := finishErasure(ctx, b, shared, EraseOptions{Actor: ticket.ActorDesk, InPlace: inPlace}); err != nil {
		return 0, err
	}
	return eraseMissing(ctx, b, shared, inPlace, log)
}

// mustEraseAgain reports whether the folder names an erasure that has not ended, or somebody whom nobody
// erased in these data.
func mustEraseAgain(ctx context.Context, b *localdesk.Local) (bool, error) {
	_, err := os.Stat(filepath.Join(b.Folder, CaseFile))
	if !errors.Is(err, fs.ErrNotExist) {
		return err == nil, err
	}
	missing, err := notErased(ctx, b)
	return len(missing) > 0, err
}

// eraseMissing erases whom the list of the data folder names and these data still have.
func eraseMissing(ctx context.Context, b *localdesk.Local, shared, inPlace bool, log *slog.Logger) (n int, err error) {
	missing, err := notErased(ctx, b)
	if err != nil || len(missing) == 0 {
		return 0, err
	}
	addresses, names, err := known(ctx, b, missing)
	if err != nil {
		return 0, err
	}
	for i, record := range missing {
		whom := []string{}
		for address := range addresses {
			if record.is(address) {
				whom = append(whom, address)
			}
		}
		if len(whom) == 0 && len(names[i]) > 0 { // who has the name is known by nothing else
			// Not by the number of the record: in these data somebody else may have been erased under that.
			whom = append(whom, person.Case{Erasure: math.MaxInt64}.Placeholder())
		}
		for _, address := range whom {
			o := EraseOptions{Do: true, Open: true, Actor: record.Actor, Names: slices.Sorted(maps.Keys(names[i])), InPlace: inPlace}
			e := &erasing{Local: b, o: o, r: Erased{Running: shared, Rows: map[string]int{}}}
			if err := e.again(ctx, address, record); err != nil {
				return n, fmt.Errorf("erase again whom erasure %d erased: %w", record.Erasure, err)
			}
		}
		if len(whom) > 0 {
			n++
			log.InfoContext(ctx, "a person was erased again, whom an older backup had brought back", "erasure", record.Erasure)
			continue
		}
		now := time.Now()
		err := b.Store.EraseTickets(ctx, func(t *tables.Tx) error {
			_, err := t.AddErasure(ticket.Erasure{ID: record.Erasure, At: record.At, Actor: record.Actor, Digest: record.Digest, DoneAt: now})
			return err
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// known returns the addresses that the data have, and for each record the names of it that they have.
func known(ctx context.Context, b *localdesk.Local, missing []erasureRecord) (addresses map[string]bool, names []map[string]bool, err error) {
	addresses = map[string]bool{}
	seek := newNameSeek(missing)
	err = eachRow(ctx, b, func(r person.Row) {
		for _, address := range person.Addresses(r) {
			addresses[address] = true
		}
		if len(seek.wanted) > 0 {
			seek.in(person.TextsOf(r))
		}
	})
	return addresses, seek.found, err
}

// notErased returns whom the list of the data folder names and nobody erased in these data.
func notErased(ctx context.Context, b *localdesk.Local) (missing []erasureRecord, err error) {
	list, err := readErasures(b.Folder)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	done := map[string]bool{}
	err = b.Desk.View(ctx, func(r ticket.Reader) error {
		all, err := r.Erasures()
		for _, e := range all {
			done[e.Digest] = done[e.Digest] || !e.DoneAt.IsZero()
		}
		return err
	})
	for _, record := range list {
		if !done[record.Digest] {
			missing = append(missing, record)
		}
	}
	return missing, err
}

// again erases an address in the name of its first erasure, and under its number, unless that was given
// again since the backup.
func (e *erasing) again(ctx context.Context, address string, record erasureRecord) error {
	c, err := e.know(ctx, address)
	if err != nil {
		return err
	}
	return e.do(ctx, person.CaseOf(c.Collection, record.Erasure), record)
}
