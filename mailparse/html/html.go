package html

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"maildesk/mailparse/charset"
	"maildesk/mailparse/quote"
	"maildesk/mailparse/room"
)

// Lines reads an HTML page into lines. It works on tokens, in one pass: the
// tree builder of x/net/html gives up at 512 open elements, and hostile mail
// has more. It ends where there is no room left.
//
// White letters for which the page names no ground cannot be seen, and are left out,
// unless its author has written in nothing else: then the program that she wrote it with
// is dark, and shows them.
func Lines(page string, o Options, left *room.Room) []quote.Line {
	r := &htmlReader{room: left, links: o.Links, link: o.Link, picture: o.Picture}
	lines := r.read(page)
	if r.dim && !slices.ContainsFunc(lines, written) {
		r = &htmlReader{room: left, links: o.Links, link: o.Link, picture: o.Picture, dark: true}
		lines = r.read(page)
	}
	return lines
}

// written reports whether a line has words that are not marked as somebody else's, or as
// those of a program.
func written(l quote.Line) bool {
	return l.Depth == 0 && !l.History && !l.Intro && !l.Signature && strings.ContainsFunc(l.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

func (r *htmlReader) read(page string) []quote.Line {
	r.look, r.lines, r.current = plainLook, make([]quote.Line, 0, len(page)/128+8), make([]byte, 0, 256)
	left := r.room
	z := html.NewTokenizer(strings.NewReader(page))
	z.SetMaxBuf(0)
	for {
		if len(r.current) > left.Bytes {
			r.newLine()
		}
		if left.Full {
			return r.finish()
		}
		switch z.Next() {
		case html.ErrorToken:
			r.breakLine()
			return r.finish()
		case html.TextToken:
			r.addText(z.Text())
		case html.StartTagToken, html.SelfClosingTagToken:
			r.start(z)
		case html.EndTagToken:
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			r.blockSince = r.blockSince || !inline(tag)
			r.end(tag)
		}
	}
}

// Options say what the lines of a page show beside its words.
type Options struct {
	Links bool // the targets of links, behind their text
	// Picture returns the mark for a picture that belongs to the mail, by its
	// Content-ID; empty: none. It may be nil.
	Picture func(contentID string) string
	// Link is told of each link among the author's own words whose text does not show where it leads, in
	// order. It may be nil.
	Link func(l Link)
}

// Link is a link of a page.
type Link struct {
	Before string // the end of what stands before it on its line
	Shown  string // its text
	Target string
}

// element is an open element that means something for the text.
type element struct {
	tag       atom.Atom
	quote     bool
	hidden    bool
	code      bool // it holds no text of the page (a script, a style)
	signature bool
	intro     bool
	pre       bool
	indent    bool // a blockquote that only indents the author's own text
	cited     bool // a blockquote that says that it is a quote
	tight     bool // a paragraph without a margin (Word's MsoNormal)
	href      string
	linkStart int // length of the line when the link began
	items     int // of a list, so far
	around    look
	look      look
}

// maxOpen bounds the stack of open elements; deeper ones are transparent.
const maxOpen = 1000

type htmlReader struct {
	links   bool
	link    func(Link)
	picture func(contentID string) string
	room    *room.Room
	lines   []quote.Line
	current []byte // the line being written
	space   bool   // a blank is due before the next word
	held    bool   // the line has a no-break space: it stands even if there is nothing else
	open    []element
	depth   int // quotes that are open
	hidden  int
	sign    int
	intro   int
	pre     int
	history bool
	look    look  // of the innermost element
	sheet   sheet // of the page, so far
	dark    bool  // the page is read as a dark program shows it
	dim     bool  // letters were left out that such a program shows

	code        int // elements that hold no text, and are open
	unseen      []unseen
	hiddenBytes int  // of unseen
	blockSince  bool // something stands between the last of unseen and what follows
}

func (r *htmlReader) addText(text []byte) {
	if n := len(r.open); n > 0 && r.open[n-1].tag == atom.Style {
		r.sheet.add(string(text))
	}
	if r.concealed() {
		r.hide(text)
		return
	}
	if r.pre > 0 {
		for found := true; found && !r.room.Full; {
			var l []byte
			l, text, found = bytes.Cut(text, []byte("\n"))
			r.current = append(r.current, bytes.TrimSuffix(l, []byte("\r"))...)
			if found {
				r.newLine()
			}
		}
		return
	}
	for len(text) > 0 {
		if n := blankLength(text); n > 0 {
			r.space = true
			r.held = r.held || text[0] == 0xc2 // a no-break space
			text = text[n:]
			continue
		}
		end := 1
		for end < len(text) && (text[end] > ' ' && text[end] < utf8.RuneSelf || blankLength(text[end:]) == 0) {
			end++
		}
		r.word(text[:end])
		text = text[end:]
	}
}

// concealed reports whether text at this place cannot be seen.
func (r *htmlReader) concealed() bool {
	if r.hidden > 0 {
		return true
	}
	if !r.look.hides() {
		return false
	}
	if !r.look.dim() {
		return true
	}
	r.dim = true
	return !r.dark
}

// blankLength returns the length of the blank character that s begins with, or 0.
func blankLength(s []byte) int {
	if s[0] < utf8.RuneSelf {
		if s[0] == ' ' || s[0] >= '\t' && s[0] <= '\r' {
			return 1
		}
		return 0
	}
	if s[0] != 0xc2 && s[0] != 0xe1 && s[0] != 0xe2 && s[0] != 0xe3 {
		return 0 // no blank begins so
	}
	if c, size := utf8.DecodeRune(s); unicode.IsSpace(c) {
		return size
	}
	return 0
}

func (r *htmlReader) word(s []byte) {
	if n := len(r.current); r.space && n > 0 && r.current[n-1] != ' ' {
		r.current = append(r.current, ' ')
	}
	r.space = false
	r.current = append(r.current, s...)
}

// breakLine ends the current line, if there is any text in it.
func (r *htmlReader) breakLine() {
	r.space = false
	if len(r.current) > 0 || r.held {
		r.newLine()
	}
}

// newLine ends the current line, be it empty.
func (r *htmlReader) newLine() {
	if r.room.Full {
		return
	}
	text := strings.TrimRightFunc(charset.CleanText(string(r.current)), unicode.IsSpace)
	left := r.room.Bytes
	if !r.room.Take(text) {
		if len(text) > left && left > len(room.CutLine) { // one long line
			r.lines = append(r.lines, quote.Line{Text: strings.ToValidUTF8(text[:left], ""), Depth: r.depth, History: r.history})
		}
		text = room.CutLine
	}
	r.lines = append(r.lines, quote.Line{Text: text, Depth: r.depth, History: r.history, Intro: r.intro > 0, Signature: r.sign > 0})
	r.current = r.current[:0]
	r.space, r.held = false, false
}

// blankLine leaves one empty line after what came before.
func (r *htmlReader) blankLine() {
	r.breakLine()
	n := len(r.lines)
	switch {
	case n == 0:
	case r.lines[n-1].Text != "":
		r.newLine()
	default:
		r.lines[n-1].Depth = min(r.lines[n-1].Depth, r.depth)
	}
}

func (r *htmlReader) start(z *html.Tokenizer) {
	name, more := z.TagName()
	e := element{tag: atom.Lookup(name), look: r.look}
	r.blockSince = r.blockSince || !inline(e.tag)
	if more {
		r.attributes(z, &e)
	} else if len(r.sheet.rules) > 0 {
		e.hidden = e.look.dress(r.sheet.styleOf(e.tag.String(), "", ""))
	}
	switch e.tag {
	case atom.Br:
		r.newLineOrSpace()
		return
	case atom.Hr:
		if r.hidden == 0 {
			r.breakLine()
			r.current = append(r.current, "---"...)
			r.newLine()
		}
		return
	case atom.Img, atom.Meta, atom.Link, atom.Input, atom.Base, atom.Col, atom.Area, atom.Wbr:
		return
	case atom.Blockquote:
		e.quote = e.cited || !e.indent
	case atom.Pre:
		e.pre = true
	}
	e.code = neverShown(e.tag)
	e.hidden = e.hidden || e.code
	r.layout(&e)
	r.push(e)
}

// newLineOrSpace is <br>: it ends the line, be it empty.
func (r *htmlReader) newLineOrSpace() {
	if r.hidden == 0 {
		r.newLine()
	}
}

// layout breaks the line where a browser would.
func (r *htmlReader) layout(e *element) {
	if r.hidden > 0 {
		return
	}
	switch e.tag {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Pre, atom.Dl, atom.Table, atom.Blockquote:
		if e.tight || e.tag == atom.Table {
			r.breakLine()
		} else {
			r.blankLine()
		}
	case atom.Li:
		r.breakLine()
		r.bullet()
	case atom.Td, atom.Th:
		if n := len(r.open); len(r.current) > 0 && n > 0 {
			r.current = append(r.current, " | "...)
			r.space = false
		}
	case atom.Div, atom.Ul, atom.Ol, atom.Tr, atom.Dt, atom.Dd, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Body, atom.Center,
		atom.Address, atom.Form, atom.Fieldset, atom.Figure, atom.Main, atom.Nav, atom.Aside, atom.Caption:
		r.breakLine()
	}
	if e.quote && e.tag != atom.Blockquote {
		r.breakLine()
	}
}

func (r *htmlReader) bullet() {
	level, mark := 0, "- "
	for i := len(r.open) - 1; i >= 0; i-- {
		if tag := r.open[i].tag; tag != atom.Ul && tag != atom.Ol {
			continue
		}
		if level++; level == 1 && r.open[i].tag == atom.Ol {
			r.open[i].items++
			mark = strconv.Itoa(r.open[i].items) + ". "
		}
	}
	r.current = append(r.current, strings.Repeat("  ", min(max(level-1, 0), 10))+mark...)
}

// finish folds runs of empty lines and drops those at the ends.
func (r *htmlReader) finish() []quote.Line {
	r.placeUnseen()
	out := r.lines[:0]
	for _, l := range r.lines {
		if l.Text == "" && l.Hidden == "" && (len(out) == 0 || out[len(out)-1].Text == "" && len(out) > 1 && out[len(out)-2].Text == "") {
			continue
		}
		out = append(out, l)
	}
	for len(out) > 0 && out[len(out)-1].Text == "" && out[len(out)-1].Hidden == "" {
		out = out[:len(out)-1]
	}
	return out
}

// Text returns the readable text of an HTML page.
func Text(page string) string { return quote.Render(Lines(page, Options{Links: true}, room.New())) }
