// Package leak looks through what is about to leave the desk for what must stay
// inside: the signed addresses by which agents act, and the Message-IDs of
// internal mails. It is pure.
//
// Such words seldom stand there as they were made. A notice is attached as a
// mail, saved as a page, pasted from one: lines are wrapped, a plus is %2B, &#43;
// or =2B, the whole is base64, or somebody spelt it out. So texts are decoded,
// layer by layer, and looked through without whatever can stand between two
// letters. What is found is then checked by its signature, so that nothing is
// taken for a leak that is none.
//
// The entry point is [Finder.Find].
package leak

import (
	"bytes"
	"cmp"
	"slices"

	"maildesk/threading"
)

// Source is a text or a file that is about to leave.
type Source struct {
	Name    string // shown to people
	Content []byte
}

// Keys checks signatures. *threading.Keyring does.
type Keys interface {
	ParseReplyAddress(address string) (t threading.Token, base string, ok bool)
	ParseMessageID(id string) (t threading.Token, ok bool)
}

// Finder knows what is ours.
type Finder struct {
	Keys Keys
	Host string // behind the @ of our Message-IDs
	// Beside says that the mail is for somebody who is asked beside the correspondence,
	// a vendor or an approver: the addresses of such are no leak there.
	Beside bool
}

// Finding is something internal in a source.
type Finding struct {
	Source string // its name
	Word   string // what was found, shortened so that it is worth nothing
}

const (
	maxLayers = 4        // that are taken off one source, one after the other
	maxBytes  = 96 << 20 // that are looked through of all sources and layers
	checkCost = 1 << 10  // bytes that could be looked through while one signature is checked
)

// Find returns what is internal in the sources, in their order, at most one
// finding for each. Its work is bounded and grows with the length of the sources:
// short ones are looked through first, so that a huge one does not use up what
// the notice attached beside it needs. Files that are no texts, such as pictures,
// are looked through as they are, not decoded.
func (f Finder) Find(sources ...Source) []Finding {
	look := search{Finder: f, left: maxBytes}
	words := make([]string, len(sources))
	for _, i := range shortestFirst(sources) {
		for _, content := range [][]byte{[]byte(sources[i].Name), sources[i].Content} {
			if words[i] = look.within(content, maxLayers); words[i] != "" {
				break
			}
		}
	}
	var all []Finding
	for i, word := range words {
		if word != "" {
			all = append(all, Finding{sources[i].Name, word})
		}
	}
	return all
}

// shortestFirst returns the indices of sources by the length of their content.
func shortestFirst(sources []Source) []int {
	order := make([]int, len(sources))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(sources[a].Content), len(sources[b].Content)) })
	return order
}

// search is the work of one Find.
type search struct {
	Finder
	left int // of maxBytes
}

// within looks through some bytes and the layers below them.
func (f *search) within(content []byte, layers int) string {
	for ; layers > 0; layers-- {
		if f.left -= len(content); f.left < 0 || len(content) < minTag {
			return ""
		}
		if word := f.squeezed(content); word != "" {
			return word
		}
		if !textual(content) && !zipped(content) && !gzipped(content) {
			return ""
		}
		for _, inner := range f.contained(content) {
			if word := f.within(inner, layers-1); word != "" {
				return word
			}
		}
		next := unescape(content)
		if bytes.Equal(next, content) {
			return ""
		}
		content = next
	}
	return ""
}

// squeezed looks through a text without what stands between letters: as it is,
// without its tags, and with the marks that somebody spelt out.
func (f *search) squeezed(content []byte) string {
	text := squeeze(plainLetters(content))
	if word := f.scan(text); word != "" {
		return word
	}
	if untagged := withoutTags(content); untagged != nil {
		if word := f.scan(squeeze(plainLetters(untagged))); word != "" {
			return word
		}
	}
	for _, said := range unspell(text) {
		if word := f.scan(said); word != "" {
			return word
		}
	}
	return ""
}
