package ticket

// Phrase returns what agents are told of an event, where that is a sentence; else
// the event's words, in English.
func (e Event) Phrase() Phrase { return e.Because(Phrase{English: e.Reason}) }

// Because is Phrase with a reason that is said in the reader's language.
func (e Event) Because(reason Phrase) Phrase {
	switch {
	case e.Kind == EventReported && e.Number != 0:
		return Say("%d delivery reports came within the hour that began at %s about mails that this desk never sent. Somebody sends in its name. The reports are kept, nobody is answered, and no ticket is made of them.",
			e.Number, At(e.Until))
	case e.Kind == EventDelayed && e.From != FromReport && e.To != "":
		return Say("The email to %s is late and is still being tried: %s", e.To, reason)
	case e.Kind == EventUndeliverable:
		return Phrase{"The mail to %s (%s) could not be delivered: %s", []any{e.To, e.Topic, reason}} // an entry; agents are told more
	case e.Kind == EventSuppressed, e.Kind == EventComplaint, e.Kind == EventLoopSuspected, e.Kind == EventBudgetSpent, e.Kind == EventUnproven:
		return e.silencePhrase(reason)
	}
	return Phrase{English: e.Words()}
}

// silencePhrase says why somebody gets no automatic mail, or may get none.
func (e Event) silencePhrase(reason Phrase) Phrase {
	switch {
	case e.Kind == EventBudgetSpent && e.Number != 0:
		what := Say("in all (acknowledgements_per_hour)")
		if e.To != "" {
			what = Say("to the domain %s (acknowledgements_per_domain_hour)", e.To)
		}
		return Say("The desk has sent %d automatic mails within an hour %s, the most it may to people whose mails prove nothing. New requests still become tickets; receipts and wordless notices wait until there is room.", e.Number, what)
	case e.To == "":
		return reason
	case e.Kind == EventSuppressed:
		return Phrase{"automatic mail to %s until %s: %s", []any{e.To, At(e.Until), reason}} // nobody is told by mail
	case e.Kind == EventUnproven:
		return e.unprovenPhrase(reason)
	case e.Kind == EventComplaint && e.Until.IsZero():
		return Phrase{"%s has called a mail of ours spam", []any{e.To}} // likewise
	case e.Kind == EventComplaint:
		return Say("%s has marked a mail of ours (%s) as spam. Automatic mail to this address is suppressed until %s. What you write yourself is still sent.", e.To, e.Topic, Day(e.Until))
	case e.Until.IsZero():
		return Say("Loop suspected (%s): mails from %s confirm receipt again and again, as a machine would that answers ours. Such mails are kept, but not answered for a day; everything else from there is.", e.Reason, e.To)
	}
	return Say("Loop suspected (%s): %[2]s seems to answer our automatic mails by itself. It gets no automatic mail until %[3]s, but for notices that a matter is solved; its mails are still taken. To end this earlier: maildesk suppressions remove %[2]s",
		e.Reason, e.To, At(e.Until))
}

// unprovenPhrase says what a report says that anybody may have written.
func (e Event) unprovenPhrase(reason Phrase) Phrase {
	switch e.From {
	case "delayed":
		return Phrase{"outgoing mail %d, %s to %s, is late: %s", []any{e.Outgoing, e.Topic, e.To, reason}} // nobody is told by mail
	case FromComplaint:
		return Say("A report says that the %s to %[2]s (outgoing mail %[3]d) was called spam. It did not come to the address that the mail was sent from, so anybody may have written it: nothing was changed. If it is true, reach %[2]s another way; the admin can stop automatic mail there: maildesk suppressions add %[2]s REASON",
			e.Topic, e.To, e.Outgoing)
	}
	return Say("A report says that the %s to %[2]s (outgoing mail %[3]d) could not be delivered: %[4]s. It did not come to the address that the mail was sent from, so anybody may have written it: nothing was changed. If it is true, reach %[2]s another way; the admin can stop automatic mail there: maildesk suppressions add %[2]s REASON",
		e.Topic, e.To, e.Outgoing, reason)
}
