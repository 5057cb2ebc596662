package person

import (
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/compose"
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
		{"said to be another's, with a word of theirs", "On Monday Carl wrote:\n> it rains\n", "On Monday Carl wrote:\n> it rains\n"},
		{"said to be another's, with five words of theirs", "On Monday Carl wrote:\n> he says whenever it rains the café in our street\n> x\n", "On Monday Carl wrote:\n> he says [erased] street\n> x\n"},
		{"said to be the reader's", "On Monday you wrote:\n> Open sesame\n> My PIN is 4711-99.\n", "On Monday you wrote:\n[erased]\n"},
		{"a word of everybody's", "> rains\n\nNo.\n", "> rains\n\nNo.\n"},
		{"a word of everybody's beside theirs", "> rains\n\nNo.\n\n> and nobody comes\n\nYes.\n", "[erased]\n\nNo.\n\n[erased]\n\nYes.\n"},
		{"a number", "> 4711-99\n\nNo.\n", "[erased]\n\nNo.\n"},
		{"a table below their name", "These are the devices for Ana Bérg:\n\n| switch | 10.0.0.7 |\n| nobody | 10.0.0.8 |\n", "These are the devices for [erased]:\n\n| switch | 10.0.0.7 |\n| nobody | 10.0.0.8 |\n"},
		{"a table that they sent", "On Monday Ana Bérg wrote:\n\n| switch | 10.0.0.7 |\n", "On Monday [erased] wrote:\n\n[erased]\n"},
		{"a line of theirs in another's table", "| switch | 10.0.0.7 |\n| my PIN is 4711-99 | 3 |\n", "| switch | 10.0.0.7 |\n| [erased] | 3 |\n"},
		{"a name in lower case", "On Monday carl, ana says:\n> x\n", "On Monday carl, ana says:\n> x\n"},
		{"a name in lower case, with an address", "ana <x@example.org> wrote:\n> x\n", "[erased] <x@example.org> wrote:\n[erased]\n"},
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

// TestNamesLikeWords: a name of words that everybody uses takes no such word, nor what stands below one.
func TestNamesLikeWords(t *testing.T) {
	who := NewTraces("w@example.net", []string{"Will May"}, nil, []string{"Whenever it rains the cellar drowns.\n"})
	for text, want := range map[string]string{
		"Carl will say:\n\n> we come in may\n":            "Carl will say:\n\n> we come in may\n",
		"Carl will say:\n\n| may | 31 |\n":                "Carl will say:\n\n| may | 31 |\n",
		"Will wrote:\n> x\n":                              "[erased] wrote:\n[erased]\n",
		"Ask Will, he may come, or will may.":             "Ask [erased], he may come, or [erased].",
		"will@home <w@example.net>, will <x@two.example>": "will@home <[erased]>, [erased] <x@two.example>",
	} {
		if got := who.ScrubNear(text); got != want {
			t.Errorf("ScrubNear(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestRepeated: words that somebody repeats or quotes are not theirs where another one had written them before, by
// the time of the mail; what begins with a mark and is nobody else's is theirs.
func TestRepeated(t *testing.T) {
	entry := func(id, at int64, kind, author, text string) Row {
		return Row{Table: "entry", ID: id, At: at, Ticket: 1, Mail: ticket.MailID(id), Kind: kind, Texts: map[string]string{"author": author, "text": text}}
	}
	sent := func(id, at int64, to, text string) []Row {
		raw, err := compose.Mail{
			From: compose.Address{Address: "desk@example.org"}, To: compose.Address{Address: to}, Subject: "x", Date: time.Unix(1, 0), MessageID: "<x@example.org>", Words: compose.Words{Text: text},
		}.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		out := ticket.OutboxID(id)
		return []Row{{Table: "outbox", ID: id, Outgoing: out, Ticket: 1, At: at, Texts: map[string]string{"recipient": to}}, {Table: "outbox_bytes", ID: id, Outgoing: out, Bytes: raw}}
	}
	rows := []Row{
		{Table: "ticket", ID: 1, Ticket: 1, Texts: map[string]string{"requester": "ana@example.net", "subject": "Lamp"}},
		entry(1, 10, "message", "ana@example.net", "The lamp above my desk is broken since noon.\n| savings account in Zurich | CH93-0076 |\n> net use z: \\\\srv\\ana /user:ana hunter-4711\n"),
		entry(2, 20, "reply", "alice@example.org", "Please say whether the red light below the switch is on or off.\nIs there another lamp in the room?\nTry 4711-00.\n| switch | 10.0.0.7 | in the cellar |\n"),
		entry(3, 30, "message", "ana@example.net", "> Is there another lamp in the room?\n> Try 4711-00.\n> | switch | 10.0.0.7 | in the cellar |\n> We have received what you\n> wrote and answer on Friday.\n> Wait, please!\n\nYou ask whether the red light below the switch is on or off. It has gone long since and will not return.\n"),
		entry(4, 40, "reply", "alice@example.org", "It has gone long since and will not return.\n"),
		entry(5, 55, "message", "ben@example.com", "A reply to all that came before its mail.\n\n> My neighbour keeps seven goats in his bathtub.\n| He feeds them with old copies of the journal.\n"),
		entry(6, 60, "message", "ana@example.net", "My neighbour keeps seven goats in his bathtub.\nHe feeds them with old copies of the journal.\nThe eldest of the goats sings every night.\nThe youngest of them eats my aunt's tapestry.\n"),
		entry(10, 56, "message", "ben@example.com", "All right.\n\n[Frühere E-Mail, 2 Zeilen:]\nOn Monday Ana wrote:\n\nThe youngest of them eats my aunt's tapestry.\n"),
		entry(7, 5, "message", "carl@example.com", "An archive: the corridor of the second floor is flooded.\n"),
		entry(8, 50, "message", "ana@example.net", "I hear the corridor of the second floor is flooded.\n"),
		entry(9, 80, "message", "ben@example.com", "The eldest of the goats sings every night.\n"),
	}
	rows = append(rows, sent(5, 11, "ana@example.net", "We have received what you wrote and answer on Friday.\nWait, please!\n")...)
	rows = append(rows, sent(6, 1, "alice@example.org", "Somebody writes: the lamp above my desk is broken since noon.\n")...)
	c := NewCollection("ana@example.net", House{Ours: func(address string) bool { return strings.HasSuffix(address, "@example.org") }})
	reads(c, rows)
	k := CaseOf(c, 7)
	for text, want := range map[string]string{
		"The lamp above my desk is broken since noon.":                    "[erased].",
		"savings account in Zurich: CH93-0076":                            Gone,
		"net use z: \\\\srv\\ana /user:ana hunter-4711":                   Gone,
		"Tell me whether the red light below the switch is on or off.":    "Tell me whether the red light below the switch is on or off.",
		"Is there another lamp in the room?":                              "Is there another lamp in the room?",
		"Try 4711-00.":                                                    "Try 4711-00.",
		"| switch | 10.0.0.7 | in the cellar |":                           "| switch | 10.0.0.7 | in the cellar |",
		"We have received what you wrote and answer on Friday.":           "We have received what you wrote and answer on Friday.",
		"I hear that it has gone long since and will not return, indeed.": "I hear that [erased], indeed.",
		"He said: my neighbour keeps seven goats in his bathtub!":         "He said: [erased]!",
		"He feeds them with old copies of the journal!":                   "[erased]!",
		"The eldest of the goats sings every night":                       Gone,
		"The youngest of them eats my aunt's tapestry":                    Gone,
		"Look: the corridor of the second floor is flooded":               "Look: the corridor of the second floor is flooded",
	} {
		if got := k.Traces().ScrubNear(text); got != want {
			t.Errorf("ScrubNear(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestEarlierMail: the line above older mail is known in each language in which the desk writes it.
func TestEarlierMail(t *testing.T) {
	for line, want := range map[string]bool{
		"[Earlier mail, 5 lines:]": true, "[Frühere E-Mail, 12 Zeilen:]\n": true, "[Message précédent, 5 lignes :]": true, "[Correo anterior, 5 líneas:]": true,
		"[Messaggio precedente, 5 righe:]": true, "[Eerder bericht, 5 regels:]": true, "[Mensagem anterior, 5 linhas:]": true, "[Wcześniejsza wiadomość, wiersze: 5]": true,
		"[erased]": false, "[name]": false, "[Room 5]": false, "Earlier mail, 5 lines:": false, "[1, 2]": false,
	} {
		if got := earlierMail.MatchString(line); got != want {
			t.Errorf("%q is above older mail: %t", line, got)
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
