package mailparse

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"maildesk/mailparse/classify"
	"maildesk/mailparse/subject"
)

// reportParts are the parts of a mail that make it a report (RFC 6522).
type reportParts struct {
	reportType  string // of multipart/report, lower case
	delivery    []*part
	disposition []*part
	feedback    []*part
	calendar    bool   // the answer to an invitation (RFC 5546 section 3.2.3)
	returned    Header // of the mail that came back; nil when no part holds it
	inner       *part  // that mail
}

// findReport collects the report parts of a mail.
func findReport(root *part) reportParts {
	var r reportParts
	root.walk(func(p *part) bool {
		switch p.mediaType {
		case "multipart/report":
			if r.reportType == "" {
				r.reportType = cmp.Or(strings.ToLower(p.params["report-type"]), "unknown")
			}
		case "message/delivery-status", "message/global-delivery-status":
			r.delivery = append(r.delivery, p)
		case "message/disposition-notification", "message/global-disposition-notification":
			r.disposition = append(r.disposition, p)
		case "text/calendar":
			r.calendar = r.calendar || strings.EqualFold(p.params["method"], "REPLY")
		case "message/feedback-report":
			r.feedback = append(r.feedback, p)
		case "message/rfc822", "message/global", "text/rfc822-headers", "text/rfc822-header", "message/global-headers", "message/rfc822-headers":
			if r.returned == nil && len(p.children) > 0 {
				// QUIRK: without a blank line before it, the header of the mail
				// that came back is part of the header of its part.
				r.inner = p.children[0]
				r.returned = append(slices.Clip(r.inner.header), p.header...)
			}
		default:
			// QUIRK: some systems put the mail that came back in the place of a part.
			if r.returned == nil && p != root && p.header.raw("Message-ID") != "" && p.header.raw("From") != "" {
				r.returned = p.header
			}
		}
		return true
	})
	return r
}

// reportVerdict reports whether a mail is a delivery report, a receipt, a
// feedback report or the answer to an invitation.
func reportVerdict(h Header, root *part, text string, found *classify.Result) classify.Verdict {
	r := findReport(root)
	if r.reportType == "" && !found.Daemon && !found.NullPath && subject.IsForward(h.Get("Subject")) {
		return classify.Verdict{} // parts of a report that a person passed on
	}
	switch {
	case len(r.feedback) > 0 || r.reportType == "feedback-report":
		return classify.Verdict{Rule: "feedback-report", Class: Report, Silence: Hard}
	case len(r.disposition) > 0 && len(r.delivery) == 0 || r.reportType == "disposition-notification":
		return classify.Verdict{Rule: "disposition-notification", Class: Report, Silence: Hard}
	case len(r.delivery) > 0 || r.reportType == "delivery-status":
		if b := statusBounces(r.delivery); len(b) > 0 && !undelivered(b[0].Action) {
			return classify.Verdict{Rule: "delivery-notification", Class: Report, Silence: Hard}
		}
		return classify.Verdict{Rule: "delivery-status", Class: BounceClass, Silence: Hard}
	}
	if r.calendar {
		return classify.Verdict{Rule: "calendar-reply", Class: AutoReply, Silence: Hard}
	}
	switch d, sure := findDialect(h, text, r, found); {
	case d == nil && r.reportType != "":
		return classify.Verdict{Rule: "multipart-report", Class: Report, Silence: Hard}
	case d == nil:
		return classify.Verdict{}
	case sure || r.reportType != "":
		return classify.Verdict{Rule: "bounce-" + d.id, Class: BounceClass, Silence: Hard}
	default:
		return classify.Verdict{Rule: "bounce-" + d.id, Class: BounceClass, Silence: Soft}
	}
}

// report reads what a mail of class bounce or report says: the fate of every
// recipient, if it is about delivery, and the Message-ID of the mail that it is
// about. Other mail says nothing of the kind.
func report(class Class, h Header, root *part, text string) (bounces []Bounce, reportedMessageID string) {
	if class != BounceClass && class != Report {
		return nil, ""
	}
	r := findReport(root)
	if len(r.delivery) == 0 && r.inner != nil {
		// QUIRK: some gateways wrap the whole report into a mail of their own.
		if wrapped := findReport(r.inner); len(wrapped.delivery) > 0 {
			r = wrapped
		}
	}
	n := readNotice(text, returnedPeople(h, r.returned))
	if class == BounceClass || len(r.delivery) > 0 {
		bounces = recipientsOf(h, r, n)
	}
	return bounces, reportedID(h, r, n)
}

// recipientsOf takes the recipients from the best source that names any.
func recipientsOf(h Header, r reportParts, n notice) []Bounce {
	if bounces := statusBounces(r.delivery); len(bounces) > 0 {
		return bounces
	}
	var failed bounceSet
	for _, value := range h.allRaw("X-Failed-Recipients") {
		for _, a := range addressList(value) {
			failed.add(Bounce{Recipient: a.Address, Action: n.action})
		}
	}
	if len(failed.list) > 0 {
		return n.about(failed.list)
	}
	return n.bounces
}

// undelivered reports whether an action means that the mail is not there (yet).
func undelivered(action string) bool { return action == "failed" || action == "delayed" }

