package mailauth

import (
	"strings"

	"maildesk/mailparse"
)

// Signers returns the domains that the topmost signatures of a mail name (d= of DKIM-Signature, RFC 6376
// section 3.5), up to a number of signatures, as they stand there. It verifies nothing.
func Signers(h mailparse.Header, most int) (domains []string) {
	for _, field := range h {
		if !strings.EqualFold(field.Name, "DKIM-Signature") {
			continue
		}
		if most--; most < 0 {
			break
		}
		for tag := range strings.SplitSeq(field.Value, ";") {
			name, value, _ := strings.Cut(tag, "=")
			if strings.TrimSpace(name) == "d" {
				domains = append(domains, strings.Join(strings.Fields(value), ""))
				break
			}
		}
	}
	return domains
}
