package simulation

import (
	"crypto/sha256"
	"time"

	"maildesk/desk/notify"
	"maildesk/simulation/mailtext"
	"maildesk/simulation/rare"
	"maildesk/ticket"
)

// smarthost is the next hop of what the desk sends.
type smarthost struct {
	downUntil time.Time
}

// copies is how often somebody got an outgoing mail.
type copies struct {
	got     int
	allowed int // after the first: the next hop took it, and the desk could not know
	sum     [32]byte
}

// answer is what the next hop says to a mail.
type reply int

const (
	taken     reply = iota
	lost            // it took the mail, but the connection ended before it could say so
	deferred        // 451
	refused         // 550
	vanished        // it is not there
	untouched       // the desk was killed before
)

// deliver sends what waits, as package outbox does.
func (w *world) deliver() {
	if w.desk.tap.Dead {
		return
	}
	if !w.calm && w.Chance(2) {
		w.host.downUntil = w.now().Add(w.Between(time.Minute, 5*time.Hour))
		w.tell("the smarthost dies")
	}
	for w.breach == nil {
		mails, err := w.desk.Claim(w.desk.ctx, owner, 30*time.Minute, 1+w.IntN(20))
		w.fine("claim outgoing mails", err)
		if err != nil || len(mails) == 0 {
			return
		}
		for i, m := range mails {
			switch goesOn, err := w.send(m); {
			case err != nil:
				w.fine("keep the outcome of an outgoing mail", err)
				return
			case !goesOn:
				var rest []ticket.OutboxID
				for _, m := range mails[i:] {
					rest = append(rest, m.ID)
				}
				w.fine("release outgoing mails", w.desk.Release(w.desk.ctx, owner, w.now().Add(5*time.Minute), rest...))
				return
			}
		}
	}
}

// send tries to send one mail. It returns false when the next hop is not there.
func (w *world) send(m ticket.OutboxMail) (goesOn bool, err error) {
	time.Sleep(time.Millisecond) // nothing is sent in the moment in which it was made
	a := ticket.Attempt{Outbox: m.ID, At: w.now(), Host: "smarthost.example.org:25"}
	said := w.replyTo(m)
	switch said {
	case vanished:
		w.seen.Note(rare.HostDown)
		return false, nil
	case taken:
		a.State, a.Code, a.Text = ticket.OutboxSent, 250, "2.0.0 taken"
	case lost:
		w.seen.Note(rare.AnswerLost)
		a.State, a.Text = ticket.OutboxReady, "connection lost after the end of data"
	case deferred:
		w.seen.Note(rare.Deferred)
		a.State, a.Code, a.Text = ticket.OutboxReady, 451, "4.3.2 try again later"
	case refused:
		w.seen.Note(rare.Refused)
		a.State, a.Code, a.Text = ticket.OutboxFailed, 550, "5.1.1 no such user"
		w.unread[m.Recipient] = w.unread[m.Recipient] || m.Template == string(notify.TemplateShift)
	}
	if a.State == ticket.OutboxReady {
		a.NextAt = w.now().Add(min(time.Minute<<m.Attempts, 4*time.Hour))
	}
	c := w.copiesOf(m)
	if said == taken || said == lost {
		w.tell("outgoing mail %d (%s, because of mail %d) reaches %s", m.ID, m.Template, m.Cause, m.Recipient)
		w.arrives(m, c)
	}
	if said == lost {
		c.allowed++
	}
	before := w.desk.tap.Before
	if err = w.desk.Outcome(w.desk.ctx, a); err != nil && said == taken && before && w.desk.tap.Dead {
		w.seen.Note(rare.Window)
		c.allowed++
	}
	return err == nil, err
}

// replyTo draws what the next hop says to a mail.
func (w *world) replyTo(m ticket.OutboxMail) reply {
	if w.now().Before(w.host.downUntil) {
		return vanished
	}
	to := w.people[m.Recipient]
	switch {
	case to != nil && to.gone == byRefusal:
		return refused
	case w.calm:
		return taken
	case w.Chance(w.house.Losses):
		return lost
	case w.Chance(w.house.Refusals):
		return deferred
	case w.Chance(w.house.Rejections):
		return refused
	}
	return taken
}

func (w *world) copiesOf(m ticket.OutboxMail) *copies {
	key := m.MessageID + " " + m.Recipient
	c := w.copies[key]
	if c == nil {
		c = &copies{}
		w.copies[key] = c
	}
	return c
}

// arrives brings an outgoing mail to its reader.
func (w *world) arrives(m ticket.OutboxMail, c *copies) {
	sum := sha256.Sum256(m.Bytes)
	if c.got++; c.got > 1 {
		w.seen.Note(rare.SecondCopy)
		if c.got > 1+c.allowed {
			w.breaks("nobody gets a mail twice, but where nobody can know whether it went", w.byID[m.Cause], m.Ticket,
				"outgoing mail %d (%s) to %s came %d times, %d of which the desk could not prevent", m.ID, m.Template, m.Recipient, c.got, 1+c.allowed)
		}
		if sum != c.sum {
			w.breaks("each try sends the same bytes", w.byID[m.Cause], m.Ticket, "outgoing mail %d to %s", m.ID, m.Recipient)
		}
		return
	}
	c.sum = sum
	w.holdForMail(m)
	w.holdErased(m)
	invitation, invited := w.noteShift(m)
	switch to := w.people[m.Recipient]; {
	case to == nil, w.breach != nil, to.habit != isDesk && (w.calm || len(w.letters) >= w.house.Letters):
	case invited:
		to.answersInvitation(invitation)
	default:
		to.receives(m, mailtext.Glance(m.Bytes))
	}
}
