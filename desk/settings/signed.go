package settings

import (
	"slices"
	"time"

	"maildesk/mailauth/signed"
	"maildesk/ticket"
)

// MaySign reports whether a mail says that it has a signature of its writer's as a whole, and there are keys of agents
// to compare it with. An imported mail is old, and who logs in has proven more.
func (s *Settings) MaySign(m ticket.Mail, raw []byte) bool {
	return m.Envelope.Source != ticket.SourceImport && m.Envelope.AuthUser == "" &&
		slices.ContainsFunc(s.Agents, func(a Agent) bool { return len(a.Keys) > 0 }) && signed.Form(raw) != ""
}

// Signed adds to what is known about who sent a mail what its own signature shows, where the agent has keys whose address
// is in From.
func (s *Settings) Signed(a ticket.Authentication, m ticket.Mail, from string, raw []byte) ticket.Authentication {
	if agent, is := s.AgentAt(from); is {
		a.Signed = signed.Verify(agent.Name, agent.Keys, raw, m.ReceivedAt)
	}
	if a.Signed != nil && a.At.IsZero() {
		a.At = time.Now()
	}
	return a
}
