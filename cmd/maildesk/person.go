package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"maildesk/cmd/maildesk/outgoing"

	"maildesk/daemon/localdesk"
	"maildesk/daemon/privacy"

	"maildesk/cmd/maildesk/console"
	"maildesk/mailparse"
)

type personCommand struct {
	JSON    bool   `help:"One JSON object."`
	Address string `arg:"" help:"The person's address."`
}

// Help says what is looked at.
func (c *personCommand) Help() string {
	return `Everything is read: tickets, correspondence, events, received and outgoing mails in any encoding, suppressed addresses, incidents,
quarantine, and the files of the data folder. The desk may be running. Names that stand beside the address count as well.`
}

func (c *personCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return withPerson(ctx, string(path), c.Address, func(local *localdesk.Local, address string) error {
		p, err := privacy.Look(ctx, local, address)
		if err != nil {
			return err
		}
		if c.JSON {
			p.Names, p.Tickets, p.Mails, p.Outgoing = console.OrEmpty(p.Names), console.OrEmpty(p.Tickets), console.OrEmpty(p.Mails), console.OrEmpty(p.Outgoing)
			p.Suppressions, p.Rows, p.Files = console.OrEmpty(p.Suppressions), console.OrEmpty(p.Rows), console.OrEmpty(p.Files)
			return console.WriteJSON(std.Out, p)
		}
		return printPerson(std.Out, p)
	})
}

// withPerson opens the desk's data for a command on somebody's address.
func withPerson(ctx context.Context, configPath, text string, fn func(local *localdesk.Local, address string) error) error {
	who, err := mailparse.ParseIdentity([]string{text})
	if err != nil || who.Name != "" {
		return console.UsageError(fmt.Errorf("%q is not an address; write it as in ana@example.net", text))
	}
	cfg, _, err := console.ConfigInForce(configPath)
	if err != nil {
		return err
	}
	if !localdesk.HasData(cfg) {
		return fmt.Errorf("there is no data in %s yet; maildesk serve creates it", cfg.Desk.Data)
	}
	local, err := localdesk.Open(ctx, cfg, console.Quiet())
	if err != nil {
		return err
	}
	defer local.Close()
	if zone := local.Desk.Settings().Location; zone != nil {
		time.Local = zone
	}
	return fn(local, who.Address)
}

// printPerson prints what is kept of somebody.
func printPerson(out io.Writer, p privacy.Person) error {
	w := console.Visible{Writer: out}
	if len(p.Rows) == 0 && len(p.Files) == 0 {
		fmt.Fprintf(w, "Nothing is kept of %s.\n", p.Address)
		return nil
	}
	fmt.Fprintf(w, "%s%s\n", p.Address, console.Parenthesised(strings.Join(p.Names, ", ")))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, t := range p.Tickets {
		if i == 0 {
			fmt.Fprintln(table, "\nTICKET\tIS ITS\tSTATUS\tOPENED\tSUBJECT")
		}
		fmt.Fprintf(table, "#%d\t%s\t%s\t%s\t%s\n", t.Ticket, strings.Join(t.Roles, ", "), t.Status, console.Stamp(t.CreatedAt), console.Cut(t.Subject, 60))
	}
	for i, m := range p.Mails {
		if i == 0 {
			fmt.Fprintln(table, "\nMAIL\tWHO\tBECAME\tRECEIVED\tSIZE")
		}
		fmt.Fprintf(table, "%d\t%s\t%s%s\t%s\t%d\n", m.Mail, wordFor(m.Wrote, "wrote it", "is named"), m.Disposition, ofTicket(int64(m.Ticket)), console.Stamp(m.ReceivedAt), m.Size)
	}
	for i, m := range p.Outgoing {
		if i == 0 {
			fmt.Fprintln(table, "\nOUTGOING\tWHO\tWHAT\tMADE\tBYTES")
		}
		fmt.Fprintf(table, "%d\t%s\t%s%s, %s\t%s\t%s\n", m.Mail, wordFor(m.To, "gets it", "is named"), m.Template, ofTicket(int64(m.Ticket)), m.State, console.Stamp(m.CreatedAt), wordFor(m.Kept, "kept", "dropped"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if len(p.Suppressions) > 0 {
		fmt.Fprintln(w)
		var list []outgoing.Suppression
		for _, s := range p.Suppressions {
			list = append(list, outgoing.SuppressionOf(s, time.Now()))
		}
		if err := outgoing.PrintSuppressions(w, list); err != nil {
			return err
		}
	}
	rows := map[string][]string{}
	var tables []string
	for _, m := range p.Rows {
		if rows[m.Table] == nil {
			tables = append(tables, m.Table)
		}
		rows[m.Table] = append(rows[m.Table], fmt.Sprint(m.ID))
	}
	fmt.Fprintln(w, "\nROWS WITH THE ADDRESS OR A NAME")
	for _, t := range tables {
		fmt.Fprintf(w, "%s: %d (%s)\n", t, len(rows[t]), console.Cut(strings.Join(rows[t], ", "), 100))
	}
	fmt.Fprintf(w, "\nFILES: %s\n", strings.Join(p.Files, ", "))
	return nil
}

// wordFor returns one of two words.
func wordFor(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}

// ofTicket returns " on #17", nothing for 0.
func ofTicket(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" on #%d", n)
}

type exportCommand struct {
	Notes   bool   `help:"Also what agents wrote for each other on the person's tickets."`
	Address string `arg:"" help:"The person's address."`
	Folder  string `arg:"" predictor:"folder" help:"A new folder."`
}

// Help says what an export holds.
func (c *exportCommand) Help() string {
	return `The folder holds mails.mbox, with the mails that the person wrote and that were sent to them, and index.html, a page with their
tickets and the correspondence. What others wrote on the same tickets is left out.`
}

func (c *exportCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return withPerson(ctx, string(path), c.Address, func(local *localdesk.Local, address string) error {
		p, mails, err := privacy.Export(ctx, local, address, c.Folder, privacy.ExportOptions{Notes: c.Notes})
		if err != nil {
			return err
		}
		fmt.Fprintf(std.Out, "%s has %d mails and a page with %d tickets of %s.\n", c.Folder, mails, len(p.Tickets), p.Address)
		return nil
	})
}
