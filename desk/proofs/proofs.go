// Package proofs counts how well the mails of agents to signed addresses were proven, so that an
// admin can tell whose commands wait on the strict ladder. It reads, and decides nothing.
//
// The entry point is [Of].
package proofs

import (
	"errors"
	"fmt"
	"slices"

	"maildesk/desk/author"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/threading"
	"maildesk/ticket"
)

// What is looked at: the latest mails of the desk, and of each agent the latest of them.
const (
	latest   = 5000
	ofOne    = 20
	pageSize = 500
)

// Agent is how well the mails of an agent to signed addresses were proven.
type Agent struct {
	Name   string
	Mails  int // the latest that came to signed addresses of theirs: answers, commands, notes
	Proven int // of them, those whose From field was authenticated
}

// Words says in English what that means on the strict ladder.
func (a Agent) Words() string {
	text := fmt.Sprintf("%d of the last %d mails of %s to signed addresses were authenticated", a.Proven, a.Mails, a.Name)
	if a.Proven < a.Mails {
		text += fmt.Sprintf(`; on the strict ladder answers to requesters and most commands wait, without that, until they are confirmed: let the mail server of %[1]s sign (DKIM), name it in [smtp] auth_servers, or give %[1]s a log-in (maildesk passwd %[1]s)`, a.Name)
	}
	return text
}

// Of returns how well the mails of each agent were proven, in the order of the settings; agents
// who wrote to no signed address lately are left out.
func Of(r ticket.Reader, s *settings.Settings) (all []Agent, err error) {
	tally, err := r.Tally()
	if err != nil {
		return nil, err
	}
	var mails []ticket.Mail
	for after := ticket.MailID(max(0, tally.Accepted-latest)); ; {
		page, err := r.Mails("", after, pageSize)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			break
		}
		mails, after = append(mails, page...), page[len(page)-1].ID
	}
	found := map[string]Agent{}
	for _, m := range slices.Backward(mails) {
		agent, is := s.AgentAt(m.Envelope.ReversePath)
		if a := found[agent.Name]; is && a.Mails < ofOne && toSigned(m) {
			proven, err := proven(r, s, m, agent)
			if errors.Is(err, ticket.ErrNotFound) {
				continue // lost, or in another's name
			}
			if err != nil {
				return nil, err
			}
			a.Name = agent.Name
			a.Mails++
			if proven {
				a.Proven++
			}
			found[agent.Name] = a
		}
	}
	for _, agent := range s.Agents {
		if a, is := found[agent.Name]; is {
			all = append(all, a)
		}
	}
	return all, nil
}

// toSigned reports whether a mail came to a signed address and was done, or waited for want of
// proof.
func toSigned(m ticket.Mail) bool {
	return m.Ticket != 0 && m.Envelope.Source != ticket.SourceImport && !m.Envelope.Console() &&
		(m.Reason == string(threading.ReplyAddress) || m.Reason == string(notify.UndoneLevel))
}

// proven reports whether the From field of a mail is authenticated; ticket.ErrNotFound: it is
// not there, or names somebody else.
func proven(r ticket.MailReader, s *settings.Settings, m ticket.Mail, agent settings.Agent) (bool, error) {
	raw, err := r.Raw(m.ID)
	if err != nil {
		return false, err
	}
	checked, err := r.Authentication(m.ID)
	if err = decision.IgnoreNotFound(err); err != nil {
		return false, err
	}
	m.Envelope.Checked = &checked
	h := incoming.Handling{Change: &decision.Change{Set: s}, Mail: m}
	h.Msg, h.Author = author.Parse(s, m, raw)
	if from, is := s.AgentAt(h.Msg.From.Address); !is || from.Name != agent.Name {
		return false, ticket.ErrNotFound
	}
	return h.Authenticated(), nil
}
