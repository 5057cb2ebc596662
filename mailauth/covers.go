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
	has := map[string]int{}
	for _, field := range h {
		has[strings.ToLower(strings.TrimSpace(field.Name))]++
	}
	return slices.ContainsFunc(h, func(field mailparse.Field) bool {
		if !strings.EqualFold(strings.TrimSpace(field.Name), "DKIM-Signature") {
			return false
		}
		domain, signed := "", map[string]int{}
		for tag := range strings.SplitSeq(field.Raw, ";") {
			name, value, _ := strings.Cut(tag, "=")
			switch value = strings.Join(strings.Fields(value), ""); strings.TrimSpace(name) {
			case "d":
				domain = strings.TrimSuffix(value, ".")
			case "h":
				for name := range strings.SplitSeq(strings.ToLower(value), ":") {
					signed[name]++
				}
			}
		}
		covers := func(name string) bool { return signed[name] >= has[name] }
		named := func(name string) bool { return signed[name] > 0 && covers(name) }
		whole := covers("from") && covers("subject") &&
			(named("to") || named("message-id") || has["to"]+has["message-id"] == 0)
		return !whole && of(domain)
	})
}
