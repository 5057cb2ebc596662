package recover

import (
	"fmt"
	"slices"
	"strings"

	"maildesk/ticket"
)

// copySettled copies, where tickets are taken as they stand, what people settled by mails
// on them that is not of one ticket: agents' addresses, absences and duties, and the
// languages that people want.
func (r *rebuilding) copySettled(old ticket.Reader) error {
	if len(r.frozen.tickets) == 0 {
		return nil
	}
	return r.store.Update(r.ctx, func(tx ticket.Tx) error {
		for _, copies := range []func(ticket.Reader, ticket.Tx) error{copyAgentAddresses, copyAway, copyDuties} {
			if err := copies(old, tx); err != nil {
				return err
			}
		}
		for id := range r.frozen.tickets {
			if err := copyLanguages(old, tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

func copyAgentAddresses(old ticket.Reader, tx ticket.Tx) error {
	was, err := old.AgentAddresses()
	if err != nil {
		return err
	}
	is, err := tx.AgentAddresses()
	if err != nil {
		return err
	}
	for _, a := range is { // one that was forgotten on a frozen ticket
		if err := tx.SetAgentAddress(ticket.AgentAddress{Address: a.Address}); err != nil {
			return err
		}
	}
	for _, a := range was {
		if err := tx.SetAgentAddress(a); err != nil {
			return err
		}
	}
	return nil
}

func copyAway(old ticket.Reader, tx ticket.Tx) error {
	was, err := old.Away()
	if err != nil {
		return err
	}
	is, err := tx.Away()
	if err != nil {
		return err
	}
	for _, a := range is { // who came back by a mail on a frozen ticket
		if err := tx.SetAway(ticket.Absence{Agent: a.Agent}); err != nil {
			return err
		}
	}
	for _, a := range was {
		if err := tx.SetAway(a); err != nil {
			return err
		}
	}
	return nil
}

func copyDuties(old ticket.Reader, tx ticket.Tx) error {
	was, err := old.Duties()
	if err != nil {
		return err
	}
	is, err := tx.Duties()
	if err != nil {
		return err
	}
	for _, d := range was {
		if i := slices.IndexFunc(is, func(o ticket.Duty) bool { return dutyWords(o) == dutyWords(d) }); i >= 0 {
			is = slices.Delete(is, i, i+1)
			continue
		}
		if err := tx.AddDuty(d); err != nil {
			return err
		}
	}
	return nil
}

// copyInvitations takes the invitations to shifts as they stand: they leave no event on a
// ticket by which the clock of a rebuild would know when they went out.
func (r *rebuilding) copyInvitations() error {
	return r.old.View(r.ctx, func(old ticket.Reader) error {
		all, err := old.Invitations()
		if err != nil || len(all) == 0 {
			return err
		}
		return r.store.Update(r.ctx, func(tx ticket.Tx) error {
			for _, i := range all {
				if err := tx.SetInvitation(i); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func copyLanguages(old ticket.Reader, tx ticket.Tx, id ticket.ID) error {
	people, err := old.Participants(id)
	for _, p := range people {
		wants, err := old.WantedLanguage(p.Address)
		if err != nil {
			return err
		}
		if wants == "" {
			continue
		}
		if err := tx.SetWantedLanguage(p.Address, wants); err != nil {
			return err
		}
	}
	return err
}

// compareSettled compares what is not of one ticket.
func compareSettled(old, now ticket.Reader, fn func(Difference)) error {
	was, err := settled(old)
	if err != nil {
		return err
	}
	is, err := settled(now)
	if err != nil {
		return err
	}
	for i, f := range was {
		if f.text != is[i].text {
			fn(Difference{What: f.what, Old: f.text, New: is[i].text})
		}
	}
	return nil
}

// settled is what agents settled, in words. Duties are in the order of their words.
func settled(r ticket.Reader) ([]feature, error) {
	var addresses, away, duties []string
	confirmed, err := r.AgentAddresses()
	if err != nil {
		return nil, err
	}
	for _, a := range confirmed {
		addresses = append(addresses, a.Agent+" at "+a.Address)
	}
	absent, err := r.Away()
	if err != nil {
		return nil, err
	}
	for _, a := range absent {
		away = append(away, a.Agent+" until "+a.Last)
	}
	all, err := r.Duties()
	for _, d := range all {
		duties = append(duties, dutyWords(d))
	}
	slices.Sort(duties)
	if err != nil {
		return nil, err
	}
	articles, err := articleWords(r)
	return []feature{
		{"addresses of agents", strings.Join(addresses, "; ")}, {"agents away", strings.Join(away, "; ")}, {"duties", strings.Join(duties, "; ")},
		{"articles", strings.Join(articles, "; ")},
	}, err
}

func dutyWords(d ticket.Duty) string {
	return fmt.Sprintf("%s in %s from %d to %d, says %s", d.Agent, d.Rota, d.From.UnixMicro(), d.Until.UnixMicro(), d.By)
}
