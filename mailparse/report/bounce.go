package report

import (
	"regexp"
	"slices"
	"strings"

	"maildesk/mailparse/address"
	"maildesk/mailparse/classify"
	"maildesk/mailparse/header"
	"maildesk/mailparse/subject"
)

// Bounce is the fate of one recipient, as a delivery report tells it (RFC 3464
// section 2.3).
type Bounce struct {
	Recipient  string `json:"recipient"`
	Action     string `json:"action"` // failed or delayed (RFC 3464 section 2.3.3); others are kept as they are
	Status     string `json:"status"` // "5.1.1" (RFC 3463), empty when unknown
	Diagnostic string `json:"-"`      // the remote's words
}

// Parts are the parts of a mail that make it a report (RFC 6522).
type Parts struct {
	Type        string            // report-type of multipart/report, lower case; "unknown" where it is not named
	Delivery    [][]header.Header // of each message/delivery-status its blocks of fields
	Disposition [][]header.Header // of each message/disposition-notification
	Feedback    bool              // there is a message/feedback-report
	Calendar    bool              // the answer to an invitation (RFC 5546 section 3.2.3)
	Returned    header.Header     // of the mail that came back; nil when no part holds it
	Inner       *Parts            // of that mail
}

// Mail is a mail that may be a report.
type Mail struct {
	Header header.Header
	Text   string // the whole readable text
	Parts  Parts
}

// Verdict reports whether a mail is a delivery report, a receipt, a
// feedback report or the answer to an invitation.
func (m *Mail) Verdict(found *classify.Result) classify.Verdict {
	r, h := &m.Parts, m.Header
	if r.Type == "" && !found.Daemon && !found.NullPath && subject.IsForward(h.Get("Subject")) {
		return classify.Verdict{} // parts of a report that a person passed on
	}
	switch {
	case r.Feedback || r.Type == "feedback-report":
		return classify.Verdict{Rule: "feedback-report", Class: classify.Report, Silence: classify.Hard}
	case r.Returned != nil && strings.HasPrefix(subject.Fold(h.Get("Subject")), "complaint about message from"):
		return classify.Verdict{Rule: "complaint", Class: classify.Report, Silence: classify.Hard} // QUIRK: Hotmail writes no RFC 5965
	case len(r.Disposition) > 0 && len(r.Delivery) == 0 || r.Type == "disposition-notification":
		return classify.Verdict{Rule: "disposition-notification", Class: classify.Report, Silence: classify.Hard}
	case len(r.Delivery) > 0 || r.Type == "delivery-status":
		if b := statusBounces(r.Delivery, nil); len(b) > 0 && !undelivered(b[0].Action) {
			return classify.Verdict{Rule: "delivery-notification", Class: classify.Report, Silence: classify.Hard}
		}
		return classify.Verdict{Rule: "delivery-status", Class: classify.BounceClass, Silence: classify.Hard}
	}
	if r.Calendar {
		return classify.Verdict{Rule: "calendar-reply", Class: classify.AutoReply, Silence: classify.Hard}
	}
	switch d, sure := findDialect(h, m.Text, r, found); {
	case d == nil && r.Type != "":
		return classify.Verdict{Rule: "multipart-report", Class: classify.Report, Silence: classify.Hard}
	case d == nil:
		return classify.Verdict{}
	case sure || r.Type != "":
		return classify.Verdict{Rule: "bounce-" + d.id, Class: classify.BounceClass, Silence: classify.Hard}
	default:
		return classify.Verdict{Rule: "bounce-" + d.id, Class: classify.BounceClass, Silence: classify.Soft}
	}
}

// Read returns what a mail of class bounce or report says: the fate of every
// recipient, if it is about delivery, and the Message-ID of the mail that it is
// about. Other mail says nothing of the kind.
func (m *Mail) Read(class classify.Class) (bounces []Bounce, reportedMessageID string) {
	if class != classify.BounceClass && class != classify.Report {
		return nil, ""
	}
	r, h := &m.Parts, m.Header
	n := readNotice(m.Text, returnedPeople(h, r.Returned))
	if len(r.Delivery) == 0 && r.Inner != nil && len(r.Inner.Delivery) > 0 && !(n.failed && len(n.bounces) > 0) {
		// QUIRK: some gateways wrap the whole report into a mail of their own. Where
		// the mail says by itself what failed, the report within is what came back.
		r = r.Inner
		n = readNotice(m.Text, returnedPeople(h, r.Returned))
	}
	if class == classify.BounceClass || len(r.Delivery) > 0 {
		bounces = recipientsOf(h, r, n)
	}
	return bounces, reportedID(h, r, n)
}

