package config

import (
	"cmp"
	"fmt"
	"net/url"
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
	case isAddress:
		if reason, remedy := wrongDatabase(data); reason != "" {
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

// wrongDatabase returns what is wrong with the URL of a database, without the password that
// may stand in it; empty: nothing.
func wrongDatabase(address string) (reason, remedy string) {
	const example = `write it as in "postgres://maildesk@db.example.org/maildesk?sslmode=verify-full"`
	u, err := url.Parse(address)
	if err != nil {
		return "this is no URL of a database", example
	}
	query := u.Query()
	if _, has := u.User.Password(); has || query.Has("password") {
		return "a password stands in the URL, where everybody sees it who may read this file", `take it out, and add data_password_file = "secrets/database"`
	}
	if strings.Trim(u.Path, "/") == "" && query.Get("dbname") == "" {
		return "the URL names no database", example
	}
	return "", ""
}
