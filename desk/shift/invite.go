package shift

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"maildesk/compose"
	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/rota"
	"maildesk/ticket"
)

const (
	ahead    = 28 // for how many days agents are invited
	lookedAt = 35 // for how many days shifts are looked at: those that begin within ahead end later
)

// letter is an invitation that is due, or its end.
type letter struct {
	ticket.Invitation
	rota rota.Rota
}

// Invite sends the invitations to shifts that are due: to new ones, to those that changed,
// and to nobody's any more. It returns their number.
func Invite(ctx context.Context, m *decision.Maker, now time.Time) (sent int, err error) {
	set := m.Settings()
	if set.Control == "" || !slices.ContainsFunc(set.Rules.Rotas(), func(r rota.Rota) bool { return r.Invite }) {
		return 0, nil
	}
	err = m.Store.View(ctx, func(r ticket.Reader) error {
		all, err := due(set, r, now)
		sent = len(all)
		return err
	})
	if err != nil || sent == 0 {
		return 0, err
	}
	err = m.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
		all, err := due(set, tx, now)
		if err != nil {
			return err
		}
		c := m.ChangeAt(ctx, tx, now)
		for _, l := range all {
			if err := send(c, l); err != nil {
				return err
			}
		}
		sent = len(all)
		return nil
	})
	if err == nil && sent > 0 {
		decision.Signal(m.Posted)
	}
	return sent, err
}

// due returns the letters that are due at a time: what is withdrawn comes first. Nobody is
// written to in their quiet hours.
func due(s *settings.Settings, r ticket.StaffReader, now time.Time) (all []letter, err error) {
	rotas, away, err := decision.Rotas(s, r)
	if err != nil {
		return nil, err
	}
	known, err := r.Invitations()
	if err != nil {
		return nil, err
	}
	for _, of := range rotas {
		if of.Invite {
			all = append(all, dueOf(of, away, known, now)...)
		}
	}
	return slices.DeleteFunc(all, func(l letter) bool {
		a, known := s.AgentNamed(l.Agent)
		return !known || len(a.Mail) == 0 || !s.QuietUntil(a, now).IsZero()
	}), nil
}

// dueOf is due of one rota.
func dueOf(of rota.Rota, away rota.Away, known []ticket.Invitation, now time.Time) (all []letter) {
	shifts := coming(of, away, now)
	sequences := map[int64]int{} // by the begin of the shift: the next one
	for _, i := range known {
		if i.Rota == of.Name {
			sequences[i.From.Unix()] = max(sequences[i.From.Unix()], i.Sequence+1)
		}
	}
	add := func(i ticket.Invitation) {
		i.Sequence = sequences[i.From.Unix()]
		sequences[i.From.Unix()]++
		all = append(all, letter{i, of})
	}
	for _, i := range known {
		theirs := func(s rota.Shift) bool { return s.Agent == i.Agent && s.From.Equal(i.From) }
		if i.Rota == of.Name && i.From.After(now) && (i.State == ticket.Invited || i.State == ticket.InvitationAccepted) && !slices.ContainsFunc(shifts, theirs) {
			i.State = ticket.InvitationWithdrawn
			add(i)
		}
	}
	for _, s := range shifts {
		at := slices.IndexFunc(known, func(i ticket.Invitation) bool {
			return i.Rota == of.Name && i.Agent == s.Agent && i.From.Equal(s.From) && i.State != ticket.InvitationWithdrawn
		})
		if at < 0 || known[at].State != ticket.InvitationDeclined && !known[at].Until.Equal(s.Until) {
			add(ticket.Invitation{Rota: of.Name, Agent: s.Agent, From: s.From, Until: s.Until, State: ticket.Invited})
		}
	}
	return all
}

// coming returns the shifts of a rota that begin after a time and soon, each as a whole.
func coming(of rota.Rota, away rota.Away, now time.Time) (all []rota.Shift) {
	end := now.AddDate(0, 0, lookedAt)
	for _, s := range of.Turns(now, end, away) {
		if !s.From.After(now) || s.From.After(now.AddDate(0, 0, ahead)) {
			continue
		}
		if s.Until.Equal(end) {
			s, _ = at(of, away, s.From)
		}
		all = append(all, s)
	}
	return all
}

// at returns the shift of a rota that begins at a time; false: none does.
func at(of rota.Rota, away rota.Away, from time.Time) (rota.Shift, bool) {
	all := of.Turns(from, from.AddDate(1, 0, 0), away)
	i := slices.IndexFunc(all, func(s rota.Shift) bool { return s.From.Equal(from) })
	if i < 0 {
		return rota.Shift{}, false
	}
	return all[i], true
}

// send sends a letter, and keeps that it was sent.
func send(c *decision.Change, l letter) error {
	a, _ := c.Set.AgentNamed(l.Agent)
	organizer, err := notices.ControlAddress(c, a)
	if err != nil {
		return err
	}
	i := rota.Invitation{
		Rota: l.Rota, Shift: rota.Shift{Agent: l.Agent, From: l.From, Until: l.Until}, Host: c.Set.Hostname, Sequence: l.Sequence,
		Organizer: organizer, Desk: c.Set.Name, Attendee: a.Mail[0], Name: a.Known(), Withdrawn: l.State == ticket.InvitationWithdrawn, Now: c.Now,
	}
	n := notify.Notice{Template: notify.TemplateShift, Reason: l.Rota, Calendar: compose.Calendar{Method: i.Method(), Text: i.Bytes()}}
	from, until := when(l.rota, l.From), when(l.rota, l.Until)
	n.Says = ticket.Say("You are on call from %s until %s. Accept or decline in your calendar: what you decline goes to the next in turn.", from, until)
	if i.Withdrawn {
		n.Says = ticket.Say("You are not on call any more from %s until %s.", from, until)
	}
	if err := notices.SendAside(c, a, n, number(fmt.Sprintf("%s %d %d", l.Rota, l.From.Unix(), l.Sequence))); err != nil {
		return err
	}
	return c.Tx.SetInvitation(l.Invitation)
}

// when returns a time as people read it by the clock of a rota.
func when(of rota.Rota, at time.Time) ticket.Relative { return ticket.Relative(at.In(of.Location)) }

// number returns the number of what happened because of no mail. It is the same when it is
// made anew.
func number(of string) int64 {
	sum := fnv.New64a()
	sum.Write([]byte(of))
	return int64(sum.Sum64() >> 1)
}
