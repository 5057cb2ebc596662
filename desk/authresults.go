package desk

import (
	"slices"
	"strings"

	"github.com/emersion/go-msgauth/authres"

	"maildesk/mailparse"
)

// authResults are the results of SPF, DKIM and DMARC (RFC 8601 section 2.7),
// empty where nobody checked.
type authResults struct{ spf, dkim, dmarc string }

// maxAuthResults bounds the Authentication-Results fields that are read of one
// mail: a mail server adds one to four.
const maxAuthResults = 20

// authResults gives what the mail servers that the admin trusts say of a mail.
// They stand in the field's authserv-id; whoever writes such a field from
// outside is expected to lose it at them (RFC 8601 section 5). The topmost word on
// a method counts, as the last server wrote it; of several signatures a good one.
func (s *Settings) authResults(h mailparse.Header) authResults {
	var all authResults
	first := func(have *string, value authres.ResultValue) {
		if *have == "" {
			*have = strings.ToLower(string(value))
		}
	}
	fields := h.All("Authentication-Results")
	for _, field := range fields[:min(len(fields), maxAuthResults)] {
		id, results, err := authres.Parse(plainField(field))
		if err != nil || !slices.ContainsFunc(s.AuthServers, func(server string) bool { return strings.EqualFold(server, id) }) {
			continue
		}
		signed := all.dkim == ""
		for _, r := range results {
			switch r := r.(type) {
			case *authres.SPFResult:
				first(&all.spf, r.Value)
			case *authres.DMARCResult:
				first(&all.dmarc, r.Value)
			case *authres.DKIMResult:
				if signed && r.Value == authres.ResultPass {
					all.dkim = authres.ResultPass
				}
				first(&all.dkim, r.Value)
			}
		}
	}
	return all
}

// plainField takes comments (RFC 5322 section 3.2.2) and the content of quoted
// strings off a field: the parser splits at every semicolon, and in both stands
// what strangers wrote.
func plainField(field string) string {
	var b strings.Builder
	depth, quoted, escaped := 0, false, false
	for _, r := range field {
		switch {
		case escaped:
			escaped = false
		case r == '\\' && (quoted || depth > 0):
			escaped = true
		case r == '"' && depth == 0:
			quoted = !quoted
		case quoted:
		case r == '(':
			depth++
		case r == ')' && depth > 0:
			if depth--; depth == 0 {
				b.WriteByte(' ')
			}
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}
