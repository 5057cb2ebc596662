package config

import (
	"fmt"
	"slices"

	"maildesk/config/section"
)

// Figures is a section [[figures]]: who gets the figures of each whole week or month by
// mail.
type Figures struct {
	To       []string // addresses
	Every    string   // one of FigureUnits
	Language string   // ISO 639-1
}

// FigureUnits are the units of which figures are mailed.
var FigureUnits = []string{"day", "week", "month", "quarter", "year"}

// readFigures reads one [[figures]].
func (l *loader) readFigures(t *section.Table) {
	f := Figures{To: t.Texts("to"), Every: t.Text("every", "week"), Language: t.Text("language", l.config.Desk.Language)}
	if len(f.To) == 0 {
		t.Mistake("to", "nobody gets these figures", `add to = ["head@example.org"]`)
	}
	for i, address := range f.To {
		f.To[i] = t.WantAddress("to", i, address)
		if l.isIntake(f.To[i]) {
			t.MistakeItem("to", i, fmt.Sprintf("%s is an address at which requests come in", f.To[i]), "name who reads figures")
		}
	}
	if !slices.Contains(FigureUnits, f.Every) {
		t.Mistake("every", fmt.Sprintf("%q is not a time of which figures are mailed", f.Every), `write "week" or "month" ("day", "quarter" and "year" do as well)`)
	}
	t.WantLanguage("language", -1, f.Language)
	t.Done()
	l.config.Figures = append(l.config.Figures, f)
}