// recipientsOf takes the recipients from the best source that names any.
func recipientsOf(h header.Header, r *Parts, n notice) []Bounce {
	if bounces := statusBounces(r.Delivery, writtenTo(r.Returned)); len(bounces) > 0 {
		return bounces
	}
	var failed bounceSet
	for _, value := range h.AllRaw("X-Failed-Recipients") {
		for _, a := range address.List(value) {
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
// section 2.3). to are the addresses that the mail was written to. Recipients who
// got it are left out, unless all did.
func statusBounces(parts [][]header.Header, to []string) []Bounce {
	var all, bad bounceSet
	for _, p := range parts {
		for _, block := range p {
			b, found := statusBounce(block, to)
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

// statusBounce reads one block of per-recipient fields. Of its addresses the one
// counts to which the mail that came back was written, else the
// Original-Recipient, which should be it.
func statusBounce(h header.Header, to []string) (Bounce, bool) {
	var b Bounce
	for _, name := range []string{"Original-Recipient", "Final-Recipient", "X-Actual-Recipient"} {
		recipient := typedAddress(h.Get(name))
		if b.Recipient == "" {
			b.Recipient = recipient
		}
		if slices.Contains(to, address.Address{Address: recipient}.Normal()) {
			b.Recipient = recipient
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
	for _, a := range address.List(value) {
		if strings.Contains(a.Address, "@") {
			return a.Address
		}
	}
	return ""
}

// MaxBounces bounds the recipients that are read of one report.
const MaxBounces = 500

// bounceSet is a list of bounces with each recipient once.
type bounceSet struct {
	list []Bounce
	seen map[string]bool
}

func (s *bounceSet) add(b Bounce) {
	normal := address.Address{Address: b.Recipient}.Normal()
	if b.Recipient == "" || s.seen[normal] || len(s.list) >= MaxBounces {
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
func reportedID(h header.Header, r *Parts, n notice) string {
	if id := header.FirstID(r.Returned.Get("Message-ID")); id != "" {
		return id
	}
	for _, p := range slices.Concat(r.Disposition, r.Delivery) {
		for _, block := range p {
			for _, name := range []string{"Original-Message-ID", "X-Original-Message-ID"} {
				if id := header.FirstID(block.Get(name)); id != "" {
					return id
				}
			}
		}
	}
	if n.messageID != "" {
		return n.messageID
	}
	for _, name := range []string{"X-Original-Message-ID", "In-Reply-To", "References"} {
		if id := header.FirstID(h.Get(name)); id != "" {
			return id
		}
	}
	return ""
}

// writtenTo returns the addresses to which a mail was written, in normal form:
// those that hosts on the way took it for are not among them.
func writtenTo(returned header.Header) (to []string) {
	for _, name := range []string{"To", "Cc", "Bcc", "Resent-To"} {
		for _, value := range returned.AllRaw(name) {
			for _, a := range address.List(value) {
				to = append(to, a.Normal())
			}
		}
	}
	return to
}

// people are the addresses of the mail that came back.
type people struct {
	to      []string // whom it was for, in normal form
	senders []string // who sent it, and whom the report is for
	host    string   // of the sender of the report
}

func returnedPeople(h, returned header.Header) people {
	var p people
	add := func(list *[]string, h header.Header, names ...string) {
		for _, name := range names {
			for _, value := range h.AllRaw(name) {
				for _, a := range address.List(value) {
					*list = append(*list, a.Normal())
				}
			}
		}
	}
	for _, received := range returned.All("Received") {
		if m := receivedFor.FindStringSubmatch(received); m != nil {
			p.to = append(p.to, address.Address{Address: m[1]}.Normal())
		}
	}
	add(&p.to, returned, "To", "Cc", "X-Original-To", "Delivered-To", "Resent-To", "Bcc")
	add(&p.senders, returned, "From", "Sender", "Return-Path", "Reply-To", "Errors-To")
	add(&p.senders, h, "To", "From", "Delivered-To")
	for _, a := range address.List(h.Raw("From")) {
		_, p.host = address.Split(a.Address)
	}
	slices.Sort(p.to)
	p.to = slices.Compact(p.to)
	return p
}

// receivedFor is whom a host took the mail for (RFC 5321 section 4.4).
var receivedFor = regexp.MustCompile(`\sfor\s+<?([^\s<>;@]+@[^\s<>;]+)`)
