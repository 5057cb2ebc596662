package routing

import (
	"reflect"
	"strings"
)

// The names of what conditions see beyond the [Facts].
const (
	importanceName = "importance"
	hoursName      = "working_hours"
)

// variables returns the names that conditions can read, with their values: the
// facts, and what follows from them.
func variables(m *mail, f *Facts) map[string]any {
	env := map[string]any{importanceName: importance(f.Headers), hoursName: true, categoryName: "", priorityName: "", queueName: ""}
	v := reflect.ValueOf(f).Elem()
	for i := range v.NumField() {
		env[v.Type().Field(i).Tag.Get("expr")] = v.Field(i).Interface()
	}
	if m.rules != nil && m.rules.calendar != nil {
		env[hoursName] = m.rules.calendar.Open(f.Received)
		env["received"] = f.Received.In(m.rules.calendar.Location())
	}
	return env
}

// importance returns what the sender says of a mail's importance: high, normal
// or low (RFC 2156 section 5.3.6 for Importance and Priority).
func importance(headers map[string]string) string {
	// QUIRK: no standard, yet most mail clients write X-Priority: 1 to 5.
	for _, name := range []string{"importance", "x-priority", "priority", "x-msmail-priority"} {
		value, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(headers[name])), " ")
		switch value {
		case "high", "1", "2", "urgent":
			return "high"
		case "low", "4", "5", "non-urgent":
			return "low"
		}
	}
	return "normal"
}
