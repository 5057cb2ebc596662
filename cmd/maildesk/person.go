package main

import (
	"context"
	"fmt"
	"io"
	"strings"
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
			p.Rows, p.Files = console.OrEmpty(p.Rows), console.OrEmpty(p.Files)
			return console.WriteJSON(std.Out, struct {
				privacy.Person
				Suppressions []outgoing.Suppression `json:"suppressions"`
			}{p, suppressionsOf(p)})
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
		return fmt.Errorf("there is no data in %s yet; maildesk serve creates it", console.Place(cfg))
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
	tickets := console.NewTable(w, console.Column{Head: "TICKET"}, console.Column{Head: "IS ITS", Least: 9}, console.Column{Head: "STATUS", Rank: 2}, console.Column{Head: "OPENED", Least: 11, Rank: 1}, console.Column{Head: "SUBJECT", Least: 20})
	for _, t := range p.Tickets {
		tickets.Row(console.Plain, fmt.Sprintf("#%d", t.Ticket), strings.Join(t.Roles, ", "), string(t.Status), console.Stamp(t.CreatedAt), t.Subject)
	}
	mails := console.NewTable(w, console.Column{Head: "MAIL"}, console.Column{Head: "WHO"}, console.Column{Head: "BECAME", Least: 12}, console.Column{Head: "RECEIVED", Least: 11}, console.Column{Head: "SIZE", Rank: 1})
	for _, m := range p.Mails {
		mails.Row(console.Plain, fmt.Sprint(m.Mail), wordFor(m.Wrote, "wrote it", "is named"), string(m.Disposition)+ofTicket(int64(m.Ticket)), console.Stamp(m.ReceivedAt), fmt.Sprint(m.Size))
	}
	sent := console.NewTable(w, console.Column{Head: "OUTGOING"}, console.Column{Head: "WHO"}, console.Column{Head: "WHAT", Least: 20}, console.Column{Head: "MADE", Least: 11}, console.Column{Head: "BYTES", Rank: 1})
	for _, m := range p.Outgoing {
		sent.Row(console.Plain, fmt.Sprint(m.Mail), wordFor(m.To, "gets it", "is named"), fmt.Sprintf("%s%s, %s", m.Template, ofTicket(int64(m.Ticket)), m.State), console.Stamp(m.CreatedAt), wordFor(m.Kept, "kept", "dropped"))
	}
	for _, part := range []struct {
		n     int
		table *console.Table
	}{{len(p.Tickets), tickets}, {len(p.Mails), mails}, {len(p.Outgoing), sent}} {
		if part.n == 0 {
			continue
		}
		fmt.Fprintln(w)
		if err := part.table.Flush(); err != nil {
			return err
		}
	}
	if len(p.Suppressions) > 0 {
		fmt.Fprintln(w)
		if err := outgoing.PrintSuppressions(w, suppressionsOf(p)); err != nil {
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
		console.Wrap(w, console.Plain, "", "    ", fmt.Sprintf("%s: %d (%s)", t, len(rows[t]), strings.Join(rows[t], ", ")))
	}
	fmt.Fprintf(w, "\nFILES: %s\n", strings.Join(p.Files, ", "))
	return nil
}

// suppressionsOf returns what keeps automatic mail from somebody, as it stands now.
func suppressionsOf(p privacy.Person) []outgoing.Suppression {
	list := []outgoing.Suppression{}
	for _, s := range p.Suppressions {
		list = append(list, outgoing.SuppressionOf(s, time.Now()))
	}
	return list
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
