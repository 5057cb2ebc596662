package search

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"slices"

	"maildesk/ticket"
)

// Mark is what somebody has seen of a search, page by page. The page behind it has the best of
// what they have not seen, so that nothing comes twice or is left out where mails come in
// between two pages, and the ranks change. Its items are numbers of tickets, or [OfSlug].
type Mark [][]uint64

// MostMarked is how many items a mark may have.
const MostMarked = 2000

// ErrMark says that a text is no mark.
var ErrMark = errors.New("this is no mark of a page; the line below a page says which one the next page has")

// OfSlug returns the item for an article.
func OfSlug(slug string) uint64 {
	h := fnv.New32a()
	h.Write([]byte(slug))
	return uint64(h.Sum32())
}

// OfTickets returns the items for tickets that were found.
func OfTickets(hits []ticket.Hit) (page []uint64) {
	for _, h := range hits {
		page = append(page, uint64(h.Ticket.ID))
	}
	return page
}

// With returns the mark of somebody who has seen one more page.
func (m Mark) With(page []uint64) Mark {
	return append(slices.Clip(m), slices.Compact(slices.Sorted(slices.Values(page))))
}

// Len returns how many items were seen.
func (m Mark) Len() (n int) {
	for _, page := range m {
		n += len(page)
	}
	return n
}

// Seen returns which were.
func (m Mark) Seen() map[uint64]bool {
	seen := make(map[uint64]bool, m.Len())
	for _, page := range m {
		for _, item := range page {
			seen[item] = true
		}
	}
	return seen
}

// Tickets returns the numbers of the tickets that were seen.
func (m Mark) Tickets() (all []ticket.ID) {
	for _, page := range m {
		for _, item := range page {
			all = append(all, ticket.ID(item))
		}
	}
	return all
}

// String returns the mark as [ParseMark] reads it, in letters, digits, "-" and "_": of each page
// how many items it has, and how far each is from the one before it.
func (m Mark) String() string {
	var raw []byte
	for _, page := range m {
		raw = binary.AppendUvarint(raw, uint64(len(page)))
		last := uint64(0)
		for _, item := range page {
			raw = binary.AppendUvarint(raw, item-last)
			last = item
		}
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// ParseMark reads a mark. The error is [ErrMark].
func ParseMark(text string) (m Mark, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) > MostMarked*binary.MaxVarintLen64 {
		return nil, ErrMark
	}
	next := func() (n uint64, ok bool) {
		n, size := binary.Uvarint(raw)
		if size <= 0 {
			return 0, false
		}
		raw = raw[size:]
		return n, true
	}
	for all := uint64(0); len(raw) > 0; {
		items, ok := next()
		if all += items; !ok || items == 0 || items > MostMarked || all > MostMarked {
			return nil, ErrMark
		}
		page := make([]uint64, items)
		for i := range page {
			d, ok := next()
			if !ok || d == 0 && i > 0 {
				return nil, ErrMark
			}
			if page[i] = d; i > 0 {
				page[i] += page[i-1]
			}
			if page[i] < d || page[i] > 1<<62 {
				return nil, ErrMark
			}
		}
		m = append(m, page)
	}
	return m, nil
}
