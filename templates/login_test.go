package templates

import (
	"strings"
	"testing"
	"time"

	"maildesk/desk/settings"
)

var loginSample = settings.LoginMail{Desk: "Example IT", Link: "https://desk.example.org/login/EXAMPLE", Client: "192.0.2.7", Within: 15 * time.Minute}

// TestLoginInEachLanguage: each language has words of its own for the whole mail, the link
// stands alone on its line, and none of what fills the words is left over.
func TestLoginInEachLanguage(t *testing.T) {
	w := newTemplates(t, "")
	english, err := w.RenderLogin(loginSample, "en")
	if err != nil {
		t.Fatal(err)
	}
	for language := range w.languages {
		got, err := w.RenderLogin(loginSample, language)
		if err != nil {
			t.Fatal(err)
		}
		if language != "en" && got.Subject == english.Subject {
			t.Errorf("%s: the subject is that in English", language)
		}
		if !strings.Contains(got.Text, "\n"+loginSample.Link+"\n") || strings.Count(got.HTML, loginSample.Link) != 1 {
			t.Errorf("%s: the link is not there, alone on a line:\n%s\n%s", language, got.Text, got.HTML)
		}
		for _, text := range []string{got.Text, got.HTML} {
			for _, bad := range []string{"login-", "TIME", "ADDRESS", "<no value>", "%!", "ZgotmplZ"} {
				if strings.Contains(text, bad) {
					t.Errorf("%s: the mail holds %q:\n%s", language, bad, text)
				}
			}
			if !strings.Contains(text, "15") || !strings.Contains(text, "192.0.2.7") {
				t.Errorf("%s: the mail does not say how long the link works, or who asked:\n%s", language, text)
			}
		}
	}
	if got, err := w.RenderLogin(loginSample, "fi"); err != nil || got != english {
		t.Errorf("in a language that there is none of, the mail is %q, %v, want that in English", got.Text, err)
	}
}
