package silence

import (
	"regexp"
	"strings"
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
var statusWords = map[string]string{
	"1.1": "there is no such mailbox", "1.2": "there is no such domain", "1.3": "the address is malformed", "1.6": "the mailbox has moved", "1.10": "the domain takes no mail",
	"2.1": "the mailbox is switched off", "2.2": "mailbox full", "2.3": "the mail is too large for the mailbox",
	"3.4": "the mail is too large", "4.1": "the remote host does not answer", "4.4": "there is no route to the remote host", "4.6": "a mail loop", "4.7": "it could not be delivered in time",
	"7.1": "refused by the remote's policy", "7.26": "refused, as our mail could not be authenticated",
	"1": "the address is not accepted", "2": "the mailbox does not take the mail", "3": "the remote mail system has a fault",
	"4": "the remote host could not be reached", "5": "the mail servers do not understand each other", "6": "the content was not accepted", "7": "refused by the remote's policy",
}

// Words returns the failure in words, with its code.
func (f Failure) Words() string {
	_, detail, _ := strings.Cut(f.Status, ".")
	subject, _, _ := strings.Cut(detail, ".")
	words := statusWords[detail]
	if words == "" {
		words = statusWords[subject]
	}
	switch {
	case words != "":
		return words + " (" + f.Status + ")"
	case f.Said != "":
		return strings.Join(strings.Fields(f.Said), " ")
	}
	return "no reason is given"
}
