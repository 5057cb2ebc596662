package mailparse

import (
	"cmp"
	"slices"
	"strings"

	"maildesk/mailparse/report"
)

// reportParts collects the parts of a mail that make it a report.
func reportParts(root *part) report.Parts {
	var r report.Parts
	root.walk(func(p *part) bool {
		switch p.mediaType {
		case "multipart/report":
			if r.Type == "" {
				r.Type = cmp.Or(strings.ToLower(p.params["report-type"]), "unknown")
			}
		case "message/delivery-status", "message/global-delivery-status":
			r.Delivery = append(r.Delivery, p.blocks())
		case "message/disposition-notification", "message/global-disposition-notification":
			r.Disposition = append(r.Disposition, p.blocks())
		case "text/calendar":
			r.Calendar = r.Calendar || strings.EqualFold(p.params["method"], "REPLY")
		case "message/feedback-report":
			r.Feedback = true
		case "message/rfc822", "message/global", "text/rfc822-headers", "text/rfc822-header", "message/global-headers", "message/rfc822-headers":
			if r.Returned == nil && len(p.children) > 0 {
				inner := p.children[0]
				// QUIRK: without a blank line before it, the header of the mail
				// that came back is part of the header of its part.
				r.Returned = append(slices.Clip(inner.header), p.header...)
				within := reportParts(inner)
				r.Inner = &within
			}
		default:
			// QUIRK: some systems put the mail that came back in the place of a part.
			if r.Returned == nil && p != root && p.header.Raw("Message-ID") != "" && p.header.Raw("From") != "" {
				r.Returned = p.header
			}
		}
		return true
	})
	return r
}

// blocks returns the blocks of fields that a part of a report consists of.
func (p *part) blocks() []Header {
	all := make([]Header, 0, len(p.children))
	for _, block := range p.children {
		all = append(all, block.header)
	}
	return all
}
