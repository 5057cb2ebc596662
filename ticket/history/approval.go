// Package history works out what the events of a ticket add up to: approvals, what vendors
// were asked, what is planned to be sent, how the requester rates the answer, and the time
// that agents have booked.
package history

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"maildesk/ticket"
)

// Approval is a question whether something may be done, and the votes on it.
type Approval struct {
	Number  int // on its ticket, from 1
	Agent   string
	All     bool // all who were asked must agree; else one of them
	Asked   time.Time
	Text    string        // what is asked, as the event has it; empty: it is not known any more
	Until   time.Time     // when the votes are expected; zero: no time was set
	Within  time.Duration // how long those who were asked first had to vote; 0: no time was set
	Votes   []Vote        // of each who was asked, in that order
	Decided string        // what it came to: one of the Vote constants; empty: it is open
	Late    bool          // the desk has said that votes are late
}

// ByDesk reports whether the desk asked, as the category of the ticket demands it.
func (a Approval) ByDesk() bool { return a.Agent == ticket.ActorDesk }

// Open reports whether votes are still waited for.
func (a Approval) Open() bool { return a.Decided == "" && !a.Late }

// Vote is what one of those who were asked says.
type Vote struct {
	Address string
	InPlace string // the one whose deputy this is; empty: was asked themself
	Says    string // one of the Vote constants; empty: nothing yet
}

// ApprovalEvents are the kinds of events that [ApprovalsOf] reads.
var ApprovalEvents = []ticket.EventKind{ticket.EventApprovalAsked, ticket.EventVoted, ticket.EventApproval, ticket.EventApprovalLate, ticket.EventTakenBack}

// ApprovalsOf returns the approvals of a ticket, by its events. Of several votes of one
// person the last before the decision counts.
func ApprovalsOf(events []ticket.Event) []Approval {
	var all []Approval
	for _, e := range Counting(events) {
		if e.Number == 0 {
			continue
		}
		i := slices.IndexFunc(all, func(a Approval) bool { return a.Number == e.Number })
		if i < 0 && e.Kind == ticket.EventApprovalAsked && e.Topic != ticket.ApproveInPlace { // the approval of a deputy may be taken back
			a := Approval{Number: e.Number, Agent: e.Actor, All: e.Topic == ticket.ApproveAll, Asked: e.At, Text: e.Reason, Until: e.Until}
			if !e.Until.IsZero() {
				a.Within = e.Until.Sub(e.At)
			}
			all, i = append(all, a), len(all)
		}
		if i < 0 {
			continue
		}
		switch a := &all[i]; e.Kind {
		case ticket.EventApprovalAsked:
			v := Vote{Address: e.From}
			if e.Topic == ticket.ApproveInPlace {
				v.InPlace, a.Until = e.To, e.Until
			}
			a.Votes = append(a.Votes, v)
		case ticket.EventVoted:
			for v := range a.Votes {
				if strings.EqualFold(a.Votes[v].Address, e.From) && a.Decided == "" {
					a.Votes[v].Says = e.To
				}
			}
		case ticket.EventApproval:
			a.Decided = e.To
		case ticket.EventApprovalLate:
			a.Late = true
		}
	}
	return all
}

// Outcome returns what the votes of an approval come to; empty: it takes more of them.
// Where all must agree one who does not decides, else one who does. The vote of a deputy
// counts as that of the one in whose place they were asked, unless that one votes.
func (a Approval) Outcome() string {
	one, rest := ticket.VoteApprove, ticket.VoteReject
	if a.All {
		one, rest = ticket.VoteReject, ticket.VoteApprove
	}
	for _, says := range a.said() {
		if says == one {
			return one
		}
		if says == "" {
			rest = ""
		}
	}
	return rest
}

// said returns the votes of those who were asked themselves, by address.
func (a Approval) said() map[string]string {
	all := map[string]string{}
	for _, v := range a.Votes {
		if who := strings.ToLower(cmp.Or(v.InPlace, v.Address)); v.InPlace == "" && v.Says != "" || all[who] == "" {
			all[who] = v.Says
		}
	}
	return all
}

// Missing returns the addresses of those who have not voted, and whose deputies have not
// either.
func (a Approval) Missing() (all []string) {
	said := a.said()
	for _, v := range a.Votes {
		if v.InPlace == "" && said[strings.ToLower(v.Address)] == "" {
			all = append(all, v.Address)
		}
	}
	return all
}

// Approvers returns the addresses of those who agree.
func (a Approval) Approvers() (all []string) {
	for _, v := range a.Votes {
		if v.Says == ticket.VoteApprove {
			all = append(all, v.Address)
		}
	}
	return all
}

// Has reports whether somebody was asked, also as a deputy.
func (a Approval) Has(address string) bool {
	return slices.ContainsFunc(a.Votes, func(v Vote) bool { return strings.EqualFold(v.Address, address) })
}
