package main

import (
	"context"
	"fmt"
	"io"

	"github.com/schollz/progressbar/v3"

	"maildesk/daemon"
	"maildesk/desk"
	"maildesk/mailbox"
)

type importCommand struct {
	JSON    bool     `help:"One JSON object a mail, a line each: file, ticket, disposition, reason."`
	Trusted bool     `help:"An archive that you trust: In-Reply-To and References alone thread, whoever sent the mail."`
	Paths   []string `arg:"" name:"path" help:"Mails, mbox files, folders of mails or Maildirs; - is standard input."`
}

// imported is one line of import --json.
type imported struct {
	File        string           `json:"file"`
	Ticket      desk.TicketID    `json:"ticket"`
	Disposition desk.Disposition `json:"disposition"`
	Reason      string           `json:"reason"`
}

func (c *importCommand) Run(all *commands, ctx context.Context, io stdio) error {
	cfg, err := loadConfig(all.Config)
	if err != nil {
		return err
	}
	bench, err := daemon.OpenBench(ctx, cfg, quiet())
	if err != nil {
		return err
	}
	defer bench.Close()
	size, err := mailbox.Size(c.Paths)
	if err != nil {
		return err
	}
	bar := progress(io.err, size, "importing", progressbar.OptionShowBytes(true))
	count := map[desk.Disposition]int{}
	unread := 0
	for item, err := range mailbox.Open(c.Paths) {
		if err != nil {
			fmt.Fprintf(io.err, "maildesk: %s: %v\n", item.Name, err)
			unread++
			continue
		}
		m, err := bench.Desk.Import(ctx, desk.Envelope{Unknown: true}, item.Raw, c.Trusted)
		if err != nil {
			return fmt.Errorf("import %s: %w", item.Name, err)
		}
		count[m.Disposition]++
		bar.Add64(item.Span)
		if c.JSON {
			if err := writeJSON(io.out, imported{item.Name, m.Ticket, m.Disposition, m.Reason}); err != nil {
				return err
			}
		}
	}
	bar.Finish()
	if !c.JSON {
		printCounts(io.out, count)
	}
	if unread > 0 {
		return fmt.Errorf("%d files could not be read", unread)
	}
	return nil
}

func printCounts(w io.Writer, count map[desk.Disposition]int) {
	total := 0
	for _, n := range count {
		total += n
	}
	fmt.Fprintf(w, "%d mails imported", total)
	for _, d := range desk.Dispositions {
		if n := count[d]; n > 0 {
			fmt.Fprintf(w, ", %d %s", n, d)
		}
	}
	fmt.Fprintln(w, ".")
}
