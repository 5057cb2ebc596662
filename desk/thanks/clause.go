package thanks

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clause is a piece of a text between punctuation marks or ends of lines.
type clause struct{ words []word }

// longLine is from how many letters on a line may have been wrapped, so that its
// end ends no clause.
const longLine = 50

// glad and sad are faces in letters.
var (
	glad = regexp.MustCompile(`(?:[:;=8]-?[)D\]pP*]+|\(:|\^_?\^|<3|:-?3)(?:\s|$|[.,!])`)
	sad  = regexp.MustCompile(`[:;=]['’]?-?[(\[/|\\]`)
)

// praise are the emojis that thank, praise or agree; those of friendly faces and
// of decoration say nothing. Any other is not understood.
const (
	praise     = "👍🆗👌🙏🎉🙌👏💪✅✔☑❤🧡💛💚💙💜🖤🤍🤎💖💯🥳🤩🏆🤝🤗🫶💐🥰😍😘"
	decoration = "😀😃😄😁😆😅😂🤣😊😇🙂😉😌😎😋😜😝✨⭐🌟🌞☀🍀🌹🌷🌸🍪🍫🍺🍻🥂🍾☕🎄🎅🎁👋🫡🚀🔥♥"
)

// clausesOf splits a text. Praised reports an emoji of thanks. ok is false where
// the text has something that mere thanks have not: a question, a figure, a link,
// an unhappy face, a sign that is not understood.
func clausesOf(text string) (clauses []clause, praised, ok bool) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if strings.ContainsAny(text, "?¿？؟@/\\#") || sad.MatchString(text) {
		body, _, signed := cutSignature(text)
		if !signed || strings.ContainsAny(body, "?¿？؟@/\\#") || sad.MatchString(body) || strings.ContainsAny(text, "?¿？؟") {
			return nil, false, false
		}
	}
	text = glad.ReplaceAllString(text, "\n")
	var current []word
	end := func() {
		if len(current) > 0 {
			clauses, current = append(clauses, clause{current}), nil
		}
	}
	body, signature, _ := cutSignature(text)
	for line := range strings.SplitSeq(body, "\n") {
		for piece := range strings.FieldsFuncSeq(line, isBreak) {
			for _, field := range strings.Fields(piece) {
				field, p, fine := withoutEmoji(field)
				if praised = praised || p; !fine {
					return nil, false, false
				}
				current = append(current, split(field)...)
			}
			end()
		}
		if utf8.RuneCountInString(line) >= longLine && len(clauses) > 0 && !endsSentence(line) {
			current, clauses = clauses[len(clauses)-1].words, clauses[:len(clauses)-1]
		}
	}
	end()
	for line := range strings.SplitSeq(signature, "\n") {
		if current = split(line); len(current) > 0 {
			clauses = append(clauses, clause{current})
		}
	}
	return clauses, praised, true
}

// cutSignature cuts a text below the first line that is nothing but the end of a
// letter, such as "Kind regards", in any language. Signed: there is one.
func cutSignature(text string) (body, signature string, signed bool) {
	at := 0
	for line := range strings.SplitAfterSeq(text, "\n") {
		at += len(line)
		words := split(line)
		if len(words) == 0 {
			continue
		}
		for _, v := range vocabularies() {
			if k, n := v.match(words); k == bye && n == len(words) {
				return text[:at], text[at:], true
			}
		}
	}
	return text, "", false
}

// isBreak reports whether a rune ends a clause. Hyphens and apostrophes do not.
func isBreak(r rune) bool {
	return strings.ContainsRune(".,;:!…()[]{}\"„“”«»–—|•*~<>¡", r)
}

func endsSentence(line string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimSpace(line))
	return isBreak(last)
}

// withoutEmoji takes emojis out of a word. Praised: one of them praises. Fine is
// false for a digit, or a sign that is neither letter nor known.
func withoutEmoji(s string) (text string, praised, fine bool) {
	var out strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			return "", false, false
		case unicode.IsLetter(r), unicode.IsMark(r) && r != '\uFE0F':
			out.WriteRune(r)
		case strings.ContainsRune(praise, r):
			praised = true
			out.WriteByte(' ')
		case strings.ContainsRune(decoration, r), r >= 0x1F3FB && r <= 0x1F3FF: // and tones of skin
			out.WriteByte(' ')
		case unicode.IsPunct(r), r == '+', r == '`', r == '´', r == '\uFE0F', unicode.Is(unicode.Cf, r):
			out.WriteByte(' ')
		default:
			return "", false, false
		}
	}
	return out.String(), praised, true
}
