package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"maildesk/config/section"
	"maildesk/routing"
)

// readIncident reads [incident]. Without the section no outages are detected.
func (l *loader) readIncident(t *section.Table) {
	o := Outages{
		Requests: t.Number("requests", 5, 3, 1000),
		Within:   t.Duration("within", 30*time.Minute),
		Priority: t.Text("priority", "urgent"),
		Page:     t.Value("page") == nil || t.Flag("page"),
	}
	if !slices.Contains(routing.Priorities(), o.Priority) {
		t.Mistake("priority", fmt.Sprintf("there is no priority %q", o.Priority), "write one of "+strings.Join(routing.Priorities(), ", "))
	}
	if o.Within < time.Minute || o.Within > 24*time.Hour {
		t.Mistake("within", fmt.Sprintf("%s is not a time in which an outage shows", o.Within), `write something between "1m" and "24h", as "30m"`)
	}
	t.Done()
	if t.Exists() {
		l.config.Outages = o
	}
}
