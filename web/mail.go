package web

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/microcosm-cc/bluemonday"

	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// mailPage is the data of a mail.
type mailPage struct {
	Ticket  ticket.Ticket
	Mail    ticket.Mail
	From    string
	To, Cc  []mailparse.Address
	Subject string
	Text    string
	Cut     bool
	Files   []fileRow
	HTML    string // the address of the mail as it was formatted; empty: it was not
	Framed  bool   // that is shown in place of the text
	Wrong   []string
}

type fileRow struct {
	Name, Type string
	Size       ticket.Bytes
	Path       string
}

// wholeText bounds the text of a mail on its page, in bytes.
const wholeText = 256 << 10

// read returns a mail that a path names, parsed, if it belongs to a ticket that the agent
// may read.
func (s *Server) read(r *http.Request, agent settings.Agent) (t ticket.Ticket, m ticket.Mail, msg *mailparse.Message, err error) {
	id, err := strconv.ParseInt(r.PathValue("mail"), 10, 64)
	if err != nil {
		return t, m, nil, errNowhere
	}
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	case <-r.Context().Done():
		return t, m, nil, r.Context().Err()
	}
	var raw []byte
	err = s.src.View(r.Context(), func(reader ticket.Reader) (err error) {
		if t, err = ticketFor(reader, s.src.Settings(), agent, r); err != nil {
			return err
		}
		if m, err = reader.Mail(ticket.MailID(id)); err != nil {
			return err
		}
		if m.Ticket != t.ID {
			return errNowhere
		}
		raw, err = reader.Raw(m.ID)
		return err
	})
	if err != nil {
		return t, m, nil, err
	}
	env := mailparse.Envelope{}
	if !m.Envelope.Unknown {
		env.ReversePath = &m.Envelope.ReversePath
	}
	return t, m, mailparse.Parse(raw, env), nil
}

// mail shows a mail as text, or as it was formatted on request.
func (s *Server) mail(w http.ResponseWriter, r *http.Request, agent settings.Agent) error {
	t, m, msg, err := s.read(r, agent)
	if err != nil {
		return err
	}
	path := "/ticket/" + strconv.FormatInt(int64(t.ID), 10) + "/mail/" + strconv.FormatInt(int64(m.ID), 10)
	p := mailPage{Ticket: t, Mail: m, From: shown(msg.FromShown), To: msg.To, Cc: msg.Cc, Subject: msg.Subject, Text: msg.Text, Wrong: msg.Problems}
	if len(p.Text) > wholeText {
		p.Text, p.Cut = strings.ToValidUTF8(p.Text[:wholeText], ""), true
	}
	if strings.TrimSpace(msg.HTML) != "" {
		p.HTML, p.Framed = path+"/html", r.URL.Query().Get("as") == "html"
	}
	for i, a := range msg.Attachments {
		p.Files = append(p.Files, fileRow{a.Name, a.Type, ticket.Bytes(len(a.Content)), path + "/file/" + strconv.Itoa(i+1)})
	}
	return s.render(w, r, http.StatusOK, "mail.html", view{Title: "Mail on #" + strconv.FormatInt(int64(t.ID), 10), Here: "tickets", Agent: agent, Data: p})
}

// shown returns an address with its name.
func shown(a mailparse.Address) string {
	if a.Name == "" || a.Name == a.Address {
		return a.Address
	}
	return a.Name + " <" + a.Address + ">"
}

// harmless keeps the structure and emphasis of a mail. Links and pictures are left out: nothing
// in a mail leads elsewhere, or is fetched.
var harmless = structure()

// structure returns a policy that keeps only the structure of a text.
func structure() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "div", "span", "br", "hr", "b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "sub", "sup", "small", "q", "cite",
		"code", "pre", "kbd", "samp", "tt", "blockquote", "ul", "ol", "li", "dl", "dt", "dd",
		"table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("td", "th")
	p.AllowAttrs("dir").Matching(bluemonday.Direction).Globally()
	return p
}

// frameStyle is the style of the body of a mail. It is inline, as a
// sandboxed page has no origin from which it could be fetched.
const frameStyle = `:root{color-scheme:light dark}body{margin:16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;overflow-wrap:anywhere}` +
	`table{border-collapse:collapse}td,th{border:1px solid #8886;padding:4px 8px;vertical-align:top;text-align:start}` +
	`blockquote{margin:0 0 16px;padding:0 0 0 12px;border-left:3px solid #8886}pre{white-space:pre-wrap}`

// framePolicy is the Content-Security-Policy of the body of a mail.
var framePolicy = func() string {
	sum := sha256.Sum256([]byte(frameStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox"
}()

var frame = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="{{.Language}}">
<head><meta charset="utf-8"><title>The mail as it was formatted</title><style>{{.Style}}</style></head>
<body dir="auto">
{{.Body}}
</body>
</html>
`))

// mailHTML serves the body of a mail as it was formatted, without anything that acts or
// leads elsewhere, for a frame.
func (s *Server) mailHTML(w http.ResponseWriter, r *http.Request, agent settings.Agent) error {
	_, _, msg, err := s.read(r, agent)
	if err != nil {
		return err
	}
	if strings.TrimSpace(msg.HTML) == "" {
		return errNowhere
	}
	w.Header().Set("Content-Security-Policy", framePolicy)
	w.Header().Set("X-Frame-Options", "SAMEORIGIN")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return frame.Execute(w, map[string]any{"Language": msg.Language, "Style": template.CSS(frameStyle), "Body": template.HTML(harmless.Sanitize(msg.HTML))})
}

// mailFile serves a file of a mail for download. Browsers must not display it, whatever type it
// claims.
func (s *Server) mailFile(w http.ResponseWriter, r *http.Request, agent settings.Agent) error {
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 1 {
		return errNowhere
	}
	_, _, msg, err := s.read(r, agent)
	if err != nil {
		return err
	}
	if n > len(msg.Attachments) {
		return errNowhere
	}
	a := msg.Attachments[n-1]
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": a.Name})
	if disposition == "" {
		disposition = "attachment"
	}
	w.Header().Set("Content-Disposition", disposition)
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	w.Header().Set("Content-Length", strconv.Itoa(len(a.Content)))
	_, _ = w.Write(a.Content) // the browser may be gone
	return nil
}
