package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"maildesk/cmd/maildesk/console"
	"maildesk/config"
	"maildesk/daemon"
	"maildesk/ticket"
)

type restoreCommand struct {
	Folder             string `arg:"" optional:"" predictor:"folder" help:"The folder of a backup."`
	KeysPassphraseFile string `xor:"keys" placeholder:"FILE" predictor:"file" help:"Decrypt the keys of the backup with the passphrase on the first line of this file."`
	WithoutKeys        bool   `xor:"keys" help:"Restore without the keys of the backup. Those in the data folder stay; where there are none, new ones are made."`
	After              int64  `placeholder:"NUMBER" help:"The highest ticket number that was assigned, if you know it: the next ticket gets the one after it."`
	Anew               bool   `xor:"keys" help:"There is no backup: begin without tickets where a database was lost. Numbers go on after those that are out."`
}

// Help explains what to do afterwards.
func (c *restoreCommand) Help() string {
	return `Restore the configuration first: copy it from the folder config of the backup, and put the files with passwords next to it. The
data folder or database that it names must not contain data yet. The restored desk accepts mail, but sends nothing until you allow it: see
maildesk outbox resume --help.

No number is assigned twice: the tickets that the old desk opened after the backup are not in it, but people have their numbers.
If the data folder still has its file "numbers", the restored desk continues after those; else it leaves a gap that depends on
the age of the backup.`
}

func (c *restoreCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	cfg, err := config.LoadBeforeRestore(string(path))
	if err != nil {
		return console.ExplainMissing(string(path), err)
	}
	passphrase, err := passphraseIn(c.KeysPassphraseFile)
	if err != nil {
		return err
	}
	o := daemon.RestoreOptions{After: c.After, WithoutKeys: c.WithoutKeys, Passphrase: passphrase, Actor: console.Operator()}
	switch {
	case c.Anew && c.Folder != "":
		return console.UsageError(errors.New("--anew is for when there is no backup; leave one of the two out"))
	case c.Anew:
		next, err := daemon.BeginAnew(ctx, cfg, o)
		if err != nil {
			return err
		}
		fmt.Fprintf(std.Out, "%s has a new database without tickets. The next ticket is #%d.\n", cfg.Desk.Data, next)
		return nil
	case c.Folder == "":
		return console.UsageError(errors.New("name the folder of a backup, or say --anew where there is none"))
	}
	r, err := daemon.Restore(ctx, cfg, c.Folder, o)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.Out, "Restored %d mails and %d tickets of %s into %s.\n", r.Accepted, sumOf(r.Tickets), r.MadeAt.Format(time.RFC3339), cfg.Desk.Place())
	printMissingKeys(std.Out, cfg, r)
	if r.Audit != nil {
		fmt.Fprintf(std.Out, "warning: %v\n", r.Audit)
	}
	if r.Erased > 0 {
		fmt.Fprintf(std.Out, "%d people who were erased after the backup was made were erased again.\n", r.Erased)
	}
	if r.Texts != "" {
		fmt.Fprintf(std.Out, "Your own texts are in %s.\n", r.Texts)
	}
	if r.Macros != "" {
		fmt.Fprintf(std.Out, "The texts for #send are in %s.\n", r.Macros)
	}
	fmt.Fprintf(std.Out, `
The next ticket is #%d, after all numbers that may have been given out since the backup.
The outbox is paused: %d mails wait in it, which may have been sent after the backup was made.
Next:
  1. maildesk check --data
  2. maildesk serve              it takes mail, and sends nothing
  3. maildesk outbox             what waits
  4. maildesk outbox resume      sends it; with --cancel only what is made from now on
`, r.Next, r.Outbox[ticket.OutboxReady]+r.Outbox[ticket.OutboxClaimed])
	return nil
}
