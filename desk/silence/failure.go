package silence

import (
	"regexp"
	"strings"

	"maildesk/ticket"
)

// Failure is why a mail did not arrive.
type Failure struct {
	Status string // RFC 3463, as in "5.1.1"; empty: unknown
	Said   string // the remote's words
	Own    bool   // the next hop's own trouble (or ours), which says nothing of the address
}

var enhancedStatus = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)

// FailureOf reads what the next hop answered to a mail that was given up. Only
// what it says of the address counts against the address: a refusal to relay,
// or five days without an answer, is a trouble of ours.
func FailureOf(code int, text string) Failure {
	f := Failure{Status: enhancedStatus.FindString(text), Said: text}
	switch {
	case code < 500:
		f.Own = true
	case strings.HasPrefix(f.Status, "5.1."), strings.HasPrefix(f.Status, "5.2."):
	case f.Status == "" && (code == 550 || code == 551 || code == 553): // RFC 5321 section 4.2.2
		f.Status = "5.1.0"
	default:
		f.Own = true
	}
	return f
}

// Strikes returns how this failure counts against its address.
func (f Failure) Strikes() Strikes {
	switch {
	case f.Own, strings.HasPrefix(f.Status, "4"):
		return Strikes{}
	case f.Status == "5.1.1":
		return NoSuchBox
	default:
		return TwoBounces
	}
}

// statusWords says what the codes of RFC 3463 section 3 mean: first the whole
// detail, then the subject alone.
var statusWords = map[string]ticket.Phrase{
	"1.1": ticket.Say("there is no such mailbox"), "1.2": ticket.Say("there is no such domain"), "1.3": ticket.Say("the address is malformed"), "1.6": ticket.Say("the mailbox has moved"), "1.10": ticket.Say("the domain takes no mail"),
	"2.1": ticket.Say("the mailbox is switched off"), "2.2": ticket.Say("mailbox full"), "2.3": ticket.Say("the mail is too large for the mailbox"),
	"3.4": ticket.Say("the mail is too large"), "4.1": ticket.Say("the remote host does not answer"), "4.4": ticket.Say("there is no route to the remote host"), "4.6": ticket.Say("a mail loop"), "4.7": ticket.Say("it could not be delivered in time"),
	"7.1": ticket.Say("refused by the remote's policy"), "7.26": ticket.Say("refused, as our mail could not be authenticated"),
	"1": ticket.Say("the address is not accepted"), "2": ticket.Say("the mailbox does not take the mail"), "3": ticket.Say("the remote mail system has a fault"),
	"4": ticket.Say("the remote host could not be reached"), "5": ticket.Say("the mail servers do not understand each other"), "6": ticket.Say("the content was not accepted"), "7": ticket.Say("refused by the remote's policy"),
}

// Phrase returns the failure in words, with its code.
func (f Failure) Phrase() ticket.Phrase {
	_, detail, _ := strings.Cut(f.Status, ".")
	subject, _, _ := strings.Cut(detail, ".")
	words := statusWords[detail]
	if words.IsZero() {
		words = statusWords[subject]
	}
	switch {
	case !words.IsZero():
		return ticket.Phrase{English: "%s (%s)", Args: []any{words, f.Status}}
	case f.Said != "":
		return ticket.Phrase{English: strings.Join(strings.Fields(f.Said), " ")}
	}
	return ticket.Say("no reason is given")
}

// Words is Phrase in English.
func (f Failure) Words() string { return f.Phrase().String() }
