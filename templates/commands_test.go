package templates

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"maildesk/desk/command"
	"maildesk/desk/ladder"
)

// TestHelpHasEveryCommand: the help of every language says something of each command,
// in the order of the table, and of no other; the English one shows no aliases.
func TestHelpHasEveryCommand(t *testing.T) {
	all := newTemplates(t, "")
	for tag, l := range all.languages {
		for i, e := range command.Table {
			switch c := l.catalogue.Commands[i]; {
			case strings.Fields(c.Syntax)[0] != "#"+e.Name, c.Does == "":
				t.Errorf("%s: %q stands in the place of #%s", tag, c.Syntax, e.Name)
			case (c.Also != "") != (len(e.In(tag)) > 0):
				t.Errorf("%s: the aliases of #%s are %q", tag, e.Name, c.Also)
			}
		}
	}
}

func TestCommandsThatDoNotMatch(t *testing.T) {
	for _, tt := range []struct {
		change func([]Command) []Command
		want   string
	}{
		{func(all []Command) []Command { return all[1:] }, "#note "},
		{func(all []Command) []Command { return append(all, all[0]) }, "twice"},
		{func(all []Command) []Command { return append(all, Command{Syntax: "#dance NAME"}) }, "#dance"},
		{func(all []Command) []Command { return append(all[1:], Command{Syntax: "#notiz"}) }, "#notiz"},
	} {
		c := *newTemplates(t, "").languages["de"].catalogue
		c.Commands = tt.change(append([]Command(nil), c.Commands...))
		if err := c.sortCommands(); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("the error is %v, want one of %q", err, tt.want)
		}
	}
}

const manual = "../docs/commands.md"

// TestManualOfCommands: docs/commands.md is what the table and the words say; -update
// rewrites it.
func TestManualOfCommands(t *testing.T) {
	want := manualOfCommands(newTemplates(t, ""))
	if *update {
		if err := os.WriteFile(manual, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(manual); err != nil || string(got) != want {
		t.Errorf("%s is not what the table of commands says (%v); go test ./templates -run TestManualOfCommands -update writes it", manual, err)
	}
}

// manualOfCommands writes the manual page.
func manualOfCommands(w *Templates) string {
	var b strings.Builder
	b.WriteString(`# Commands

This page is made from the table in desk/command and the words in templates/words/en.toml.

An agent writes commands on top of a mail, one a line, each beginning with #; the text below them goes to the requester. All of them are read before anything is done:
where one cannot be carried out, none is, nothing is sent, and the agent gets the list back with what is wrong.

How a line is set does not matter: capitals, bold, an item of a list, another number sign (＃). Every command has words of other languages that mean the same in a mail of any language. An
unknown word is answered with what was probably meant, a wrong argument with what it may be.

| command | what it does | on a new mail | proof | on the strict ladder |
|---|---|---|---|---|
`)
	tick := map[bool]string{true: "yes"}
	for i, c := range w.languages["en"].Commands {
		e := command.Table[i]
		strict := string(ladder.Ladder{Strict: true}.Needs(e.Name, ""))
		if e.Others != "" {
			strict += fmt.Sprintf("; of a colleague: %s", e.Others)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", c.Syntax, c.Does, tick[e.Opens], e.Proof, strict)
	}
	b.WriteString(`
**On a new mail**: the command may stand on top of a new mail of an agent, and is about the request that the mail opens.

**Proof** is what must show that the agent wrote the mail. *answer*: it answers a mail of the desk to them. *address*: it came to the address that was signed for them, or its From field is authenticated.
*authenticated*: its From field is authenticated. *login*: they have logged in to send it. The section [proof] of the configuration chooses the ladder;
[Who may do what by mail](operations.md#who-may-do-what-by-mail) has the whole ladder. What lacks its proof is kept as a note, and the agent is told.

## Times

` + "`#pending`" + ` takes a length or a moment, in the time zone of the desk: ` + "`30m`, `4h`, `2d`, `2 days`, `1w`, `in a week`; `tomorrow`, `tomorrow 9:00`, `Friday`, `next Monday 14:30`, `24 December`, `24.12.`, `2027-01-31`" + `. The
same in German, French, Spanish, Italian, Portuguese, Dutch and Polish: ` + "`morgen 9 Uhr`, `vendredi`, `pasado mañana`, `24 dicembre`, `em 2 semanas`, `over een week`, `do piątku`" + `. The name of today's weekday is the one in a week.
A day without a time of the day is when the desk opens on it (its first [[calendar]]; 8:00 without one). A date that is read in two ways, 3/4, is asked about.

## Words of other languages

Letters without accents (` + "`#resolu`, `#geloest`" + `) will do.

| command | ` + strings.Join(otherLanguages, " | ") + ` |
|---|` + strings.Repeat("---|", len(otherLanguages)) + "\n")
	for _, e := range command.Table {
		fmt.Fprintf(&b, "| `#%s` |", e.Name)
		for _, language := range otherLanguages {
			aliases := ""
			if words := e.In(language); len(words) > 0 {
				aliases = "`#" + strings.Join(words, "` `#") + "`"
			}
			fmt.Fprintf(&b, " %s |", aliases)
		}
		b.WriteString("\n")
	}
	b.WriteString("\n## Questions\n\nOne a line, without #, by mail to the [control address](routing.md#ask-the-desk).\n\n| question | what it brings | " + strings.Join(otherLanguages, " | ") + " |\n|---|---|" + strings.Repeat("---|", len(otherLanguages)) + "\n")
	for i, c := range w.languages["en"].Questions {
		fmt.Fprintf(&b, "| `%s` | %s |", c.Syntax, c.Does)
		for _, language := range otherLanguages {
			fmt.Fprintf(&b, " `%s` |", strings.Join(command.Questions[i].In(language), "` `"))
		}
		b.WriteString("\n")
	}
	return strings.ReplaceAll(b.String(), "|  |", "| |")
}

var otherLanguages = []string{"de", "fr", "es", "it", "pt", "nl", "pl"}
