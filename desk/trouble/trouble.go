package trouble

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"maildesk/desk/decision"
	"maildesk/ticket"
)

// isNews reports whether the admin does not know how it stands.
func isNews(s ticket.TroubleState) bool {
	return s.Stands() != s.Told || s.Stands() && s.Mark != s.ToldMark
}

// What bounds the mails to the admin: a trouble that comes and goes is told when
// it has calmed down, and many at once are told one after the other. All of them
// are in the log at once.
const (
	troubleMailsEach = 6  // within an hour about one trouble
	troubleMails     = 30 // within an hour about all
	// troubleSubjects bounds the troubles of one kind that stand at once: more
	// are logged only.
	troubleSubjects = 50
	troubleKept     = 30 * 24 * time.Hour // after the end
	maxSubject      = 200                 // bytes
)

// Book keeps which troubles stand.
type Book struct {
	*decision.Maker
	keep func(*decision.Change, ticket.TroubleState) error // how one stands
}

// New returns the book of a desk.
func New(m *decision.Maker) *Book { return &Book{m, tellTrouble} }

// Noted returns the book of a daemon that stands aside, and may write to nobody: it keeps how troubles stand, and
// leaves it to [Book.NotifyLate] of another one to tell the admin.
func (d *Book) Noted() *Book {
	return &Book{d.Maker, func(c *decision.Change, s ticket.TroubleState) error { return c.Tx.SaveTrouble(s) }}
}

// Trouble notes that something is wrong: the admin gets a mail and the log a
// line when it begins, and not again as long as it stands, also after a restart.
func (d *Book) Trouble(ctx context.Context, t ticket.Trouble) error {
	return d.troubles(ctx, func(c *decision.Change) error { return begin(c, t, d.keep) })
}

// TroubleOver notes that a trouble is over, which the admin is told if it was
// told before. It does nothing where none stands.
func (d *Book) TroubleOver(ctx context.Context, kind ticket.TroubleKind, subject string) error {
	return d.troubles(ctx, func(c *decision.Change) error { return end(c, kind, subject, d.keep) })
}

// TroubleWasTold notes that a trouble is over of which the admin was told by
// [LastMail] since it began, and tells that it is over.
func (d *Book) TroubleWasTold(ctx context.Context, t ticket.Trouble, since time.Time) error {
	return d.troubles(ctx, func(c *decision.Change) error {
		return d.keep(c, ticket.TroubleState{Trouble: t, Since: since, OverAt: c.Now, Told: true, ToldMark: t.Mark})
	})
}

// Observe notes which troubles of a kind stand now: all others of that kind are
// over, but for the subjects of which nothing is known yet.
func (d *Book) Observe(ctx context.Context, kind ticket.TroubleKind, standing []ticket.Trouble, unknown ...string) error {
	standing, unknown = slices.Clone(standing), slices.Clone(unknown)
	for i := range standing {
		standing[i].Subject = oneLine(standing[i].Subject)
	}
	for i := range unknown {
		unknown[i] = oneLine(unknown[i])
	}
	return d.observe(ctx, kind, func(string) bool { return true }, standing, unknown)
}

