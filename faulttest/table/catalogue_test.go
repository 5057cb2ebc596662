package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestCatalogueExplainsEachCase checks that docs/faults.md explains every case
// that a Go file of the project cites.
func TestCatalogueExplainsEachCase(t *testing.T) {
	catalogue, err := os.ReadFile("../../docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	explained := map[string]bool{}
	for line := range strings.Lines(string(catalogue)) {
		cases, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " |")
		for _, id := range caseRange(cases) {
			explained[id] = true
		}
	}
	cited := regexp.MustCompile(`\bT[01][0-9]{2}\b`)
	err = filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		source, err := os.ReadFile(path)
		for _, id := range cited.FindAllString(string(source), -1) {
			if !explained[id] {
				t.Errorf("%s cites %s, which docs/faults.md does not explain", path, id)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestMarkedSectionsAreOwed checks that the cases of each section that docs/faults.md marks with
// a dagger are those whose rows the run misses.
func TestMarkedSectionsAreOwed(t *testing.T) {
	catalogue, err := os.ReadFile("../../docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	var marked, missed []string
	here := false
	for line := range strings.Lines(string(catalogue)) {
		if strings.HasPrefix(line, "## ") {
			here = strings.Contains(line, "†")
		}
		cases, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " |")
		if here && strings.HasPrefix(line, "| T") {
			marked = append(marked, caseRange(cases)...)
		}
	}
	for _, s := range owed {
		missed = append(missed, caseRange(fmt.Sprintf("T%03d–T%03d", s.first, s.last))...)
	}
	if !slices.Equal(marked, missed) {
		t.Errorf("docs/faults.md marks\n%v\nand a run needs rows of\n%v", marked, missed)
	}
}

// caseRange returns the cases that the first cell of a row names: "T090",
// "T063, T064" or "T090–T092".
func caseRange(cell string) []string {
	var first, last int
	if n, _ := fmt.Sscanf(cell, "T%d–T%d", &first, &last); n < 2 {
		return strings.Split(cell, ", ")
	}
	var all []string
	for n := first; n <= last; n++ {
		all = append(all, fmt.Sprintf("T%03d", n))
	}
	return all
}
