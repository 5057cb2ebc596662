package console

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"

	"maildesk/mailparse"
	"maildesk/routing"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Printable replaces what a terminal might interpret in a text of strangers.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, s)
}

// WriteJSON writes one object on one line, with < and > as they are.
func WriteJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// Itself is the form of values that need no conversion for [WriteJSONLines].
func Itself[T any](v T) T { return v }

// WriteJSONLines writes one object per line, converted by form.
func WriteJSONLines[T, J any](w io.Writer, list []T, form func(T) J) error {
	for _, v := range list {
		if err := WriteJSON(w, form(v)); err != nil {
			return err
		}
	}
	return nil
}

// isTerminal reports whether w is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Width returns how many characters a line of the terminal has, and whether w is one.
func Width(w io.Writer) (int, bool) {
	f := terminalOf(w)
	if f == nil {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	return width, err == nil && width > 0
}

// Ago formats how long ago something was, in two or three characters: 5m, 17h, 12d, 3y.
func Ago(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%dm", max(0, d/time.Minute))
	case d < 2*day:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d < 2*365*day:
		return fmt.Sprintf("%dd", d/day)
	}
	return fmt.Sprintf("%dy", d/(365*day))
}

// Progress returns a progress bar that is visible only on a terminal.
func Progress(w io.Writer, total int64, what string, more ...progressbar.Option) *progressbar.ProgressBar {
	options := []progressbar.Option{progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what), progressbar.OptionSetVisibility(isTerminal(w)), progressbar.OptionClearOnFinish()}
	return progressbar.NewOptions64(total, append(options, more...)...)
}

// NameAddress formats a person: their name and address, or the one that is known.
func NameAddress(name, address string) string {
	switch {
	case name == "":
		return address
	case address == "":
		return name
	}
	return name + " <" + address + ">"
}

// Parenthesised returns a text in parentheses with a space in front, or nothing for an
// empty one.
func Parenthesised(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// NonEmpty returns the texts that are not empty.
func NonEmpty(all ...string) []string {
	var list []string
	for _, s := range all {
		if s != "" {
			list = append(list, s)
		}
	}
	return list
}

// FirstOf returns s, or another text where s is empty.
func FirstOf(s, or string) string {
	if strings.TrimSpace(s) == "" {
		return or
	}
	return s
}

// Stamp formats a time in the desk's zone, with the name of the zone.
func Stamp(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05 MST") }

// Visible formats a text of strangers for a person to read.
type Visible struct{ io.Writer }

// Write writes a text with everything in it visible.
func (v Visible) Write(p []byte) (int, error) {
	_, err := io.WriteString(v.Writer, mailparse.Visible(string(p)))
	return len(p), err
}

// OrEmpty returns the list, or an empty one for nil, which JSON would show as null.
func OrEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// DueTime formats the time by which something is due, with a mark when it is past.
func DueTime(at time.Time) string {
	text := at.Local().Format("2006-01-02 15:04 MST")
	if at.Before(time.Now()) {
		text += " late"
	}
	return text
}

// PathWords formats the queues of an escalation path.
func PathWords(path []routing.Queue) string {
	if len(path) == 0 {
		return "none"
	}
	var all []string
	for _, q := range path {
		all = append(all, fmt.Sprintf("%s (level %d)", q.Name, q.Level))
	}
	return strings.Join(all, " → ")
}

// PrintLines prints lines, each safe for a terminal.
func PrintLines(w io.Writer, lines []string) {
	for _, line := range lines {
		fmt.Fprintln(w, Printable(line))
	}
}
