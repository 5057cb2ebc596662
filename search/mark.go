package search

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"slices"

	"maildesk/ticket"
)

// Mark records what somebody has seen of a search, page by page. The next page has the best of
// what they have not seen, so that nothing comes twice or is left out when mails come in
// between two pages and the ranks change. Its items are numbers of tickets, or those that
// [OfArticles] returns. It belongs to one query.
type Mark struct {
	query uint32 // a hash
	pages [][]uint64
}

// MostMarked is how many items a mark may have.
const MostMarked = 2000

// What a mark is about: a query can search either.
const (
	MarkTickets  = "tickets"
	MarkArticles = "articles"
)

// ErrMark says that a text is no mark of a search.
var ErrMark = errors.New("this is no mark of a page of this search; the end of a page has the one of the next page")

// OfArticles returns the items for articles by their slugs: hashes of 62 bits, so that two
// articles are practically never confused.
func OfArticles[T any](all []T, slug func(T) string) (page []uint64) {
	for _, one := range all {
		page = append(page, ofSlug(slug(one)))
	}
	return page
}

func ofSlug(slug string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(slug))
	return h.Sum64() >> 2
}

// OfTickets returns the items for tickets that were found.
func OfTickets(hits []ticket.Hit) (page []uint64) {
	for _, h := range hits {
		page = append(page, uint64(h.Ticket.ID))
	}
	return page
}

// MarkOf returns the mark of somebody who has seen none of a query's results yet; what is
// [MarkTickets], [MarkArticles] or another name for what is searched.
func MarkOf(what, query string) Mark {
	h := fnv.New32a()
	h.Write([]byte(what + "\x00" + query))
	return Mark{query: h.Sum32()}
}

// With returns the mark of somebody who has seen one more page.
func (m Mark) With(page []uint64) Mark {
	if len(page) > 0 {
		m.pages = append(slices.Clip(m.pages), slices.Compact(slices.Sorted(slices.Values(page))))
	}
	return m
}

// Before returns the mark of somebody who has not seen the last page yet.
func (m Mark) Before() Mark {
	m.pages = m.pages[:max(len(m.pages)-1, 0)]
	return m
}

// Len returns how many items were seen.
func (m Mark) Len() (n int) {
	for _, page := range m.pages {
		n += len(page)
	}
	return n
}

// SeenArticle returns a function that reports whether an article was seen, nil if none was.
func (m Mark) SeenArticle() func(slug string) bool {
	if len(m.pages) == 0 {
		return nil
	}
	seen := make(map[uint64]bool, m.Len())
	for _, item := range slices.Concat(m.pages...) {
		seen[item] = true
	}
	return func(slug string) bool { return seen[ofSlug(slug)] }
}

// SeenTickets returns the numbers of the tickets that were seen.
func (m Mark) SeenTickets() (all []ticket.ID) {
	for _, item := range slices.Concat(m.pages...) {
		all = append(all, ticket.ID(item))
	}
	return all
}

// String returns the mark as [ParseMark] reads it, in letters, digits, "-" and "_": the hash of
// its query, then for each page its number of items, and the distance of each from the one before
// it. It is empty if nothing was seen.
func (m Mark) String() string {
	if len(m.pages) == 0 {
		return ""
	}
	raw := binary.BigEndian.AppendUint32(nil, m.query)
	for _, page := range m.pages {
		raw = binary.AppendUvarint(raw, uint64(len(page)))
		last := uint64(0)
		for _, item := range page {
			raw = binary.AppendUvarint(raw, item-last)
			last = item
		}
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// ParseMark parses a mark of a query (see [MarkOf]). The error is [ErrMark], also if the
// mark is of another query or has an item twice.
func ParseMark(text, what, query string) (Mark, error) {
	m := MarkOf(what, query)
	if text == "" {
		return m, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < 5 || len(raw) > 4+2*MostMarked*binary.MaxVarintLen64 || binary.BigEndian.Uint32(raw) != m.query {
		return Mark{}, ErrMark
	}
	known := map[uint64]bool{}
	for raw = raw[4:]; len(raw) > 0; {
		var page []uint64
		if page, raw = parsePage(raw, MostMarked-len(known)); page == nil {
			return Mark{}, ErrMark
		}
		for _, item := range page {
			if known[item] {
				return Mark{}, ErrMark
			}
			known[item] = true
		}
		m.pages = append(m.pages, page)
	}
	return m, nil
}

// parsePage parses the items of a page, in order, and returns the rest; nil if
// there is no page of at most that many items.
func parsePage(raw []byte, most int) (page []uint64, rest []byte) {
	items, size := binary.Uvarint(raw)
	if size <= 0 || items == 0 || items > uint64(most) {
		return nil, nil
	}
	raw = raw[size:]
	last := uint64(0)
	for i := range items {
		d, size := binary.Uvarint(raw)
		if size <= 0 || d == 0 && i > 0 || d > 1<<62 || last+d > 1<<62 {
			return nil, nil
		}
		last, raw = last+d, raw[size:]
		page = append(page, last)
	}
	return page, raw
}
