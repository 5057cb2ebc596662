package desk_test

import (
	"errors"
	"strings"
	"testing"

	"maildesk/desk"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// TestCommandKeepsTheText: what is written at the shell has no history, no signature and
// no banner: every line of it is kept.
func TestCommandKeepsTheText(t *testing.T) {
	long := strings.Repeat("word ", 60) + "end"
	for name, text := range map[string]string{
		"a signature's dashes":  "The log:\n-- \nlast line",
		"quoted lines":          "They wrote:\n> first\n> second\nlast line",
		"a quoted mail":         "On Tue, 24 Nov 2026 at 10:00, Ana <ana@example.net> wrote:\n> it jams\nlast line",
		"an earlier mail":       "See this:\n\n-----Original Message-----\nFrom: Ana\nSent: Tuesday\nTo: us\nSubject: x\n\nlast line",
		"underscores":           "A list\n________________________________\nFrom: x@example.net\nlast line",
		"a long line":           long + "\nlast line",
		"a greeting alone":      "Best regards,\nlast line",
		"indented":              "if x:\n    y\n\tz\nlast line",
		"forwarded":             "---------- Forwarded message ---------\nFrom: x <x@example.net>\nSubject: y\n\nlast line",
		"sent from":             "last line\n\nSent from my iPhone",
		"letters":               "Grüße, żółw, 用户\nlast line",
		"From at the beginning": "From here on it works\nlast line",
		"a dot":                 ".\nlast line",
	} {
		b := open(t)
		of := b.request()
		agent, _ := b.Settings().AgentNamed("alice")
		if _, err := b.Command(b.ctx, agent, of.ID, "#note\n"+text, "root at the console"); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := ""
		for _, e := range b.entries(of.ID) {
			if e.Kind == ticket.EntryNote {
				got = e.Text
			}
		}
		if got != text {
			t.Errorf("%s: the note is\n%q\nwant\n%q", name, got, text)
		}
	}
}

// TestCommandOfAgentWithoutAddress: an agent to whom nothing is sent is no reason to fall over.
func TestCommandOfAgentWithoutAddress(t *testing.T) {
	b := open(t, func(s *settings.Settings) { s.Agents[0].Mail = nil })
	of := b.request()
	agent, _ := b.Settings().AgentNamed("alice")
	if _, err := b.Command(b.ctx, agent, of.ID, "#close", "root at the console"); !errors.Is(err, desk.ErrNoAddress) {
		t.Errorf("without an address: %v", err)
	}
}
