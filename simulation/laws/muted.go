package laws

import (
	"maps"
	"slices"
	"time"

	"maildesk/desk/notify"
	"maildesk/simulation/rare"
	"maildesk/ticket"
)

// muted checks that whoever muted a ticket hears nothing of what its requester writes, where
// somebody else does.
func (b Book) muted(f file) {
	if !f.has(func(e ticket.Event) bool { return e.Topic == ticket.LeftMuted }) {
		return
	}
	told := map[ticket.MailID][]ticket.OutboxMail{}
	for _, o := range f.out {
		if o.Template == string(notify.TemplateMessage) {
			told[o.Cause] = append(told[o.Cause], o)
		}
	}
	for _, cause := range slices.Sorted(maps.Keys(told)) {
		b.mutedAt(f, cause, told[cause])
	}
}

// mutedAt checks the notices of one mail of a requester.
func (b Book) mutedAt(f file, cause ticket.MailID, mails []ticket.OutboxMail) {
	silent := f.mutedAt(mails[0].CreatedAt)
	if len(silent) == 0 {
		return
	}
	heard := map[string]ticket.OutboxMail{} // by the names of agents
	others := 0
	for _, o := range mails {
		a, _ := b.Settings.AgentAt(o.Recipient)
		if heard[a.Name] = o; !silent[a.Name] {
			others++
		}
	}
	for _, a := range b.Settings.AgentsOf(f.Queue) {
		o, hears := heard[a.Name]
		switch {
		case !silent[a.Name] || others == 0:
		case hears:
			b.Breaks("who mutes a ticket hears nothing of it", cause, f.ID, "outgoing mail %d goes to %s", o.ID, a.Name)
		default:
			b.Seen.Note(rare.Spared)
		}
	}
}

// muting are the kinds of events by which agents mute a ticket, and hear of it again.
var muting = []ticket.EventKind{ticket.EventLeft, ticket.EventJoined, ticket.EventAssigned, ticket.EventTakenBack}

// mutedAt returns the agents who had muted a ticket at a moment, by its events, and did not
// have it; nil where they changed at that moment.
func (f file) mutedAt(at time.Time) map[string]bool {
	silent, owner := map[string]bool{}, ""
	for _, e := range f.events {
		switch {
		case !slices.Contains(muting, e.Kind):
		case e.At.Equal(at):
			return nil
		case e.At.After(at):
		case e.Kind == ticket.EventAssigned:
			owner = e.To
		case e.Kind == ticket.EventTakenBack:
			clear(silent) // they may have, and may not
		case e.Topic == ticket.LeftMuted:
			silent[e.Actor] = true
		case e.Topic == ticket.JoinedUnmuted:
			delete(silent, e.Actor)
		}
	}
	delete(silent, owner)
	return silent
}