// observe is Observe of the subjects that are the observer's own.
func (d *Book) observe(ctx context.Context, kind ticket.TroubleKind, own func(subject string) bool, standing []ticket.Trouble, unknown []string) error {
	known, err := d.known(ctx, kind)
	if err != nil {
		return err
	}
	for _, s := range known {
		stays := slices.Contains(unknown, s.Subject) || slices.ContainsFunc(standing, func(t ticket.Trouble) bool { return t.Subject == s.Subject })
		if s.Stands() && !stays && own(s.Subject) {
			if err := d.TroubleOver(ctx, kind, s.Subject); err != nil {
				return err
			}
		}
	}
	for _, t := range standing {
		if slices.ContainsFunc(known, func(s ticket.TroubleState) bool { return s.Stands() && s.Subject == t.Subject && s.Mark == t.Mark }) {
			continue // an idle desk writes nothing
		}
		t.Kind = kind
		if err := d.Trouble(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

func (d *Book) troubles(ctx context.Context, do func(*decision.Change) error) error {
	err := d.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
		c := d.ChangeAt(ctx, tx, time.Now())
		return do(c)
	})
	if err != nil {
		return fmt.Errorf("note a trouble: %w", err)
	}
	decision.Signal(d.Posted)
	return nil
}

// known returns the troubles of some kinds, those that are over as well.
func (d *Book) known(ctx context.Context, kinds ...ticket.TroubleKind) (known []ticket.TroubleState, err error) {
	err = d.Store.View(ctx, func(r ticket.Reader) (err error) {
		known, err = r.Troubles(kinds...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("troubles: %w", err)
	}
	return known, nil
}

// Begin is [Desk.Trouble] within a change.
func Begin(c *decision.Change, t ticket.Trouble) error { return begin(c, t, tellTrouble) }

func begin(c *decision.Change, t ticket.Trouble, keep func(*decision.Change, ticket.TroubleState) error) error {
	t.Subject, t.Text = oneLine(t.Subject), Cut(t.Text, 4000)
	known, err := c.Tx.Troubles(t.Kind)
	if err != nil {
		return err
	}
	s := ticket.TroubleState{Trouble: t, OverAt: c.Now} // until now
	standing := 0
	for _, k := range known {
		if k.Subject == t.Subject {
			s = k
		}
		if k.Stands() {
			standing++
		}
	}
	began := !s.Stands()
	if !began && s.Mark == t.Mark {
		return nil
	}
	c.Maker.Log.WarnContext(c.Ctx, "trouble", "kind", t.Kind, "subject", t.Subject, "text", t.Text)
	if began && standing >= troubleSubjects {
		return nil
	}
	if began {
		s.Since, s.OverAt = c.Now, time.Time{}
	}
	s.Trouble = t
	return keep(c, s)
}

// End is [Desk.TroubleOver] within a change.
func End(c *decision.Change, kind ticket.TroubleKind, subject string) error {
	return end(c, kind, subject, tellTrouble)
}

func end(c *decision.Change, kind ticket.TroubleKind, subject string, keep func(*decision.Change, ticket.TroubleState) error) error {
	known, err := c.Tx.Troubles(kind)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(known, func(s ticket.TroubleState) bool { return s.Stands() && s.Subject == oneLine(subject) })
	if i < 0 {
		return nil
	}
	s := known[i]
	s.OverAt = c.Now
	c.Maker.Log.InfoContext(c.Ctx, "trouble is over", "kind", kind, "subject", s.Subject, "lasted", c.Now.Sub(s.Since).Round(time.Second).String())
	return keep(c, s)
}

// tellTrouble keeps how a trouble stands and, where that is news and there is
// room within the bounds, writes to the admin.
func tellTrouble(c *decision.Change, s ticket.TroubleState) error {
	room, err := roomForTrouble(c, &s)
	if err != nil {
		return err
	}
	if c.Set.Admin != "" && isNews(s) && room {
		if err := mailAdmin(c, s); err != nil {
			return err
		}
		s.Told, s.ToldMark = s.Stands(), s.Mark
		s.Mails++
	}
	return c.Tx.SaveTrouble(s)
}

// roomForTrouble reports whether one more mail may go to the admin within this
// hour, for which it begins to count anew.
func roomForTrouble(c *decision.Change, s *ticket.TroubleState) (bool, error) {
	hour := c.Now.Truncate(time.Hour)
	if !s.Hour.Equal(hour) {
		s.Hour, s.Mails = hour, 0
	}
	all, err := c.Tx.Troubles()
	return s.Mails < troubleMailsEach && mailsWithin(all, hour) < troubleMails, err
}

// mailsWithin counts the mails to the admin within the hour that began at hour.
func mailsWithin(all []ticket.TroubleState, hour time.Time) (n int) {
	for _, s := range all {
		if s.Hour.Equal(hour) {
			n += s.Mails
		}
	}
	return n
}

// NotifyLate tells what could not be told when it happened, and forgets
// what is long over.
func (d *Book) NotifyLate(ctx context.Context, now time.Time) error {
	var all []ticket.TroubleState
	err := d.Store.View(ctx, func(r ticket.Reader) (err error) {
		all, err = r.Troubles()
		return err
	})
	if err != nil {
		return fmt.Errorf("troubles: %w", err)
	}
	hour := now.Truncate(time.Hour)
	full := d.Settings().Admin == "" || mailsWithin(all, hour) >= troubleMails
	for _, s := range all {
		switch {
		case !s.Stands() && !isNews(s) && now.Sub(s.OverAt) > troubleKept:
			err = d.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error { return tx.DropTrouble(s.Kind, s.Subject) })
		case isNews(s) && !full && (!s.Hour.Equal(hour) || s.Mails < troubleMailsEach):
			err = d.tellLateTrouble(ctx, s, now)
		}
		if err != nil {
			return fmt.Errorf("tell a trouble: %w", err)
		}
	}
	return nil
}

// tellLateTrouble tells how a trouble stands by now.
func (d *Book) tellLateTrouble(ctx context.Context, old ticket.TroubleState, now time.Time) error {
	defer decision.Signal(d.Posted)
	return d.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
		known, err := tx.Troubles(old.Kind)
		if err != nil {
			return err
		}
		c := d.ChangeAt(ctx, tx, now)
		i := slices.IndexFunc(known, func(s ticket.TroubleState) bool { return s.Subject == old.Subject && isNews(s) })
		if i < 0 {
			return nil
		}
		return tellTrouble(c, known[i])
	})
}

// oneLine makes a subject of at most maxSubject bytes; of its own results it changes nothing.
func oneLine(s string) string { return Cut(strings.Join(strings.Fields(s), " "), maxSubject) }

// Cut shortens a text to at most so many bytes, and shows that it did.
func Cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.TrimRight(strings.ToValidUTF8(s[:most-len("…")], ""), " ") + "…"
}
