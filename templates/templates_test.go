package templates

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"maildesk/compose"
	"maildesk/desk/notify"
	"maildesk/ticket"
)

func newTemplates(t testing.TB, folder string) *Templates {
	t.Helper()
	w, err := New(folder)
	if err != nil {
		t.Fatalf("New(%q): %v", folder, err)
	}
	return w
}

func render(t testing.TB, w *Templates, n notify.Notice) compose.Words {
	t.Helper()
	r, err := w.Render(n)
	if err != nil {
		t.Fatalf("Render(%s in %q): %v", n.Template, n.Language, err)
	}
	return r
}

// all returns the three renderings in one string.
func all(r compose.Words) string { return r.Subject + "\n" + r.Text + "\n" + r.HTML }

var languages = []string{"de", "en", "es", "fr", "it", "nl", "pl", "pt"}

// everyNotice calls check for every template of every language.
func everyNotice(t *testing.T, check func(t *testing.T, template notify.Template, language string)) {
	for _, language := range languages {
		for _, template := range notify.Templates() {
			t.Run(language+"/"+string(template), func(t *testing.T) { check(t, template, language) })
		}
	}
}

func TestEveryTemplateInEveryLanguage(t *testing.T) {
	w := newTemplates(t, "")
	if got := slices.Sorted(maps.Keys(w.languages)); !slices.Equal(got, languages) {
		t.Fatalf("languages = %v, want %v", got, languages)
	}
	everyNotice(t, func(t *testing.T, template notify.Template, language string) {
		for name, n := range map[string]notify.Notice{"full": sample(template, language), "empty": {Template: template, Language: language}} {
			r := render(t, w, n)
			if strings.TrimSpace(r.Subject) == "" || strings.ContainsAny(r.Subject, "\r\n") {
				t.Errorf("%s: subject %q, want one line", name, r.Subject)
			}
			if !strings.Contains(r.HTML, `<html lang="`+language+`">`) {
				t.Errorf("%s: HTML is not marked as %s:\n%s", name, language, r.HTML)
			}
			for _, bad := range []string{"<no value>", "%!", "<nil>", "map[", "ZgotmplZ", "{{", "&lt;no value"} {
				if strings.Contains(all(r), bad) {
					t.Errorf("%s: %q in\n%s", name, bad, all(r))
				}
			}
			if strings.Contains(r.Text, "\n\n\n") || strings.HasPrefix(r.Text, "\n") || !strings.HasSuffix(r.Text, "\n") {
				t.Errorf("%s: text has a gap:\n%q", name, r.Text)
			}
			for _, sentence := range strings.Split(r.Text, "\n") {
				if strings.HasSuffix(sentence, " ") && sentence != "-- " || strings.Contains(strings.TrimPrefix(sentence, "    "), "  ") {
					t.Errorf("%s: stray spaces in %q", name, sentence)
				}
			}
		}
	})
}

// TestLanguagesHaveTheSameWords proves that no file lacks what English has.
func TestLanguagesHaveTheSameWords(t *testing.T) {
	w := newTemplates(t, "")
	english := w.languages["en"].catalogue
	for _, tag := range languages {
		c := w.languages[tag].catalogue
		for name, pair := range map[string][2]map[string]string{
			"labels": {english.Labels, c.Labels}, "statuses": {english.Statuses, c.Statuses}, "kinds": {english.Kinds, c.Kinds},
			"priorities": {english.Priority, c.Priority}, "actions": {english.Actions, c.Actions}, "entries": {english.Entries, c.Entries},
		} {
			want, got := slices.Sorted(maps.Keys(pair[0])), slices.Sorted(maps.Keys(pair[1]))
			if !slices.Equal(got, want) || slices.Contains(slices.Collect(maps.Values(pair[1])), "") {
				t.Errorf("%s: %s = %v, want %v, none of them empty", tag, name, got, want)
			}
		}
		if len(c.Months) != 12 || c.Date == "" || c.Dates == "" || c.Colon == "" {
			t.Errorf("%s: %d months, date %q, colon %q", tag, len(c.Months), c.Date, c.Colon)
		}
		for _, unit := range []string{"minute", "hour", "day"} {
			if c.Units[unit]["one"] == "" || c.Units[unit]["other"] == "" {
				t.Errorf("%s: unit %q = %v", tag, unit, c.Units[unit])
			}
		}
		for _, template := range notify.Templates() {
			en, own := english.Mails[string(template)], c.Mails[string(template)]
			if (en.Preheader == "") != (own.Preheader == "") || (en.Title == "") != (own.Title == "") || (en.Lead == "") != (own.Lead == "") {
				t.Errorf("%s: %s says %q, %q, %q where English says %q, %q, %q", tag, template, own.Preheader, own.Title, own.Lead, en.Preheader, en.Title, en.Lead)
			}
		}
	}
}