// statusBounces reads the per-recipient fields of delivery reports (RFC 3464
// section 2.3). Recipients who got the mail are left out, unless all did.
func statusBounces(parts []*part) []Bounce {
	var all, bad bounceSet
	for _, p := range parts {
		for _, block := range p.children {
			b, found := statusBounce(block.header)
			if !found {
				continue
			}
			all.add(b)
			if undelivered(b.Action) {
				bad.add(b)
			}
		}
	}
	if len(bad.list) > 0 {
		return bad.list
	}
	return all.list
}

// statusBounce reads one block of per-recipient fields. The Original-Recipient
// is preferred: it is the address that we wrote to.
func statusBounce(h Header) (Bounce, bool) {
	var b Bounce
	for _, name := range []string{"Original-Recipient", "Final-Recipient", "X-Actual-Recipient"} {
		if b.Recipient = typedAddress(h.Get(name)); b.Recipient != "" {
			break
		}
	}
	if b.Recipient == "" {
		return b, false
	}
	b.Status = findStatus(h.Get("Status"))
	_, b.Diagnostic, _ = strings.Cut(h.Get("Diagnostic-Code"), ";")
	b.Diagnostic = strings.TrimSpace(b.Diagnostic)
	// QUIRK: RFC 3464 section 2.3.4 knows five words, bare; more are written.
	action, _, _ := strings.Cut(classify.FoldValue(h.Get("Action")), " ")
	switch {
	case strings.HasPrefix(action, "delay"), action == "" && strings.HasPrefix(b.Status, "4"):
		b.Action = "delayed"
	case strings.HasPrefix(action, "deliver"), strings.HasPrefix(action, "relay"), strings.HasPrefix(action, "expan"):
		b.Action = action
	default:
		b.Action = "failed"
	}
	if b.Status == "" {
		b.Status = findStatus(b.Diagnostic)
	}
	return b, true
}

// typedAddress takes the address from "rfc822; ana@example.org" (RFC 3464
// section 2.3.1); empty when there is none.
//
// QUIRK: the type is often missing, and angle brackets are often there.
func typedAddress(value string) string {
	if kind, rest, found := strings.Cut(value, ";"); found {
		value = rest
		if kind = classify.FoldValue(kind); kind == "x400" || kind == "x500" || kind == "unknown" {
			return ""
		}
	}
	for _, a := range addressList(value) {
		if strings.Contains(a.Address, "@") {
			return a.Address
		}
	}
	return ""
}

// maxBounces bounds the recipients that are read of one report.
const maxBounces = 500

// bounceSet is a list of bounces with each recipient once.
type bounceSet struct {
	list []Bounce
	seen map[string]bool
}

func (s *bounceSet) add(b Bounce) {
	normal := Address{Address: b.Recipient}.Normal()
	if b.Recipient == "" || s.seen[normal] || len(s.list) >= maxBounces {
		return
	}
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	s.seen[normal] = true
	s.list = append(s.list, b)
}

// reportedID finds the Message-ID of the mail that is reported: in the copy
// that came back, in the fields of the report, or in the threading fields that
// some hosts set.
func reportedID(h Header, r reportParts, n notice) string {
	if id := messageID(r.returned.Get("Message-ID")); id != "" {
		return id
	}
	for _, p := range append(r.disposition, r.delivery...) {
		for _, block := range p.children {
			for _, name := range []string{"Original-Message-ID", "X-Original-Message-ID"} {
				if id := messageID(block.header.Get(name)); id != "" {
					return id
				}
			}
		}
	}
	if n.messageID != "" {
		return n.messageID
	}
	for _, name := range []string{"X-Original-Message-ID", "In-Reply-To", "References"} {
		if id := messageID(h.Get(name)); id != "" {
			return id
		}
	}
	return ""
}

// messageID returns the first "<left@right>" of a value, or nothing.
func messageID(value string) string {
	_, rest, found := strings.Cut(value, "<")
	id, _, closed := strings.Cut(rest, ">")
	if !found || !closed || id == "" || strings.ContainsAny(id, " \t") {
		return ""
	}
	return "<" + id + ">"
}

// people are the addresses of the mail that came back.
type people struct {
	to      []string // whom it was for, in normal form
	senders []string // who sent it, and whom the report is for
	host    string   // of the sender of the report
}

func returnedPeople(h, returned Header) people {
	var p people
	add := func(list *[]string, h Header, names ...string) {
		for _, name := range names {
			for _, value := range h.allRaw(name) {
				for _, a := range addressList(value) {
					*list = append(*list, a.Normal())
				}
			}
		}
	}
	for _, received := range returned.All("Received") {
		if m := receivedFor.FindStringSubmatch(received); m != nil {
			p.to = append(p.to, Address{Address: m[1]}.Normal())
		}
	}
	add(&p.to, returned, "To", "Cc", "X-Original-To", "Delivered-To", "Resent-To", "Bcc")
	add(&p.senders, returned, "From", "Sender", "Return-Path", "Reply-To", "Errors-To")
	add(&p.senders, h, "To", "From", "Delivered-To")
	for _, a := range addressList(h.raw("From")) {
		_, p.host = cutAt(a.Address)
	}
	slices.Sort(p.to)
	p.to = slices.Compact(p.to)
	return p
}

// receivedFor is whom a host took the mail for (RFC 5321 section 4.4).
var receivedFor = regexp.MustCompile(`\sfor\s+<?([^\s<>;@]+@[^\s<>;]+)`)
