package desk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"maildesk/compose"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
)

// A command of the program acts on a ticket in an agent's name. It is a mail of that agent
// like any other, kept in the journal and decided by the same code, so that it is told to
// whom it concerns, can be taken back, and is repeated by a rebuild.

// ErrNotTheirs is the error of [Desk.Command] where the agent may not act on the ticket, or
// there is none.
var ErrNotTheirs = errors.New("there is no such ticket that the agent may act on")

// ErrNoAddress is the error of [Desk.Command] where the configuration has no address of the
// agent, in whose name nothing can be written then.
var ErrNoAddress = errors.New("the configuration has no address of the agent")

// Command does what a text of lines with commands, as on top of an agent's reply, says
// about a ticket. who runs it, as the mail's header keeps it. It returns the row of the
// journal with its disposition, and [ErrNotTheirs] or [ErrNoAddress] without having done anything.
func (d *Desk) Command(ctx context.Context, agent settings.Agent, id ticket.ID, text, who string) (ticket.Mail, error) {
	if len(agent.Mail) == 0 {
		return ticket.Mail{}, fmt.Errorf("%s: %w", agent.Name, ErrNoAddress)
	}
	s := d.Settings()
	raw, err := compose.Mail{
		From:      compose.Address{Name: agent.Known(), Address: agent.Mail[0]},
		To:        compose.Address{Address: s.Addresses[0].Mail},
		Subject:   threading.Tag(s.Name, int64(id)) + " " + who,
		Date:      time.Now(),
		MessageID: "<console." + rand.Text() + "@" + s.Hostname + ">",
		Words:     compose.Words{Text: text},
	}.Bytes()
	if err != nil {
		return ticket.Mail{}, err
	}
	env := ticket.Envelope{Source: ticket.SourcePipe, AuthUser: agent.Mail[0], ReversePath: agent.Mail[0], ForwardPaths: []string{s.Addresses[0].Mail}, Helo: who}
	v, err := d.Explain(ctx, env, raw)
	if err != nil {
		return ticket.Mail{}, err
	}
	if v.Match.Ticket != int64(id) || v.Match.Token == nil {
		return ticket.Mail{}, fmt.Errorf("ticket #%d, %s: %w", id, agent.Name, ErrNotTheirs)
	}
	m, known, err := d.keep(ctx, ticket.Mail{Envelope: env, Attempts: 1}, mailparse.GlanceAt(raw), raw)
	if err != nil {
		return m, err
	}
	return d.handleKept(ctx, m, raw, known)
}
