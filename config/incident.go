package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"maildesk/routing"
)

// readIncident reads [incident]. Without the section no outages are detected.
func (l *loader) readIncident(t *table) {
	o := Outages{
		Requests: t.number("requests", 5, 3, 1000),
		Within:   t.duration("within", 30*time.Minute),
		Priority: t.text("priority", "urgent"),
		Page:     t.value("page") == nil || t.flag("page"),
	}
	if !slices.Contains(routing.Priorities(), o.Priority) {
		t.mistake("priority", fmt.Sprintf("there is no priority %q", o.Priority), "write one of "+strings.Join(routing.Priorities(), ", "))
	}
	if o.Within < time.Minute || o.Within > 24*time.Hour {
		t.mistake("within", fmt.Sprintf("%s is no time in which an outage shows", o.Within), `write something between "1m" and "24h", as "30m"`)
	}
	t.done()
	if t.node != nil {
		l.config.Outages = o
	}
}
