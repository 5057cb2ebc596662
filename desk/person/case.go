package person

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"maildesk/ticket"
)

// Case is one erasure: whose data, and what of the desk's data is theirs. It is written down
// before anything is changed, so that an erasure which was ended in the middle goes on with
// the same.
type Case struct {
	Erasure  int64             `json:"erasure"`
	Address  string            `json:"address"` // in lower case; empty: an erasure by age
	Names    []string          `json:"names"`
	Doubtful []string          `json:"doubtful"` // names that are others' as well
	Lines    []string          `json:"lines"`    // that they wrote
	Unshared []string          `json:"unshared"` // what nobody else outside wrote of these at any time; nil: all of them
	Subjects []string          `json:"subjects"` // of the requests that are theirs
	Alone    []ticket.ID       `json:"alone"`    // tickets that are theirs alone: all of these is taken out
	Near     []ticket.ID       `json:"near"`     // other tickets on which they take part
	Mails    []ticket.MailID   `json:"mails"`    // received mails that are taken out
	Wrote    []ticket.MailID   `json:"wrote"`    // those of them that the person wrote
	Beside   []ticket.MailID   `json:"beside"`   // mails of others, on tickets on which they take part
	Outgoing []ticket.OutboxID `json:"outgoing"` // mails to them, and of tickets that are theirs alone
	Told     []ticket.OutboxID `json:"told"`     // mails to others, of tickets on which they take part
	Waits    []ticket.OutboxID `json:"waits"`    // other mails that wait to be sent
	Slugs    map[string]string `json:"slugs"`    // of articles that name the person, and what they are called from then on
}

// CaseOf returns the case of a person of whom everything is known.
func CaseOf(c *Collection, erasure int64) Case {
	k := Case{Erasure: erasure, Address: c.Address, Names: c.named(false), Doubtful: c.named(true), Lines: c.Lines, Unshared: slices.Concat([]string{}, c.alone), Subjects: slices.Sorted(maps.Keys(c.subjects))}
	alone := map[ticket.ID]bool{}
	for _, t := range slices.Sorted(maps.Keys(c.Tickets)) {
		if c.Tickets[t][string(ticket.RoleRequester)] && !c.others[t] {
			alone[t] = true
		}
	}
	k.Slugs = c.newSlugs()
	return k.with(c, alone, nil)
}

// CaseByAge returns the case of tickets, and of mails of no ticket, that were kept long enough.
func CaseByAge(c *Collection, erasure int64, tickets []ticket.ID, mails []ticket.MailID) Case {
	return Case{Erasure: erasure}.with(c, setOf(tickets), mails)
}

// with sets what of the data belongs to a case, by the tickets of which all is taken out, and mails
// besides.
func (k Case) with(c *Collection, alone map[ticket.ID]bool, besides []ticket.MailID) Case {
	k.Alone = slices.Sorted(maps.Keys(alone))
	together := c.near()
	near := func(t ticket.ID) bool { return together[t] && !alone[t] }
	for _, t := range slices.Sorted(maps.Keys(together)) {
		if near(t) {
			k.Near = append(k.Near, t)
		}
	}
	out := setOf(besides)
	for m := range c.Wrote {
		if !c.worked[m] {
			out[m] = true
			k.Wrote = append(k.Wrote, m)
		}
	}
	for m, on := range c.mails {
		switch {
		case !slices.ContainsFunc(on, func(t ticket.ID) bool { return !alone[t] }):
			out[m] = true
		case slices.ContainsFunc(on, func(t ticket.ID) bool { return alone[t] || near(t) }) && !out[m]:
			k.Beside = append(k.Beside, m)
		}
	}
	k.Mails = slices.Sorted(maps.Keys(out))
	for m, t := range c.outgoing {
		switch {
		case c.SentTo[m] || alone[t] || t == 0 && k.Address == "" && out[c.causes[m]]:
			k.Outgoing = append(k.Outgoing, m)
		case near(t):
			k.Told = append(k.Told, m)
		}
	}
	k.Waits = slices.Sorted(maps.Keys(c.waits))
	slices.Sort(k.Wrote)
	slices.Sort(k.Beside)
	slices.Sort(k.Outgoing)
	slices.Sort(k.Told)
	return k
}

// Placeholder is the address that stands for the person: one that nobody can have (RFC 2606
// section 2).
func (k Case) Placeholder() string { return fmt.Sprintf("erased-%d@erased.invalid", k.Erasure) }

// IsPlaceholder reports whether an address stands for somebody who was erased.
func IsPlaceholder(address string) bool {
	return ticket.IsErasedAddress(address)
}

// Traces returns what the person is known by.
func (k Case) Traces() Traces {
	t := NewTraces(k.Address, k.Names, k.Doubtful, k.Lines)
	if k.Unshared != nil {
		t.unshared = newOwnWords(k.Unshared)
	}
	var slugs []string
	for slug := range k.Slugs {
		if strings.Contains(slug, "-") { // a single word is everybody's
			slugs = append(slugs, slug)
		}
	}
	t.names = anyOf(slices.Concat(t.Names, slugs))
	t.subjects = anyOf(slices.Concat(k.Subjects, t.Names, severalWords(k.Doubtful)))
	t.list(slices.Concat(k.Alone, k.Near), k.Subjects)
	return t
}
