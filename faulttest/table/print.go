package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// print writes the table and what did not make it into the table.
func (s *suite) print(w io.Writer) {
	slices.SortStableFunc(s.rows, func(a, b row) int { return cmp.Compare(a.id, b.id) })
	fmt.Fprintln(w, "\nCASE  WHAT WAS DONE → WHAT WAS SEEN")
	for _, r := range s.rows {
		fmt.Fprintf(w, "%s  %s\n      → %s\n", r.id, r.done, r.seen)
	}
	printResults(w, "FAILED", s.fails, 40)
	printResults(w, "DID NOT RUN", s.broken, 40)
	printResults(w, "SKIPPED", s.skips, 3)
	if len(s.silent) > 0 {
		fmt.Fprintf(w, "\nPASSED WITHOUT A ROW\n  %s\n", strings.Join(s.silent, "\n  "))
	}
	cases := map[string]bool{}
	for _, r := range s.rows {
		cases[r.id] = true
	}
	fmt.Fprintf(w, "\n%d rows of %d cases; failed: %s; skipped: %s\n", len(s.rows), len(cases), names(s.failed()), names(s.skipped()))
}

// printResults writes the last lines that each test said.
func printResults(w io.Writer, title string, results []result, most int) {
	if len(results) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for _, r := range results {
		fmt.Fprintf(w, "  %s\n", r.test)
		lines := strings.Split(r.output, "\n")
		for _, line := range lines[max(0, len(lines)-most):] {
			fmt.Fprintf(w, "      %s\n", line)
		}
	}
}

func printMissing(w io.Writer, gaps map[string][]string) {
	for _, sec := range owed {
		if ids := gaps[sec.name]; len(ids) > 0 {
			fmt.Fprintf(w, "no row of section %s: %s\n", sec.name, names(ids))
		}
	}
}

func names(list []string) string { return cmp.Or(strings.Join(list, " "), "none") }
