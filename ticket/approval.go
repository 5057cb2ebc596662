package ticket

import (
	"slices"
	"strings"
	"time"
)

// Approval is a question whether something may be done, and the votes on it.
type Approval struct {
	Number  int // on its ticket, from 1
	Agent   string
	All     bool // all who were asked must agree; else one of them
	Asked   time.Time
	Until   time.Time // when the votes are expected; zero: no time was set
	Votes   []Vote    // of each who was asked, in that order
	Decided string    // what it came to: one of the Vote constants; empty: it is open
	Late    bool      // the desk has said that votes are late
}

// Vote is what one of those who were asked says.
type Vote struct {
	Address string
	Says    string // one of the Vote constants; empty: nothing yet
}

// ApprovalEvents are the kinds of events that [ApprovalsOf] reads.
var ApprovalEvents = []EventKind{EventApprovalAsked, EventVoted, EventApproval, EventApprovalLate, EventTakenBack}

// ApprovalsOf returns the approvals of a ticket, by its events. Of several votes of one
// person the last before the decision counts.
func ApprovalsOf(events []Event) []Approval {
	var all []Approval
	for _, e := range Counting(events) {
		if e.Number == 0 {
			continue
		}
		i := slices.IndexFunc(all, func(a Approval) bool { return a.Number == e.Number })
		if i < 0 && e.Kind == EventApprovalAsked {
			all = append(all, Approval{Number: e.Number, Agent: e.Actor, All: e.Topic == ApproveAll, Asked: e.At, Until: e.Until})
			i = len(all) - 1
		}
		if i < 0 {
			continue
		}
		switch a := &all[i]; e.Kind {
		case EventApprovalAsked:
			a.Votes = append(a.Votes, Vote{Address: e.From})
		case EventVoted:
			for v := range a.Votes {
				if strings.EqualFold(a.Votes[v].Address, e.From) && a.Decided == "" {
					a.Votes[v].Says = e.To
				}
			}
		case EventApproval:
			a.Decided = e.To
		case EventApprovalLate:
			a.Late = true
		}
	}
	return all
}

// Outcome returns what the votes of an approval come to; empty: it takes more of them.
// Where all must agree one who does not decides, else one who does.
func (a Approval) Outcome() string {
	one, rest := VoteApprove, VoteReject
	if a.All {
		one, rest = VoteReject, VoteApprove
	}
	counted := 0
	for _, v := range a.Votes {
		switch v.Says {
		case one:
			return one
		case rest:
			counted++
		}
	}
	if counted == len(a.Votes) {
		return rest
	}
	return ""
}

// Missing returns the addresses of those who have not voted.
func (a Approval) Missing() (all []string) {
	for _, v := range a.Votes {
		if v.Says == "" {
			all = append(all, v.Address)
		}
	}
	return all
}
