package transfer

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// plainWords is a word or a few as people write them: letters in one case but for the first.
var plainWords = regexp.MustCompile(`^(?:[A-Z]?[a-z]+|[A-Z]+)(?:\s+(?:[A-Z]?[a-z]+|[A-Z]+))*$`)

// maxPlainWords is how long such a text is at the most, in bytes.
const maxPlainWords = 60

// IsWords reports whether a text that says it is base64 is a few words instead, such as "Help":
// it reads as words, and either is no whole base64 or decodes to what nobody can read in its charset.
func IsWords(b []byte, charset string) bool {
	b = bytes.TrimSpace(b)
	if len(b) > maxPlainWords || !plainWords.Match(b) {
		return false
	}
	content, err := base64.RawStdEncoding.Strict().AppendDecode(nil, b)
	return err != nil || bytes.ContainsFunc(content, control) || isUTF8(charset) && !utf8.Valid(content)
}

// isUTF8 reports whether text in a charset is UTF-8, as ASCII is.
func isUTF8(charset string) bool {
	return slices.Contains([]string{"", "utf-8", "utf8", "us-ascii", "ascii"}, strings.ToLower(charset))
}
