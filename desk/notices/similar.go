package notices

import (
	"fmt"
	"slices"
	"strings"

	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/similar"
	"maildesk/threading"
	"maildesk/ticket"
)

// solvedAlike returns the solved tickets that are like that of a notice, as far as an agent may
// read them, with the answers that solved them as they stand now.
func solvedAlike(c *decision.Change, alike []ticket.SimilarTicket, p ticket.Participant) (all []notify.Solved, err error) {
	agent, _ := c.Set.AgentAt(p.Address)
	of := map[ticket.ID]ticket.Ticket{}
	var seen []ticket.SimilarTicket
	for _, s := range alike {
		t, err := c.Tx.Ticket(s.ID)
		if err != nil {
			if err = decision.IgnoreNotFound(err); err != nil {
				return nil, err
			}
			continue
		}
		solved := (t.Status == ticket.StatusResolved || t.Status == ticket.StatusClosed) && t.Merged == 0 && !slices.Contains(t.Tags, "spam")
		may, err := c.MaySee(t, agent)
		if err != nil {
			return nil, err
		}
		if solved && may {
			of[t.ID], seen = t, append(seen, s)
		}
	}
	control, err := ControlAddress(c, agent)
	if err != nil {
		return nil, err
	}
	for _, s := range similar.Best(seen, func(s ticket.SimilarTicket) float64 { return s.Score }, similar.EnoughForAgents) {
		one := notify.Solved{Listed: notify.Listed{Ticket: of[s.ID]}, Words: s.Words}
		if one.Who, one.Text, err = solution(c, s.ID); err != nil {
			return nil, err
		}
		if one.Text == "" {
			continue
		}
		if one.Show, err = showLink(c, of[s.ID], agent, control); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// solutionWithin is how many of the latest entries of a ticket are searched for its solution.
const solutionWithin = 8

// solution returns who gave the last answer on a ticket, and what they wrote.
func solution(c *decision.Change, id ticket.ID) (who, text string, err error) {
	entries, err := latestEntries(c, id, solutionWithin)
	if err != nil {
		return "", "", err
	}
	for _, e := range entries { // the oldest comes first
		if e.Kind == ticket.EntryReply && strings.TrimSpace(e.Text) != "" {
			who, text = settings.FirstOf(e.Name, e.Author), e.Text
		}
	}
	return who, text, nil
}

// solvedLinks adds to the articles of an acknowledgement the links by which its reader says that
// one solved the matter. The address of each has its place among them.
func solvedLinks(c *decision.Change, t ticket.Ticket, token threading.Token, articles []notify.Article, to notify.Mailto) {
	for i := range articles {
		asks := token
		asks.Action, asks.To = notify.ActSolved, int64(i+1)
		own := to
		if address, signed, err := AnswerAddress(c, t, asks); err == nil && signed {
			own.Address = address
			articles[i].Solved = own.Action(notify.ActSolved, "")
			continue
		}
		articles[i].Solved = own.Action(notify.ActSolved, fmt.Sprintf("#solved %d\r\n", i+1))
	}
}
