package migrations

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// Up to schema 17 an event was a word and a sentence, out of which the code read
// its facts again. Migration 0019 takes the sentences apart, once and for all. A
// sentence of no known form stays whole, as the event's reason.

// oldForm is a form of such sentences. Its groups are named as the columns that
// they fill; what a form of words implies stands in the event.
type oldForm struct {
	what  string
	event ticket.Event // Kind: where it is not what
	form  *regexp.Regexp
}

// Parts of the forms.
const (
	oldMail   = `(?P<topic>[a-z-]+) to (?P<to>.+?)` // an outgoing mail
	oldZone   = ` [A-Z0-9+-]+`
	oldMinute = `(?P<until>\d{4}-\d\d-\d\d \d\d:\d\d` + oldZone + `)`
	oldSecond = `(?P<until>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d` + oldZone + `)`
	oldTarget = `(?P<topic>first response|next update|resolution)(?:, due (?P<until>[0-9TZ:+-]+))?`
	oldReport = `A report says that the ` + oldMail + ` \(outgoing mail (?P<outgoing>\d+)\) `
	oldNobody = `\. It did not come to the address that the mail was sent from, so anybody may have written it: nothing was changed\. .*`
	oldBudget = `The desk has sent (?P<number>\d+) automatic mails within an hour `
	oldWaits  = `, the most it may to people whose mails prove nothing\. .*`
)

var oldForms = oldFormsOf(`created: queue (?P<to>.+?), level (?P<number>\d+)(?:, by rule (?P<reason>.+))?
status: (?P<from>.+?) → (?P<to>.+)
assigned: (?P<from>.+?) → (?P<to>.+)
queue: (?P<from>.+?) → (?P<to>.+)
category: (?P<from>.+?) → (?P<to>.+)
priority: (?P<from>.+?) → (?P<to>.+)
level: (?P<from>.+?) → (?P<to>.+)
language: (?P<from>.+?) → (?P<to>.+)
follows: #(?P<other_ticket>\d+)
lost past: names #(?P<other_ticket>\d+)(?: as it was in a time whose data were lost)?
claims: names #(?P<other_ticket>\d+), whose correspondence the sender is no part of
onlooker: queue (?P<to>.+)
not confirmed: (?P<topic>[a-z]+): the mail names the ticket and shows no more
foreign sender: .* wrote to the reply address of another person
mail to a reverse-path: it is about the `+oldMail+`
copy: an altered copy of mail (?P<other_mail>\d+), which came by another way
not escalated: more than (?P<number>\d+) tickets are late at once
woken: (?P<until>[0-9TZ:+-]+)
answered: announced on #(?P<other_ticket>\d+)
refused: a command was not understood; nothing was done
passed on: somebody else's words, kept as a note
released: mail (?P<other_mail>\d+)
replaced: mail (?P<other_mail>\d+)
split: does not belong to #(?P<other_ticket>\d+)
incident: reports the same as #(?P<other_ticket>\d+)
warned: `+oldTarget+`
breached: `+oldTarget+`
met: `+oldTarget+`
informed: (?P<to>\S+@\S+)
not sent: `+oldMail+`: (?P<reason>.+)
not sent: (?P<topic>[a-z-]+): (?P<reason>.+)
held back: `+oldMail+`, the guard is asked again at `+oldSecond+`: (?P<reason>.+)
let go: `+oldMail+`
delayed: `+oldMail+` \(outgoing mail (?P<outgoing>\d+)\) is late and goes on being tried: (?P<reason>.*)
reported again: (?P<to>.+)
undeliverable: The mail to (?P<to>.+?) \((?P<topic>[a-z-]+)\) could not be delivered: (?P<reason>.+)
suppressed: automatic mail to (?P<to>.+?) until `+oldMinute+`: (?P<reason>.*)
complaint: (?P<to>.+) has called a mail of ours spam
complaint: (?P<to>.+) has marked a mail of ours \((?P<topic>[a-z-]+)\) as spam\. Automatic mail to this address is suppressed until (?P<until>\d{4}-\d\d-\d\d)\. What you write yourself is still sent\.
loop suspected: Loop suspected \((?P<reason>.+?)\): mails from (?P<to>.+) confirm receipt again and again, .*
loop suspected: Loop suspected \((?P<reason>.+?)\): (?P<to>.+) seems to answer our automatic mails by itself\. It gets no automatic mail until `+oldMinute+`, .*
storm: (?P<number>\d+) delivery reports came within the hour that began at `+oldMinute+` about mails that this desk never sent\. .*
retried: outgoing mail (?P<outgoing>\d+), `+oldMail+`
cancelled: outgoing mail (?P<outgoing>\d+), `+oldMail+`(?:: (?P<reason>.+))?`,
	oldForm{"held", ticket.Event{Topic: "command"}, oldText(`a command may stand in it that is not on top`)},
	oldForm{"held", ticket.Event{Topic: "behind"}, oldText(`text stands behind a command that takes none`)},
	oldForm{"held", ticket.Event{Topic: "unclear"}, oldText(`its commands may be quoted words`)},
	oldForm{"held", ticket.Event{Topic: "parts"}, oldText(`readers have no part in their language`)},
	oldForm{"held", ticket.Event{Topic: "internal"}, oldText(`what must stay inside stands in it`)},
	oldForm{"held", ticket.Event{Topic: "language"}, oldText(`an answer in another language: (?P<to>\S+) instead of (?P<from>\S*)`)},
	oldForm{"incident", ticket.Event{Kind: ticket.EventLeads}, oldText(`leads (?P<number>\d+) reports`)},
	oldForm{"incident", ticket.Event{Kind: ticket.EventSolved}, oldText(`solved with #(?P<other_ticket>\d+)`)},
	oldForm{"breached", ticket.Event{Reason: ticket.ReasonNewTarget}, oldText(oldTarget + `, by a target that is new`)},
	oldForm{"delayed", ticket.Event{From: ticket.FromReport}, oldText(oldMail + ` is late, says the remote: (?P<reason>.*)`)},
	oldForm{"unproven report", ticket.Event{From: "delayed"}, oldText(`outgoing mail (?P<outgoing>\d+), ` + oldMail + `, is late: (?P<reason>.*)`)},
	oldForm{"unproven report", ticket.Event{From: "failed"}, oldText(oldReport + `could not be delivered: (?P<reason>.+?)` + oldNobody)},
	oldForm{"unproven report", ticket.Event{From: ticket.FromComplaint}, oldText(oldReport + `was called spam` + oldNobody)},
	oldForm{"storm", ticket.Event{Kind: ticket.EventBudgetSpent, Reason: "budget-hour"}, oldText(oldBudget + `in all \(acknowledgements_per_hour\)` + oldWaits)},
	oldForm{"storm", ticket.Event{Kind: ticket.EventBudgetSpent, Reason: "budget-domain-hour"},
		oldText(oldBudget + `to the domain (?P<to>\S+) \(acknowledgements_per_domain_hour\)` + oldWaits)},
)

