package simulation

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"maildesk/desk"
	"maildesk/desk/leak"
	"maildesk/desk/notify"
	"maildesk/desk/recover"
	"maildesk/simulation/house"
	"maildesk/simulation/laws"
	"maildesk/ticket"
)

// Breach is a broken law.
type Breach struct {
	Law   string
	What  string
	Story string // of the mail that broke it

	letter *letter
	ticket ticket.ID
}

func (b *Breach) Error() string { return b.Law + ": " + b.What }

// breaks notes that a law is broken, the first time, by a letter or on a ticket where
// those are known.
func (w *world) breaks(law string, l *letter, t ticket.ID, format string, args ...any) {
	if w.breach != nil {
		return
	}
	w.breach = &Breach{Law: law, What: fmt.Sprintf(format, args...), letter: l, ticket: t}
	w.breach.Story = w.storyIn(w.desk.db, l, t)
}

// holdEachStep checks the laws that cost little.
func (w *world) holdEachStep() error {
	if w.breach != nil {
		return nil
	}
	return w.desk.View(w.ctx, func(r ticket.Reader) error {
		tally, err := r.Tally()
		if err != nil {
			return err
		}
		sum, kept := int64(0), int64(len(w.byID))
		for _, n := range tally.Dispositions {
			sum += n
		}
		// What was in custody when a kill came may be there without anybody knowing.
		if sum != tally.Accepted || tally.Accepted < kept {
			w.breaks("accepted mails are the sum of all dispositions", nil, 0, "accepted are %d, the sum is %d, and %d were answered 250", tally.Accepted, sum, kept)
		}
		return nil
	})
}

// holdForMail checks what holds for each mail that leaves.
func (w *world) holdForMail(m ticket.OutboxMail) {
	if w.isAgent(m.Recipient) {
		w.holdForAgent(m)
		return
	}
	cause := w.byID[m.Cause]
	finder := w.finder
	finder.Beside = isOutsider(w.people[m.Recipient])
	if found := finder.Find(leak.Source{Name: "mail", Content: m.Bytes}); len(found) > 0 {
		w.breaks("nothing internal leaves", cause, m.Ticket, "%s is in outgoing mail %d (%s) to %s", found[0].Word, m.ID, m.Template, m.Recipient)
	}
	for _, l := range w.lettersIn(m.Bytes) {
		w.mayRead(l, m)
	}
	if cause != nil && cause.meaning == machine && !w.isDemand(m) {
		w.breaks("no machine is answered", cause, m.Ticket, "outgoing mail %d (%s) goes to %s because of letter %d", m.ID, m.Template, m.Recipient, cause.number)
	}
}

// mayRead checks whether somebody outside may read the words of a letter.
func (w *world) mayRead(l *letter, m ticket.OutboxMail) {
	// What stands in an article an agent has read, and let go out.
	law := w.mayNotRead(l, m)
	if law == "" && w.isAgent(l.from.address) && !isOutsider(w.people[m.Recipient]) && !w.readsByRight(m) {
		law = "nobody comes to read a ticket by a mail alone"
	}
	if law != "" && !w.isPublished(l) {
		w.breaks(law, l, m.Ticket, "what %s wrote (%s) is in outgoing mail %d (%s) to %s", l.from.address, l.meaning, m.ID, m.Template, m.Recipient)
	}
}

// mayNotRead returns the law that somebody breaks who reads the words of a letter; empty:
// they may.
func (w *world) mayNotRead(l *letter, m ticket.OutboxMail) (law string) {
	reader := w.people[m.Recipient]
	switch {
	case w.isDemand(m):
		if l.meaning == note || l.meaning == answer {
			return "who approves sees only what they are asked about"
		}
	case l.from.address == house.BossAt && w.isRejection(m): // the requester reads why
	case l.meaning == ask && !isOutsider(reader):
		return "what a vendor is asked reaches nobody else outside"
	case l.meaning == mixed && !isOutsider(reader):
	case isOutsider(reader) && l.meaning != ask && l.from.address != m.Recipient:
		return "a vendor sees nothing of the ticket"
	case l.meaning == note || l.meaning == scheduled:
		return "nothing internal leaves"
	case w.isAgent(l.from.address), l.from.address == m.Recipient, reader != nil && l.from.friend == m.Recipient:
	default:
		return "nobody reads the words of others"
	}
	return ""
}

// isDemand reports whether a mail asks for the approval that a category demands: with the
// words of the request.
func (w *world) isDemand(m ticket.OutboxMail) bool {
	return w.house.Approval && m.Recipient == house.BossAt && m.Template == string(notify.TemplateApproval)
}

// isRejection reports whether a mail tells a requester that it was not given, and why.
func (w *world) isRejection(m ticket.OutboxMail) bool {
	return w.house.Approval && m.Template == string(notify.TemplateRejected)
}

// isOutsider reports whether somebody is asked beside the correspondence.
func isOutsider(p *person) bool {
	return p != nil && (p.habit == sells || p.habit == approves)
}

func (w *world) isAgent(address string) bool {
	p := w.people[address]
	return p != nil && p.habit == works || w.homes[address]
}

