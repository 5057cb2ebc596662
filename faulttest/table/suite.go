package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"maildesk/faulttest"
)

// casePattern chooses the tests that belong to the catalogue.
const casePattern = `^TestT[0-9]{3}`

var caseNumbers = regexp.MustCompile(`T[0-9]{3}`)

// section is a part of the catalogue whose every case needs a row.
type section struct {
	name        string
	first, last int
}

var owed = []section{
	{"A, custody, crash, disk", 1, 20},
	{"B, the SMTP door", 21, 46},
	{"C, duplicates and threads", 47, 60},
	{"D, loops and storms", 61, 79},
	{"E, bounces", 80, 89},
	{"H, the IMAP door", 125, 137},
	{"I, the outbox", 138, 147},
	{"J, operation", 148, 164},
	{"K, strangers and people", 165, 179},
	{"L, several daemons", 180, 180},
}

// row is what a case reported.
type row struct{ id, done, seen string }

// result is how a test ended.
type result struct {
	test   string // package and name, with a space between
	output string
}

// suite is what the tests reported so far.
type suite struct {
	progress io.Writer
	rows     []row
	fails    []result
	skips    []result
	broken   []result            // packages that failed without a test: they do not build, or took too long
	silent   []string            // passed without a row
	outputs  map[string][]string // of tests that run, by package and name
	spoke    map[string]bool     // tests that reported a row
	failures map[string]bool     // packages with a test that failed
}

func newSuite(progress io.Writer) *suite {
	return &suite{progress: progress, outputs: map[string][]string{}, spoke: map[string]bool{}, failures: map[string]bool{}}
}

// event is a line of go test -json (go doc test2json).
type event struct {
	Action     string
	Package    string
	ImportPath string // of build events
	Test       string
	Elapsed    float64
	Output     string
	Key, Value string
}

// read follows the events until their end.
func (s *suite) read(r io.Reader) error {
	for lines := json.NewDecoder(r); ; {
		var e event
		if err := lines.Decode(&e); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read the events of go test: %w", err)
		}
		s.add(e)
	}
}

func (s *suite) add(e event) {
	name := cmp.Or(e.Package, e.ImportPath)
	if e.Test != "" {
		name += " " + e.Test
	}
	top, _, sub := strings.Cut(e.Test, "/")
	switch e.Action {
	case "output", "build-output":
		s.outputs[name] = append(s.outputs[name], e.Output)
	case "attr":
		if e.Key == faulttest.Attribute {
			s.addRow(e.Value)
			s.spoke[e.Package+" "+top] = true
		}
	case "fail", "build-fail":
		s.fail(e, name)
	case "skip":
		if e.Test != "" {
			s.skips = append(s.skips, result{name, s.text(name)})
		}
	case "pass":
		if e.Test != "" && !sub && !s.spoke[name] {
			s.silent = append(s.silent, name)
		}
	}
	if slices.Contains([]string{"pass", "fail", "skip"}, e.Action) {
		delete(s.outputs, name)
		if e.Test != "" && !sub {
			fmt.Fprintf(s.progress, "%-4s %6.1f s  %s\n", e.Action, e.Elapsed, name)
		}
	}
}

func (s *suite) fail(e event, name string) {
	switch {
	case e.Test != "":
		s.failures[e.Package] = true
		s.fails = append(s.fails, result{name, s.text(name)})
	case !s.failures[e.Package]:
		s.broken = append(s.broken, result{name, s.text(name)})
	}
}

func (s *suite) addRow(value string) {
	parts := strings.SplitN(value, " | ", 3)
	for len(parts) < 3 {
		parts = append(parts, "")
	}
	r := row{parts[0], parts[1], parts[2]}
	if !slices.Contains(s.rows, r) { // a test of both engines says it on each
		s.rows = append(s.rows, r)
	}
}

// text is what a test said, without the marks of the test runner.
func (s *suite) text(name string) string {
	var said []string
	for line := range strings.Lines(strings.Join(s.outputs[name], "")) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "===") && !strings.HasPrefix(line, "---") {
			said = append(said, line)
		}
	}
	return strings.Join(said, "\n")
}

// failed returns the cases whose tests failed.
func (s *suite) failed() []string { return casesOf(s.fails) }

// skipped returns the cases that have no row because their tests were skipped.
func (s *suite) skipped() []string { return casesOf(s.skips) }

func casesOf(results []result) []string {
	var cases []string
	for _, r := range results {
		_, test, _ := strings.Cut(r.test, " ")
		top, _, _ := strings.Cut(test, "/")
		cases = append(cases, caseNumbers.FindAllString(top, -1)...)
	}
	slices.Sort(cases)
	return slices.Compact(cases)
}

// missing returns the owed cases that have no row, by section.
func (s *suite) missing() map[string][]string {
	have := map[string]bool{}
	for _, r := range s.rows {
		have[r.id] = true
	}
	gaps := map[string][]string{}
	for _, sec := range owed {
		for n := sec.first; n <= sec.last; n++ {
			if id := fmt.Sprintf("T%03d", n); !have[id] {
				gaps[sec.name] = append(gaps[sec.name], id)
			}
		}
	}
	return gaps
}