func TestHelpExplainsEveryCommand(t *testing.T) {
	w := newTemplates(t, "")
	for _, language := range languages {
		help := render(t, w, notify.Notice{Template: notify.TemplateHelp, Language: language})
		for _, c := range w.languages[language].Commands {
			if c.Does == "" || !strings.Contains(help.Text, c.Syntax+" – "+c.Does) || !strings.Contains(help.Text, c.Also) || !strings.Contains(help.HTML, c.Syntax) {
				t.Errorf("%s: %s is not in the help:\n%s", language, c.Syntax, help.Text)
			}
		}
	}
}

func TestLanguageIsFound(t *testing.T) {
	w := newTemplates(t, "")
	for language, want := range map[string]string{"fr": "fr", "fr-CA": "fr", "FR": "fr", "de-AT": "de", "en": "en", "": "en", "pt-BR": "pt", "nl-BE": "nl", "sv": "en", "x\r\ny": "en", "-": "en"} {
		r := render(t, w, notify.Notice{Template: notify.TemplateAcknowledgement, Language: language})
		if !strings.Contains(r.HTML, `lang="`+want+`"`) {
			t.Errorf("Render(acknowledgement in %q) is not in %s: %s", language, want, r.Text)
		}
	}
	if r, err := w.Render(notify.Notice{Template: "nonsense"}); err == nil {
		t.Errorf("Render(nonsense) = %q, want an error", r.Text)
	}
}

func TestReplyIsTheAgentsTextFirst(t *testing.T) {
	n := sample(notify.TemplateReply, "fr")
	n.Text = "\n  Bonjour Ana,\n\n" + strings.Repeat("voici la réponse. ", 20_000) + "\n\n"
	r := render(t, newTemplates(t, ""), n)
	want := "  " + strings.TrimSpace(n.Text) + "\n\n-- \nExample IT, demande n° 1042\n"
	if r.Text != want {
		t.Errorf("reply of %d bytes = %d bytes, beginning %.60q, ending %q", len(n.Text), len(r.Text), r.Text, r.Text[len(r.Text)-60:])
	}
}

func TestNoticeShowsTheNewTextOnce(t *testing.T) {
	n := sample(notify.TemplateMessage, "en")
	n.Text = "Only once, please."
	n.Correspondence = append(n.Correspondence, ticket.Entry{Kind: ticket.EntryMessage, Name: "Ana Brontë", Text: n.Text + "\n"})
	r := render(t, newTemplates(t, ""), n)
	if got := strings.Count(r.Text, n.Text); got != 1 {
		t.Errorf("the new text is shown %d times in\n%s", got, r.Text)
	}
	newest, oldest := strings.Index(r.Text, "We had the same"), strings.Index(r.Text, "The printer jams.")
	if newest < 0 || oldest < newest {
		t.Errorf("the correspondence is not shown newest first:\n%s", r.Text)
	}
}

func TestRefusalClaimsNothingWasDone(t *testing.T) {
	r := render(t, newTemplates(t, ""), sample(notify.TemplateRefusal, "en"))
	if strings.Contains(all(r), "you have the ticket") || !strings.Contains(r.Text, "✓ #take\n✗ #reslove – there is no such command; did you mean #resolve?\n") {
		t.Errorf("refusal:\n%s", r.Text)
	}
}

