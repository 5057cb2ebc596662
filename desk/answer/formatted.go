package answer

import (
	"strings"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/leak"
	"maildesk/desk/markup"
	"maildesk/desk/notify"
	"maildesk/desk/order"
)

// format returns the HTML in which an agent wrote a text for readers, cleaned; a zero
// value where it says something else, or an address by which agents act.
func format(h *incoming.Handling, o order.Order, text string) decision.Formatted {
	if o.Note && !o.ToVendor || text == "" || h.Msg.HTML == "" || len(notify.PartsOf(text).Order) > 0 {
		return decision.Formatted{}
	}
	page := markup.Of(h.Msg.HTML, text, h.Picture)
	finder := leak.Finder{Keys: h.Maker.Keys, Host: h.Set.Hostname}
	if page == "" || len(finder.Find(leak.Source{Content: []byte(page)})) > 0 {
		return decision.Formatted{}
	}
	return decision.Formatted{Text: strings.TrimSpace(text), Page: page}
}
