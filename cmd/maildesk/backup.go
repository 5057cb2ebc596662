package main

import (
	"context"
	"fmt"
	"time"

	"maildesk/daemon"
)

type backupCommand struct {
	Folder string `arg:"" help:"A new folder, which will hold the backup."`
}

// Help tells what a backup is.
func (c *backupCommand) Help() string {
	return `Works beside a running desk. The backup holds the database as it is at one moment, the signing keys, the configuration
and the texts of your own; no passwords. It is read back and checked before it gets its name, so a folder of that name is
a whole backup.`
}

func (c *backupCommand) Run(all *commands, ctx context.Context, io stdio) error {
	cfg, refused, err := configInForce(all.Config)
	if err != nil {
		return err
	}
	if refused != nil {
		fmt.Fprintf(io.err, "maildesk: the configuration is broken, the backup holds the one in force: %v\n", refused)
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
	fmt.Fprintf(io.out, "%s holds %d mails and %d tickets, %d MiB in %d files, checked, in %s.\n", c.Folder, m.Accepted, sumOf(m.Tickets), size>>20, len(m.Files),
		time.Since(begun).Round(time.Millisecond))
	return nil
}

func sumOf[K comparable](counts map[K]int64) (n int64) {
	for _, c := range counts {
		n += c
	}
	return n
}
