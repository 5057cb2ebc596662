package act

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"maildesk/cmd/maildesk/console"
)

// CloseCommand closes tickets.
type CloseCommand struct {
	AgentFlag
	Tickets []console.Number `arg:"" name:"ticket" help:"The tickets' numbers."`
}

// Run closes them.
func (c *CloseCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return do(ctx, path, c.AgentFlag, std.Out, c.Tickets, lineOf("close"))
}

// AssignCommand assigns a ticket to an agent.
type AssignCommand struct {
	AgentFlag
	Ticket console.Number `arg:"" help:"The ticket's number."`
	Agent  string         `arg:"" predictor:"agent" help:"The agent who gets it."`
	Text   []string       `arg:"" optional:"" help:"What they should know."`
}

// Run assigns it.
func (c *AssignCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	lines := lineOf("assign", c.Agent)
	if len(c.Text) > 0 {
		lines += "\n" + lineOf("note") + "\n" + strings.Join(c.Text, " ")
	}
	return do(ctx, path, c.AgentFlag, std.Out, []console.Number{c.Ticket}, lines)
}

// MergeCommand lets a ticket be worked on in another one.
type MergeCommand struct {
	AgentFlag
	Ticket console.Number `arg:"" help:"The ticket that is closed; its readers hear from the other one from now on."`
	Into   console.Number `arg:"" help:"The ticket in which it is worked on."`
}

// Run merges it.
func (c *MergeCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return do(ctx, path, c.AgentFlag, std.Out, []console.Number{c.Ticket}, lineOf("merge", fmt.Sprint(int64(c.Into))))
}

// NoteCommand adds an internal note to a ticket.
type NoteCommand struct {
	AgentFlag
	Ticket console.Number `arg:"" help:"The ticket's number."`
	Text   []string       `arg:"" optional:"" help:"The note. Default: standard input."`
}

// Run keeps the note.
func (c *NoteCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	text, err := textOf(c.Text, std.In)
	if err != nil {
		return err
	}
	return do(ctx, path, c.AgentFlag, std.Out, []console.Number{c.Ticket}, lineOf("note")+"\n"+text)
}

// ActCommand does what any lines of commands say.
type ActCommand struct {
	AgentFlag
	Ticket console.Number `arg:"" help:"The ticket's number."`
	Lines  []string       `arg:"" optional:"" help:"The lines, each in quotes: '#priority high' '#queue network'. Default: standard input."`
}

// Help points to the list of commands.
func (c *ActCommand) Help() string {
	return `The lines are those that stand on top of an agent's reply; docs/commands.md has all of them. Text below them
goes where it would go from there: to the requester, unless a command keeps it inside.

  maildesk act 42 '#priority high' '#queue network'
  maildesk act 42 '#resolve' 'The printer has a new drum.'`
}

// Run does them.
func (c *ActCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	lines := strings.Join(c.Lines, "\n")
	if len(c.Lines) == 0 {
		var err error
		if lines, err = textOf(nil, std.In); err != nil {
			return err
		}
	}
	return do(ctx, path, c.AgentFlag, std.Out, []console.Number{c.Ticket}, lines)
}

// maxText bounds what is read from standard input, in bytes.
const maxText = 1 << 20

// textOf returns the words of an argument, else what standard input has.
func textOf(words []string, in io.Reader) (string, error) {
	text := strings.Join(words, " ")
	if len(words) == 0 {
		raw, err := io.ReadAll(io.LimitReader(in, maxText+1))
		if err != nil {
			return "", err
		}
		if len(raw) > maxText {
			return "", fmt.Errorf("the text is longer than %d bytes", maxText)
		}
		text = string(raw)
	}
	if strings.TrimSpace(text) == "" {
		return "", console.UsageError(errors.New("there is no text"))
	}
	return text, nil
}
