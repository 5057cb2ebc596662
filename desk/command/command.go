package command

import (
	"strings"
)

// Command is one line of an agent's mail: #name and what follows it.
type Command struct {
	Name string // of the [Table], without #; what was written where it has none
	Arg  string
}

func (c Command) String() string { return strings.TrimSpace("#" + c.Name + " " + c.Arg) }

// Mail is the text of a mail, taken apart.
type Mail struct {
	Commands []Command // on top, in order; also those that are not in the table
	Text     string    // what follows them
	Doubts   []Doubt   // why the mail must not be carried out before its writer was asked
}

// Doubt is a line that may be meant as a command.
type Doubt struct {
	Line string // as it was written, without blanks around it
	Kind Kind
}

// Kind says what is doubtful about a line.
type Kind string

// The kinds.
const (
	NotOnTop Kind = "not-on-top" // a command, but below other text
	Nearly   Kind = "nearly"     // it may be meant as a command
	Behind   Kind = "behind"     // text behind a command that takes none
)

// maxDoubts bounds what one mail is asked about.
const maxDoubts = 20

// Read takes the commands from the top of a text. Blank lines between them do
// not matter; the first other line ends them. A line that begins with # and is
// no command is given as one all the same, so that its writer learns of it.
func Read(text string) Mail {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	var m Mail
	var behind []string
	below := 0 // the line below the last command
	for i, line := range lines {
		l := read(line)
		if l.empty {
			continue
		}
		if !l.command && !l.sign {
			m.Text = strings.Join(lines[below:], "\n")
			m.Doubts = append(m.Doubts, doubts(lines[i:], true)...)
			break
		}
		c := Command{Name: l.name, Arg: l.arg}
		if l.command && l.arg != "" {
			switch takes(l.name) {
			case Text:
				c.Arg, behind = "", append(behind, l.arg)
			case Nothing:
				m.Doubts = append(m.Doubts, Doubt{strings.TrimSpace(line), Behind})
			}
		}
		m.Commands, below = append(m.Commands, c), i+1
	}
	m.Text = strings.TrimSpace(strings.Join(append(behind, m.Text), "\n"))
	return m
}

// Whole returns the text with what stands behind commands that take none before
// it, so that no word is lost of a mail whose writer wants it sent as it stands.
func (m Mail) Whole() string {
	var behind []string
	for _, c := range m.Commands {
		if e, known := Lookup(c.Name); known && e.Takes == Nothing && c.Arg != "" {
			behind = append(behind, c.Arg)
		}
	}
	return strings.TrimSpace(strings.Join(append(behind, m.Text), "\n"))
}

// Doubts finds the lines of a text that may be meant as commands, none of which
// stands on top.
func Doubts(text string) []Doubt {
	return doubts(strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), false)
}

// Covered finds the commands in quoted lines on top of a text, above lines that are not
// quoted. Only a block of nothing but commands counts: that is no older mail, but
// what a program or a hand marked that its writer meant to be carried out.
func Covered(text string) []Doubt {
	var found []Doubt
	for source := range strings.Lines(text) {
		bare := strings.TrimLeft(fold(source), "> ")
		switch l := read(source); {
		case l.empty || l.quoted && bare == "":
			continue
		case !l.quoted:
			return found
		case !read(bare).command || len(found) == maxDoubts:
			return nil
		}
		found = append(found, Doubt{strings.TrimSpace(source), NotOnTop})
	}
	return nil
}

// doubts looks through lines of text; first says that they follow the commands.
func doubts(lines []string, first bool) []Doubt {
	var found []Doubt
	texts := 0 // lines that are no commands and not empty
	for _, line := range lines {
		l := read(line)
		kind := Kind("")
		if !l.empty {
			texts++
		}
		switch {
		case l.empty || l.quoted || l.heading:
			continue
		case l.command && l.name == "send" && l.arg != "": // see Insert
			continue
		case l.command:
			kind = NotOnTop
		case l.sign && isNear(l.name), l.doubtful, first && texts <= 2 && announcesNote(l.folded, texts == 1), mentions(l.folded):
			kind = Nearly
		default:
			continue
		}
		if found = append(found, Doubt{strings.TrimSpace(line), kind}); len(found) == maxDoubts {
			break
		}
	}
	return found
}

// Inserts returns the #send commands that stand within a text, each on a line of its
// own: there it says where a text of the admin's goes.
func Inserts(text string) []Command {
	var found []Command
	Insert(text, func(name string) string {
		found = append(found, Command{Name: "send", Arg: name})
		return ""
	})
	return found
}

// Insert returns a text with others in the places of its #send commands.
func Insert(text string, named func(name string) string) string {
	if !strings.ContainsAny(text, signs) {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, source := range lines {
		if l := read(source); l.command && l.name == "send" && l.arg != "" {
			lines[i] = named(l.arg)
		}
	}
	return strings.Join(lines, "\n")
}

// Within returns the commands of a text, wherever they stand, also in quotes.
func Within(text string) []Command {
	if !strings.ContainsAny(text, signs) {
		return nil
	}
	var found []Command
	for source := range strings.Lines(text) {
		source = strings.TrimLeft(source, "> \t")
		if l := read(source); l.command {
			c := Command{Name: l.name, Arg: l.arg}
			if takes(l.name) == Text {
				c.Arg = ""
			}
			found = append(found, c)
		}
	}
	return found
}
