package laws

import (
	"errors"
	"slices"

	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/simulation/rare"
	"maildesk/ticket"
)

// learnt checks that a request is filed by what was learnt where that was sure enough and no
// rule had named its category, and only there.
func (b Book) learnt(r ticket.Reader, f file) error {
	if !b.Settings.Rules.Learns() {
		return nil
	}
	j, err := r.Judgement(f.ID)
	if errors.Is(err, ticket.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !j.Learnt.IsZero() {
		b.Seen.Note(rare.Guessed)
	}
	category := b.Settings.FiledAs(j.Learnt)
	named := slices.ContainsFunc(b.Settings.Routing.Rules, func(rule routing.Rule) bool { return rule.Category != "" && slices.Contains(f.Rules, rule.Name) })
	switch is := settings.IsLearnt(f.Ticket); {
	case is != (category != "" && !named):
		b.Breaks("a request is filed by what was learnt where that is sure, and no rule says it", j.Mail, f.ID, "its rules are %q, and learnt was %q", f.Rules, j.Learnt)
	case is:
		b.Seen.Note(rare.Filed)
	}
	return nil
}
