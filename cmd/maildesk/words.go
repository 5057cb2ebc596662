package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maildesk/ticket"
	"os"
	"os/user"
	"strings"
	"time"
	"unicode"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"maildesk/daemon"
	"maildesk/desk"
)

// view runs fn on a snapshot of the desk's data.
func view(ctx context.Context, configPath string, fn func(ticket.Reader) error) error {
	return change(ctx, configPath, func(d *desk.Desk, _ string) error { return d.View(ctx, fn) })
}

// viewBy is view with the settings in force.
func viewBy(ctx context.Context, configPath string, fn func(ticket.Reader, *desk.Settings) error) error {
	return change(ctx, configPath, func(d *desk.Desk, _ string) error {
		return d.View(ctx, func(r ticket.Reader) error { return fn(r, d.Settings()) })
	})
}

// change opens the desk's data and runs fn, which may change it, in the name
// of who calls. A daemon may be working: the desk's methods are transactions,
// the two write in turns, and the daemon sees a mail that became pending
// within a second and one that became due in the outbox within five.
func change(ctx context.Context, configPath string, fn func(d *desk.Desk, who string) error) error {
	cfg, _, err := configInForce(configPath)
	if err != nil {
		return err
	}
	if !daemon.HasData(cfg) {
		return fmt.Errorf("there is no data in %s yet; maildesk serve makes it", cfg.Desk.Data)
	}
	local, err := daemon.OpenLocal(ctx, cfg, quiet())
	if err != nil {
		return err
	}
	defer local.Close()
	if zone := local.Desk.Settings().Location; zone != nil {
		time.Local = zone // this process prints and ends: its times are the desk's, not those of the shell
	}
	return fn(local.Desk, operator())
}

// operator names who calls, as the actor of events: "root at the console".
func operator() string {
	name := os.Getenv("SUDO_USER")
	if u, err := user.Current(); name == "" && err == nil {
		name = u.Username
	}
	return firstOf(name, "somebody") + " at the console"
}

// printable returns a text of strangers without what a terminal obeys.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, s)
}

// writeJSON writes one object on one line, with < and > as they are.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// itself is the form of what is ready for writeJSONLines.
func itself[T any](v T) T { return v }

// writeJSONLines writes one object a line, as form shapes it.
func writeJSONLines[T, J any](w io.Writer, list []T, form func(T) J) error {
	for _, v := range list {
		if err := writeJSON(w, form(v)); err != nil {
			return err
		}
	}
	return nil
}

// isTerminal reports whether a person looks at w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// progress returns a progress bar on a terminal, and silence elsewhere.
func progress(w io.Writer, total int64, what string, more ...progressbar.Option) *progressbar.ProgressBar {
	options := []progressbar.Option{progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what), progressbar.OptionSetVisibility(isTerminal(w)), progressbar.OptionClearOnFinish()}
	return progressbar.NewOptions64(total, append(options, more...)...)
}

func nameAddress(name, address string) string {
	switch {
	case name == "":
		return address
	case address == "":
		return name
	}
	return name + " <" + address + ">"
}

func parenthesised(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

func nonEmpty(all ...string) []string {
	var list []string
	for _, s := range all {
		if s != "" {
			list = append(list, s)
		}
	}
	return list
}

func firstOf(s, or string) string {
	if strings.TrimSpace(s) == "" {
		return or
	}
	return s
}

// cut shortens a text to n characters.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