func TestNoticesAreBounded(t *testing.T) {
	w := newTemplates(t, "")
	n := marked(notify.TemplateMessage, "en", strings.Repeat("ü<", 1<<20))
	// What the admin names is not bounded here, nor is what agents command.
	n.Ticket.Queue, n.Ticket.Category, n.Ticket.Kind, n.Ticket.Priority, n.Ticket.Status, n.Ticket.Assignee, n.Ticket.Tags = "", "", "", "", "", "", nil
	n.Desk, n.Ticket.Requester, n.Actions = "", "a@b", nil
	for i := range n.Thanks {
		n.Thanks[i].Reopen = nil // links of ours
	}
	for i := range n.Correspondence {
		n.Correspondence[i].Kind = ticket.EntryMessage
	}
	for i := range n.OtherTickets {
		n.OtherTickets[i].Status = ticket.StatusOpen
	}
	for i := range n.Thanks {
		n.Thanks[i].Reopen, n.Thanks[i].Status = nil, ticket.StatusResolved // the desk's own words
	}
	n.Correspondence = slices.Repeat(n.Correspondence, 100)
	if r := render(t, w, n); len(r.Text) > 200_000 || utf8.RuneCountInString(r.Subject) > maxLine {
		t.Errorf("a notice of 1 MB texts has %d bytes of text, a subject of %d", len(r.Text), len(r.Subject))
	}
}

// TestIncidentSaysHowManyItDoesNotName: an incident of a flood names 500 reports
// and says how many more there are; one that names all says nothing of it.
func TestIncidentSaysHowManyItDoesNotName(t *testing.T) {
	s := newTemplates(t, "")
	for _, tt := range []struct {
		reports int
		more    string // in each language: en, fr, de, es
		last    int    // report that is named
	}{
		{3, "", 3},
		{500, "", 500},
		{523, "23", 500},
	} {
		for language, word := range map[string]string{"en": "more", "fr": "de plus", "de": "weitere", "es": "más"} {
			n := sample(notify.TemplateIncident, language)
			n.Reports = nil
			for i := range tt.reports {
				n.Reports = append(n.Reports, notify.Report{Ticket: ticket.Ticket{ID: ticket.ID(i + 1), Subject: "Wi-fi", Requester: "ana@example.net", Status: ticket.StatusNew}})
			}
			r := render(t, s, n)
			for kind, text := range map[string]string{"text": r.Text, "HTML": r.HTML} {
				if want := "… " + tt.more + " " + word; strings.Contains(text, want) != (tt.more != "") {
					t.Errorf("%s, %d reports: %s says %q: %t", language, tt.reports, kind, want, tt.more == "")
				}
				if !strings.Contains(text, fmt.Sprintf("#%d ", tt.last)) || strings.Contains(text, fmt.Sprintf("#%d ", tt.last+1)) {
					t.Errorf("%s, %d reports: %s does not end with report %d", language, tt.reports, kind, tt.last)
				}
			}
		}
	}
}

func TestRenderIsSafeForManyCallers(t *testing.T) {
	w := newTemplates(t, "")
	want := render(t, w, sample(notify.TemplateMessage, "de"))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				if got, err := w.Render(sample(notify.TemplateMessage, "de")); err != nil || got != want {
					t.Errorf("Render beside others = %v, %v", got, err)
				}
			}
		})
	}
	group.Wait()
}

