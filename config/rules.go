package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"maildesk/config/document"
	"maildesk/config/section"

	"maildesk/calendar"
	"maildesk/routing"
)

func (l *loader) readQueue(t *section.Table) {
	level := 0 // not a level: routing reports it
	if t.Value("level") == nil {
		level = 1
	}
	q := routing.Queue{
		Name:    t.Needed("name", `add name = "first-line"`),
		Level:   t.Number("level", level, -1<<31, 1<<31), // routing knows the levels
		Agents:  t.Texts("agents"),
		Assign:  t.Text("assign", ""),
		Private: t.Flag("private"),

		OwnerIdle: t.Text("owner_idle", ""),
	}
	t.Done()
	l.queues = append(l.queues, t)
	l.config.Routing.Queues = append(l.config.Routing.Queues, q)
}

// readRules reads categories and rules: those of the file itself, then those
// of the files that it includes, in their order.
func (l *loader) readRules(top *section.Table, otherRules string) {
	l.readCategoriesAndRules(top, otherRules == "")
	var names []string
	if !top.WasRead("rules") { // else it was read as [[rule]]
		names = top.Texts("rules")
	}
	for i, name := range names {
		data, err := l.inside(name)
		if err != nil {
			top.MistakeItem("rules", i, fmt.Sprintf("the rules in %q cannot be read: %v", name, err), "name a file in the folder of the config")
			continue
		}
		if t := l.include(filepath.Join(l.folder, name), data); t != nil {
			l.readCategoriesAndRules(t, otherRules == "")
			t.Done()
		}
	}
	if otherRules == "" {
		return
	}
	data, err := readFile(otherRules)
	if err != nil {
		l.reader.Mistakes = append(l.reader.Mistakes, Mistake{File: otherRules, Reason: fmt.Sprintf("the rules cannot be read: %v", err), Remedy: "name a file with [[rule]] blocks"})
		return
	}
	if t := l.include(otherRules, data); t != nil {
		l.tried = &tried{len(l.categories), len(l.lists)}
		l.readCategoriesAndRules(t, true)
		t.Done()
	}
}

// tried counts the categories and lists of the configuration itself: those of the
// tried file replace the ones of the same name.
type tried struct{ categories, lists int }

// place returns where an entry belongs among own ones and others after them.
func place[T any](all []T, own int, same func(T) bool) int {
	if i := slices.IndexFunc(all[:own], same); i >= 0 {
		return i
	}
	return len(all)
}

// put puts an entry at a place that place returned.
func put[T any](all []T, i int, entry T) []T {
	if i < len(all) {
		all[i] = entry
		return all
	}
	return append(all, entry)
}

// include parses one more file; nil when it is not TOML.
func (l *loader) include(path string, data []byte) *section.Table {
	if slices.Contains(l.config.Files, path) {
		return nil
	}
	l.config.Files = append(l.config.Files, path)
	doc, wrong := document.Parse(path, data)
	if wrong != nil {
		l.reader.Mistakes = append(l.reader.Mistakes, *wrong)
		return nil
	}
	return section.New(&l.reader, doc)
}

func (l *loader) readCategoriesAndRules(top *section.Table, rules bool) {
	for _, t := range top.List("category") {
		l.readCategory(t)
	}
	for _, t := range top.List("list") {
		l.readList(t)
	}
	for _, t := range top.List("rule") {
		if rules {
			l.readRule(t)
		}
	}
}

// readList reads a list of addresses, from the file itself or from another file with
// one entry per line, in which # begins a comment.
func (l *loader) readList(t *section.Table) {
	list := routing.List{Name: t.Needed("name", `add name = "vip"`), Entries: slices.Clone(t.Texts("entries"))}
	for i, e := range list.Entries {
		if err := section.CheckEntry(e); err != nil {
			t.MistakeItem("entries", i, err.Error(), entryRemedy)
		}
	}
	if name := t.Text("file", ""); name != "" {
		data, err := l.inside(name)
		if err != nil {
			t.Mistake("file", fmt.Sprintf("the list in %q cannot be read: %v", name, err), "name a file in the folder of the config")
		}
		list.Entries = append(list.Entries, l.entries(filepath.Join(l.folder, name), string(data))...)
	}
	if t.Value("entries") == nil && t.Value("file") == nil {
		t.Mistake("entries", "the list has neither entries nor a file", `add entries = ["dean@example.org"] or file = "vip.txt"`)
	}
	t.Done()
	at := len(l.lists)
	if l.tried != nil {
		at = place(l.config.Routing.Lists, l.tried.lists, func(o routing.List) bool { return o.Name == list.Name })
	}
	l.lists, l.config.Routing.Lists = put(l.lists, at, t), put(l.config.Routing.Lists, at, list)
}

const entryRemedy = `write an address, "@example.org" for a domain, or "example.org" for it and those below`

// entries reads the lines of a list's file.
func (l *loader) entries(path, text string) []string {
	if !slices.Contains(l.config.Files, path) {
		l.config.Files = append(l.config.Files, path)
	}
	var all []string
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		entry := strings.TrimSpace(line)
		if entry == "" {
			continue
		}
		if err := section.CheckEntry(entry); err != nil {
			l.reader.Mistakes = append(l.reader.Mistakes, Mistake{File: path, Line: i + 1, Column: 1, Reason: err.Error(), Remedy: entryRemedy})
			continue
		}
		all = append(all, entry)
	}
	return all
}

