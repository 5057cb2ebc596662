package wording

import "maildesk/ticket"

// Phrase returns what agents are told of an event, where that is a sentence; else
// the event's words, in English.
func Phrase(e ticket.Event) ticket.Phrase { return Because(e, ticket.Phrase{English: e.Reason}) }

// Because is Phrase with a reason that is said in the reader's language.
func Because(e ticket.Event, reason ticket.Phrase) ticket.Phrase {
	switch {
	case e.Kind == ticket.EventReported && e.Number != 0:
		return ticket.Say("%d delivery reports came within the hour that began at %s about mails that this desk never sent. Somebody sends in its name. The reports are kept, nobody is answered, and no ticket is made of them.",
			e.Number, ticket.At(e.Until))
	case e.Kind == ticket.EventDelayed && e.From != ticket.FromReport && e.To != "":
		return ticket.Say("The email to %s is late and is still being tried: %s", e.To, reason)
	case e.Kind == ticket.EventUndeliverable:
		return ticket.Phrase{English: "The mail to %s (%s) could not be delivered: %s", Args: []any{e.To, e.Topic, reason}} // an entry; agents are told more
	case e.Kind == ticket.EventSuppressed, e.Kind == ticket.EventComplaint, e.Kind == ticket.EventLoopSuspected, e.Kind == ticket.EventBudgetSpent, e.Kind == ticket.EventUnproven:
		return silencePhrase(e, reason)
	}
	return ticket.Phrase{English: Of(e)}
}

// silencePhrase says why somebody gets no automatic mail, or may get none.
func silencePhrase(e ticket.Event, reason ticket.Phrase) ticket.Phrase {
	switch {
	case e.Kind == ticket.EventBudgetSpent && e.Number != 0:
		what := ticket.Say("in all (acknowledgements_per_hour)")
		if e.To != "" {
			what = ticket.Say("to the domain %s (acknowledgements_per_domain_hour)", e.To)
		}
		return ticket.Say("The desk has sent %d automatic mails within an hour %s, the most it may to people whose mails prove nothing. New requests still become tickets; receipts and wordless notices wait until there is room.", e.Number, what)
	case e.To == "":
		return reason
	case e.Kind == ticket.EventSuppressed:
		return ticket.Phrase{English: "automatic mail to %s until %s: %s", Args: []any{e.To, ticket.At(e.Until), reason}} // nobody is told by mail
	case e.Kind == ticket.EventUnproven:
		return unprovenPhrase(e, reason)
	case e.Kind == ticket.EventComplaint && e.Until.IsZero():
		return ticket.Phrase{English: "%s has called a mail of ours spam", Args: []any{e.To}} // likewise
	case e.Kind == ticket.EventComplaint:
		return ticket.Say("%s has marked a mail of ours (%s) as spam. Automatic mail to this address is suppressed until %s. What you write yourself is still sent.", e.To, e.Topic, ticket.Day(e.Until))
	case e.Until.IsZero():
		return ticket.Say("Loop suspected (%s): mails from %s confirm receipt again and again, as a machine would that answers ours. Such mails are kept, but not answered for a day; everything else from there is.", e.Reason, e.To)
	}
	return ticket.Say("Loop suspected (%s): %[2]s seems to answer our automatic mails by itself. It gets no automatic mail until %[3]s, but for notices that a matter is solved; its mails are still taken. To end this earlier: maildesk suppressions remove %[2]s",
		e.Reason, e.To, ticket.At(e.Until))
}

// unprovenPhrase says what a report says that anybody may have written.
func unprovenPhrase(e ticket.Event, reason ticket.Phrase) ticket.Phrase {
	switch e.From {
	case "delayed":
		return ticket.Phrase{English: "outgoing mail %d, %s to %s, is late: %s", Args: []any{e.Outgoing, e.Topic, e.To, reason}} // nobody is told by mail
	case ticket.FromComplaint:
		return ticket.Say("A report says that the %s to %[2]s (outgoing mail %[3]d) was called spam. It did not come to the address that the mail was sent from, so anybody may have written it: nothing was changed. If it is true, reach %[2]s another way; the admin can stop automatic mail there: maildesk suppressions add %[2]s REASON",
			e.Topic, e.To, e.Outgoing)
	}
	return ticket.Say("A report says that the %s to %[2]s (outgoing mail %[3]d) could not be delivered: %[4]s. It did not come to the address that the mail was sent from, so anybody may have written it: nothing was changed. If it is true, reach %[2]s another way; the admin can stop automatic mail there: maildesk suppressions add %[2]s REASON",
		e.Topic, e.To, e.Outgoing, reason)
}
