package templates

import (
	"strings"
	"testing"
	"time"

	"maildesk/desk/notify"
)

func TestMoment(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	saoPaulo, err := time.LoadLocation("America/Sao_Paulo") // has no abbreviation
	if err != nil {
		t.Fatal(err)
	}
	w := newTemplates(t, "")
	now := time.Date(2026, 11, 24, 10, 30, 0, 0, berlin) // a Tuesday
	for _, tt := range []struct {
		at             time.Time
		en, de, fr, es string
	}{
		{now.Add(90 * time.Minute), "12:00 today", "heute um 12:00 Uhr", "aujourd’hui à 12 h", "hoy a las 12:00"},
		{now.Add(23 * time.Hour), "09:30 tomorrow", "morgen um 09:30 Uhr", "demain à 9 h 30", "mañana a las 9:30"},
		{now.Add(5 * 24 * time.Hour), "10:30 on Sunday", "Sonntag um 10:30 Uhr", "dimanche à 10 h 30", "el domingo a las 10:30"},
		{now.Add(6 * 24 * time.Hour), "10:30 on Monday", "Montag um 10:30 Uhr", "lundi à 10 h 30", "el lunes a las 10:30"},
		{now.Add(7 * 24 * time.Hour), "10:30 on Tuesday, 1 December", "Dienstag, den 1. Dezember, um 10:30 Uhr", "le mardi 1er décembre à 10 h 30", "el martes 1 de diciembre a las 10:30"},
		{now.Add(30 * 24 * time.Hour), "10:30 on Thursday, 24 December", "Donnerstag, den 24. Dezember, um 10:30 Uhr", "le jeudi 24 décembre à 10 h 30", "el jueves 24 de diciembre a las 10:30"},
		{now.Add(-24 * time.Hour), "10:30 on Monday, 23 November", "Montag, den 23. November, um 10:30 Uhr", "le lundi 23 novembre à 10 h 30", "el lunes 23 de noviembre a las 10:30"},
		{now.Add(90 * time.Minute).UTC(), "12:00 today", "heute um 12:00 Uhr", "aujourd’hui à 12 h", "hoy a las 12:00"},
		{time.Time{}, "", "", "", ""},
	} {
		for language, want := range map[string]string{"en": tt.en, "de": tt.de, "fr": tt.fr, "es": tt.es} {
			if got := strings.ReplaceAll(w.languages[language].moment(tt.at, now, false), "\u00a0", " "); got != want {
				t.Errorf("%s: moment(%s) = %q, want %q", language, tt.at, got, want)
			}
		}
	}
	kolkata := time.FixedZone("UTC+5:30", 5*3600+1800)
	if got := w.languages["en"].moment(now, now.In(kolkata), true); got != "15:00 today (UTC+5:30)" {
		t.Errorf("abroad = %q", got)
	}
	if got := w.languages["en"].moment(now, now, true); got != "10:30 today (CET)" {
		t.Errorf("where the zone is not known = %q", got)
	}
	if got := w.languages["en"].moment(now, now.In(saoPaulo), true); got != "06:30 today (UTC-03)" {
		t.Errorf("a zone without a name = %q", got)
	}
}

// Only the acknowledgement tells requesters what is promised.
func TestPromisesStayInTheAcknowledgement(t *testing.T) {
	w := newTemplates(t, "")
	for _, template := range notify.Templates() {
		a := template.Audience()
		n := sample(template, "en")
		n.Known = false // who reports a known incident is told of that instead
		r := render(t, w, n)
		promised := strings.Contains(r.Text, "11:05") || strings.Contains(r.Text, "11:15")
		if want := a == notify.AudienceAgent && template != notify.TemplateHelp && template != notify.TemplateFile && template != notify.TemplateRefusal && template != notify.TemplateTranscript && template != notify.TemplateSending && template != notify.TemplateUndo && template != notify.TemplateArticle && template != notify.TemplateNotDone && template != notify.TemplateHeld && template != notify.TemplateShift ||
			template == notify.TemplateAcknowledgement; promised != want {
			t.Errorf("%s tells when it is due: %t, want %t:\n%s", template, promised, want, r.Text)
		}
	}
}
