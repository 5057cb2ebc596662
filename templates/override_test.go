package templates

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/desk/notify"
)

// folder writes files, PATH → content, into a folder of an admin's own.
func folder(t *testing.T, content map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range content {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestOwnTextTakesTheHouseLayout(t *testing.T) {
	w := newTemplates(t, folder(t, map[string]string{
		"fr/acknowledgement.txt": "Subject: Demande {{.Ticket.ID}} reçue\n\nBonjour !\nPriorité <{{priority .Ticket.Priority}}>.\n",
	}))
	r := render(t, w, sample(notify.TemplateAcknowledgement, "fr"))
	if r.Subject != "Demande 1042 reçue" || r.Text != "Bonjour !\nPriorité <haute>.\n" {
		t.Errorf("own text = %q, %q", r.Subject, r.Text)
	}
	if !strings.Contains(r.HTML, "Priorité &lt;haute&gt;.<br>") || strings.Contains(r.HTML, "Nous avons bien reçu") {
		t.Errorf("HTML does not say what the own text says:\n%s", r.HTML)
	}
	if other := render(t, w, sample(notify.TemplateAcknowledgement, "en")); !strings.Contains(other.Text, "Thank you for writing") {
		t.Errorf("the French file changed the English mail:\n%s", other.Text)
	}
}

func TestOwnHTMLLeavesTheText(t *testing.T) {
	w := newTemplates(t, folder(t, map[string]string{"de/reply.html": "<p>{{.Text}}</p>"}))
	n := sample(notify.TemplateReply, "de")
	n.Text = "<b>"
	if r := render(t, w, n); r.HTML != "<p>&lt;b&gt;</p>" || !strings.HasPrefix(r.Text, "<b>\n") || r.Subject == "" {
		t.Errorf("own HTML = %+v", r)
	}
}

func TestOwnTextAndHTML(t *testing.T) {
	w := newTemplates(t, folder(t, map[string]string{"es/reply.html": "<i>{{.Text}}</i>", "es/reply.txt": "– {{.Text}}", "es/.reply.txt.swp": "{{", "es/reply.txt~": "{{"}))
	n := sample(notify.TemplateReply, "es")
	n.Text = "hola"
	if r := render(t, w, n); r.HTML != "<i>hola</i>" || r.Text != "– hola\n" || r.Subject != "Printer on the second floor jams" {
		t.Errorf("own text and HTML = %+v", r)
	}
}

func TestOwnLanguage(t *testing.T) {
	w := newTemplates(t, folder(t, map[string]string{"sv/acknowledgement.txt": "Subject: Ärende {{.Ticket.ID}}\nGod dag."}))
	if r := render(t, w, sample(notify.TemplateAcknowledgement, "sv-FI")); r.Subject != "Ärende 1042" || r.Text != "God dag.\n" || !strings.Contains(r.HTML, `lang="sv"`) {
		t.Errorf("acknowledgement in Swedish = %+v", r)
	}
	if r := render(t, w, sample(notify.TemplateReply, "sv")); !strings.HasSuffix(r.Text, "Example IT, request #1042\n") || !strings.Contains(r.HTML, `lang="en"`) {
		t.Errorf("reply in Swedish, which has none, is not English: %q", r.Text)
	}
	if r := render(t, newTemplates(t, ""), sample(notify.TemplateAcknowledgement, "sv")); r.Text == "God dag.\n" {
		t.Error("one admin's Swedish is everybody's")
	}
}

func TestT124OwnAcknowledgementCannotRepeatTheSender(t *testing.T) {
	w := newTemplates(t, folder(t, map[string]string{
		"en/acknowledgement.txt": "Subject: {{.Ticket.Subject}} {{.Who}}\n{{.Text}}{{.Recipient.Name}}{{.Ticket.Name}}{{.By}}{{.Attachments}}{{.Earlier}}",
	}))
	n := sample(notify.TemplateAcknowledgement, "en")
	r := render(t, w, n)
	for _, sent := range []string{n.Ticket.Subject, "Ana", "printer jams", "scan.pdf"} {
		if strings.Contains(all(r), sent) {
			t.Errorf("the acknowledgement repeats %q:\n%s", sent, all(r))
		}
	}
}

func TestOwnTextsForRequestersHaveNoInnerMatters(t *testing.T) {
	files := map[string]string{}
	for _, template := range notify.Templates() {
		a := template.Audience()
		if a == notify.AudienceRequester {
			files["en/"+string(template)+".txt"] = "{{.Reason}}{{.Lines}}{{.Earlier}}{{.Others}}{{.Links}}{{.Ticket.Tags}}{{.Ticket.Rules}}"
		}
	}
	w := newTemplates(t, folder(t, files))
	for name := range files {
		template := notify.Template(strings.TrimSuffix(filepath.Base(name), ".txt"))
		if r := render(t, w, marked(template, "en", "INNER")); strings.Contains(r.Text, "INNER") {
			t.Errorf("own %s shows inner matters: %q", template, r.Text)
		}
	}
}

func TestMistakesNameFileLineAndRemedy(t *testing.T) {
	for _, tt := range []struct{ path, content, want string }{
		{"fr/acknowledgement.txt", "Subject: x\n\nBonjour {{.Tickt.ID}}", "fr/acknowledgement.txt:3:"},
		{"fr/acknowledgement.txt", "Bonjour {{.Tickt.ID}}", ".Ticket"},
		{"fr/acknowledgement.txt", "Subject: {{nope}}\n", "fr/acknowledgement.txt:1: function \"nope\" not defined"},
		{"fr/acknowledgement.txt", "a\nb {{if}}\n", "fr/acknowledgement.txt:2:"},
		{"fr/acknowledgement.txt", "{{nope}}", "known functions: date, duration,"},
		{"en/reply.html", "<p>\n<a href=\"{{if .Text}}\"{{end}}>x", "en/reply.html:2"},
		{"en/help.txt", "{{index .Commands 99}}", "en/help.txt:1:"},
		{"en/acknowledgment.txt", "x", "en/acknowledgment.txt: there is no such mail; the name must be one of acknowledgement,"},
		{"en/acknowledgement.md", "x", "end in .txt or .html"},
		{"english/reply.txt", "x", "english: not the code of a language"},
		{"reply.txt", "x", "reply.txt: not the code of a language"},
	} {
		_, err := New(folder(t, map[string]string{tt.path: tt.content}))
		if err == nil || !strings.Contains(filepath.ToSlash(err.Error()), tt.want) {
			t.Errorf("New with %s %q: %v; want %q", tt.path, tt.content, err, tt.want)
		}
	}
	_, err := New(folder(t, map[string]string{"fr/reply.txt": "{{", "de/reply.txt": "{{"}))
	if err == nil || !strings.Contains(err.Error(), "fr") || !strings.Contains(err.Error(), "de") {
		t.Errorf("New with two mistakes: %v; want both", err)
	}
	missing := filepath.Join(t.TempDir(), "none")
	if _, err := New(missing); err == nil || !strings.Contains(err.Error(), missing) {
		t.Errorf("New with no folder: %v; want its name", err)
	}
}

// TestVariant: a rule's template chooses among the admin's acknowledgements.
func TestVariant(t *testing.T) {
	w := newTemplates(t, folder(t, map[string]string{
		"fr/acknowledgement-exam.txt": "Subject: Examen {{.Ticket.ID}}\nBonne chance.", "fr/acknowledgement.txt": "Bonjour.",
		"en/acknowledgement-exam.txt": "Good luck.", "en/acknowledgement-fire.html": "<b>Get out.</b>",
	}))
	for _, tt := range []struct{ language, variant, want string }{
		{"fr", "exam", "Bonne chance.\n"}, {"fr", "", "Bonjour.\n"}, {"fr", "fire", "Bonjour.\n"}, {"en", "exam", "Good luck.\n"},
		{"fi", "exam", "Good luck.\n"}, {"de", "exam", render(t, w, sample(notify.TemplateAcknowledgement, "de")).Text},
	} {
		n := sample(notify.TemplateAcknowledgement, tt.language)
		n.Variant = tt.variant
		if r := render(t, w, n); r.Text != tt.want {
			t.Errorf("acknowledgement %q in %s = %q, want %q", tt.variant, tt.language, r.Text, tt.want)
		}
	}
	n := sample(notify.TemplateAcknowledgement, "en")
	n.Variant = "fire"
	if r := render(t, w, n); r.HTML != "<b>Get out.</b>" || !strings.Contains(r.Text, "Thank you for writing") {
		t.Errorf("HTML variant = %+v", r)
	}
}
