package markup

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// word is a word of a page: its letters and digits, and where it stands. One of which a
// part is set apart, as by bold letters, begins in one text of the page and ends in another.
type word struct {
	plain   string
	from    place // with the marks around it
	to      place // right behind it
	picture bool  // of its mark: the text may lack it
}

// place is one in the text of a node.
type place struct {
	node *html.Node
	at   int
}

// unread are the elements whose text nobody reads.
var unread = map[atom.Atom]bool{atom.Head: true, atom.Style: true, atom.Script: true, atom.Title: true, atom.Template: true, atom.Noscript: true}

// wordsOf returns the words of a page in order, those of the marks of pictures among
// them.
func wordsOf(n *html.Node, marks map[*html.Node]string) []word {
	r := pageReader{marks: marks}
	r.read(n)
	r.end()
	return r.words
}

// pageReader collects the words of a page.
type pageReader struct {
	marks map[*html.Node]string
	words []word
	raw   string // of a word that may go on in the next text
	open  word   // the same
}

func (r *pageReader) read(n *html.Node) {
	mark, picture := r.marks[n]
	switch {
	case picture:
		r.end()
		eachWord(mark, func(raw string, start int) { r.add(n, raw, start, true) })
		r.end()
	case n.Type == html.TextNode:
		r.text(n)
	case n.Type == html.ElementNode && unread[n.DataAtom]:
		return
	}
	breaks := n.Type == html.ElementNode && !inline[n.DataAtom]
	if breaks {
		r.end()
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		r.read(child)
	}
	if breaks {
		r.end()
	}
}

// text reads the text of a node, whose first word goes on with the last one where no
// blank is between them.
func (r *pageReader) text(n *html.Node) {
	last := 0
	eachWord(n.Data, func(raw string, start int) {
		if start > 0 {
			r.end()
		}
		r.add(n, raw, start, false)
		last = start + len(raw)
	})
	if last < len(n.Data) {
		r.end()
	}
}

func (r *pageReader) add(n *html.Node, raw string, start int, picture bool) {
	if r.raw == "" {
		r.open = word{from: place{n, start}, picture: picture}
	}
	r.raw += raw
	r.open.to = place{n, start + len(raw)}
	if picture {
		r.end()
	}
}

// end ends the word that is open.
func (r *pageReader) end() {
	if r.open.plain = bare(r.raw); r.open.plain != "" {
		r.words = append(r.words, r.open)
	}
	r.raw = ""
}

// inline are the elements within which a word may begin or end.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Cite: true, atom.Code: true, atom.Del: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Ins: true,
	atom.Kbd: true, atom.Mark: true, atom.Q: true, atom.S: true, atom.Samp: true, atom.Small: true, atom.Span: true, atom.Strike: true, atom.Strong: true,
	atom.Sub: true, atom.Sup: true, atom.Tt: true, atom.U: true, atom.Var: true, atom.Wbr: true,
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
// bold, an item or quoted, and without those within it.
func bare(raw string) string {
	raw = emphasis.Replace(raw)
	return strings.TrimFunc(raw, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsSymbol(r) || strings.ContainsRune("+|~^`<>=", r)
	})
}

// emphasis are the marks by which plain text shows what is bold or underlined, also
// within a word.
var emphasis = strings.NewReplacer("*", "", "_", "")

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
