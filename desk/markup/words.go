package markup

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// word is a word of a page: its letters and digits, and where it stands.
type word struct {
	plain      string
	node       *html.Node
	start, end int  // in the node's text, with the marks around it
	picture    bool // of its mark: the text may lack it
}

// unread are the elements whose text nobody reads.
var unread = map[atom.Atom]bool{atom.Head: true, atom.Style: true, atom.Script: true, atom.Title: true, atom.Template: true, atom.Noscript: true}

// wordsOf returns the words of a page in order, those of the marks of pictures among
// them.
func wordsOf(n *html.Node, marks map[*html.Node]string) (all []word) {
	text, picture := marks[n]
	if n.Type == html.TextNode {
		text = n.Data
	}
	eachWord(text, func(raw string, start int) {
		if plain := bare(raw); plain != "" {
			all = append(all, word{plain, n, start, start + len(raw), picture})
		}
	})
	if n.Type == html.ElementNode && unread[n.DataAtom] {
		return nil
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		all = append(all, wordsOf(child, marks)...)
	}
	return all
}

// eachWord calls fn with each run of characters that are no blanks.
func eachWord(text string, fn func(raw string, start int)) {
	start := -1
	for i, r := range text {
		switch blank := unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff'; {
		case blank && start >= 0:
			fn(text[start:i], start)
			start = -1
		case !blank && start < 0:
			start = i
		}
	}
	if start >= 0 {
		fn(text[start:], start)
	}
}

// bare returns a word without the marks around it, by which plain text shows what is
// bold, an item or quoted.
func bare(raw string) string {
	return strings.TrimFunc(raw, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsSymbol(r) || strings.ContainsRune("+|~^`<>=", r)
	})
}

// target is a word of the text that a page has to say.
type target struct {
	plain string
	made  bool // it may be in the text alone: a number of a list, the address of a link
}

var (
	ordinal = regexp.MustCompile(`^(?:\d{1,3}|[a-z])[.)]$`)
	address = regexp.MustCompile(`(?i)^\W*(?:https?://|mailto:|www\.|[\w.+-]+@[\w-]+\.)`)
)

// wanted returns the words of a text.
func wanted(text string) (all []target) {
	eachWord(text, func(raw string, _ int) {
		if plain := bare(raw); plain != "" {
			all = append(all, target{plain, ordinal.MatchString(raw) || address.MatchString(raw)})
		}
	})
	return all
}

// maxStarts bounds the places of a page that are tried.
const maxStarts = 100

// find returns where a page says just the words of a text: its first and its last word.
func find(said []word, all []target) (from, to int, found bool) {
	if len(all) == 0 {
		return 0, 0, false
	}
	tried := 0
	for from = range said {
		if first := all[0]; said[from].plain != first.plain && !first.made {
			continue
		}
		if tried++; tried > maxStarts {
			return 0, 0, false
		}
		if to, found = says(said[from:], all); found {
			return from, from + to, true
		}
	}
	return 0, 0, false
}

// says reports whether words begin with those of a text, and at which they end.
func says(said []word, all []target) (last int, ok bool) {
	last = -1
	for _, want := range all {
		next := last + 1
		for next < len(said) && said[next].picture && said[next].plain != want.plain {
			next++
		}
		switch {
		case next < len(said) && said[next].plain == want.plain:
			last = next
		case !want.made:
			return 0, false
		}
	}
	return last, last >= 0
}
