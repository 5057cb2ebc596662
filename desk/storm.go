package desk

import (
	"time"

	"maildesk/desk/incoming"
	"maildesk/ticket"
	"maildesk/ticket/wording"
)

// stormReports counts delivery reports about mail that is not ours. Budgets that
// are spent are counted by their own names.
const stormReports = "foreign-reports"

// manyReports is how many foreign delivery reports within an hour make a
// storm; it is told again at each power of ten.
const manyReports = 100

// foreignReport counts a delivery report that is about no mail of ours:
// somebody sends in our name. No ticket for each, but one for the storm.
func foreignReport(h *incoming.Handling) error {
	hour := h.Now.Truncate(time.Hour)
	s, err := h.Tx.CountStorm(stormReports, hour)
	if err != nil || h.Silent || s.Count < manyReports || !isPowerOfTen(s.Count) {
		return err
	}
	reported := ticket.Event{Ticket: s.Ticket, Kind: ticket.EventReported, Actor: ticket.ActorDesk, Number: s.Count, Until: hour}
	if s.Ticket != 0 {
		return h.Record(reported)
	}
	says := wording.Phrase(reported)
	t, err := h.OwnTicket(0, "Delivery reports about mail that is not ours", says.String())
	if err != nil {
		return err
	}
	if err := tellOfStub(h.Change, t, says); err != nil {
		return err
	}
	return h.Tx.SetStormTicket(stormReports, hour, t.ID)
}

func isPowerOfTen(n int) bool {
	for n >= 10 && n%10 == 0 {
		n /= 10
	}
	return n == 1
}
