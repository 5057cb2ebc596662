package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/cmd/maildesk/console"
	"maildesk/mailauth/sign"
)

type keysCommand struct {
	List   keysListCommand   `cmd:"" help:"List the keys that sign reply addresses and Message-IDs."`
	Rotate keysRotateCommand `cmd:"" help:"Have new keys sign reply addresses and Message-IDs; those before end after a time."`
	Revoke keysRevokeCommand `cmd:"" help:"End a key at once, because somebody else may have it."`
	DKIM   keysDKIMCommand   `cmd:"" name:"dkim" help:"Make keys for a domain where there are none, and print the DNS records of all."`
}

type keysDKIMCommand struct {
	Rotate bool   `help:"Make new keys, though there are some. They sign from the next start on."`
	Domain string `arg:"" help:"The domain of the desk's addresses."`
}

func (c *keysDKIMCommand) Run(path console.ConfigPath, std console.Stdio) error {
	cfg, err := console.LoadConfig(string(path))
	if err != nil {
		return err
	}
	folder := filepath.Join(cfg.Desk.Data, localdesk.DKIMFolder)
	keys, err := sign.Keys(folder, c.Domain)
	if err != nil {
		return err
	}
	if len(keys) == 0 || c.Rotate {
		if _, err := sign.Create(folder, c.Domain, time.Now()); err != nil {
			return err
		}
		if keys, err = sign.Keys(folder, c.Domain); err != nil {
			return err
		}
	}
	fmt.Fprintf(std.Out, "; Publish these records in the zone of %s. Those further down are older: leave them for a week.\n", c.Domain)
	for _, k := range keys {
		fmt.Fprintln(std.Out, k.Zone())
	}
	switch signs := slices.ContainsFunc(cfg.Outgoing.DKIM, func(d string) bool { return strings.EqualFold(d, c.Domain) }); {
	case signs:
		fmt.Fprintln(std.Out, "; New keys sign after the next start of the daemon.")
	default:
		fmt.Fprintf(std.Out, "; Then sign: write dkim = [%q] into [outgoing], and start the daemon again.\n", c.Domain)
	}
	return nil
}
