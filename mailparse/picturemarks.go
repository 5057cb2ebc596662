package mailparse

import (
	"slices"
	"strconv"
	"strings"

	"maildesk/mailparse/quote"
)

// Some programs write a plain text without a word of the pictures that stand in the
// HTML beside it. A reader of the text would not know that there is one, so its mark is
// put where the HTML has it.

const (
	maxMarks    = 50 // pictures of a mail for which a place is sought
	marksBeside = 4  // words beside a picture by which its place is found
)

// addDrawn adds the pictures that stand within pages behind all other files, whose numbers people know.
func (b *body) addDrawn() {
	for _, p := range b.drawn {
		if b.mark(p.ContentID) == "" {
			b.addFile(Attachment{Name: "picture-" + strconv.Itoa(len(b.attachments)+1) + p.Extension, Type: p.Type, ContentID: p.ContentID, Inline: true, Content: p.Content})
		}
	}
}

// gmailMarks returns a plain text with the marks that Gmail writes for pictures as ours.
func gmailMarks(plain string, names []string) string {
	if !strings.Contains(plain, "[image: ") {
		return plain
	}
	for _, name := range names {
		plain = strings.ReplaceAll(plain, "[image: "+name+"]", "["+name+"]")
	}
	return plain
}

// placeMarks puts the marks of pictures into a plain text that lacks them: where they
// stand among the author's own words in the page beside it. Those whose place is not
// found are returned.
func placeMarks(plain string, page []quote.Line, names []string) (placed string, left []string) {
	for i, l := range page {
		if l.Depth > 0 || l.History || l.Intro {
			break // older mail begins: its pictures are its own
		}
		if structured(l) {
			continue
		}
		for _, name := range names {
			mark := "[" + name + "]"
			at := strings.Index(l.Text, mark)
			if at < 0 || strings.Contains(plain, mark) || slices.Contains(left, mark) || len(left) == maxMarks {
				continue
			}
			before, after := wordsBefore(page[:i], l.Text[:at], names), wordsAfter(page[i+1:], l.Text[at+len(mark):], names)
			alone := strings.TrimSpace(withoutMarks(l.Text, names)) == ""
			found := false
			if plain, found = placeMark(plain, mark, before, after, alone); !found {
				left = append(left, mark)
			}
		}
	}
	return plain, left
}

// wordsBefore returns the last words before a place in a page.
func wordsBefore(lines []quote.Line, text string, names []string) []string {
	words := strings.Fields(withoutMarks(text, names))
	for _, l := range slices.Backward(lines) {
		if len(words) >= marksBeside {
			break
		}
		words = append(strings.Fields(withoutMarks(l.Text, names)), words...)
	}
	return words[max(0, len(words)-marksBeside):]
}

// wordsAfter returns the first words behind a place in a page.
func wordsAfter(lines []quote.Line, text string, names []string) []string {
	words := strings.Fields(withoutMarks(text, names))
	for _, l := range lines {
		if len(words) >= marksBeside || structured(l) {
			break
		}
		words = append(words, strings.Fields(withoutMarks(l.Text, names))...)
	}
	return words[:min(len(words), marksBeside)]
}

// structured reports whether a line is none of the author's own text.
func structured(l quote.Line) bool { return l.Depth > 0 || l.History || l.Intro || l.Signature }

func withoutMarks(text string, names []string) string {
	for _, name := range names {
		text = strings.ReplaceAll(text, "["+name+"]", " ")
	}
	return text
}

// placeMark puts a mark behind some words of a text or, where these are not in it, before
// others.
func placeMark(text, mark string, before, after []string, alone bool) (string, bool) {
	gap := " "
	if alone {
		gap = "\n\n"
	}
	if len(before) == 0 && alone {
		return mark + "\n\n" + text, true
	}
	if _, end, found := quote.FindWords(text, before); found {
		return text[:end] + gap + mark + text[end:], true
	}
	if start, _, found := quote.FindWords(text, after); found {
		return text[:start] + mark + gap + text[start:], true
	}
	return text, false
}
