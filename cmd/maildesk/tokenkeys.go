package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/cmd/maildesk/console"
	"maildesk/threading"
)

type keysListCommand struct {
	JSON bool `help:"Print one JSON object for each key, without its secret."`
}

func (c *keysListCommand) Run(path console.ConfigPath, std console.Stdio) error {
	_, keys, err := tokenKeys(path)
	if err != nil {
		return err
	}
	if c.JSON {
		return console.WriteJSONLines(std.Out, keyLines(keys), console.Itself)
	}
	return printKeys(std.Out, keys)
}

type keysRotateCommand struct {
	After time.Duration `default:"9600h" help:"How long the keys before are good: answers to mails that were sent until now (${default}, 400 days)."`
}

func (c *keysRotateCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	if c.After < 0 {
		return console.UsageError(errors.New("--after must not be negative"))
	}
	folder, _, err := tokenKeys(path)
	if err != nil {
		return err
	}
	keys, err := localdesk.RotateKeys(folder, time.Now(), c.After)
	if err == nil {
		err = recordKeys(ctx, path, "keys rotated")
	}
	if err != nil {
		return err
	}
	if err := printKeys(std.Out, keys); err != nil {
		return err
	}
	fmt.Fprintln(std.Out, "A running desk signs with the new keys within half a minute.")
	return nil
}

type keysRevokeCommand struct {
	Yes bool   `help:"Do it. Without, only what would stop working is printed."`
	ID  string `arg:"" help:"The key, as keys list names it."`
}

func (c *keysRevokeCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	folder, keys, err := tokenKeys(path)
	if err != nil {
		return err
	}
	if _, err := keys.Revoke(c.ID, time.Now()); err != nil {
		return fmt.Errorf("%w; maildesk keys list shows them", err)
	}
	from, to := signedBetween(keys, c.ID)
	sent := "since " + console.Stamp(from)
	if !to.IsZero() {
		sent = fmt.Sprintf("from %s to %s", console.Stamp(from), console.Stamp(to))
	}
	fmt.Fprintf(std.Out, `Key %s signed the mails that were sent %s. When it ends, answers to them prove nothing by their address:
%s`, c.ID, sent, withoutKey)
	if !c.Yes {
		fmt.Fprintf(std.Out, "Nothing was changed. To end the key now: maildesk keys revoke --yes %s\n", c.ID)
		return nil
	}
	if keys, err = localdesk.RevokeKey(folder, c.ID, time.Now()); err != nil {
		return err
	}
	if err := recordKeys(ctx, path, "key revoked"); err != nil {
		return err
	}
	if err := printKeys(std.Out, keys); err != nil {
		return err
	}
	fmt.Fprintln(std.Out, "A running desk refuses the key within half a minute, at once after SIGHUP.")
	return nil
}

// recordKeys lets the audit say what was done with keys.
func recordKeys(ctx context.Context, path console.ConfigPath, what string) error {
	cfg, _, err := console.ConfigInForce(string(path))
	if err != nil {
		return err
	}
	return localdesk.RecordAudit(ctx, cfg, what, console.Operator())
}

// tokenKeys returns the data folder of a configuration and the keys in it.
func tokenKeys(path console.ConfigPath) (folder string, keys threading.Keys, err error) {
	cfg, _, err := console.ConfigInForce(string(path))
	if err != nil {
		return "", nil, err
	}
	keys, err = localdesk.ReadKeys(cfg.Desk.Data)
	if errors.Is(err, fs.ErrNotExist) {
		err = errors.New("there are no keys yet: the first start of the desk makes them")
	}
	return cfg.Desk.Data, keys, err
}

// keyLine is a key as it is printed.
type keyLine struct {
	ID      string    `json:"id"`
	Purpose string    `json:"purpose"`
	Created time.Time `json:"created"`
	Signs   bool      `json:"signs"`
	Until   time.Time `json:"until,omitzero"`
}

// keyLines returns the keys of each purpose, the oldest first.
func keyLines(keys threading.Keys) (lines []keyLine) {
	for _, purpose := range slices.Sorted(maps.Keys(keys)) {
		list := slices.SortedFunc(slices.Values(keys[purpose]), func(a, b threading.Key) int { return a.Created.Compare(b.Created) })
		for _, k := range list {
			lines = append(lines, keyLine{k.ID, purpose, k.Created, k.ID == keys.Newest(purpose).ID, k.Until})
		}
	}
	return lines
}

func printKeys(w io.Writer, keys threading.Keys) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "KEY\tFOR\tMADE\tSTATE")
	for _, k := range keyLines(keys) {
		state := "is good"
		switch {
		case k.Signs:
			state = "signs"
		case !k.Until.IsZero() && !time.Now().Before(k.Until):
			state = "ended " + console.Stamp(k.Until)
		case !k.Until.IsZero():
			state = "is good until " + console.Stamp(k.Until)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", k.ID, k.Purpose, console.Stamp(k.Created), state)
	}
	return table.Flush()
}

// signedBetween returns from when to when the keys of an id signed; to is zero where one
// of them still does.
func signedBetween(keys threading.Keys, id string) (from, to time.Time) {
	signs := false
	for _, purpose := range slices.Sorted(maps.Keys(keys)) {
		for _, k := range keys[purpose] {
			if k.ID != id {
				continue
			}
			if from.IsZero() || k.Created.Before(from) {
				from = k.Created
			}
			end := successor(keys[purpose], k)
			signs = signs || end.IsZero()
			if end.After(to) {
				to = end
			}
		}
	}
	if signs {
		to = time.Time{}
	}
	return from, to
}

// successor returns when the next key after k was made; zero: there is none.
func successor(keys []threading.Key, k threading.Key) (at time.Time) {
	for _, other := range keys {
		if other.Created.After(k.Created) && (at.IsZero() || other.Created.Before(at)) {
			at = other.Created
		}
	}
	return at
}
