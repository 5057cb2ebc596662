package mailparse

// report reads a delivery report (RFC 3464).
func report(h Header, root *part, text string) (bounces []Bounce, reportedMessageID string) {
	if root.mediaType != "multipart/report" {
		return nil, ""
	}
	root.walk(func(p *part) bool {
		if p.mediaType == "message/delivery-status" {
			for _, child := range p.children {
				if action := child.header.Get("Action"); action != "" {
					bounces = append(bounces, Bounce{Action: action, Status: child.header.Get("Status")})
				}
			}
		}
		return true
	})
	return bounces, ""
}
