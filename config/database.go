package config

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"maildesk/config/section"
)

// OnServer reports whether the database is on a server.
func (d Desk) OnServer() bool { return d.Database != "" }

// Place returns where the data is, for people.
func (d Desk) Place() string { return cmp.Or(d.Database, d.Data) }

// readData reads where the data is: in a folder, or in a database on PostgreSQL, with a
// folder for what is no row.
func (l *loader) readData(t *section.Table) {
	d := &l.config.Desk
	data, folder := t.Text("data", "data"), t.Text("folder", "")
	scheme, _, isAddress := strings.Cut(data, "://")
	d.DatabasePassword = l.secret(t, "data_password_file")
	switch {
	case isAddress && scheme != "postgres" && scheme != "postgresql":
		t.Mistake("data", fmt.Sprintf("%q is neither a folder nor a database", data), `write data = "/var/lib/maildesk", or data = "postgres://maildesk@db.example.org/maildesk"`)
		isAddress, data = false, "data"
	case NamesDatabase(data):
		isAddress = true
		if reason, remedy := WrongDatabase(data); reason != "" {
			t.Mistake("data", reason, remedy)
			break
		}
		d.Database, data = data, cmp.Or(folder, "data")
	case folder != "":
		t.Mistake("folder", "data is a folder already", `leave folder out; it is the folder of keys for data = "postgres://…"`)
	case d.DatabasePassword != "":
		t.Mistake("data_password_file", "a data folder has no password", `leave it out; it is for data = "postgres://…"`)
	}
	if isAddress && d.Database == "" {
		data = "data"
	}
	d.Data = l.resolve(data)
}

// keywords are the other form in which libpq takes a database: "host=db.example.org dbname=maildesk".
var keywords = regexp.MustCompile(`(?i)(^|\s)(host|hostaddr|port|dbname|user|password|passfile|service|ssl[a-z]+)\s*=`)

// NamesDatabase reports whether a place of data is a database, or means to be one; else it is a folder.
func NamesDatabase(place string) bool {
	return strings.Contains(place, "://") || keywords.MatchString(place)
}

// WrongDatabase returns what is wrong with the URL of a database and what to do, without the
// passwords that may stand in it; empty: nothing.
func WrongDatabase(address string) (reason, remedy string) {
	const example = `write it as in "postgres://maildesk@db.example.org/maildesk?sslmode=verify-full"`
	if !strings.Contains(address, "://") && keywords.MatchString(address) {
		return "this is no URL of a database", example
	}
	u, err := url.Parse(address)
	if err != nil {
		return "this is no URL of a database", example
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "this is no URL of a database", example
	}
	_, has := u.User.Password()
	for key := range query {
		has = has || strings.EqualFold(key, "password")
		if strings.EqualFold(key, "sslpassword") {
			return "the password of a client's key stands in the URL, where others see it", `take it out, and let sslkey name a key without a password, which the desk alone may read`
		}
	}
	if has {
		return "a password stands in the URL, where others see it", `take it out, and add data_password_file = "secrets/database"`
	}
	if strings.Trim(u.Path, "/") == "" && query.Get("dbname") == "" {
		return "the URL names no database", example
	}
	return "", ""
}
