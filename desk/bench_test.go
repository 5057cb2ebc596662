package desk_test

import (
	"log/slog"
	"testing"

	"maildesk/desk"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/store"
	"maildesk/templates"
	"maildesk/threading"
)

// benchDesk returns a store and a function that starts a desk of one queue on it, with
// settings as change makes them.
func benchDesk(b *testing.B, change func(*settings.Settings)) (db *store.DB, start func() *desk.Desk) {
	b.Helper()
	db, err := store.Open(b.Context(), b.TempDir(), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	keys, err := threading.NewKeyring(threading.GenerateKeys())
	if err != nil {
		b.Fatal(err)
	}
	words, err := templates.New("")
	if err != nil {
		b.Fatal(err)
	}
	s := &settings.Settings{Name: "Example IT", Hostname: "desk.example.org", Words: words, FigureWords: words, Addresses: []settings.Address{{Mail: support}},
		Routing: routing.Desk{Fallback: "first-line", Queues: []routing.Queue{{Name: "first-line", Level: 1}}}}
	change(s)
	if s.Rules, err = routing.Compile(s.Routing); err != nil {
		b.Fatal(err)
	}
	return db, func() *desk.Desk { return desk.New(db, keys, s, slog.New(slog.DiscardHandler)) }
}
