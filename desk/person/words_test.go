package person

import (
	"slices"
	"strings"
	"testing"

	"maildesk/ticket"
)

// TestQuotations: of a person's words nothing is left where others quote them, whatever their programs did
// with lines, marks, spaces and accents; what stands beside them stays.
func TestQuotations(t *testing.T) {
	lines := slices.Collect(strings.Lines("Whenever it rains the café in our cellar drowns, and nobody comes to help us.\nMy PIN is 4711-99.\nOpen sesame\n"))
	who := NewTraces("ana@example.net", []string{"Ana Bérg"}, nil, lines)
	for _, tt := range []struct{ name, text, want string }{
		{"wrapped", "Yes.\n\n> Whenever it rains the café in our\n> cellar drowns, and nobody comes to\n> help us.\n> My PIN is 4711-99.\n> Open sesame\n\nBob\n", "Yes.\n\n[erased]\n\nBob\n"},
		{"two spaces between", "> Whenever it rains the café in our\n\n> cellar drowns, and nobody\n\nBob\n", "[erased]\n\nBob\n"},
		{"other marks", "| Whenever it rains the café in our\n| cellar drowns\nBob\n", "[erased]\nBob\n"},
		{"without marks", "You write whenever it  rains the cafe\u0301 in\nour cel\u00adlar drowns. So it is.\n", "You write [erased]. So it is.\n"},
		{"a short line between answers", "> My PIN is 4711-99.\n\nMine, too.\n\n> open sesame\n\nNo.\n", "[erased]\n\nMine, too.\n\n[erased]\n\nNo.\n"},
		{"a PIN in a sentence", "I know that my PIN is 4711-99, too\n", "I know that [erased], too\n"},
		{"said to be theirs", "On Monday Ana Bérg\n<x@example.org> wrote:\n\n> hunter two\n> > What is it?\n> I told you\n", "On Monday [erased]\n<x@example.org> wrote:\n\n[erased]\n> > What is it?\n> I told you\n"},
		{"said to be another's", "On Monday Bob wrote:\n> hunter two\n", "On Monday Bob wrote:\n> hunter two\n"},
		{"a quotation of others in one of theirs", "> > Shall we come?\n> Whenever it rains the café in our cellar\n", "> > Shall we come?\n[erased]\n"},
		{"words that everybody says", "Nobody comes to help, and it rains.\n", "Nobody comes to help, and it rains.\n"},
	} {
		got := who.ScrubNear(tt.text)
		if got != tt.want {
			t.Errorf("%s: ScrubNear(%q) =\n%q, want\n%q", tt.name, tt.text, got, tt.want)
		}
		if again := who.ScrubNear(got); again != got {
			t.Errorf("%s: a second time it becomes %q", tt.name, again)
		}
	}
}

// TestRepeated: words that somebody repeats are not theirs where another one had written them before, nor are
// those that they quote.
func TestRepeated(t *testing.T) {
	rows := []Row{
		{Table: "ticket", ID: 1, Ticket: 1, Texts: map[string]string{"requester": "ana@example.net", "subject": "Lamp"}},
		{Table: "entry", ID: 1, Ticket: 1, Mail: 1, Kind: "message", Texts: map[string]string{"author": "ana@example.net", "text": "The lamp above my desk is broken since noon.\n"}},
		{Table: "entry", ID: 2, Ticket: 1, Mail: 2, Kind: "reply", Texts: map[string]string{"author": "alice@example.org", "text": "Please say whether the red light below the switch is on or off.\n"}},
		{Table: "entry", ID: 3, Ticket: 1, Mail: 3, Kind: "message", Texts: map[string]string{"author": "ana@example.net", "text": "> Is there another lamp in the room of yours?\n\nYou ask whether the red light below the switch is on or off. It has gone long since and will not return.\n"}},
		{Table: "entry", ID: 4, Ticket: 1, Mail: 4, Kind: "reply", Texts: map[string]string{"author": "alice@example.org", "text": "It has gone long since and will not return.\n"}},
	}
	c := NewCollection("ana@example.net", House{Ours: func(string) bool { return false }})
	for _, r := range rows {
		c.Know(r)
	}
	c.Knows()
	for _, r := range rows {
		c.Doubt(r)
	}
	c.Doubted()
	k := CaseOf(c, 7)
	for text, want := range map[string]string{
		"The lamp above my desk is broken since noon.":                    "[erased].",
		"Tell me whether the red light below the switch is on or off.":    "Tell me whether the red light below the switch is on or off.",
		"Is there another lamp in the room of yours?":                     "Is there another lamp in the room of yours?",
		"I hear that it has gone long since and will not return, indeed.": "I hear that [erased], indeed.",
	} {
		if got := k.Traces().ScrubNear(text); got != want {
			t.Errorf("ScrubNear(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestReversePaths: of a mail of theirs the envelope names nobody, whoever has written it anew; elsewhere their
// address is found in each form in which a host puts one into another.
func TestReversePaths(t *testing.T) {
	for path, want := range map[string]string{
		"SRS0=Ab1c=XY=example.net=ana@fwd.example": "erased-7@erased.invalid", "forwarded@elsewhere.example": "erased-7@erased.invalid", "": "",
	} {
		c, _ := testEraser().Change(Row{Table: "mail", ID: 11, Mail: 11, Texts: map[string]string{"reverse_path": path}})
		if got := c.New["reverse_path"]; got != want && path != "" {
			t.Errorf("the envelope of %q becomes %q, want %q", path, got, want)
		}
	}
	for path, want := range map[string]string{
		"SRS0=Ab1c=XY=example.net=ana@fwd.example":                   "SRS0=Ab1c=XY=[erased]@fwd.example",
		"SRS1=Ab1c=fwd.example==Ab2c=XY=example.net=ana@two.example": "SRS1=Ab1c=fwd.example==Ab2c=XY=[erased]@two.example",
		"bounce-12-ana=example.net@list.example":                     "bounce-12-[erased]@list.example",
		"bounce+ana=example.net@list.example":                        "bounce+[erased]@list.example",
		"prvs=0123456789=ana@example.net":                            "prvs=0123456789=[erased]",
		"SRS0=Ab1c=XY=example.net=diana@fwd.example":                 "SRS0=Ab1c=XY=example.net=diana@fwd.example",
	} {
		c, _ := testEraser().Change(Row{Table: "mail", ID: 50, Mail: ticket.MailID(50), Texts: map[string]string{"reverse_path": path}})
		got, changed := c.New["reverse_path"]
		if !changed {
			got = path
		}
		if got != want {
			t.Errorf("another's envelope %q becomes %q, want %q", path, got, want)
		}
	}
}
