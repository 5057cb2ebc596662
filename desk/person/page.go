package person

import (
	_ "embed"
	"html/template"
	"io"
	"time"
)

// Page is what a person is given to read of what a desk keeps of them.
type Page struct {
	Desk     string // its name
	Address  string
	Names    []string
	MadeAt   time.Time
	Tickets  []PageTicket
	Mails    int      // in the mbox beside the page
	Unwanted []string // why no automatic mail is sent to them
	Others   []Place  // where else their address or name stands
}

// PageTicket is a ticket on such a page.
type PageTicket struct {
	Number    int64
	Subject   string
	Status    string
	Category  string
	CreatedAt time.Time
	Roles     []string
	Entries   []PageEntry
}

// PageEntry is what somebody wrote on a ticket.
type PageEntry struct {
	At     time.Time
	Who    string
	Kind   string
	Text   string
	Hidden bool // it is of somebody else: only that it is there
}

// Place is a table of the desk's data, and how many of its rows are about the person.
type Place struct {
	Table string
	Rows  int
}

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"stamp": func(t time.Time) string { return t.Format("2006-01-02 15:04 MST") },
}).Parse(pageText))

// Write writes the page as HTML, with every text escaped. It loads nothing from anywhere.
func (p Page) Write(w io.Writer) error { return page.Execute(w, p) }

// Places counts mentions by table, in the order of the data.
func Places(mentions []Mention) (places []Place) {
	for _, m := range mentions {
		if n := len(places); n > 0 && places[n-1].Table == m.Table {
			places[n-1].Rows++
			continue
		}
		places = append(places, Place{m.Table, 1})
	}
	return places
}
