// Package act has the commands that change tickets: they act in an agent's name, and do
// what the same lines on top of a reply of that agent do.
package act

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"maildesk/cmd/maildesk/console"
	"maildesk/desk"
	"maildesk/desk/command"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
	"maildesk/ticket/wording"
)

// AgentFlag says in whose name a command acts.
type AgentFlag struct {
	As string `placeholder:"AGENT" env:"MAILDESK_AGENT" predictor:"agent" help:"The agent in whose name it is done. Default: the one of your name on this machine, or the only one."`
}

// agent returns the agent who is meant.
func (f AgentFlag) agent(s *settings.Settings) (settings.Agent, error) {
	name := f.As
	if name == "" {
		name = console.User()
	}
	if a, ok := s.AgentNamed(name); ok {
		return a, nil
	}
	if a, ok := s.AgentAt(name); ok {
		return a, nil
	}
	if f.As == "" && len(s.Agents) == 1 {
		return s.Agents[0], nil
	}
	var names []string
	for _, a := range s.Agents {
		names = append(names, a.Name)
	}
	switch {
	case len(names) == 0:
		return settings.Agent{}, console.UsageError(errors.New("the configuration has no [[agent]], and a ticket is changed in an agent's name"))
	case f.As == "":
		return settings.Agent{}, console.UsageError(fmt.Errorf("in whose name? Say --as, one of %s", strings.Join(names, ", ")))
	}
	_, err := console.Choose("agent", f.As, names)
	return settings.Agent{}, err
}

// do does what lines say, about each of the tickets, and prints what the desk answered the
// agent.
func do(ctx context.Context, path console.ConfigPath, as AgentFlag, out io.Writer, ids []console.Number, lines string) error {
	return console.Change(ctx, string(path), func(d *desk.Desk, who string) error {
		agent, err := as.agent(d.Settings())
		if err != nil {
			return err
		}
		failed := false
		for _, id := range ids {
			done, err := doOne(ctx, d, out, agent, ticket.ID(id), lines, who)
			if err != nil {
				return err
			}
			failed = failed || !done
		}
		if failed {
			return console.ErrNo
		}
		return nil
	})
}

// doOne does it about one ticket; done is false where the desk refused it or asks first.
func doOne(ctx context.Context, d *desk.Desk, out io.Writer, agent settings.Agent, id ticket.ID, lines, who string) (done bool, err error) {
	m, err := d.Command(ctx, agent, id, lines, who)
	switch {
	case errors.Is(err, desk.ErrNotTheirs):
		return false, fmt.Errorf("there is no ticket #%d that %s may act on; maildesk show %d says whose it is", id, agent.Name, id)
	case errors.Is(err, desk.ErrNoAddress):
		return false, console.UsageError(fmt.Errorf("nothing can be done as %s, who has no address: add mail to their [[agent]], or say --as another agent", agent.Name))
	case err != nil:
		return false, console.LaterError(err)
	case m.Disposition == ticket.DispositionPending || m.Disposition == ticket.DispositionQuarantined:
		return false, fmt.Errorf("ticket #%d: mail %d is kept and %s (%s); maildesk show %d has the rest", id, m.ID, m.Disposition, m.Reason, id)
	}
	return printDone(ctx, d, out, m, agent)
}

// printDone prints what happened on a mail's ticket, and what the desk answered its writer
// where it did nothing or asks first: done is false then.
func printDone(ctx context.Context, d *desk.Desk, out io.Writer, m ticket.Mail, agent settings.Agent) (done bool, err error) {
	done = true
	err = d.View(ctx, func(r ticket.Reader) error {
		fmt.Fprintf(out, "#%d, as %s:\n", m.Ticket, agent.Name)
		events, err := r.Events(m.Ticket)
		if err != nil {
			return err
		}
		entries, err := r.Correspondence(m.Ticket)
		if err != nil {
			return err
		}
		happened := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		for _, e := range entries {
			if e.Mail == m.ID {
				fmt.Fprintf(happened, "  %s\tkept\n", e.Kind)
			}
		}
		for _, e := range events {
			if e.Mail == m.ID {
				fmt.Fprintf(happened, "  %s\t%s\n", e.Kind, console.Printable(wording.Of(e)))
			}
		}
		if err := happened.Flush(); err != nil {
			return err
		}
		answers, err := answersTo(r, m, agent)
		for _, a := range answers {
			if t := notify.Template(a.Template); t == notify.TemplateTranscript || t == notify.TemplateSending {
				continue // it says what happened
			}
			done = false
			text, _, _ := strings.Cut(mailparse.Parse(a.Bytes, mailparse.Envelope{}).Text, "\n-- \n")
			for line := range strings.Lines(strings.TrimSpace(text)) {
				fmt.Fprintln(out, strings.TrimRight("  "+console.Printable(strings.TrimRight(line, "\n")), " "))
			}
		}
		return err
	})
	return done, err
}

// answersTo returns what the desk answered the writer of a mail.
func answersTo(r ticket.Reader, m ticket.Mail, agent settings.Agent) (answers []ticket.OutboxMail, err error) {
	all, err := r.OutboxOf(m.Ticket)
	for _, out := range all {
		if err == nil && out.Cause == m.ID && settings.SameAddress(out.Recipient, agent.Mail[0]) {
			out, err = r.OutboxMail(out.ID)
			answers = append(answers, out)
		}
	}
	return answers, err
}

// lineOf returns the line of a command, as agents write it.
func lineOf(name string, args ...string) string {
	c := command.Command{Name: name, Arg: strings.Join(args, " ")}
	return c.String()
}
