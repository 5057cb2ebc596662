package desk

import (
	"strings"

	"maildesk/desk/leak"
	"maildesk/desk/markup"
	"maildesk/desk/notify"
)

// formatted is an agent's text as they formatted it.
type formatted struct{ text, page string }

// format returns the HTML in which an agent wrote a text for readers, cleaned; a zero
// value where it says something else, or an address by which agents act.
func (h *handling) format(o order, text string) formatted {
	if o.note || text == "" || h.msg.HTML == "" || len(notify.PartsOf(text).Order) > 0 {
		return formatted{}
	}
	page := markup.Of(h.msg.HTML, text)
	finder := leak.Finder{Keys: h.maker.keys, Host: h.set.Hostname}
	if page == "" || len(finder.Find(leak.Source{Content: []byte(page)})) > 0 {
		return formatted{}
	}
	return formatted{text: strings.TrimSpace(text), page: page}
}
