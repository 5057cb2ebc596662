package templates

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"maildesk/compose"
	"maildesk/desk"
)

func newTemplates(t testing.TB, folder string) *Templates {
	t.Helper()
	w, err := New(folder)
	if err != nil {
		t.Fatalf("New(%q): %v", folder, err)
	}
	return w
}

func render(t testing.TB, w *Templates, n desk.Notice) compose.Words {
	t.Helper()
	r, err := w.Render(n)
	if err != nil {
		t.Fatalf("Render(%s in %q): %v", n.Template, n.Language, err)
	}
	return r
}

// all gives the three renderings in one string.
func all(r compose.Words) string { return r.Subject + "\n" + r.Text + "\n" + r.HTML }

var languages = []string{"de", "en", "es", "fr"}

// everyNotice calls check for every template of every language.
func everyNotice(t *testing.T, check func(t *testing.T, template desk.Template, language string)) {
	for _, language := range languages {
		for template := range audiences {
			t.Run(language+"/"+string(template), func(t *testing.T) { check(t, template, language) })
		}
	}
}

func TestEveryTemplateInEveryLanguage(t *testing.T) {
	w := newTemplates(t, "")
	if got := slices.Sorted(maps.Keys(w.languages)); !slices.Equal(got, languages) {
		t.Fatalf("languages = %v, want %v", got, languages)
	}
	everyNotice(t, func(t *testing.T, template desk.Template, language string) {
		for name, n := range map[string]desk.Notice{"full": sample(template, language), "empty": {Template: template, Language: language}} {
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
				if strings.HasSuffix(sentence, " ") && sentence != "-- " || strings.Contains(sentence, "  ") {
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
		if len(c.Months) != 12 || c.Dates == "" || c.Colon == "" {
			t.Errorf("%s: %d months, dates %q, colon %q", tag, len(c.Months), c.Dates, c.Colon)
		}
		for _, unit := range []string{"minute", "hour", "day"} {
			if c.Units[unit]["one"] == "" || c.Units[unit]["other"] == "" {
				t.Errorf("%s: unit %q = %v", tag, unit, c.Units[unit])
			}
		}
		for template := range audiences {
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
		help := render(t, w, desk.Notice{Template: desk.TemplateHelp, Language: language})
		for _, name := range strings.Fields("note take assign resolve close escalate return pending hold queue category priority reopen spam help") {
			i := slices.IndexFunc(w.languages[language].Commands, func(c Command) bool { return strings.Fields(c.Syntax)[0] == "#"+name })
			if i < 0 {
				t.Errorf("%s: no command #%s", language, name)
				continue
			}
			c := w.languages[language].Commands[i]
			if c.Does == "" || !strings.Contains(help.Text, c.Syntax+" – "+c.Does+"\n") || !strings.Contains(help.HTML, c.Syntax) {
				t.Errorf("%s: #%s is not in the help:\n%s", language, name, help.Text)
			}
		}
	}
}

func TestLanguageIsFound(t *testing.T) {
	w := newTemplates(t, "")
	for language, want := range map[string]string{"fr": "fr", "fr-CA": "fr", "FR": "fr", "de-AT": "de", "en": "en", "": "en", "pl": "en", "x\r\ny": "en", "-": "en"} {
		r := render(t, w, desk.Notice{Template: desk.TemplateAcknowledgement, Language: language})
		if !strings.Contains(r.HTML, `lang="`+want+`"`) {
			t.Errorf("Render(acknowledgement in %q) is not in %s: %s", language, want, r.Text)
		}
	}
	if r, err := w.Render(desk.Notice{Template: "nonsense"}); err == nil {
		t.Errorf("Render(nonsense) = %q, want an error", r.Text)
	}
}

// mark sets every string that a person could have written.
func mark(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			mark(v.Field(i), s)
		}
	case reflect.Slice:
		for i := range v.Len() {
			mark(v.Index(i), s)
		}
	}
}

// marked is the full notice with s in every string but template and language.
func marked(template desk.Template, language, s string) desk.Notice {
	n := sample(template, language)
	mark(reflect.ValueOf(&n).Elem(), s)
	n.Template, n.Language = template, language
	return n
}

func TestT124AcknowledgementRepeatsNothingOfTheSender(t *testing.T) {
	const evil = "https://evil.example/prize"
	w := newTemplates(t, "")
	for _, language := range languages {
		n := marked(desk.TemplateAcknowledgement, language, evil)
		n.Desk, n.Support = "Example IT", "support@example.org"
		// What the admin named, not the sender.
		n.Ticket.Category, n.Ticket.Kind, n.Ticket.Priority, n.Ticket.Queue = "printing", "incident", "high", "first-line"
		r := render(t, w, n)
		if strings.Contains(all(r), "evil") {
			t.Errorf("%s: the acknowledgement repeats the sender:\n%s", language, all(r))
		}
		for _, want := range []string{"1042", "printing", w.languages[language].Kinds["incident"], w.languages[language].Priority["high"], "first-line", "#close", "Example IT"} {
			if !strings.Contains(r.Text, want) || !strings.Contains(r.HTML, want) {
				t.Errorf("%s: no %q in\n%s", language, want, r.Text)
			}
		}
	}
}

func TestRequestersSeeNoInnerMatters(t *testing.T) {
	w := newTemplates(t, "")
	for _, language := range languages {
		for template, a := range audiences {
			if a != requester {
				continue
			}
			n := sample(template, language)
			secret := marked(template, language, "INNER")
			n.Reason, n.Lines, n.Correspondence, n.OtherTickets, n.Actions = secret.Reason, secret.Lines, secret.Correspondence, secret.OtherTickets, secret.Actions
			n.Ticket.Assignee, n.Ticket.Tags, n.Ticket.Rules, n.Actor = "INNER", []string{"INNER"}, []string{"INNER"}, "INNER"
			if template == desk.TemplateEscalated {
				n.Text, n.Ticket.Queue, n.Ticket.Category = "INNER", "INNER", "INNER"
			}
			if r := render(t, w, n); strings.Contains(all(r), "INNER") {
				t.Errorf("%s in %s shows inner matters:\n%s", template, language, r.Text)
			}
		}
	}
}

func TestReplyIsTheAgentsTextFirst(t *testing.T) {
	n := sample(desk.TemplateReply, "fr")
	n.Text = "\n  Bonjour Ana,\n\n" + strings.Repeat("voici la réponse. ", 20_000) + "\n\n"
	r := render(t, newTemplates(t, ""), n)
	want := "  " + strings.TrimSpace(n.Text) + "\n\n-- \nExample IT, demande 1042\n"
	if r.Text != want {
		t.Errorf("reply of %d bytes = %d bytes, beginning %.60q, ending %q", len(n.Text), len(r.Text), r.Text, r.Text[len(r.Text)-60:])
	}
}

func TestNoticesAreBounded(t *testing.T) {
	w := newTemplates(t, "")
	n := marked(desk.TemplateMessage, "en", strings.Repeat("ü<", 1<<20))
	n.Actions, n.Ticket.Tags, n.Attachments = nil, nil, nil
	n.Ticket.Name, n.Ticket.Requester, n.Ticket.Queue, n.Ticket.Category, n.Actor = "Ana", "a@b", "q", "c", "Ana"
	n.Ticket.Kind, n.Ticket.Priority, n.Ticket.Status, n.Ticket.Assignee, n.Desk = "", "", "", "", ""
	for i := range n.Correspondence {
		n.Correspondence[i].Name, n.Correspondence[i].Kind = "Ana", desk.EntryMessage
	}
	for i := range n.OtherTickets {
		n.OtherTickets[i].Status = desk.StatusOpen
	}
	n.Correspondence = slices.Repeat(n.Correspondence, 100)
	if r := render(t, w, n); len(r.Text) > 200_000 || utf8.RuneCountInString(r.Subject) > maxSubject {
		t.Errorf("a notice of 1 MB texts has %d bytes of text, a subject of %d", len(r.Text), len(r.Subject))
	}
}

func TestT117TemplatesInDataStayText(t *testing.T) {
	w := newTemplates(t, "")
	everyNotice(t, func(t *testing.T, template desk.Template, language string) {
		for _, payload := range []string{"{{.Ticket.ID}}", "{{call .X}}", "{{template \"head\" .}}", "<%= 7*7 %>", "${7*7}", "{{define \"foot\"}}"} {
			r := render(t, w, marked(template, language, payload))
			// The desk's name is in the foot of every mail.
			if got := shown(t, r.HTML); !strings.Contains(got, payload) || !strings.Contains(r.Text, payload) {
				t.Errorf("%q is not shown as it is:\n%s\n%s", payload, r.Text, got)
			}
		}
	})
}

func TestHTMLHoldsNothingOfTheDatas(t *testing.T) {
	w := newTemplates(t, "")
	everyNotice(t, func(t *testing.T, template desk.Template, language string) {
		want := elements(t, render(t, w, marked(template, language, "x")).HTML)
		for _, payload := range []string{
			`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'><svg/onload=alert(1)>`, `</title><script>alert(1)</script>`,
			`javascript:alert(1)`, `data:text/html,<script>alert(1)</script>`, `<a href="https://evil.example">x</a>`, `<style>*{display:none}</style>`,
			`--><b>`, `</div></td></table><form>`, `<!--`, `]]>`, "\x00<b>", `&lt;script&gt;`, `{{"<b>"}}`, `<iframe srcdoc="x">`, `expression(alert(1))`, `url(https://evil.example)`,
		} {
			got := elements(t, render(t, w, marked(template, language, payload)).HTML)
			if !slices.Equal(got, want) {
				t.Errorf("%q changes the elements:\ngot  %v\nwant %v", payload, got, want)
			}
		}
	})
}

// elements lists elements and attributes of a document in order, and fails
// on whatever could run or be fetched.
func elements(t *testing.T, document string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		name := n.Data
		for _, a := range n.Attr {
			name += " " + a.Key
			if a.Key == "href" && a.Val != "#ZgotmplZ" && !strings.HasPrefix(a.Val, "mailto:") && strings.Contains(a.Val, ":") {
				t.Errorf("link to %q", a.Val)
			}
			if strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "style" && strings.Contains(a.Val, "(") {
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
		if slices.Contains([]string{"script", "style", "img", "iframe", "form", "svg", "link", "object", "base"}, n.Data) {
			t.Errorf("<%s> in the mail", n.Data)
		}
		list = append(list, name)
	}
	return list
}

// shown gives the text of a document.
func shown(t *testing.T, document string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

func TestRenderIsSafeForManyCallers(t *testing.T) {
	w := newTemplates(t, "")
	want := render(t, w, sample(desk.TemplateMessage, "de"))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				if got, err := w.Render(sample(desk.TemplateMessage, "de")); err != nil || got != want {
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
	} {
		want := strings.Replace(tt.want, " ", nbsp, 1)
		if got := w.languages[tt.language].duration(tt.d); got != want {
			t.Errorf("duration(%v) in %s = %q, want %q", tt.d, tt.language, got, want)
		}
	}
	at := time.Date(2026, time.May, 2, 9, 5, 0, 0, time.FixedZone("CEST", 7200))
	for language, want := range map[string]string{
		"en": "2 May 2026, 09:05 CEST", "fr": "2 mai 2026 à 09:05 CEST", "de": "2. Mai 2026, 09:05 CEST", "es": "2 de mayo de 2026, 09:05 CEST",
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
	got := fmt.Sprint(lines("a\n> b\r\n>> <c>\n\nd"))
	if want := "[{false a<br>} {true &gt; b<br>&gt;&gt; &lt;c&gt;<br>} {false <br>d<br>}]"; got != want {
		t.Errorf("lines = %s, want %s", got, want)
	}
}

func BenchmarkAcknowledgement(b *testing.B) {
	w := newTemplates(b, "")
	n := sample(desk.TemplateAcknowledgement, "fr")
	b.ReportAllocs()
	for b.Loop() {
		render(b, w, n)
	}
}

func BenchmarkNewTicket(b *testing.B) {
	w := newTemplates(b, "")
	n := sample(desk.TemplateNewTicket, "en")
	b.ReportAllocs()
	for b.Loop() {
		render(b, w, n)
	}
}
