package privacy

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"maildesk/store/personal"

	"maildesk/desk/person"
	"maildesk/outbox"
	"maildesk/store/datafolder"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// eraseBatch is how many rows are changed in one transaction: others have their turn
// between two.
const eraseBatch = 50

// compactBeside is up to which size the databases are compacted beside a running desk,
// which cannot write for that while.
const compactBeside = 64 << 20

// findOpen finds the tickets of a case that are not closed.
func (e *erasing) findOpen(ctx context.Context, k person.Case) error {
	return e.Desk.View(ctx, func(r ticket.Reader) error {
		for _, id := range k.Alone {
			t, err := r.Ticket(id)
			if err != nil {
				return err
			}
			if t.Status != ticket.StatusClosed {
				e.r.Open = append(e.r.Open, id)
			}
		}
		return nil
	})
}

// close closes the tickets of a case that are not closed. There is nobody who could be told.
func (e *erasing) close(ctx context.Context, k person.Case) error {
	for _, id := range k.Alone {
		err := e.Store.EraseTickets(ctx, func(t *tables.Tx) error {
			of, err := t.Ticket(id)
			if err != nil || of.Status == ticket.StatusClosed {
				return err
			}
			now := time.Now()
			was := of.Status
			of.Status, of.ClosedAt, of.UpdatedAt, of.WakeAt, of.TargetAt, of.AwaitAt = ticket.StatusClosed, now, now, time.Time{}, time.Time{}, time.Time{}
			of.DueFirstResponse, of.DueUpdate, of.DueResolution = time.Time{}, time.Time{}, time.Time{}
			if of.ResolvedAt.IsZero() {
				of.ResolvedAt = now
			}
			events := []ticket.Event{{Kind: ticket.EventStatus, From: string(was), To: string(of.Status)}}
			if of.InformedAt.IsZero() {
				of.InformedAt = now
				events = append(events, ticket.Event{Kind: ticket.EventInformed, Reason: "the requester was erased"})
			}
			for _, event := range events {
				event.Ticket, event.At, event.Actor = id, now, e.o.Actor
				if _, err := t.AddEvent(event); err != nil {
					return err
				}
			}
			return t.UpdateTicket(of)
		})
		if err != nil {
			return fmt.Errorf("close ticket #%d: %w", id, err)
		}
	}
	return nil
}

// change does what is to be done with each row, or counts it.
func (e *erasing) change(ctx context.Context, k person.Case) error {
	eraser := person.NewEraser(k, ours(e.Local), e.r.Pending)
	defer func() { e.r.Closed = eraser.Closed }()
	return e.Store.Personal(ctx, func(r personal.Row) error {
		c, ok := eraser.Change(personRow(r))
		if !ok {
			return nil
		}
		e.count(c)
		if e.o.Do {
			c.Bytes = nil // those that were
			e.batch = append(e.batch, c)
		}
		return nil
	}, func() error { return e.apply(ctx) })
}

func (e *erasing) count(c person.Change) {
	switch {
	case c.How == ticket.ErasedOut:
		e.r.Out++
	case c.How == ticket.ErasedCut:
		e.r.Cut++
	case c.Drop:
		e.r.Outgoing++
	default:
		e.r.Rows[c.Table]++
	}
}

