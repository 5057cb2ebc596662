package silence

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"maildesk/mailparse/phrase"
)

//go:embed receipts.txt
var receiptsTable string

// receiptPhrases are the phrases of receipts.txt, folded.
var receiptPhrases = sync.OnceValue(func() *phrase.Set {
	var all []string
	for line := range strings.Lines(receiptsTable) {
		_, phrases, isRow := strings.Cut(strings.TrimSpace(line), "|")
		if !isRow || line[0] == '#' {
			continue
		}
		for one := range strings.SplitSeq(phrases, "/") {
			all = append(all, foldReceipt(one))
		}
	}
	return phrase.NewSet(all)
})

// receiptLength is how many bytes of a text are looked at: a receipt says at once
// what it is.
const receiptLength = 600

// SoundsLikeReceipt reports whether a mail speaks as a machine that confirms that
// it got one. People may speak so, too: it is a sign beside others.
func SoundsLikeReceipt(subject, text string) bool {
	said := foldReceipt(subject) + "\n" + foldReceipt(strings.ToValidUTF8(text[:min(len(text), receiptLength)], ""))
	return receiptPhrases().Any(said)
}

// foldReceipt returns a text as phrases are compared: in lower case, one blank
// between words, without figures and the marks around them.
func foldReceipt(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r), r == '#', r == '[', r == ']', r == '(', r == ')', r == '<', r == '>':
			return ' '
		case r == '\u2019':
			return '\''
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(s))
	return strings.Join(strings.Fields(s), " ")
}
