package command_test

import (
	"testing"

	"maildesk/desk/command"
)

func TestUnit(t *testing.T) {
	for _, tt := range []struct{ arg, want string }{
		{"", "week"}, {"week", "week"}, {"Woche", "week"}, {"semaine", "week"}, {"settimana", "week"}, {"tydzień", "week"},
		{"month", "month"}, {"Monat", "month"}, {"mês", "month"}, {"miesiąc", "month"}, {"maand", "month"},
		{"year", ""}, {"printer", ""},
	} {
		if got, known := command.Unit(tt.arg); got != tt.want || known != (tt.want != "") {
			t.Errorf("Unit(%q) = %q, %t, want %q", tt.arg, got, known, tt.want)
		}
	}
}
