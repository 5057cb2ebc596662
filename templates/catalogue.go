package templates

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	texttemplate "text/template"
	"text/template/parse"

	"github.com/pelletier/go-toml/v2"
	xlanguage "golang.org/x/text/language"

	"maildesk/desk/command"
	"maildesk/desk/notify"
)

// catalogue is the file of one language. Its field names are those of the file.
//
// Months and weekdays are those of CLDR 36 (format, wide; read by
// github.com/go-playground/locales 0.14.2), as golang.org/x/text has no names of dates.
// Polish says its weekdays as they follow "by": "w piątek".
type catalogue struct {
	Date     string                      `toml:"date"`     // {day}, {month}, {year}
	Dates    string                      `toml:"dates"`    // {date}, {time}
	Months   []string                    `toml:"months"`   // January first
	Weekdays []string                    `toml:"weekdays"` // Sunday first
	Moments  moments                     `toml:"moments"`
	Zones    map[string]string           `toml:"zones"` // names of time zones, by Go's abbreviations
	Colon    string                      `toml:"colon"` // between a label and its value
	Sizes    struct{ Kilo, Mega string } `toml:"sizes"`
	Units    map[string]plural           `toml:"units"` // minute, hour, day; within-day … where they differ after "within"
	Labels   map[string]string           `toml:"labels"`
	Statuses map[string]string           `toml:"statuses"`
	Kinds    map[string]string           `toml:"kinds"`
	Priority map[string]string           `toml:"priorities"`
	Actions  map[string]string           `toml:"actions"`
	Entries  map[string]string           `toml:"entries"` // headings of the correspondence, by kind
	Commands []Command                   `toml:"commands"`
	Phrases  map[string]string           `toml:"phrases"` // what the desk says by itself, by the English of [ticket.Say]
	// Questions are those of package command, in its order.
	Questions []Command `toml:"questions"`
	Mails     map[string]struct {
		Subject   string   `toml:"subject"`
		Preheader string   `toml:"preheader"` // what a list of mails shows beside the subject
		Title     string   `toml:"title"`
		Before    []string `toml:"before"`
		Lead      string   `toml:"lead"` // says whose text follows, when there is one
		After     []string `toml:"after"`
	} `toml:"mails"`

	tag   string
	tags  xlanguage.Tag
	mails map[notify.Template]*words
}

// Command is one command of an agent and what it does.
type Command struct {
	Syntax string `toml:"syntax"`
	Does   string `toml:"does"`
	Also   string `toml:"-"` // its aliases in the language: "also #gelöst"
	entry  command.Entry
}

// words is what one mail says, each sentence ready to be filled in.
type words struct {
	subject, preheader, title, lead sentence
	before, after                   []sentence
}

// sentence is the pieces of a text in which nothing is inserted, or only what
// sentences insert most; else a text/template.
type sentence struct {
	pieces   []piece
	template *texttemplate.Template // where pieces is nil
}

// piece is some text and what stands after it, if anything.
type piece struct {
	text  string
	after func(*Page) string
}

// insertions are what sentences insert most. They are said without the
// template, which costs many times as much.
var insertions = map[string]func(*Page) string{
	".Who":       func(p *Page) string { return p.Who },
	".Readers":   func(p *Page) string { return p.Readers },
	".By":        func(p *Page) string { return p.By },
	".Ticket.ID": func(p *Page) string { return strconv.FormatInt(int64(p.Ticket.ID), 10) },
}

// piecesOf takes a parsed sentence apart; nil when it inserts anything else.
func piecesOf(t *texttemplate.Template) []piece {
	var pieces []piece
	text := ""
	for _, n := range t.Root.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			text += string(n.Text)
		case *parse.ActionNode:
			insert := insertions[n.Pipe.String()]
			if insert == nil {
				return nil
			}
			pieces = append(pieces, piece{text, insert})
			text = ""
		default:
			return nil
		}
	}
	return append(pieces, piece{text: text})
}

// Tag names the language.
func (c *catalogue) Tag() string { return c.tag }

// Daily returns the commands that stand in every notice to an agent.
func (c *catalogue) Daily() []Command {
	var daily []Command
	for _, command := range c.Commands {
		if command.entry.Daily {
			daily = append(daily, command)
		}
	}
	return daily
}

