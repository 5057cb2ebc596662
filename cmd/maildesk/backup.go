package main

import (
	"context"
	"fmt"
	"time"

	"maildesk/cmd/maildesk/console"
	"maildesk/daemon"
)

type backupCommand struct {
	Folder             string `arg:"" predictor:"folder" help:"A new folder, which will hold the backup."`
	WithoutKeys        bool   `xor:"keys" help:"Leave the keys out: nobody who has the backup can make addresses of this desk."`
	KeysPassphraseFile string `xor:"keys" placeholder:"FILE" predictor:"file" help:"Encrypt the keys, those of DKIM too, with the passphrase on the first line of this file."`
}

// Help explains what a backup is.
func (c *backupCommand) Help() string {
	return `The desk may be running. The backup contains a snapshot of the database, the signing keys, the configuration and your own
texts, but no passwords. It is read back and checked before the folder gets its name, so a folder of that name is a
complete backup.

Whoever has the signing keys can make addresses that the desk takes for its own. Leave them out or encrypt them where others
can read the backup.`
}

func (c *backupCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	cfg, refused, err := console.ConfigInForce(string(path))
	if err != nil {
		return err
	}
	if refused != nil {
		fmt.Fprintf(std.Err, "maildesk: the configuration is broken, the backup holds the one in force: %v\n", refused)
	}
	passphrase, err := passphraseIn(c.KeysPassphraseFile)
	if err != nil {
		return err
	}
	begun := time.Now()
	m, err := daemon.Backup(ctx, cfg, c.Folder, daemon.BackupOptions{WithoutKeys: c.WithoutKeys, Passphrase: passphrase})
	if err != nil {
		return err
	}
	var size int64
	for _, f := range m.Files {
		size += f.Size
	}
	fmt.Fprintf(std.Out, "%s holds %d mails and %d tickets, %d MiB in %d files, checked, in %s.\n", c.Folder, m.Accepted, sumOf(m.Tickets), size>>20, len(m.Files),
		time.Since(begun).Round(time.Millisecond))
	switch m.Keys {
	case daemon.KeysLeftOut:
		fmt.Fprintln(std.Out, "The keys are not in it. Keep a copy of the file keys and the folder dkim of the data folder elsewhere: a restored desk needs them for answers to mails that are out.")
	case daemon.KeysEncrypted:
		fmt.Fprintln(std.Out, "The keys in it are encrypted. Keep the passphrase elsewhere: nothing opens them without it.")
	}
	return nil
}

func sumOf[K comparable](counts map[K]int64) (n int64) {
	for _, c := range counts {
		n += c
	}
	return n
}
