package mailparse

import (
	"regexp"
	"strings"

	"maildesk/mailparse/html"
	"maildesk/mailparse/quote"
)

// Some programs write a plain text in which a link is its words alone. A reader of the text could not follow it, so
// where it leads is put behind these words.

const maxLinks = 20 // of a mail that are put into its plain text

// placeLinks puts the targets of links into a plain text that lacks them, behind the words of each. Those whose words are not in
// what comes before older mail are returned, with their words.
func placeLinks(plain string, links []html.Link) (placed string, left []string) {
	have := strings.Join(strings.Fields(plain), "")
	own := ownLines(plain)
	whole := len(own) == len(plain)
	n := 0
	for _, l := range links {
		if n == maxLinks {
			break
		}
		bare := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(l.Target, "https://"), "http://"), "/")
		if picture := strings.HasPrefix(l.Shown, "[") && strings.HasSuffix(l.Shown, "]"); picture || strings.Contains(have, strings.Join(strings.Fields(bare), "")) {
			continue
		}
		have += l.Target
		n++
		before := strings.Fields(l.Before)
		words := strings.Fields(l.Shown)
		_, end, found := quote.FindWords(own, append(before[max(0, len(before)-marksBeside):], words...))
		if !found {
			_, end, found = quote.FindWords(own, words)
		}
		if !found && !whole {
			continue // older mail may have it
		}
		if !found {
			left = append(left, strings.Join(words, " ")+" <"+l.Target+">")
			continue
		}
		mark := " <" + l.Target + ">"
		own, plain = own[:end]+mark+own[end:], plain[:end]+mark+plain[end:]
	}
	return plain, left
}

// ownLines returns what stands in a text before the first line that is quoted, or that names an address as the head
// of an older mail does.
func ownLines(plain string) string {
	at := 0
	for line := range strings.Lines(plain) {
		if strings.HasPrefix(line, ">") || headLine.MatchString(line) {
			break
		}
		at += len(line)
	}
	return plain[:at]
}

// headLine is a line such as "From: Ana Roth <ana@example.net>", or "On … Ana Roth <ana@example.net> wrote:".
var headLine = regexp.MustCompile(`^\s*\*?[\pL ]{1,16}:\*?\s.*@|@.*:\s*$`)
