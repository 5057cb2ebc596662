package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"maildesk/desk/settings"
	"maildesk/ticket"
)

//go:embed pages
var files embed.FS

// view is the data that each template gets.
type view struct {
	Title string
	Here  string         // the entry of the menu that is shown
	Agent settings.Agent // who looks; the zero one: nobody is logged in
	Data  any

	Public   bool   // it is for everybody
	Language string // of the page itself; empty: English
	Desk     string
	ByProxy  bool // there is nothing to log out from
	Style    string
	Now      time.Time
	settings *settings.Settings
}

// styleSheet is the style of all pages, and its address, which changes with it.
var styleSheet, stylePath = func() ([]byte, string) {
	content, err := files.ReadFile("pages/style.css")
	if err != nil {
		panic(err) // it is embedded
	}
	return content, fmt.Sprintf("/style.css?%x", sha256.Sum256(content))[:20]
}()

func (s *Server) style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(styleSheet) // the browser may be gone
}

// layouts are the templates of the pages by file name, each with the common frame.
var layouts = func() map[string]*template.Template {
	all := map[string]*template.Template{}
	names, err := fs.Glob(files, "pages/*.html")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		if base := strings.TrimPrefix(name, "pages/"); base != "frame.html" {
			all[base] = template.Must(template.New("frame.html").Funcs(functions).ParseFS(files, "pages/frame.html", name))
		}
	}
	return all
}()

var functions = template.FuncMap{"machine": machine, "number": number, "lines": lines, "dict": dict}

// render shows a page.
func (s *Server) render(w http.ResponseWriter, _ *http.Request, code int, name string, v view) error {
	v.settings, v.Now = s.src.Settings(), time.Now()
	v.Desk, v.Style, v.ByProxy = v.settings.Name, stylePath, s.cfg.ProxyHeader != ""
	var page bytes.Buffer
	if err := layouts[name].Execute(&page, &v); err != nil {
		return fmt.Errorf("fill in %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	_, _ = page.WriteTo(w) // the browser may be gone
	return nil
}

// Stamp returns a time as people read it, in the zone of the desk.
func (v *view) Stamp(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(v.settings.Zone()).Format("2 Jan 2006, 15:04")
}

// Day returns a day as people read it.
func (v *view) Day(t time.Time) string { return t.Format("Monday, 2 January 2006") }

// machine returns a time for the attribute datetime.
func machine(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Age returns how long ago a time is, or how far ahead, in its largest unit.
func (v *view) Age(t time.Time) string {
	d := v.Now.Sub(t)
	if d < 0 {
		return "in " + largest(-d)
	}
	return largest(d)
}

// largest returns a duration in its largest unit, rounded down.
func largest(d time.Duration) string {
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d/time.Minute))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d/time.Hour))
	}
	return fmt.Sprintf("%d days", int(d/(24*time.Hour)))
}

// Known returns the name by which people know an agent.
func (v *view) Known(agent string) string { return v.settings.KnownAs(agent) }

// number returns a number with its thousands set apart.
func number(n any) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "\u202f" + digits[i:]
	}
	return digits
}

// line is a piece of a text: what its author wrote, or quotes.
type line struct {
	Quoted bool
	Text   string
}

// lines divides a text into what is quoted and what is not.
func lines(text string) (all []line) {
	for l := range strings.Lines(strings.TrimRight(text, "\n ")) {
		quoted := strings.HasPrefix(strings.TrimSpace(l), ">")
		if n := len(all); n > 0 && all[n-1].Quoted == quoted {
			all[n-1].Text += l
		} else {
			all = append(all, line{quoted, l})
		}
	}
	return all
}

// dict makes the data of a part of a page.
func dict(pairs ...any) map[string]any {
	all := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		all[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return all
}

// inWork are the statuses of tickets that are not solved.
var inWork = []ticket.Status{ticket.StatusNew, ticket.StatusOpen, ticket.StatusPending, ticket.StatusOnHold}
