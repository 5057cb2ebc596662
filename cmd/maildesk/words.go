package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"maildesk/daemon"
	"maildesk/desk"
)

// view opens the desk's data for reading only and runs fn on it.
func view(ctx context.Context, configPath string, fn func(desk.Reader) error) error {
	cfg, err := loadConfig(configPath)
	if err != nil {
		return err
	}
	if !daemon.HasData(cfg) {
		return fmt.Errorf("there is no data in %s yet; maildesk serve makes it", cfg.Desk.Data)
	}
	bench, err := daemon.OpenBench(ctx, cfg, quiet())
	if err != nil {
		return err
	}
	defer bench.Close()
	return bench.Desk.View(ctx, fn)
}

// writeJSON writes one object on one line, with < and > as they are.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// isTerminal reports whether a person looks at w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
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
