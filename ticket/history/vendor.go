package history

import (
	"slices"
	"strings"
	"time"

	"maildesk/ticket"
)

// Vendor is somebody outside whom agents asked about a ticket, beside its correspondence.
type Vendor struct {
	Address string
	Agent   string    // who asked last
	Subject string    // under which the agent asked first
	Number  string    // the mark by which the vendor knows the matter; empty: none is known
	Asked   time.Time // last
	Until   time.Time // when the answer is expected; zero: no time was set
	Waits   bool      // there is no answer to what was asked last
	Late    bool      // the desk has said that it is late
}

// SubjectNow returns the subject of mails to a vendor: with the mark by which they know
// the matter.
func (v Vendor) SubjectNow() string {
	if strings.Contains(v.Subject, v.Number) {
		return v.Subject
	}
	return strings.TrimSpace(v.Subject + " " + v.Number)
}

// VendorEvents are the kinds of events that [VendorsOf] reads.
var VendorEvents = []ticket.EventKind{ticket.EventAsked, ticket.EventVendorAnswered, ticket.EventVendorNumber, ticket.EventVendorLate, ticket.EventTakenBack}

// VendorsOf returns the vendors that were asked about a ticket, by its events, in the
// order in which they were asked first. What a machine of theirs wrote, or somebody who
// is not known to be them, is no answer that ends the wait.
func VendorsOf(events []ticket.Event) []Vendor {
	var all []Vendor
	at := func(address string) int {
		return slices.IndexFunc(all, func(v Vendor) bool { return strings.EqualFold(v.Address, address) })
	}
	for _, e := range Counting(events) {
		i := at(e.From)
		if i < 0 && e.Kind == ticket.EventAsked {
			all = append(all, Vendor{Address: e.From, Subject: e.Topic})
			i = len(all) - 1
		}
		if i < 0 {
			continue
		}
		switch v := &all[i]; e.Kind {
		case ticket.EventAsked:
			v.Agent, v.Asked, v.Until, v.Waits, v.Late = e.Actor, e.At, e.Until, true, false
		case ticket.EventVendorAnswered:
			v.Waits = v.Waits && (e.Topic == ticket.DoubtProof || e.Topic == ticket.DoubtMachine)
		case ticket.EventVendorNumber:
			v.Number = e.To
		case ticket.EventVendorLate:
			v.Late = true
		}
	}
	return all
}