func oldText(form string) *regexp.Regexp { return regexp.MustCompile(`(?s)^` + form + `$`) }

// oldFormsOf reads forms, one a line, behind what they are of.
func oldFormsOf(lines string, more ...oldForm) (all []oldForm) {
	for line := range strings.SplitSeq(lines, "\n") {
		what, form, _ := strings.Cut(line, ": ")
		all = append(all, oldForm{what: what, form: oldText(form)})
	}
	return append(all, more...)
}

// oldEvent returns the facts of an event as it was kept up to schema 17.
func oldEvent(what, detail string) ticket.Event {
	for _, f := range oldForms {
		if f.what != what {
			continue
		}
		if e, ok := f.read(detail); ok {
			return e
		}
	}
	if !slices.Contains(ticket.EventKinds, ticket.EventKind(what)) || what == string(ticket.EventOther) {
		return ticket.Event{Kind: ticket.EventOther, Topic: what, Reason: detail}
	}
	return ticket.Event{Kind: ticket.EventKind(what), Reason: detail}
}

// read returns the facts of a sentence; false: it has another form.
func (f oldForm) read(detail string) (ticket.Event, bool) {
	e, found := f.event, f.form.FindStringSubmatch(detail)
	if found == nil {
		return e, false
	}
	if e.Kind == "" {
		e.Kind = ticket.EventKind(f.what)
	}
	for i, name := range f.form.SubexpNames() {
		text := found[i]
		n, err := strconv.ParseInt(text, 10, 64)
		switch name {
		case "from", "to":
			into := map[string]*string{"from": &e.From, "to": &e.To}[name]
			if *into = text; text == "–" {
				*into = ""
			}
			continue
		case "topic":
			e.Topic = text
			continue
		case "reason":
			e.Reason = text
			continue
		case "until":
			if e.Until, err = oldTime(text); text == "" {
				err = nil
			}
		case "number":
			e.Number = int(n)
		case "other_ticket":
			e.OtherTicket = ticket.ID(n)
		case "other_mail":
			e.OtherMail = ticket.MailID(n)
		case "outgoing":
			e.Outgoing = ticket.OutboxID(n)
		default:
			continue
		}
		if err != nil {
			return e, false
		}
	}
	return e, true
}

// oldTime reads a time. One in a zone that this machine does not know, of which
// only an abbreviation was kept, is an error.
func oldTime(text string) (t time.Time, err error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err = time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	for _, layout := range []string{"2006-01-02 15:04 MST", "2006-01-02 15:04:05 MST"} {
		if t, err = time.ParseInLocation(layout, text, time.Local); err != nil {
			continue
		}
		if zone, offset := t.Zone(); offset == 0 && zone != "UTC" && zone != "GMT" {
			return time.Time{}, fmt.Errorf("the zone of %s is not known", text)
		}
		return t, nil
	}
	return t, err
}

// oldEventFunctions returns the functions of migration 0019: a text and a number of
// an old event, by column. SQLite asks for one column after the other.
func oldEventFunctions() (text func(what, detail, column string) string, number func(what, detail, column string) int64) {
	var lastWhat, lastDetail string
	last := ticket.Event{Kind: ticket.EventOther}
	read := func(what, detail string) ticket.Event {
		if what != lastWhat || detail != lastDetail {
			lastWhat, lastDetail, last = what, detail, oldEvent(what, detail)
		}
		return last
	}
	text = func(what, detail, column string) string {
		e := read(what, detail)
		return map[string]string{"kind": string(e.Kind), "from": e.From, "to": e.To, "topic": e.Topic, "reason": e.Reason}[column]
	}
	number = func(what, detail, column string) int64 {
		e := read(what, detail)
		return map[string]int64{
			"number": int64(e.Number), "until": sqlrow.Micros(e.Until), "mail": int64(e.OtherMail), "ticket": int64(e.OtherTicket), "outgoing": int64(e.Outgoing),
		}[column]
	}
	return text, number
}
