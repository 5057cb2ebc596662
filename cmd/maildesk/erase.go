package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"maildesk/daemon/localdesk"
	"maildesk/daemon/privacy"

	"maildesk/cmd/maildesk/console"
	"maildesk/mailparse"
)

type eraseCommand struct {
	Yes     bool     `help:"Do it. Without, the command only says what would be taken out."`
	Open    bool     `help:"Also tickets that are not closed: they are closed, and nobody is told."`
	Compact bool     `help:"Compact the databases although the desk is running, however large they are. It cannot take mail meanwhile."`
	JSON    bool     `help:"One JSON object."`
	Names   []string `name:"name" sep:"none" help:"A name of two words or more that is the person's alone: it counts everywhere, whoever seems to have it as well. May be given more than once."`
	Address string   `arg:"" optional:"" help:"The person's address."`

	Retention bool `help:"Closed tickets, and mails of no ticket, that were kept as long as [retention] says, in the place of a person. The running desk does it by itself once a day."`
}

// Help explains what is erased.
func (c *eraseCommand) Help() string {
	return `What the person wrote and got, their address and their names are taken out of tickets, correspondence, received and outgoing mails,
events, the search, suppressions and quarantine. Tickets that are theirs alone become empty shells with their numbers, times and
states; on others what somebody else wrote stays, without what it quotes of them. A name that somebody else has, or that stands in
correspondence of others, counts only on the person's own tickets; look at the names before you say --yes. There is no way back but a backup from before,
and a desk that is restored from one erases again. The desk may be running. If the command is ended, the same command goes on.

It then looks for their address, names and words in every row and in the bytes of every file of the data folder, and ends with 1 where
it finds something. Words that somebody else outside may have written as well are kept on other tickets, and files such as pictures
cannot be looked into: both are listed. Backups from before are not touched: remove them, or keep them no longer than you must.`
}

func (c *eraseCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	who, err := mailparse.ParseIdentity([]string{c.Address})
	switch {
	case c.Retention && c.Address != "":
		return console.UsageError(errors.New("--retention goes by age; leave the address out"))
	case c.Retention:
	case c.Address == "":
		return console.UsageError(errors.New("name an address, or say --retention"))
	case err != nil || who.Name != "":
		return console.UsageError(fmt.Errorf("%q is not an address; write it as in ana@example.net", c.Address))
	}
	cfg, _, err := console.ConfigInForce(string(path))
	if err != nil {
		return err
	}
	if !localdesk.HasData(cfg) {
		return fmt.Errorf("there is no data in %s yet; maildesk serve creates it", console.Place(cfg))
	}
	what, o := who.Address, privacy.EraseOptions{Do: c.Yes, Open: c.Open, Compact: c.Compact, Names: c.Names, Actor: console.Operator()}
	var r privacy.Erased
	if c.Retention {
		what = "what was kept long enough"
		r, err = privacy.EraseOld(ctx, cfg, o, console.Quiet())
	} else {
		r, err = privacy.Erase(ctx, cfg, who.Address, o, console.Quiet())
	}
	if err != nil {
		return err
	}
	if c.JSON {
		err = console.WriteJSON(std.Out, struct {
			privacy.Erased
			Longest float64 `json:"longest"` // in seconds, as all times
			Compact float64 `json:"compact"`
		}{r, r.Longest.Seconds(), r.Compact.Seconds()})
	} else {
		printErased(std.Out, what, r)
	}
	if err == nil && len(r.Left) > 0 {
		err = console.ErrNo
	}
	return err
}

// printErased prints what an erasure took out, or would.
func printErased(w io.Writer, what string, r privacy.Erased) {
	verb := "Erased"
	switch {
	case r.Erasure == 0 && r.Nothing():
		fmt.Fprintf(w, "Nothing is kept of %s.\n", console.Printable(what))
		printLeft(w, r)
		return
	case r.Erasure == 0:
		verb = "Would be erased"
	}
	fmt.Fprintf(w, "%s of %s:\n", verb, console.Printable(what))
	line := func(n int, one string, more ...string) {
		if n > 0 {
			fmt.Fprintf(w, "  %6d  %s%s\n", n, one, strings.Join(more, ""))
		}
	}
	line(len(r.Whole), "tickets, all of them", ": ", console.Listed(r.Whole))
	line(len(r.Shared), "tickets of others, what is of this person", ": ", console.Listed(r.Shared))
	line(len(r.Open), "of these are not closed", ": ", console.Listed(r.Open))
	line(r.Out, "received mails")
	line(r.Cut, "received mails of others, what is of this person")
	line(r.Outgoing, "outgoing mails: their bytes, and those that wait are cancelled")
	for _, table := range slices.Sorted(maps.Keys(r.Rows)) {
		line(r.Rows[table], "rows of "+table)
	}
	line(len(r.Pending), "mails wait to be handled, and stay: run this again when they are")
	console.PrintLines(w, r.Notes())
	if r.Erasure == 0 {
		fmt.Fprintln(w, "Nothing was changed. To do it: --yes")
		return
	}
	fmt.Fprintf(w, "This was erasure %d. The desk was held up for %s at most", r.Erasure, r.Longest.Round(time.Millisecond))
	if r.Compacted {
		fmt.Fprintf(w, ", and for %s while its databases were compacted", r.Compact.Round(time.Millisecond))
	}
	fmt.Fprintln(w, ".")
	if len(r.Left) == 0 {
		fmt.Fprintln(w, "Every row and every file of the data folder was searched for address, names and words: nothing is left but what is said to be kept.")
	}
	printLeft(w, r)
}

// printLeft prints where the person is still found.
func printLeft(w io.Writer, r privacy.Erased) {
	if len(r.Left) == 0 {
		return
	}
	fmt.Fprintln(w, "Something is left:")
	for _, where := range r.Left {
		fmt.Fprintf(w, "  %s\n", console.Printable(where))
	}
	if !r.Compacted {
		fmt.Fprintln(w, "Bytes of deleted rows may stand in the databases: run this again while the desk is stopped, or with --compact.")
	}
}
