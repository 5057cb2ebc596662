package main

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
)

// events is what go test -json writes of a suite in which a case passes, one
// is skipped, one fails in a subtest and a package does not build.
const events = `
{"Action":"start","Package":"maildesk/store"}
{"Action":"run","Package":"maildesk/store","Test":"TestT001T002Kill"}
{"Action":"attr","Package":"maildesk/store","Test":"TestT001T002Kill","Key":"fault","Value":"T002 | killed 50 times | lost 0"}
{"Action":"attr","Package":"maildesk/store","Test":"TestT001T002Kill","Key":"fault","Value":"T001 | killed at each step | lost 0 | doubled 0"}
{"Action":"attr","Package":"maildesk/store","Test":"TestT001T002Kill","Key":"other","Value":"no row"}
{"Action":"attr","Package":"maildesk/store","Test":"TestT001T002Kill/postgresql","Key":"fault","Value":"T002 | killed 50 times | lost 0"}
{"Action":"pass","Package":"maildesk/store","Test":"TestT001T002Kill","Elapsed":1}
{"Action":"output","Package":"maildesk/store","Test":"TestT003Order","Output":"=== RUN   TestT003Order\n"}
{"Action":"output","Package":"maildesk/store","Test":"TestT003Order","Output":"    a_test.go:4: strace is not installed\n"}
{"Action":"output","Package":"maildesk/store","Test":"TestT003Order","Output":"--- SKIP: TestT003Order (0.00s)\n"}
{"Action":"skip","Package":"maildesk/store","Test":"TestT003Order"}
{"Action":"output","Package":"maildesk/store","Test":"TestT004Settings/one","Output":"    a_test.go:9: synchronous is 1\n"}
{"Action":"fail","Package":"maildesk/store","Test":"TestT004Settings/one"}
{"Action":"fail","Package":"maildesk/store","Test":"TestT004Settings"}
{"Action":"pass","Package":"maildesk/store","Test":"TestT005Silent"}
{"Action":"fail","Package":"maildesk/store"}
{"ImportPath":"maildesk/smtpd","Action":"build-output","Output":"undefined: x\n"}
{"ImportPath":"maildesk/smtpd","Action":"build-fail"}
`

func TestSuite(t *testing.T) {
	s := newSuite(io.Discard)
	if err := s.read(strings.NewReader(events)); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s.print(&out)
	printMissing(&out, s.missing())
	for _, want := range []string{
		"T001  killed at each step\n      → lost 0 | doubled 0\nT002  killed 50 times\n",
		"SKIPPED\n  maildesk/store TestT003Order\n      a_test.go:4: strace is not installed\n",
		"a_test.go:9: synchronous is 1",
		"DID NOT RUN\n  maildesk/smtpd\n      undefined: x\n",
		"PASSED WITHOUT A ROW\n  maildesk/store TestT005Silent\n",
		"2 rows of 2 cases; failed: T004; skipped: T003",
		"no row of section A, custody, crash, disk: T003 T004 T005 T006",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, out.String())
		}
	}
	if gaps := s.missing(); slices.Contains(gaps[owed[0].name], "T001") || len(gaps) != len(owed) {
		t.Errorf("missing = %v", gaps)
	}
}
