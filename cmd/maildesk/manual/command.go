package manual

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/cpuguy83/go-md2man/v2/md2man"
)

// Command returns the page of a program and its commands, in section 1.
func Command(app *kong.Application) []byte {
	var b strings.Builder
	b.WriteString(`maildesk 1 "" maildesk "User Commands"
==================================================

# NAME

maildesk - help desk that lives in mail

# SYNOPSIS

**maildesk** [**-c** *FILE*] *COMMAND* [*ARGUMENT*...]

# DESCRIPTION

People write to support@; every request becomes a ticket, which is on stable storage before the sender's mail server is told 250. Agents answer, escalate and resolve
from their own mail client. A file describes agents, queues, categories and rules.

**maildesk --help** lists all commands, **maildesk** *COMMAND* **--help** explains one of them.

# OPTIONS

`)
	for _, f := range app.Flags {
		writeFlag(&b, f)
	}
	b.WriteString("# COMMANDS\n\n")
	for _, c := range app.Leaves(true) {
		writeCommand(&b, c)
	}
	b.WriteString(`# EXIT STATUS

0 fine, 1 the answer is no, 2 wrong usage, 75 try again later.

# ENVIRONMENT

**MAILDESK_CONFIG**
:   The configuration, where **-c** is not given.

**MAILDESK_AGENT**
:   In whose name tickets are changed, where **--as** is not given.

# FILES

*/etc/maildesk/maildesk.toml*
:   The configuration of the service; maildesk.toml(5) has all keys.

*/var/lib/maildesk*
:   Its data.

# SEE ALSO

maildesk.toml(5), */usr/share/doc/maildesk/operations.md* for running a desk, */usr/share/doc/maildesk/routing.md* for its configuration.
`)
	return md2man.Render([]byte(b.String()))
}

// writeCommand writes a command with its arguments and options.
func writeCommand(b *strings.Builder, c *kong.Node) {
	path := strings.TrimPrefix(c.FullPath(), "maildesk ")
	fmt.Fprintf(b, "### %s", path)
	for _, p := range c.Positional {
		b.WriteString(" " + escaped(p.Summary()))
	}
	fmt.Fprintf(b, "\n\n%s\n\n", escaped(c.Help))
	if c.Detail != "" {
		b.WriteString(detail(c.Detail))
	}
	for _, p := range c.Positional {
		fmt.Fprintf(b, "*%s*\n:   %s\n\n", strings.Trim(p.Summary(), "[]<> ."), escaped(p.Help))
	}
	for _, f := range c.Flags {
		writeFlag(b, f)
	}
}

// writeFlag writes an option. Each command has --help, which is not repeated.
func writeFlag(b *strings.Builder, f *kong.Flag) {
	if f.Hidden || f.Name == "help" {
		return
	}
	name := "**--" + f.Name + "**"
	if f.Short != 0 {
		name = fmt.Sprintf("**-%c**, %s", f.Short, name)
	}
	if !f.IsBool() {
		name += " *" + f.FormatPlaceHolder() + "*"
	}
	fmt.Fprintf(b, "%s\n:   %s\n\n", name, escaped(f.Help))
}

// detail returns the longer help of a command: what is indented stands as it is.
func detail(text string) string {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if !strings.HasPrefix(paragraph, " ") {
			paragraph = escaped(paragraph)
		} else {
			paragraph = "    " + strings.ReplaceAll(strings.TrimPrefix(paragraph, "  "), "\n  ", "\n    ")
		}
		b.WriteString(paragraph + "\n\n")
	}
	return b.String()
}

// escaped returns a text in which nothing means something to Markdown.
func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "<", `\<`, "[", `\[`, "#", `\#`).Replace(text)
}
