package mailparse

import (
	"slices"
	"strings"
)

// What is said of parts that are encrypted.
const (
	problemOpenPGP = "encrypted with OpenPGP"
	problemSMIME   = "encrypted with S/MIME"
)

// armor begins what is encrypted within a text (RFC 9580 section 6.2.1).
const armor = "-----BEGIN PGP MESSAGE-----"

// isEncrypted reports whether what the author of a mail newly wrote is encrypted.
func (m *Message) isEncrypted() bool {
	if slices.ContainsFunc(m.Problems, func(p string) bool { return p == problemOpenPGP || p == problemSMIME }) {
		return true
	}
	for line := range strings.Lines(m.Reply) {
		if strings.TrimSpace(line) == armor {
			return true
		}
	}
	return false
}
