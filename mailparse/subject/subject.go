// Package subject reads the prefixes of subjects ("Re:", "AW:", "Fwd:") in the
// languages of mail clients. It does not decode subjects (RFC 2047), and knows
// nothing of the tags of tickets.
//
// Begin with [Fold].
package subject

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"maildesk/mailparse/phrase"
)

// Fold returns a subject as rules compare it: NFKC, lower case, single
// blanks.
func Fold(s string) string {
	if !phrase.ASCII(s) {
		s = norm.NFKC.String(s)
	}
	s = strings.ToLower(s)
	if strings.Contains(s, "  ") || strings.TrimSpace(s) != s {
		s = strings.Join(strings.Fields(s), " ")
	}
	return s
}

// replyPrefixes begin the subjects of replies, in the languages of mail
// clients.
var replyPrefixes = map[string]bool{
	"re": true, "aw": true, "antw": true, "sv": true, "vs": true, "odp": true, "r": true,
	"res": true, "rif": true, "ynt": true, "yn": true, "vá": true, "bls": true, "atb": true, "απ": true, "σχετ": true,
	"回复": true, "回覆": true, "答复": true, "答覆": true, "返信": true, "회신": true, "답장": true, "отв": true, "на": true,
	"hа": true, "відп": true, "trả lời": true, "رد": true, "תשובה": true, "ατ": true, "svar": true, "external": true, "extern": true, "ext": true,
}

// IsForward reports whether a subject is that of a forwarded mail.
func IsForward(subject string) bool {
	head, _, found := strings.Cut(strings.ToLower(subject), ":")
	switch strings.TrimSpace(head) {
	case "fwd", "fw", "wg", "tr", "rv", "i", "enc", "vb", "vl", "pd", "doorst", "doorgestuurd", "továbbítás", "ilt", "i̇lt", "redir", "redir.",
		"videresend", "videresendt", "prox", "fs", "πρθ", "пересл", "перенаправлено", "препр", "הועבר", "إعادة توجيه", "转发", "轉寄", "転送", "전달", "chuyển tiếp":
		return found
	}
	return false
}

// MayPassOn reports whether a subject begins with the prefix "VS:", which passes
// on in Danish and Norwegian (videresendt) and answers in Finnish (vastaus).
func MayPassOn(subject string) bool {
	head, _, found := strings.Cut(subject, ":")
	return found && strings.EqualFold(strings.TrimSpace(head), "vs")
}

// CutPrefix takes one "Re:" or "[tag]" off a folded subject; the same
// subject if there is none.
func CutPrefix(s string) string {
	if strings.HasPrefix(s, "[") {
		if end := strings.IndexByte(s, ']'); end > 0 && end < 80 {
			return strings.TrimSpace(s[end+1:])
		}
		return s
	}
	head, rest, found := strings.Cut(s, ":")
	if !found || len(head) > 20 {
		return s
	}
	head = strings.TrimSpace(head)
	if open := strings.IndexAny(head, "[(^"); open > 0 { // Re[2]:, Re(2):, Re^2:
		head = head[:open]
	}
	if replyPrefixes[strings.TrimRight(head, "0123456789 ")] {
		return strings.TrimSpace(rest)
	}
	return s
}

// IsReply reports whether a subject begins with the prefix of a reply.
func IsReply(subject string) bool {
	prefix, _, found := strings.Cut(strings.ToLower(subject), ":")
	return found && replyPrefixes[prefix]
}
