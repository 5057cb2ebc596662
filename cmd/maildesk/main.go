// Command maildesk is a help desk that works by mail. See README.md, or run it
// without arguments.
package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // a machine may have no time zones

	"maildesk/cmd/maildesk/act"
	"maildesk/cmd/maildesk/completion"
	"maildesk/cmd/maildesk/outgoing"
	"maildesk/cmd/maildesk/quickstart"

	"maildesk/cmd/maildesk/console"
	"maildesk/cmd/maildesk/explain"
	"maildesk/cmd/maildesk/knowledge"
	"maildesk/cmd/maildesk/move"
	"maildesk/cmd/maildesk/oldmail"
	"maildesk/cmd/maildesk/stats"
	"maildesk/cmd/maildesk/tickets"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], console.Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}

// commands is the command line. The help texts are in the tags of the fields.
type commands struct {
	Config  string           `short:"c" placeholder:"FILE" env:"MAILDESK_CONFIG" default:"maildesk.toml" predictor:"file" help:"The desk's configuration file. Default: maildesk.toml in this folder."`
	Version kong.VersionFlag `help:"Print the version."`

	Demo       demoCommand           `cmd:"" help:"Play a whole story on a temporary desk; needs no setup."`
	Quickstart quickstart.Command    `cmd:"" help:"Write a commented maildesk.toml for a support address."`
	Serve      serveCommand          `cmd:"" help:"Run the desk: accept, answer and send mail, and keep time. Stops on SIGTERM; SIGHUP reloads the configuration."`
	Check      checkCommand          `cmd:"" help:"Check the configuration; with --data also all stored data."`
	Doctor     doctorCommand         `cmd:"" help:"Ask the world what check cannot: DNS, next hop, a mail there and back, clock, disk."`
	Ready      readyCommand          `cmd:"" help:"Ask the running desk whether it accepts mail, for the health check of a container."`
	Explain    explain.Command       `cmd:"" help:"Explain what the desk understands of mails in files, and what it would do."`
	Replay     explain.ReplayCommand `cmd:"" help:"Try new rules on the mail received so far, and show what would change."`
	Receive    receiveCommand        `cmd:"" help:"Accept one mail from standard input, for use behind another mail server."`
	Import     oldmail.Command       `cmd:"" help:"Import old mail from files, folders, mbox files or Maildirs. No mail is sent."`
	List       tickets.ListCommand   `cmd:"" help:"List tickets."`
	Show       tickets.ShowCommand   `cmd:"" help:"Show one ticket with its correspondence."`
	Search     tickets.SearchCommand `cmd:"" help:"Find tickets by words of their subject and correspondence."`
	Act        act.ActCommand        `cmd:"" help:"Do to a ticket, in an agent's name, what lines of commands say, as on top of a reply."`
	Note       act.NoteCommand       `cmd:"" help:"Add an internal note to a ticket."`
	Assign     act.AssignCommand     `cmd:"" help:"Assign a ticket to an agent, who is told."`
	Merge      act.MergeCommand      `cmd:"" help:"Work on one ticket in another one; both requesters are told."`
	Close      act.CloseCommand      `cmd:"" help:"Close tickets; their requesters are told as ever."`
	Stats      stats.Command         `cmd:"" help:"Figures: what came, how long people waited, what was promised and kept, what is left."`
	Report     stats.ReportCommand   `cmd:"" help:"The figures of the last week or month, as the mail to the head of the desk has them."`
	Kb         knowledge.Command     `cmd:"" help:"The knowledge base: list and show articles, exchange them with a folder of Markdown."`
	Rota       rotaCommand           `cmd:"" help:"Print who is on call when, or the shifts as a calendar (--ics)."`
	Outbox     outgoing.Command      `cmd:"" help:"Mails that wait to be sent, were sent or failed: list, show, retry, cancel; pause and resume sending."`
	Rebuild    rebuildCommand        `cmd:"" help:"Rebuild the tickets from the journal, in another folder, and compare."`
	Quarantine quarantineCommand     `cmd:"" help:"Manage mails that the desk could not handle."`
	Backup     backupCommand         `cmd:"" help:"Write a verified backup to a new folder; the desk may be running."`
	Restore    restoreCommand        `cmd:"" help:"Restore a backup into an empty data folder. Nothing is sent until you resume the outbox."`
	Move       move.Command          `cmd:"" help:"Move the data of a stopped desk to an empty database on PostgreSQL, or back into a folder."`

	Person       personCommand                `cmd:"" help:"Show all that is kept of a person, and where."`
	Export       exportCommand                `cmd:"" help:"Write what is kept of a person into a folder: mails as an mbox, and a page to read."`
	Erase        eraseCommand                 `cmd:"" help:"Take a person out of all data. Without --yes it only says what would go."`
	Audit        auditCommand                 `cmd:"" help:"What bears on trust, of which check --data finds whether it was changed: accept it as it is."`
	Keys         keysCommand                  `cmd:"" help:"Keys of the desk: make those by which its mail is signed (DKIM), and print their DNS records."`
	Passwd       passwdCommand                `cmd:"" help:"Set the password with which an agent submits mail; list or remove accounts."`
	Suppressions outgoing.SuppressionsCommand `cmd:"" help:"Addresses that get no automatic mail: list, add, remove."`
	Completion   completion.Command           `cmd:"" help:"Print what lets bash, zsh or fish complete these commands."`
	Mailboxes    mailboxesCommand             `cmd:"" help:"Show the mailboxes that are fetched: state, last contact, mails that cannot be fetched."`
}

// run runs one command line and returns its exit code.
func run(ctx context.Context, args []string, std console.Stdio) int {
	var c commands
	exited := -1
	if os.Getenv("MAILDESK_CONFIG") == "" { // set to nothing it names no file either
		_ = os.Unsetenv("MAILDESK_CONFIG")
	}
	parser, err := kong.New(&c,
		kong.Name("maildesk"),
		kong.Description("A help desk that lives in mail: people write to support@, every request becomes a ticket, agents answer from their own mail client.\n\nBegin with: maildesk demo"),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(std.Out, std.Err),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Vars{"version": "maildesk " + version()},
	)
	if err != nil {
		fmt.Fprintln(std.Err, "maildesk:", err)
		return console.ExitUsage
	}
	if completion.Answer(parser, cmp.Or(os.Getenv("MAILDESK_CONFIG"), console.DefaultPath)) {
		return 0
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited // --help, --version
	}
	if err != nil {
		fmt.Fprintln(std.Err, "maildesk:", err)
		fmt.Fprintln(std.Err, "maildesk --help lists the commands.")
		return console.ExitUsage
	}
	return console.CodeOf(console.Paged(parsed.Command(), std, func(std console.Stdio) error { return parsed.Run(console.ConfigPath(c.Config), std) }), std.Err)
}

// version returns the version that the Go toolchain recorded in the program.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(unknown)"
}