// apply makes the changes that were decided, some at a time.
func (e *erasing) apply(ctx context.Context) error {
	for batch := range slices.Chunk(e.batch, eraseBatch) {
		run := e.Store.EraseTickets
		if personal.TableOf(batch[0].Table).Journal {
			run = e.Store.EraseMails
		}
		begun := time.Now()
		err := run(ctx, func(t *tables.Tx) error {
			for _, c := range batch {
				if err := e.applyOne(t, c); err != nil {
					return fmt.Errorf("%s %d: %w", c.Table, c.ID, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		e.r.Longest = max(e.r.Longest, time.Since(begun))
	}
	e.batch = nil
	return nil
}

func (e *erasing) applyOne(t *tables.Tx, c person.Change) error {
	of := personal.TableOf(c.Table)
	switch {
	case c.How != "":
		return t.ReplaceMail(ticket.ErasedMail{Mail: c.Row.Mail, How: c.How, Erasure: e.r.Erasure}, c.Raw)
	case c.Remove:
		return t.Remove(of, c.Key)
	case c.Drop && c.Table == "outbox_file":
		mails, err := t.Carrying(c.ID)
		for _, m := range mails {
			if err := t.DropOutgoing(m, time.Now()); err != nil {
				return err
			}
		}
		return err
	case c.Drop:
		return t.DropOutgoing(c.Outgoing, time.Now())
	}
	if id := c.New["message_id"]; id != "" && c.Table == "message_ref" {
		// A mail that was known by two ids is known by one.
		refs, err := t.FindMessageID(id)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(refs, func(r ticket.MessageRef) bool { return r.Ticket == c.Row.Ticket && r.Mail == c.Row.Mail }) {
			return t.Remove(of, c.Key)
		}
	}
	if c.Table == "participant" && person.IsPlaceholder(c.New["address"]) {
		// They read along no more.
		if err := t.SetLeft(ticket.ParticipantID(c.Row.ID), true); err != nil {
			return err
		}
	}
	if c.Table == "entry" && c.Row.Mail != 0 {
		e.refile = append(e.refile, c.Row.Mail)
	}
	return t.Rewrite(of, c.Key, c.New)
}

// note leaves an event on each ticket: who erased, when, how much, and nothing else.
func (e *erasing) note(ctx context.Context, k person.Case) error {
	for how, ids := range map[ticket.ErasedHow][]ticket.ID{ticket.ErasedOut: k.Alone, ticket.ErasedCut: k.Near} {
		for page := range slices.Chunk(ids, eraseBatch) {
			err := e.Store.EraseTickets(ctx, func(t *tables.Tx) error {
				for _, id := range page {
					noted, err := t.Events(id, ticket.EventErased)
					if err != nil {
						return err
					}
					if slices.ContainsFunc(noted, func(n ticket.Event) bool { return int64(n.Number) == k.Erasure }) {
						continue
					}
					if _, err := t.AddEvent(ticket.Event{Ticket: id, At: time.Now(), Kind: ticket.EventErased, Actor: e.o.Actor, Topic: string(how), Number: int(k.Erasure)}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// eraseOutcomes takes out what next hops said to mails of a case where it waits to be recorded.
func (e *erasing) eraseOutcomes(ctx context.Context, k person.Case) error {
	ledger, traces := outbox.Ledger{Path: filepath.Join(e.Folder, datafolder.OutcomesFile)}, k.Traces()
	return ledger.Rewrite(ctx, func(a ticket.Attempt) ticket.Attempt {
		if slices.Contains(k.Outgoing, a.Outbox) || k.Address != "" && traces.In(a.Text) {
			a.Text = ""
		}
		return a
	})
}

// sentFile is the name of a file in such a folder, with the number of the mail.
var sentFile = regexp.MustCompile(`\.outbox(\d+)\.`)

// eraseFiles removes mails that were handed over to a folder inside the data folder, as a
// desk that is tried out does.
func (e *erasing) eraseFiles(_ context.Context, k person.Case) error {
	if e.Maildir == "" || !isInside(e.Folder, e.Maildir) {
		return nil
	}
	traces := k.Traces()
	theirs := func(path string, raw []byte) bool {
		if of := sentFile.FindStringSubmatch(filepath.Base(path)); of != nil {
			if id, err := strconv.ParseInt(of[1], 10, 64); err == nil && slices.Contains(k.Outgoing, ticket.OutboxID(id)) {
				return true
			}
		}
		return k.Address != "" && (traces.InMailNear(raw) || traces.Lists(raw))
	}
	for _, sub := range []string{"new", "cur", "tmp"} {
		files, err := filepath.Glob(filepath.Join(e.Maildir, sub, "*"))
		if err != nil {
			return err
		}
		for _, path := range files {
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if theirs(path, raw) {
				if err := os.Remove(path); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// compact writes the databases anew, where that holds nobody up for long.
func (e *erasing) compact(ctx context.Context) error {
	size, err := e.Store.Size(ctx)
	if err != nil {
		return err
	}
	begun := time.Now()
	if e.o.InPlace && (size > compactBeside || e.Store.OnServer()) {
		_, err := e.Store.EmptyLogs(ctx)
		return err
	}
	if !e.r.Running || e.o.Compact || size <= compactBeside {
		if err := e.Store.Compact(ctx); err != nil {
			return err
		}
		e.r.Compacted = true
	}
	e.r.Compact = time.Since(begun)
	_, err = e.Store.EmptyLogs(ctx)
	return err
}
