package templates

import (
	"strings"
	"time"

	"maildesk/compose"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

var _ settings.LoginWords = (*Templates)(nil)

// LoginPage is the data of the layouts of the mail by which an agent logs in.
type LoginPage struct {
	Subject, Preheader, Title, Desk string
	Late                            bool // of the layouts that mails share
	Ticket                          ticket.Ticket
	Says, Once, Stranger            string
	Link                            string
}

// RenderLogin is described at [settings.LoginWords].
func (t *Templates) RenderLogin(m settings.LoginMail, language string) (w compose.Words, err error) {
	l := t.languages[language]
	if l == nil {
		l = t.languages[fallback]
	}
	p := &LoginPage{Subject: l.label("login-subject"), Title: l.label("login-subject"), Desk: m.Desk, Link: m.Link}
	p.Says, p.Preheader = l.label("login-says"), l.label("login-says")
	p.Once = strings.ReplaceAll(l.label("login-once"), "TIME", l.count("minute", int(m.Within/time.Minute)))
	p.Stranger = strings.ReplaceAll(l.label("login-stranger"), "ADDRESS", m.Client)
	w.Subject = p.Subject
	if w.Text, err = execute(l.loginText, p); err != nil {
		return w, err
	}
	w.HTML, err = execute(l.loginHTML, p)
	return w, err
}
