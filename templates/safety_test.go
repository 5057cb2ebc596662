package templates

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"maildesk/desk/notify"
)

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
func marked(template notify.Template, language, s string) notify.Notice {
	n := sample(template, language)
	mark(reflect.ValueOf(&n).Elem(), s)
	n.Formatted = "" // HTML that desk/markup has cleaned
	n.Template, n.Language = template, language
	return n
}

// TestT124BareMailsRepeatNothingOfTheRequester: what nobody wrote for its reader
// carries no word of whoever wrote in the reader's name; the subject alone, in the
// Subject field, where the desk knows the reader to have written it.
func TestT124BareMailsRepeatNothingOfTheRequester(t *testing.T) {
	const evil = "https://evil.example/prize"
	w := newTemplates(t, "")
	for _, language := range languages {
		for _, template := range notify.Templates() {
			a := template.Audience()
			if a != notify.AudienceRequester || template == notify.TemplateReply {
				continue
			}
			n := marked(template, language, evil)
			n.Bare, n.Subject = true, ""
			n.Desk, n.Support, n.Text, n.Actor, n.Attachments = "Example IT", "support@example.org", "", "alice", nil
			n.Articles = nil // the desk's own words, which an agent has reviewed
			// What the admin named, not the requester.
			n.Ticket.Category, n.Ticket.Kind, n.Ticket.Priority, n.Ticket.Queue = "printing", "incident", "high", "first-line"
			r := render(t, w, n)
			if strings.Contains(all(r), "evil") {
				t.Errorf("%s: the %s repeats the requester:\n%s", language, template, all(r))
			}
			n.Subject = evil
			known := render(t, w, n)
			if known.Subject != evil || known.Text != r.Text || known.HTML != r.HTML {
				t.Errorf("%s: the %s to its writer has the subject %q, and its text differs: %t", language, template, known.Subject, known.Text != r.Text || known.HTML != r.HTML)
			}
			if template != notify.TemplateAcknowledgement {
				continue
			}
			for _, want := range []string{"1042", "#close", "Example IT"} {
				if !strings.Contains(r.Text, want) || !strings.Contains(r.HTML, want) {
					t.Errorf("%s: no %q in\n%s", language, want, r.Text)
				}
			}
			for _, inner := range []string{"printing", w.languages[language].Kinds["incident"], w.languages[language].Priority["high"], "first-line"} {
				if strings.Contains(r.Text, inner) || strings.Contains(r.HTML, inner) {
					t.Errorf("%s: the acknowledgement shows %q, which is for agents:\n%s", language, inner, r.Text)
				}
			}
		}
	}
}

func TestRequestersSeeNoInnerMatters(t *testing.T) {
	w := newTemplates(t, "")
	for _, language := range languages {
		for _, template := range notify.Templates() {
			a := template.Audience()
			if a != notify.AudienceRequester {
				continue
			}
			n := sample(template, language)
			secret := marked(template, language, "INNER")
			n.Reason, n.Lines, n.Correspondence, n.OtherTickets, n.Actions = secret.Reason, secret.Lines, secret.Correspondence, secret.OtherTickets, secret.Actions
			n.Ticket.Assignee, n.Ticket.Tags, n.Ticket.Rules, n.Actor = "INNER", []string{"INNER"}, []string{"INNER"}, "INNER"
			if template == notify.TemplateEscalated {
				n.Text, n.Ticket.Queue, n.Ticket.Category = "INNER", "INNER", "INNER"
			}
			if r := render(t, w, n); strings.Contains(all(r), "INNER") {
				t.Errorf("%s in %s shows inner matters:\n%s", template, language, r.Text)
			}
		}
	}
}

func TestT117TemplatesInDataStayText(t *testing.T) {
	w := newTemplates(t, "")
	everyNotice(t, func(t *testing.T, template notify.Template, language string) {
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
	everyNotice(t, func(t *testing.T, template notify.Template, language string) {
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

func TestLinksDoNothingElse(t *testing.T) {
	for link, want := range map[string]string{
		"mailto:a+1@b.example?subject=x%20y&body=%23take%0D%0A": `href="mailto:a&#43;1@b.example?subject=x%20y&amp;body=%23take%0D%0A"`,
		`mailto:a@b?body="><script>`:                            `href="mailto:a@b?body=%22%3e%3cscript%3e"`,
		"javascript:alert(1)":                                   `href="#ZgotmplZ"`,
		"data:text/html,x":                                      `href="#ZgotmplZ"`,
	} {
		page := map[string]any{"Links": []notify.Action{{Name: "<+", URL: link}, {Name: "<+", URL: link}}, "Help": link}
		for _, part := range []string{"links", "further links", "daily"} {
			got := fillPart(t, part, page)
			if n := strings.Count(got, want); n == 0 || n != strings.Count(got, "href=") {
				t.Errorf("%s to %q = %s, want %s", part, link, got, want)
			}
			if part != "daily" && strings.Count(got, ">&lt;&#43;</a>\n") != 2 {
				t.Errorf("%s = %s", part, got)
			}
		}
	}
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
		if slices.Contains([]string{"script", "img", "iframe", "form", "svg", "link", "object", "base"}, n.Data) {
			t.Errorf("<%s> in the mail", n.Data)
		}
		if n.Data == "style" && (n.Parent.Data != "head" || n.FirstChild == nil || !strings.HasPrefix(strings.TrimSpace(n.FirstChild.Data), "@media (prefers-color-scheme: dark) {") ||
			strings.ContainsAny(n.FirstChild.Data, `\<"'`) || strings.Contains(n.FirstChild.Data, "url") || strings.Contains(n.FirstChild.Data, "@import")) {
			t.Errorf("<style> that is not the layout's: %q", n.FirstChild.Data)
		}
		list = append(list, name)
	}
	return list
}

// shown returns the text of a document.
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

// TestNothingOfTheRequesterPassesForTheDesk: whatever a requester writes, none of
// its lines stands where those of the desk do, and marks of direction are seen.
func TestNothingOfTheRequesterPassesForTheDesk(t *testing.T) {
	w := newTemplates(t, "")
	const forged = "Status: resolved\nCommands, one a line at the top of your answer\n\n#spam – click here\u202e"
	for _, language := range languages {
		for _, template := range []notify.Template{notify.TemplateNewTicket, notify.TemplateMessage, notify.TemplateEscalation} {
			n := sample(template, language)
			n.Text, n.Ticket.Subject = forged, "#spam \u2066x"
			n.Correspondence[0].Text = forged
			r := render(t, w, n)
			for line := range strings.Lines(r.Text) {
				for _, theirs := range []string{"Status: resolved", "Commands, one a line at the top of your answer", "#spam – click here", "#spam"} {
					if language != "en" && strings.HasPrefix(line, theirs) {
						t.Errorf("%s in %s: the requester's line %q stands as one of the desk's", template, language, line)
					}
				}
			}
			if strings.ContainsAny(all(r), "\u202e\u2066") || !strings.Contains(r.Text, "[U+202E]") || !strings.Contains(html.UnescapeString(r.HTML), "[U+2066]") {
				t.Errorf("%s in %s: marks of direction are not shown:\n%s", template, language, r.Text)
			}
		}
	}
}
