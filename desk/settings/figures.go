package settings

import (
	"time"

	"maildesk/compose"
	"maildesk/report"
	"maildesk/report/plot"
	"maildesk/ticket"
)

// FigureMail says who gets the figures of each whole week or month by mail.
type FigureMail struct {
	To       []string // addresses
	Every    report.Unit
	Language string // ISO 639-1
}

// FigureCharts is how many charts a mail of figures shows.
const FigureCharts = 2

// FigureWords puts figures into words: a mail in the language, or in English, and the
// [FigureCharts] charts that its HTML shows under the Content-IDs, in their order. now is the time of
// writing, in the desk's zone.
type FigureWords interface {
	RenderFigures(s *report.Summary, desk, language string, now time.Time, contentIDs []string) (compose.Words, []plot.Chart, error)
	// SayFindings returns what stands above the figures, a sentence or two each.
	SayFindings(s *report.Summary, language string, now time.Time) []string
}

// Terms returns what the times of a ticket are counted by: its promise, or the desk's
// working hours.
func (s *Settings) Terms(t ticket.Ticket) report.Terms {
	return report.Terms{Promise: s.Rules.Promise(t.Target, string(t.Priority), t.Category, t.Queue), Hours: s.Rules.Calendar()}
}
