package templates

import (
	"cmp"
	htmltemplate "html/template"
	"slices"
	"strings"

	"maildesk/desk/notify"
)

// place is where a picture stands in HTML: in the place of [from, to).
type place struct {
	from, to int
	picture  notify.Picture
}

// withPictures puts pictures in the place of their names in brackets: each of several
// with one name in the place of one.
func withPictures(html string, pictures []notify.Picture) string {
	var places []place
	next := map[string]int{} // where the mark of the next picture with a name is looked for
	for _, p := range pictures {
		mark := htmltemplate.HTMLEscapeString("[" + p.Name + "]")
		if at := strings.Index(html[next[mark]:], mark); at >= 0 {
			from := next[mark] + at
			next[mark] = from + len(mark)
			places = append(places, place{from, next[mark], p})
		}
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.from, b.from) })
	var b strings.Builder
	end := 0
	for _, p := range places {
		if p.from < end {
			continue // within the name of another
		}
		put(&b, html[end:p.from], `<img src="cid:`, htmltemplate.HTMLEscapeString(p.picture.ContentID), `" alt="`, htmltemplate.HTMLEscapeString(p.picture.Name), `" style="max-width:100%">`)
		end = p.to
	}
	return b.String() + html[end:]
}
