// Package waiting knows which mails of agents wait to be carried out, by the events of a ticket:
// those that were held to ask about them, and those that prove too little. It is pure.
//
// The entry points are [Of] and [Chosen].
package waiting

import (
	"slices"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// Mail is a mail of an agent that was not carried out, and can be.
type Mail struct {
	Mail  ticket.MailID // what the agent wrote
	Asked ticket.MailID // the cause of the notice: the mail itself, or an #anyway after which it was held again
	Named bool          // only who answers its notice, or names it, means it
	Done  bool          // it was released
	Not   bool          // the agent said that they did not write it
}

// Kinds are the kinds of events that say which mails wait.
var Kinds = []ticket.EventKind{ticket.EventHeld, ticket.EventUndone, ticket.EventReleased, ticket.EventReplaced, ticket.EventAnswered}

// Of lists the mails of an agent that wait, or did, by the events of a
// ticket. One that others may have written, and one that the agent answered
// without, is never meant unless it is named.
func Of(events []ticket.Event, agent string) []Mail {
	var all []Mail
	released := map[ticket.MailID]ticket.MailID{} // by the mail that asked for it
	for _, e := range events {
		if e.Actor != agent {
			continue
		}
		switch e.Kind {
		case ticket.EventHeld:
			mail, again := released[e.Mail]
			if !again {
				mail = e.Mail
			}
			all = append(all, Mail{Mail: mail, Asked: e.Mail})
		case ticket.EventUndone:
			if notify.Undone(e.Reason).Releasable() {
				all = append(all, Mail{Mail: e.Mail, Asked: e.Mail, Named: true})
			}
		case ticket.EventReleased, ticket.EventReplaced:
			if e.Kind == ticket.EventReleased && e.OtherMail != 0 {
				released[e.Mail] = e.OtherMail
			}
			for i := range all { // earlier versions did not say which
				all[i].Done = all[i].Done || all[i].Mail == e.OtherMail || e.OtherMail == 0
			}
		case ticket.EventAnswered:
			for i := range all {
				all[i].Named = all[i].Named || released[e.Mail] == 0
			}
		}
	}
	for i, w := range all {
		all[i].Not = slices.ContainsFunc(events, func(e ticket.Event) bool { return Disowns(e, w.Mail) })
	}
	return all
}

// Chosen returns the mail that an #anyway means: the one whose notice it answers
// or that it names, else the only one that waits. The error tells the agent why
// there is none, with those among which they have to choose.
func Chosen(all []Mail, asked ticket.MailID) (Mail, []Mail, error) {
	if asked != 0 {
		for _, w := range slices.Backward(all) {
			switch {
			case w.Asked != asked:
			case w.Done:
				return Mail{}, nil, ticket.Say("that mail was sent already, or another one in its place")
			default:
				return w, nil, nil
			}
		}
		return Mail{}, nil, ticket.Say("that mail is not yours, or does not wait")
	}
	open := slices.DeleteFunc(slices.Clone(all), func(w Mail) bool { return w.Done || w.Named })
	switch len(open) {
	case 0:
		return Mail{}, nil, ticket.Say("no answer of yours waits on this request")
	case 1:
		return open[0], nil, nil
	}
	return Mail{}, open, ticket.Say("%d mails of yours wait on this request; answer the notice of the one that you mean, or name it by its number", len(open))
}

// Disowns reports whether an event says that an agent did not write a mail.
func Disowns(e ticket.Event, mail ticket.MailID) bool {
	return e.Kind == ticket.EventUndone && e.OtherMail == mail && e.Reason == string(notify.UndoneDisowned)
}
