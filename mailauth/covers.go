package mailauth

import (
	"slices"
	"strings"

	"maildesk/mailparse"
)

// Uncovered reports whether a signature of a mail (DKIM-Signature, RFC 6376 section 3.5) whose domain
// counts, as of tells of d=, leaves out what says which mail it is: whoever has the mail could send it again with other words there. It verifies nothing.
//
// A signature covers From and Subject, and To or Message-ID, each as often as the mail has it. RFC 6376 section
// 5.4.1 recommends more, which common signers leave out: Plesk and SendGrid the Date, OpenDKIM the Message-ID, Exchange
// Online To, Gmail Content-Type.
func Uncovered(h mailparse.Header, of func(domain string) bool) bool {
	return slices.ContainsFunc(signaturesOf(h), func(s signature) bool { return !s.whole && of(s.domain) })
}

// Covered reports whether one of the signatures that hold says which mail it is. holds tells of d= and s=, and of
// how many fields have these two, whether all of them hold and count.
func Covered(h mailparse.Header, holds func(domain, selector string, n int) bool) bool {
	all := signaturesOf(h)
	return slices.ContainsFunc(all, func(s signature) bool {
		n := 0
		for _, other := range all {
			if strings.EqualFold(other.domain, s.domain) && strings.EqualFold(other.selector, s.selector) {
				n++
			}
		}
		return s.whole && holds(s.domain, s.selector, n)
	})
}

// signature is what a field DKIM-Signature says.
type signature struct {
	domain, selector string // without a dot at its end
	whole            bool   // it says which mail it is
}

// signaturesOf reads the fields DKIM-Signature of a mail.
func signaturesOf(h mailparse.Header) (all []signature) {
	has := map[string]int{}
	for _, field := range h {
		has[strings.ToLower(strings.TrimSpace(field.Name))]++
	}
	for _, field := range h {
		if !strings.EqualFold(strings.TrimSpace(field.Name), "DKIM-Signature") {
			continue
		}
		var s signature
		signed := map[string]int{}
		for tag := range strings.SplitSeq(field.Raw, ";") {
			name, value, _ := strings.Cut(tag, "=")
			switch value = strings.Join(strings.Fields(value), ""); strings.TrimSpace(name) {
			case "d":
				s.domain = strings.TrimSuffix(value, ".")
			case "s":
				s.selector = value
			case "h":
				for name := range strings.SplitSeq(strings.ToLower(value), ":") {
					signed[name]++
				}
			}
		}
		covers := func(name string) bool { return signed[name] >= has[name] }
		named := func(name string) bool { return signed[name] > 0 && covers(name) }
		s.whole = covers("from") && covers("subject") &&
			(named("to") || named("message-id") || has["to"]+has["message-id"] == 0)
		all = append(all, s)
	}
	return all
}
