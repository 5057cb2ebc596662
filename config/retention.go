package config

import (
	"fmt"
	"slices"
	"time"

	"maildesk/config/section"
	"maildesk/routing"
)

// mailsKey is the key of [retention] for mails of no ticket. No category may be called so.
const mailsKey = "without_ticket"

// Retention is the section [retention]: how long after they were closed tickets are erased, and
// how long after they were handled mails of no ticket.
type Retention struct {
	Mails      time.Duration            // of no ticket: spam, reports, notes of absence, copies; 0: never
	After      time.Duration            // of every category that is not named; 0: never
	Categories map[string]time.Duration // by category, for those below it too; 0: never
}

// readRetention reads [retention], when the categories are known: its keys are their names,
// after and without_ticket.
func (l *loader) readRetention(t *section.Table) {
	r := &l.config.Retention
	r.After, r.Mails = retentionOf(t, "after", "tickets"), retentionOf(t, mailsKey, "mails")
	if !t.Exists() {
		return
	}
	var known []string
	for _, c := range l.config.Routing.Categories {
		known = append(known, c.Name)
	}
	for _, key := range t.Keys() {
		switch {
		case key == "after", key == mailsKey:
		case slices.Contains(known, key):
			if r.Categories == nil {
				r.Categories = map[string]time.Duration{}
			}
			r.Categories[key] = retentionOf(t, key, "tickets")
		default:
			t.Value(key) // it is reported here
			remedy := "write after for all categories, or the name of one"
			if near := routing.Closest(key, append(known, "after", mailsKey)); near != "" {
				remedy = fmt.Sprintf("did you mean %q?", near)
			}
			t.Mistake(key, fmt.Sprintf("there is no category %q", key), remedy)
		}
	}
	t.Done()
}

// retentionOf reads for how long closed tickets, or mails of none, are kept: at least for a day, or for ever.
func retentionOf(t *section.Table, key, what string) time.Duration {
	d := t.Duration(key, 0)
	if d < 0 || d > 0 && d < 24*time.Hour {
		t.Mistake(key, fmt.Sprintf("%s would be erased after %s", what, d), `write "365d" or another time of at least a day; "0d" keeps them for ever`)
	}
	return d
}
