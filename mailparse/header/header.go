package header

import "strings"

// Field is one header field, decoded and on one line.
type Field struct {
	Name  string // as written
	Value string // RFC 2047 words decoded, unfolded, control characters replaced
	Raw   string // as it came, unfolded, not decoded; may hold any byte
}

// Header is the top header of a mail, in the order of the mail.
type Header []Field

// Get returns the decoded value of the first field of a name, in any case.
func (h Header) Get(name string) string {
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			return h[i].Value
		}
	}
	return ""
}

// All returns the decoded values of every field of a name, in any case.
func (h Header) All(name string) []string {
	var all []string
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			all = append(all, h[i].Value)
		}
	}
	return all
}

// Raw returns the undecoded value of the first field of a name.
func (h Header) Raw(name string) string {
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			return h[i].Raw
		}
	}
	return ""
}

// AllRaw returns the undecoded values of every field of a name.
func (h Header) AllRaw(name string) []string {
	var all []string
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			all = append(all, h[i].Raw)
		}
	}
	return all
}
