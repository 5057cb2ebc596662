package desk

import (
	"maildesk/desk/silence"
	"regexp"
	"strings"
)

// failure is why a mail did not arrive.
type failure struct {
	status string // RFC 3463, as in "5.1.1"; empty: unknown
	said   string // the remote's words
	own    bool   // the next hop's own trouble (or ours), which says nothing of the address
}

var enhancedStatus = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)

// failureOf reads what the next hop answered to a mail that was given up. Only
// what it says of the address counts against the address: a refusal to relay,
// or five days without an answer, is a trouble of ours.
func failureOf(code int, text string) failure {
	f := failure{status: enhancedStatus.FindString(text), said: text}
	switch {
	case code < 500:
		f.own = true
	case strings.HasPrefix(f.status, "5.1."), strings.HasPrefix(f.status, "5.2."):
	case f.status == "" && (code == 550 || code == 551 || code == 553): // RFC 5321 section 4.2.2
		f.status = "5.1.0"
	default:
		f.own = true
	}
	return f
}

// rule gives how this failure counts against its address.
func (f failure) rule() silence.Strikes {
	switch {
	case f.own, strings.HasPrefix(f.status, "4"):
		return silence.Strikes{}
	case f.status == "5.1.1":
		return silence.NoSuchBox
	default:
		return silence.TwoBounces
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

// words tells the failure in words, with its code.
func (f failure) words() string {
	_, detail, _ := strings.Cut(f.status, ".")
	subject, _, _ := strings.Cut(detail, ".")
	words := statusWords[detail]
	if words == "" {
		words = statusWords[subject]
	}
	switch {
	case words != "":
		return words + " (" + f.status + ")"
	case f.said != "":
		return strings.Join(strings.Fields(f.said), " ")
	}
	return "no reason is given"
}
