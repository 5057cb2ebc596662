package history_test

import (
	"fmt"
	"testing"

	"maildesk/ticket"
	"maildesk/ticket/history"
)

func TestOutcome(t *testing.T) {
	const yes, no = ticket.VoteApprove, ticket.VoteReject
	for _, tt := range []struct {
		all   bool
		votes []string
		want  string
	}{
		{false, []string{"", ""}, ""},
		{false, []string{yes, ""}, yes},
		{false, []string{no, ""}, ""},
		{false, []string{no, yes}, yes},
		{false, []string{no, no}, no},
		{true, []string{yes, ""}, ""},
		{true, []string{no, ""}, no},
		{true, []string{yes, no}, no},
		{true, []string{yes, yes}, yes},
		{true, []string{"", no}, no},
		{false, []string{yes}, yes},
		{true, []string{no}, no},
	} {
		a := history.Approval{All: tt.all}
		for i, says := range tt.votes {
			a.Votes = append(a.Votes, history.Vote{Address: fmt.Sprintf("%d@example.com", i), Says: says})
		}
		if got := a.Outcome(); got != tt.want {
			t.Errorf("all %t, votes %q: %q, want %q", tt.all, tt.votes, got, tt.want)
		}
	}
}

func TestApprovalsOf(t *testing.T) {
	asked := func(n int, who string) ticket.Event {
		return ticket.Event{Kind: ticket.EventApprovalAsked, Actor: "anna", From: who, Topic: ticket.ApproveAny, Number: n}
	}
	voted := func(n int, who, says string) ticket.Event {
		return ticket.Event{Kind: ticket.EventVoted, From: who, To: says, Number: n}
	}
	all := history.ApprovalsOf([]ticket.Event{
		asked(1, "boss@example.com"), asked(1, "vice@example.com"), voted(1, "Boss@example.com", ticket.VoteReject), voted(1, "boss@example.com", ticket.VoteApprove),
		{Kind: ticket.EventApproval, To: ticket.VoteApprove, Number: 1}, voted(1, "vice@example.com", ticket.VoteReject),
		asked(2, "boss@example.com"), voted(3, "boss@example.com", ticket.VoteApprove), voted(2, "stranger@example.com", ticket.VoteApprove),
		{Kind: ticket.EventApprovalAsked, Actor: "anna", From: "vice@example.com", To: "boss@example.com", Topic: ticket.ApproveInPlace, Number: 4}, // that one was taken back
	})
	if len(all) != 2 || all[0].Votes[0].Says != ticket.VoteApprove || all[0].Votes[1].Says != "" || all[0].Decided != ticket.VoteApprove || all[1].Outcome() != "" {
		t.Errorf("ApprovalsOf = %+v", all)
	}
}
