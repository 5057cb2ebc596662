// Package logging is the log of a process: nobody who reads it can act by it, and by the
// configuration it names nobody outside.
//
// The entry point is [New].
package logging

import (
	"fmt"
	"io"
	"log/slog"

	"maildesk/threading"
)

// New returns the log of a process, in the format text or json; without addresses a mark stands in their place.
func New(w io.Writer, format string, addresses bool) *slog.Logger {
	o := &slog.HandlerOptions{ReplaceAttr: Shorten}
	if !addresses {
		o.ReplaceAttr = hideAddresses()
	}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// Shorten makes signed addresses and Message-IDs in log attributes unusable: in
// recipients, replies of remotes and errors.
func Shorten(_ []string, a slog.Attr) slog.Attr {
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(threading.Shorten(a.Value.String()))
	case slog.KindAny: // an error, a list, a value of a named string type
		said := fmt.Sprint(a.Value.Any())
		if short := threading.Shorten(said); short != said {
			a.Value = slog.StringValue(short)
		}
	}
	return a
}