func (l *loader) readCalendar(t *section.Table) {
	c := calendar.Calendar{
		Name:     t.Needed("name", `add name = "office"`),
		Timezone: t.Text("timezone", ""),
		Hours:    t.Texts("hours"),
		Country:  t.Text("country", ""),
		Holidays: t.Texts("holidays"),
	}
	t.Done()
	l.calendars = append(l.calendars, t)
	l.config.Routing.Calendars = append(l.config.Routing.Calendars, c)
}

func (l *loader) readCategory(t *section.Table) {
	k := routing.Category{
		Name:     t.Needed("name", `add name = "network"`),
		Parent:   t.Text("parent", ""),
		Kind:     t.Text("kind", ""),
		Priority: t.Text("priority", ""),
		Path:     t.Texts("path"),
		Start:    t.Number("start", 0, -1<<31, 1<<31),
		Learn:    t.Text("learn", ""),
	}
	k.Approval = readApproval(t)
	t.Done()
	at := len(l.categories)
	if l.tried != nil {
		at = place(l.config.Routing.Categories, l.tried.categories, func(o routing.Category) bool { return o.Name == k.Name })
	}
	l.categories, l.config.Routing.Categories = put(l.categories, at, t), put(l.config.Routing.Categories, at, k)
}

func (l *loader) readRule(t *section.Table) {
	r := routing.Rule{
		Name:      t.Needed("name", `add name = "…": it is shown on the ticket`),
		When:      t.Text("when", ""),
		Plurals:   t.Flag("plurals"),
		Category:  t.Text("category", ""),
		Kind:      t.Text("kind", ""),
		Priority:  t.Text("priority", ""),
		Queue:     t.Text("queue", ""),
		Assignee:  t.Text("assignee", ""),
		Tags:      t.Texts("tags"),
		Template:  t.Text("template", ""),
		Language:  t.Text("language", ""),
		Target:    t.Text("target", ""),
		Spam:      t.Flag("spam"),
		NoAck:     t.Flag("no_ack"),
		Onlookers: t.Texts("onlookers"),
		Ticket:    t.Text("ticket", ""),
		Requester: t.Text("requester", ""),
		Thread:    t.Text("thread", ""),
		Resolves:  t.Flag("resolves"),
		Stop:      t.Flag("stop"),
	}
	if r.Language != "" && !strings.Contains(r.Language, "{") {
		t.WantLanguage("language", -1, r.Language)
	}
	t.Done()
	l.ruleTables = append(l.ruleTables, t)
	l.config.Routing.Rules = append(l.config.Routing.Rules, r)
}

// compile compiles the rules and finds the lines of mistakes in them.
func (l *loader) compile(top *section.Table) {
	l.config.Routing.Fallback, l.config.Routing.FallbackPath = l.config.Desk.Fallback, l.config.Desk.FallbackPath
	l.config.Routing.Learn = l.config.Desk.Learn
	for _, a := range l.config.Addresses {
		l.config.Routing.Addresses = append(l.config.Routing.Addresses, routing.Address{Mail: a.Mail, Queue: a.Queue})
	}
	rules, err := routing.Compile(l.config.Routing)
	l.config.Rules = rules
	if err == nil {
		return
	}
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	for _, err := range all {
		e, ok := errors.AsType[*routing.RuleError](err)
		if !ok {
			top.Mistake("", err.Error(), "")
			continue
		}
		l.locate(top, e)
	}
}

// locate records a mistake in the rules with its position in the file.
func (l *loader) locate(top *section.Table, e *routing.RuleError) {
	var t *section.Table
	switch e.Section {
	case routing.SectionDesk:
		t = top.Sub("desk")
	case routing.SectionAddress:
		t = l.addresses[e.Index]
	case routing.SectionQueue:
		t = l.queues[e.Index]
	case routing.SectionCategory:
		t = l.categories[e.Index]
	case routing.SectionList:
		t = l.lists[e.Index]
	case routing.SectionCalendar:
		t = l.calendars[e.Index]
	case routing.SectionTarget:
		t = l.targets[e.Index]
	case routing.SectionRule:
		t = l.ruleTables[e.Index]
	case routing.SectionRota:
		t = l.rotas[e.Index]
	case routing.SectionLayer:
		t = l.layers[e.Index]
	case routing.SectionOverride:
		t = l.overrides[e.Index]
	}
	if e.Field == "name" && e.Rule == "" {
		return // reported when the name was read
	}
	if n := t.Value(e.Field); n != nil && e.Line > 0 {
		l.reader.MistakeAt(n.Doc, n.Within(e.Line, e.Column), e.Reason, e.Remedy)
		return
	}
	m := t.Finding(e.Field, e.Item, e.Reason, e.Remedy)
	if t.Value(e.Field) != nil && slices.ContainsFunc(l.reader.Mistakes, func(other Mistake) bool {
		return other.File == m.File && other.Line == m.Line && other.Column == m.Column
	}) {
		return // of the wrong type: reported when it was read
	}
	l.reader.Mistakes = append(l.reader.Mistakes, m)
}
