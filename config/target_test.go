package config

import (
	"reflect"
	"strings"
	"testing"

	"maildesk/routing"
)

const targets = minimal + `
[[category]]
name = "network"
path = ["q"]
[[rule]]
name = "VIP"
when = 'from == "boss@example.org"'
target = "vip"
[[target]]
name = "pressing"
priority = ["high", "urgent"]
category = "network"
first_response = "30m"
next_update = "4h"
resolution = "1d"
warn = "10m"
calendar = "24x7"
escalate = true
outside_hours = true
[[target]]
name = "vip"
resolution = "1h"
calendar = "24x7"
[[target]]
name = "network"
category = "network"
resolution = "2h"
calendar = "24x7"
[[target]]
name = "never"
priority = "high"
category = "network"
resolution = "2h"
calendar = "24x7"
[[target]]
name = "others"
resolution = "2h"
calendar = "24x7"
`

func TestTargets(t *testing.T) {
	path := write(t, "maildesk.toml", targets)
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	want := routing.Target{Name: "pressing", Priority: []string{"high", "urgent"}, Category: []string{"network"}, FirstResponse: "30m", NextUpdate: "4h", Resolution: "1d",
		Warn: "10m", Calendar: "24x7", Escalate: true, OutsideHours: true}
	if got := c.Routing.Targets[0]; !reflect.DeepEqual(got, want) {
		t.Errorf("the first target is %+v, want %+v", got, want)
	}
	var got []string
	for _, w := range c.Warnings {
		got = append(got, strings.TrimPrefix(w.String(), path))
	}
	warning := `:46:8: target "never" is never used: "pressing" above it fits the same tickets; move it up: the first target that fits a ticket counts`
	if len(got) != 1 || got[0] != warning {
		t.Errorf("Load warns %q, want %q", got, warning)
	}
}
