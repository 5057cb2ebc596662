package mailparse

import "strings"

// armor begins what is encrypted within a text (RFC 9580 section 6.2.1).
const armor = "-----BEGIN PGP MESSAGE-----"

// isArmored reports whether something encrypted stands in a text.
func isArmored(text string) bool {
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == armor {
			return true
		}
	}
	return false
}
