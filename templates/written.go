package templates

import (
	"slices"
	"strings"

	"maildesk/desk/notify"
)

// run is a part of what a person wrote: whole lines without their ends, then the beginning of
// one in which a picture stands, if one follows.
type run struct {
	Quoted  bool
	Lines   []string
	Text    string
	Picture *notify.Picture
}

// written splits what a person wrote into runs, so that a layout can grey what is quoted. A
// picture stands in the place of its name in brackets: each of several with one name in the
// place of one.
func written(text string, pictures []notify.Picture) (runs []run) {
	slots := slotsOf(text, pictures)
	at, quoted := 0, false
	r := run{}
	end := func() {
		if len(r.Lines) > 0 || r.Picture != nil {
			r.Quoted = quoted
			runs = append(runs, r)
		}
		r = run{}
	}
	for l := range strings.Lines(text) {
		from, to := at, at+len(l)
		if q := strings.HasPrefix(l, ">"); q != quoted {
			end()
			quoted = q
		}
		for ; len(slots) > 0 && slots[0].from < to; slots = slots[1:] {
			r.Text, r.Picture = text[from:slots[0].from], &slots[0].picture
			end()
			from = slots[0].to
		}
		r.Lines = append(r.Lines, strings.TrimRight(text[from:to], "\r\n"))
		at = to
	}
	end()
	return runs
}

// slot is the name of a picture in brackets at [from, to) of a text.
type slot struct {
	from, to int
	picture  notify.Picture
}

// slotsOf returns where pictures stand in text, in order; none overlaps another.
func slotsOf(text string, pictures []notify.Picture) (slots []slot) {
	next := map[string]int{} // where the next slot of a picture with this name is looked for
	for _, p := range pictures {
		if strings.ContainsAny(p.Name, "\r\n") {
			continue // no line has it
		}
		name := "[" + p.Name + "]"
		if at := strings.Index(text[next[name]:], name); at >= 0 {
			from := next[name] + at
			next[name] = from + len(name)
			slots = append(slots, slot{from, next[name], p})
		}
	}
	slices.SortFunc(slots, func(a, b slot) int { return a.from - b.from })
	end := 0
	return slices.DeleteFunc(slots, func(s slot) bool {
		within := s.from < end // the name of another
		if !within {
			end = s.to
		}
		return within
	})
}
