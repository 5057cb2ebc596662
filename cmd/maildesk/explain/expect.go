package explain

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"maildesk/daemon/localdesk"

	"github.com/pelletier/go-toml/v2"

	"maildesk/cmd/maildesk/console"
	"maildesk/config"
	"maildesk/desk"
	"maildesk/desk/incoming"
	"maildesk/ticket"
)

// expectation is one [[mail]] of a table: a mail, how it arrives, and what the desk
// must make of it. A nil field is not checked.
type expectation struct {
	File        string    `toml:"file"`         // relative to the table's folder
	ReversePath *string   `toml:"reverse_path"` // envelope; default: unknown
	To          []string  `toml:"to"`           // envelope
	Client      string    `toml:"client"`
	Received    time.Time `toml:"received"` // default: Tuesday, 24 November 2026, 10:00 UTC

	Disposition  *string   `toml:"disposition"`
	Class        *string   `toml:"class"`
	Queue        *string   `toml:"queue"`
	Level        *int      `toml:"level"`
	Category     *string   `toml:"category"`
	Kind         *string   `toml:"kind"`
	Priority     *string   `toml:"priority"`
	Assignee     *string   `toml:"assignee"`
	Template     *string   `toml:"template"`
	Target       *string   `toml:"target"`   // that a rule chose
	Language     *string   `toml:"language"` // of the acknowledgement
	Acknowledged *bool     `toml:"acknowledged"`
	Rules        *[]string `toml:"rules"`
	Tags         *[]string `toml:"tags"`
	Onlookers    *[]string `toml:"onlookers"`
}

// expectedAt is when the mails of a table arrive if it does not say so: the result
// must not depend on today's date.
var expectedAt = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

// CheckExpectations runs each mail of a table through a temporary desk with this
// configuration, and prints what differs from the table.
func CheckExpectations(ctx context.Context, cfg *config.Config, path string, std console.Stdio) error {
	mails, err := readExpectations(path)
	if err != nil {
		return err
	}
	local, err := localdesk.OpenScratch(ctx, cfg)
	if err != nil {
		return err
	}
	defer local.Close()
	wrong := 0
	for i, m := range mails {
		v, err := m.explain(ctx, local.Desk, filepath.Dir(path))
		if err != nil {
			return fmt.Errorf("%s: mail %d: %w", path, i+1, err)
		}
		if differences := m.compare(v); len(differences) > 0 {
			wrong++
			printDifferences(std.Out, fmt.Sprintf("%s: mail %d, %s", path, i+1, m.File), v, differences)
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d mails of %s are not as expected", wrong, len(mails), path)
	}
	fmt.Fprintf(std.Out, "%d mails of %s are as expected.\n", len(mails), path)
	return nil
}

func readExpectations(path string) ([]expectation, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the table of mails: %w", err)
	}
	defer f.Close()
	var table struct {
		Mail []expectation `toml:"mail"`
	}
	err = toml.NewDecoder(f).DisallowUnknownFields().Decode(&table)
	if unknown, ok := errors.AsType[*toml.StrictMissingError](err); ok {
		row, column := unknown.Errors[0].Position()
		return nil, fmt.Errorf("%s:%d:%d: unknown key %q; known are those of [[mail]] in docs/routing.md", path, row, column, strings.Join(unknown.Errors[0].Key(), "."))
	}
	if broken, ok := errors.AsType[*toml.DecodeError](err); ok {
		row, column := broken.Position()
		return nil, fmt.Errorf("%s:%d:%d: %s", path, row, column, strings.TrimPrefix(broken.Error(), "toml: "))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(table.Mail) == 0 {
		return nil, fmt.Errorf("%s names no mail; add [[mail]] with file = \"…\" and what it must come to", path)
	}
	return table.Mail, nil
}

func (e *expectation) explain(ctx context.Context, d *desk.Desk, folder string) (incoming.Verdict, error) {
	raw, err := os.ReadFile(filepath.Join(folder, e.File))
	if err != nil {
		return incoming.Verdict{}, err
	}
	env := ticket.Envelope{Source: ticket.SourceSMTP, Client: e.Client, ForwardPaths: e.To, Unknown: e.ReversePath == nil}
	if e.ReversePath != nil {
		env.ReversePath = *e.ReversePath
	}
	at := e.Received
	if at.IsZero() {
		at = expectedAt
	}
	return d.ExplainAt(ctx, env, raw, at)
}

// compare returns a line for each difference.
func (e *expectation) compare(v incoming.Verdict) []string {
	var all []string
	o := outcomeOf(v)
	text := func(key string, wanted *string) {
		if wanted != nil && o.texts[key] != *wanted {
			all = append(all, difference(key, o.texts[key], *wanted))
		}
	}
	list := func(key string, wanted *[]string) {
		if wanted == nil {
			return
		}
		if got, want := strings.Join(o.lists[key], ", "), strings.Join(*wanted, ", "); got != want {
			all = append(all, difference(key, got, want))
		}
	}
	text("disposition", e.Disposition)
	text("class", e.Class)
	text("queue", e.Queue)
	if e.Level != nil {
		level := strconv.Itoa(*e.Level)
		text("level", &level)
	}
	text("category", e.Category)
	text("kind", e.Kind)
	text("priority", e.Priority)
	text("assignee", e.Assignee)
	text("template", e.Template)
	text("target", e.Target)
	text("language", e.Language)
	if e.Acknowledged != nil {
		acknowledged := strconv.FormatBool(*e.Acknowledged)
		text("acknowledged", &acknowledged)
	}
	list("rules", e.Rules)
	list("tags", e.Tags)
	list("onlookers", e.Onlookers)
	if v.Route != nil {
		all = append(all, v.Route.Problems...)
	}
	return all
}
