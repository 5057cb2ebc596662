package templates

import (
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// TestNamesWithCommas: whoever reads along is told apart, also where a name has a comma.
func TestNamesWithCommas(t *testing.T) {
	hans, piet := ticket.Participant{Name: "Müller, Hans", Address: "hans@example.net"}, ticket.Participant{Address: "piet@example.net"}
	for _, tt := range []struct {
		who    string
		copied []ticket.Participant
		want   string
	}{
		{"Berg, Ana", nil, "Berg, Ana"},
		{"Berg, Ana", []ticket.Participant{piet}, `"Berg, Ana", piet@example.net`},
		{"Ana Berg", []ticket.Participant{hans, piet}, `Ana Berg, "Müller, Hans", piet@example.net`},
	} {
		if got := readers(tt.who, tt.copied); got != tt.want {
			t.Errorf("readers(%q) = %q, want %q", tt.who, got, tt.want)
		}
	}
	var l language
	if got, want := l.names([]ticket.Participant{hans, piet}), `"Müller, Hans" <hans@example.net>, piet@example.net`; got != want {
		t.Errorf("names are %q, want %q", got, want)
	}
}

// TestAgentsReadTheWholeSubject: some write their matter into the subject. Above the text
// agents read all of it, and of a text that is cut they are told.
func TestAgentsReadTheWholeSubject(t *testing.T) {
	subject := strings.TrimSpace(strings.Repeat("The scanner in room 12 makes stripes. ", 10)) + " PELICAN"
	n := notify.Notice{Template: notify.TemplateNewTicket, Language: "en", Desk: "Example IT", Ticket: ticket.Ticket{ID: 7, Subject: subject, Requester: "ana@example.net"}, Recipient: ticket.Participant{Role: ticket.RoleAgent}}
	got := render(t, newTemplates(t, ""), n)
	for what, text := range map[string]string{"text": got.Text, "page": got.HTML} {
		if !strings.Contains(text, "PELICAN") {
			t.Errorf("the %s lacks the end of the subject:\n%s", what, text)
		}
	}
	if short := oneLine(subject); !strings.HasSuffix(short, "…") || !strings.Contains(got.Subject, short) || strings.Contains(got.Subject, "PELICAN") {
		t.Errorf("the Subject field is %q", got.Subject)
	}
	n.Text = strings.Repeat("The lamp is dark.\n", 10_000)
	if got := render(t, newTemplates(t, ""), n); !strings.Contains(got.Text, mailparse.CutLine) {
		t.Error("a text of 180 KB is cut, and nothing says so")
	}
}
