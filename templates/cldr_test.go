package templates

import (
	"encoding/json"
	"os/exec"
	"slices"
	"testing"
)

// cldrNames prints the names of months and weekdays that the CLDR has, by language.
const cldrNames = `
import json, babel.dates as d
names = lambda all, of: [all[i] for i in of]
print(json.dumps({l: {
    "months": names(d.get_month_names("wide", locale=l), range(1, 13)),
    "weekdays": names(d.get_day_names("wide", locale=l), [6, 0, 1, 2, 3, 4, 5]),
} for l in "en de es fr it nl pl pt".split()}))`

// TestNamesOfCLDR: months and weekdays are named as the CLDR has them, where Debian's
// python3-babel knows it.
func TestNamesOfCLDR(t *testing.T) {
	out, err := exec.Command("/usr/bin/python3", "-c", cldrNames).Output()
	if err != nil {
		t.Skip("no python3-babel; scripts/test-tools installs it")
	}
	var all map[string]struct{ Months, Weekdays []string }
	if err := json.Unmarshal(out, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) != 8 {
		t.Errorf("the CLDR has %d languages", len(all))
	}
	for tag, want := range all {
		c := newTemplates(t, "").languages[tag].catalogue
		if !slices.Equal(c.Months[:], want.Months) {
			t.Errorf("%s: months are %q, want %q", tag, c.Months, want.Months)
		}
		// QUIRK: Polish weekdays stand in our words with their preposition ("w niedzielę").
		if tag != "pl" && !slices.Equal(c.Weekdays[:], want.Weekdays) {
			t.Errorf("%s: weekdays are %q, want %q", tag, c.Weekdays, want.Weekdays)
		}
	}
}
