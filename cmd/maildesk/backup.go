package main

import (
	"context"
	"fmt"
	"time"

	"maildesk/cmd/maildesk/console"
	"maildesk/daemon"
)

type backupCommand struct {
	Folder string `arg:"" help:"A new folder, which will hold the backup."`
}

// Help explains what a backup is.
func (c *backupCommand) Help() string {
	return `The desk may be running. The backup contains a snapshot of the database, the signing keys, the configuration and your own
texts, but no passwords. It is read back and checked before the folder gets its name, so a folder of that name is a
complete backup.`
}

func (c *backupCommand) Run(path console.ConfigPath, ctx context.Context, io console.Stdio) error {
	cfg, refused, err := console.ConfigInForce(string(path))
	if err != nil {
		return err
	}
	if refused != nil {
		fmt.Fprintf(io.Err, "maildesk: the configuration is broken, the backup holds the one in force: %v\n", refused)
	}
	begun := time.Now()
	m, err := daemon.Backup(ctx, cfg, c.Folder)
	if err != nil {
		return err
	}
	var size int64
	for _, f := range m.Files {
		size += f.Size
	}
	fmt.Fprintf(io.Out, "%s holds %d mails and %d tickets, %d MiB in %d files, checked, in %s.\n", c.Folder, m.Accepted, sumOf(m.Tickets), size>>20, len(m.Files),
		time.Since(begun).Round(time.Millisecond))
	return nil
}

func sumOf[K comparable](counts map[K]int64) (n int64) {
	for _, c := range counts {
		n += c
	}
	return n
}