func TestDurationsAndDates(t *testing.T) {
	w := newTemplates(t, "")
	const nbsp = "\u00a0"
	for _, tt := range []struct {
		language string
		d        time.Duration
		want     string
	}{
		{"en", 14 * 24 * time.Hour, "14 days"}, {"en", 24 * time.Hour, "1 day"}, {"en", time.Hour, "1 hour"},
		{"en", 36 * time.Hour, "36 hours"}, {"en", 90 * time.Minute, "90 minutes"}, {"en", time.Minute, "1 minute"},
		{"en", 49*time.Hour + time.Minute, "49 hours"}, {"en", time.Second, ""}, {"en", 0, ""}, {"en", -time.Hour, ""},
		{"fr", 14 * 24 * time.Hour, "14 jours"}, {"fr", 24 * time.Hour, "1 jour"}, {"fr", 2 * time.Hour, "2 heures"},
		{"de", 14 * 24 * time.Hour, "14 Tage"}, {"de", time.Hour, "1 Stunde"}, {"es", 24 * time.Hour, "1 día"}, {"es", 5 * time.Minute, "5 minutos"},
		{"pl", 24 * time.Hour, "1 dzień"}, {"pl", 2 * time.Hour, "2 godziny"}, {"pl", 5 * time.Hour, "5 godzin"}, {"pl", 22 * time.Minute, "22 minuty"}, {"it", 48 * time.Hour, "2 giorni"}, {"nl", 3 * time.Hour, "3 uur"}, {"pt", 24 * time.Hour, "1 dia"},
	} {
		want := strings.Replace(tt.want, " ", nbsp, 1)
		if got := w.languages[tt.language].duration(tt.d); got != want {
			t.Errorf("duration(%v) in %s = %q, want %q", tt.d, tt.language, got, want)
		}
	}
	at := time.Date(2026, time.May, 2, 9, 5, 0, 0, time.FixedZone("CEST", 7200))
	for language, want := range map[string]string{
		"en": "2 May 2026, 09:05 CEST", "fr": "2 mai 2026 à 9 h 05 UTC+2", "de": "2. Mai 2026, 09:05 Uhr MESZ", "es": "2 de mayo de 2026, 9:05 CEST",
	} {
		if got := w.languages[language].date(at); got != want {
			t.Errorf("date(%v) in %s = %q, want %q", at, language, got, want)
		}
	}
	if got := w.languages["en"].date(time.Time{}); got != "" {
		t.Errorf("date of no time = %q, want none", got)
	}
}

func TestQuotedLinesAreGrey(t *testing.T) {
	got := fillPart(t, "written", map[string]any{"Text": "a\n> b\r\n>> <c>\n\nd+\n> e"})
	want := prewrap("a<br>(&gt; b<br>&gt;&gt; &lt;c&gt;<br>)<br>d&#43;<br>(&gt; e<br>)")
	if want = strings.NewReplacer("(", `<span class="m" style="color:#5f6368">`, ")", "</span>").Replace(want); got != want {
		t.Errorf("written:\n got %s\nwant %s", got, want)
	}
}

// prewrap returns how what a person wrote stands in a mail.
func prewrap(html string) string { return `<div style="white-space:pre-wrap">` + html + "</div>" }

// fillPart returns a part that the HTML layouts share, filled in with a page.
func fillPart(t *testing.T, name string, page any) string {
	t.Helper()
	parts, err := newTemplates(t, "").languages["en"].pages(name)
	if err != nil {
		t.Fatal(err)
	}
	var html strings.Builder
	if err := parts.ExecuteTemplate(&html, name, page); err != nil {
		t.Fatal(err)
	}
	return html.String()
}

func BenchmarkAcknowledgement(b *testing.B) {
	w := newTemplates(b, "")
	n := sample(notify.TemplateAcknowledgement, "fr")
	b.ReportAllocs()
	for b.Loop() {
		render(b, w, n)
	}
}

func BenchmarkNewTicket(b *testing.B) {
	w := newTemplates(b, "")
	n := sample(notify.TemplateNewTicket, "en")
	b.ReportAllocs()
	for b.Loop() {
		render(b, w, n)
	}
}

// TestWordsAgreeWithTheTable finds words of a template that is none; New finds
// a template without words.
func TestWordsAgreeWithTheTable(t *testing.T) {
	w := newTemplates(t, "")
	for tag, l := range w.languages {
		words := slices.Sorted(maps.Keys(l.catalogue.mails))
		if !slices.Equal(words, notify.Templates()) {
			t.Errorf("words/%s.toml has words for %v, the table is of %v", tag, words, notify.Templates())
		}
		for _, u := range notify.Undones {
			if l.Labels["not-done-"+string(u)] == "" {
				t.Errorf("words/%s.toml has no label not-done-%s", tag, u)
			}
		}
	}
}