// sortCommands puts the commands into the order of the table, with what it says of
// each. An error names what one of both lacks.
func (c *catalogue) sortCommands() error {
	for i := range c.Commands {
		k := &c.Commands[i]
		name, _, _ := strings.Cut(strings.TrimPrefix(k.Syntax, "#"), " ")
		var known bool
		if k.entry, known = command.Lookup(name); !known || k.entry.Name != name {
			return fmt.Errorf("there is no command %q", k.Syntax)
		}
		if aliases := k.entry.In(c.tag); len(aliases) > 0 {
			k.Also = c.Labels["also"] + " #" + strings.Join(aliases, ", #")
		}
	}
	if len(c.Questions) != len(command.Questions) {
		return fmt.Errorf("%d questions, want %d", len(c.Questions), len(command.Questions))
	}
	for i, e := range command.Questions {
		k := &c.Questions[i]
		if name, _, _ := strings.Cut(k.Syntax, " "); name != e.Name || k.Does == "" {
			return fmt.Errorf("question %d is %q, want %q and what it brings", i+1, k.Syntax, e.Name)
		}
		if aliases := e.In(c.tag); len(aliases) > 0 {
			k.Also = c.Labels["also"] + " " + strings.Join(aliases, ", ")
		}
	}
	place := func(k Command) int {
		return slices.IndexFunc(command.Table, func(e command.Entry) bool { return e.Name == k.entry.Name })
	}
	slices.SortStableFunc(c.Commands, func(a, b Command) int { return cmp.Compare(place(a), place(b)) })
	for i, e := range command.Table {
		if i >= len(c.Commands) || c.Commands[i].entry.Name != e.Name {
			return fmt.Errorf("#%s is missing, or listed twice", e.Name)
		}
	}
	return nil
}

// readCatalogue reads words/LANGUAGE.toml. What it does not know is an error.
func readCatalogue(path string) (*catalogue, error) {
	raw, err := files.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c := &catalogue{mails: map[notify.Template]*words{}}
	if err := toml.NewDecoder(bytes.NewReader(raw)).DisallowUnknownFields().Decode(c); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	c.tag = strings.TrimSuffix(strings.TrimPrefix(path, "words/"), ".toml")
	if c.tags, err = xlanguage.Parse(c.tag); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := c.sortCommands(); err != nil {
		return nil, fmt.Errorf("%s: commands: %w", path, err)
	}
	for name, m := range c.Mails {
		p := sentenceParser{c: c, name: path + ": mails." + name}
		c.mails[notify.Template(name)] = &words{
			subject: p.one(m.Subject), preheader: p.one(m.Preheader), title: p.one(m.Title), lead: p.one(m.Lead),
			before: p.all(m.Before), after: p.all(m.After),
		}
		if p.err != nil {
			return nil, p.err
		}
	}
	return c, nil
}

// sentenceParser keeps the first error.
type sentenceParser struct {
	c    *catalogue
	name string
	err  error
}

func (p *sentenceParser) one(s string) sentence {
	if !strings.Contains(s, "{{") {
		return sentence{pieces: []piece{{text: s}}}
	}
	t, err := texttemplate.New(p.name).Funcs(p.c.funcs()).Parse(s)
	if err != nil {
		p.err = cmp.Or(p.err, err)
		return sentence{}
	}
	return sentence{template: t, pieces: piecesOf(t)}
}

func (p *sentenceParser) all(list []string) []sentence {
	var all []sentence
	for _, s := range list {
		all = append(all, p.one(s))
	}
	return all
}

// say fills the sentence in.
func (s sentence) say(p *Page) (string, error) {
	if s.pieces == nil {
		return execute(s.template, p)
	}
	said := ""
	for _, piece := range s.pieces {
		said += piece.text
		if piece.after != nil {
			said += piece.after(p)
		}
	}
	return said, nil
}

// sayAll fills sentences in and leaves out those that come to nothing.
func sayAll(list []sentence, p *Page) ([]string, error) {
	said := make([]string, 0, len(list))
	for _, s := range list {
		text, err := s.say(p)
		if err != nil {
			return nil, err
		}
		if text != "" {
			said = append(said, text)
		}
	}
	return said, nil
}