// holdAtTheEnd checks the laws that cost much, when nothing is left to be done.
func (w *world) holdAtTheEnd() error {
	problems, err := w.desk.db.Check(w.ctx)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		var on int64
		for _, p := range problems {
			if _, err := fmt.Sscanf(p.What, "ticket %d", &on); err == nil {
				break
			}
		}
		w.breaks("check --data finds nothing", nil, ticket.ID(on), "%v", problems)
	}
	for _, hold := range []func(ticket.Reader) error{w.holdMailbox, w.holdOut, w.holdCustody, w.holdOneEffect, w.holdEveryWord, w.holdShifts, w.book().Hold, w.noteCommands, w.seen.NoteRecords} {
		if err := w.desk.View(w.ctx, hold); err != nil || w.breach != nil {
			return err
		}
	}
	// Of mails that were handled within each other, a rebuild does not know which of them
	// took what was left of a budget.
	if w.byHand || w.house.Tight && w.house.Overtakes > 0 {
		return nil
	}
	if w.seed%4 < 3 {
		return nil // it takes a part of the time
	}
	return w.holdRebuild()
}

// book returns the laws that the records alone show to hold.
func (w *world) book() laws.Book {
	return laws.Book{Settings: w.settings, Seen: w.seen, Breaks: func(law string, by ticket.MailID, on ticket.ID, format string, args ...any) {
		w.breaks(law, w.byID[by], on, format, args...)
	}}
}

// holdCustody checks that each mail that was taken is there, as it came.
func (w *world) holdCustody(r ticket.Reader) error {
	out, err := w.erasedOf(r)
	if err != nil {
		return err
	}
	for _, l := range w.letters {
		for _, id := range l.kept {
			raw, err := r.Raw(id)
			if err != nil {
				w.breaks("what was answered 250 is kept", l, 0, "mail %d: %v", id, err)
				continue
			}
			if sha256.Sum256(raw) != sha256.Sum256(l.raw) && !out.mails[id] {
				w.breaks("what was answered 250 is kept", l, 0, "mail %d is not what came", id)
			}
		}
	}
	return nil
}

// holdOneEffect checks that each letter has one effect, however often it came.
func (w *world) holdOneEffect(r ticket.Reader) error {
	for _, l := range w.letters {
		var effects []string
		for _, id := range l.kept {
			m, err := r.Mail(id)
			if err != nil {
				return err
			}
			switch m.Disposition {
			case ticket.DispositionDuplicate:
			case ticket.DispositionQuarantined: // it has none: a person looks at it
			case ticket.DispositionPending:
				w.breaks("each mail comes to its end", l, 0, "mail %d is pending", id)
			default:
				effects = append(effects, fmt.Sprintf("mail %d is %s", id, m.Disposition))
			}
		}
		if len(effects) > 1 {
			w.breaks("a mail has one effect", l, 0, "%v", effects)
		}
	}
	return nil
}

// holdRebuild checks that the tickets can be made anew of the journal.
func (w *world) holdRebuild() error {
	anew, err := w.openNew(w.ctx, filepath.Join(w.folder, "rebuilt"))
	if err != nil {
		return err
	}
	defer anew.Close()
	if err := recover.Rebuild(w.ctx, anew, w.keys, w.settings, w.desk.db, recover.NumbersOut{}, w.log); err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	var late []ticket.ID
	err = recover.Compare(w.ctx, w.desk.db, anew, func(d recover.Difference) {
		switch {
		case w.house.Overtakes > 0 && isOrder(d):
			return
		case d.What == "status" && d.Old == string(ticket.StatusClosed) && d.New == string(ticket.StatusResolved):
			late = append(late, d.Ticket)
			return
		}
		w.breaks("rebuild makes the same tickets", w.byID[d.Mail], d.Ticket, "%v", d)
	})
	if err == nil && len(late) > 0 && w.breach == nil {
		err = w.holdCloses(desk.New(anew, w.keys, w.settings, w.log), late)
	}
	if err != nil || w.breach == nil {
		return err
	}
	w.breach.Story += "the same, rebuilt:\n" + w.storyIn(anew, w.breach.letter, w.breach.ticket)
	return nil
}

// holdCloses checks that tickets which a rebuild left resolved close within an hour:
// its clock runs by the hour, and so may have resolved them later.
func (w *world) holdCloses(again *desk.Desk, late []ticket.ID) error {
	if _, err := again.Due(w.ctx, time.Now().Add(time.Hour)); err != nil {
		return err
	}
	return again.View(w.ctx, func(r ticket.Reader) error {
		for _, id := range late {
			t, err := r.Ticket(id)
			if err != nil {
				return err
			}
			if t.Status != ticket.StatusClosed {
				w.breaks("rebuild makes the same tickets", nil, id, "ticket #%d was closed, and is %s an hour later", id, t.Status)
			}
		}
		return nil
	})
}

// isOrder reports whether a difference is only which of two mails came first that were
// handled at the same time.
func isOrder(d recover.Difference) bool {
	if d.What == "disposition" {
		duplicate := string(ticket.DispositionDuplicate)
		return strings.HasPrefix(d.Old, duplicate) && strings.HasPrefix(d.New, duplicate)
	}
	parts := func(s string) []string { return slices.Sorted(slices.Values(strings.Split(s, "; "))) }
	return d.What == "correspondence" && slices.Equal(parts(d.Old), parts(d.New))
}

// effect returns the mail of a letter that is not a copy; false: no mail of it is kept.
func (w *world) effect(ctx context.Context, r ticket.Reader, l *letter) (ticket.Mail, bool, error) {
	all := slices.Clone(l.kept)
	if len(all) == 0 {
		return ticket.Mail{}, false, nil
	}
	m, err := r.Mail(all[0])
	if err == nil && m.DuplicateOf != 0 {
		m, err = r.Mail(m.DuplicateOf)
	}
	return m, err == nil, err
}
