package templates

import (
	"testing"

	"maildesk/desk"
)

func TestEveryTemplateRenders(t *testing.T) {
	w, err := New("")
	if err != nil {
		t.Fatal(err)
	}
	for template := range audiences {
		for name, n := range map[string]desk.Notice{"full": sample(template, "en"), "empty": {Template: template}} {
			r, err := w.Render(n)
			if err != nil || r.Subject == "" || r.Text == "" || r.HTML == "" {
				t.Errorf("Render(%s %s) = %q, %q, %d bytes of HTML, %v; want all of them", name, template, r.Subject, r.Text, len(r.HTML), err)
			}
		}
	}
}

func BenchmarkAcknowledgement(b *testing.B) {
	w, err := New("")
	if err != nil {
		b.Fatal(err)
	}
	n := sample(desk.TemplateAcknowledgement, "en")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.Render(n); err != nil {
			b.Fatal(err)
		}
	}
}
