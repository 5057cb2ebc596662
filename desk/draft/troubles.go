package draft

import (
	"cmp"
	"slices"

	"maildesk/ticket"
)

// troubleKey is what a trouble is known by.
type troubleKey struct {
	kind    ticket.TroubleKind
	subject string
}

// trouble is one that changed.
type trouble struct {
	ticket.TroubleState
	dropped bool
}

// Troubles is described at [ticket.Reader].
func (d *Draft) Troubles(kinds ...ticket.TroubleKind) ([]ticket.TroubleState, error) {
	d.rely(ticket.OfTroubles, 0, "")
	all, err := d.Reader.Troubles(kinds...)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(s ticket.TroubleState) bool {
		_, changed := d.troubles[troubleKey{s.Kind, s.Subject}]
		return changed
	})
	for k, s := range d.troubles {
		if !s.dropped && (len(kinds) == 0 || slices.Contains(kinds, k.kind)) {
			all = append(all, s.TroubleState)
		}
	}
	slices.SortFunc(all, func(a, b ticket.TroubleState) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject))
	})
	return all, nil
}

// SaveTrouble is described at [ticket.Draft].
func (d *Draft) SaveTrouble(s ticket.TroubleState) error {
	d.troubles[troubleKey{s.Kind, s.Subject}] = trouble{TroubleState: s}
	d.change(ticket.SaveTrouble{Trouble: s})
	return nil
}

// DropTrouble is described at [ticket.Draft].
func (d *Draft) DropTrouble(kind ticket.TroubleKind, subject string) error {
	d.troubles[troubleKey{kind, subject}] = trouble{dropped: true}
	d.change(ticket.DropTrouble{Kind: kind, Subject: subject})
	return nil
}
