package ticket

import (
	"fmt"
	"slices"
	"strings"
)

// Tag adds a tag to a ticket, and reports whether it has not had it: in any case of
// letters. The list is a new one.
func (t *Ticket) Tag(tag string) bool {
	if slices.ContainsFunc(t.Tags, func(has string) bool { return strings.EqualFold(has, tag) }) {
		return false
	}
	t.Tags = append(slices.Clone(t.Tags), tag)
	return true
}

// Untag takes a tag out, and reports whether the ticket had it. The list is a new one.
func (t *Ticket) Untag(tag string) bool {
	left := slices.DeleteFunc(slices.Clone(t.Tags), func(has string) bool { return strings.EqualFold(has, tag) })
	had := len(left) < len(t.Tags)
	if t.Tags = left; len(left) == 0 {
		t.Tags = nil
	}
	return had
}

// Minutes is a time of work.
type Minutes int

// String returns the time as people write it: 1 h 05 min.
func (m Minutes) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	if m < 60 {
		return fmt.Sprintf("%s%d min", sign, int(m))
	}
	if m%60 == 0 {
		return fmt.Sprintf("%s%d h", sign, int(m/60))
	}
	return fmt.Sprintf("%s%d h %02d min", sign, int(m/60), int(m%60))
}
