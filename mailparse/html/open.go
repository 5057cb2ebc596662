package html

import (
	"strings"

	"golang.org/x/net/html/atom"
)

func (r *htmlReader) push(e element) {
	if len(r.open) >= maxOpen {
		return
	}
	if e.quote {
		r.depth++
	}
	r.count(&e, 1)
	r.look, e.around = e.look, r.look
	e.linkStart = len(r.current)
	r.open = append(r.open, e)
}

func (r *htmlReader) count(e *element, n int) {
	if e.hidden {
		r.hidden += n
	}
	if e.code {
		r.code += n
	}
	if e.signature {
		r.sign += n
	}
	if e.intro {
		r.intro += n
	}
	if e.pre {
		r.pre += n
	}
}

// end closes the innermost open element of a kind, and what was left open in
// it. An end tag without a start does nothing.
func (r *htmlReader) end(tag atom.Atom) {
	for i := len(r.open) - 1; i >= 0 && i >= len(r.open)-100; i-- {
		if r.open[i].tag != tag {
			// A block is not closed by the end of something inline.
			if inline(tag) && !inline(r.open[i].tag) {
				return
			}
			continue
		}
		for len(r.open) > i {
			r.pop()
		}
		return
	}
}

func inline(tag atom.Atom) bool {
	switch tag {
	case atom.A, atom.B, atom.I, atom.U, atom.Span, atom.Font, atom.Em, atom.Strong, atom.Small, atom.Code, atom.Sup, atom.Sub, atom.S, atom.Tt, 0:
		return true
	}
	return false
}

func (r *htmlReader) pop() {
	e := r.open[len(r.open)-1]
	r.open = r.open[:len(r.open)-1]
	r.look = e.around
	if e.quote || e.intro || e.signature {
		r.breakLine() // what was said of the element is true of its last line too
	}
	r.count(&e, -1)
	if e.quote {
		r.depth--
	}
	if r.hidden > 0 || e.hidden {
		return
	}
	switch e.tag {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Pre, atom.Dl, atom.Blockquote:
		r.breakLine()
		if !e.tight {
			r.blankLine()
		}
	case atom.Div, atom.Tr, atom.Li, atom.Ul, atom.Ol, atom.Table, atom.Dt, atom.Dd, atom.Section, atom.Article, atom.Header,
		atom.Footer, atom.Body, atom.Center, atom.Address, atom.Form, atom.Fieldset, atom.Figure, atom.Main, atom.Nav, atom.Aside, atom.Caption:
		r.breakLine()
	case atom.A:
		r.endLink(&e)
	}
}

// maxShown bounds the text of a link that is told of, and that before it.
const maxShown = 300

// endLink writes the target behind a link that does not show it.
func (r *htmlReader) endLink(e *element) {
	if !r.links && r.link == nil && !strings.HasPrefix(e.href, "mailto:") || e.href == "" || e.linkStart > len(r.current) {
		return
	}
	shown := strings.TrimSpace(string(r.current[e.linkStart:]))
	target := strings.TrimPrefix(e.href, "mailto:")
	bare := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(target, "https://"), "http://"), "www."), "/")
	if shown == "" || strings.Contains(shown, bare) || strings.HasPrefix(e.href, "#") || len(target) > 500 {
		return
	}
	if !r.links && target == e.href {
		if own := r.depth == 0 && !r.history && r.intro == 0 && r.sign == 0; own && r.link != nil && len(shown) <= maxShown {
			r.link(Link{Before: strings.ToValidUTF8(string(r.current[max(0, e.linkStart-maxShown):e.linkStart]), ""), Shown: shown, Target: target})
		}
		return
	}
	r.current = append(r.current, " <"+target+">"...)
}
