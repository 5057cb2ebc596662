package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"maildesk/addr"
	"maildesk/config/section"
	"maildesk/routing"
)

// check finds mistakes between the parts, and what is unusual.
func (l *loader) check(top *section.Table) {
	if len(l.config.Addresses) == 0 {
		top.Mistake("address", "no [[address]]: nobody can write to the desk", `add [[address]] and mail = "support@example.org"`)
	}
	l.checkAddresses()
	l.checkMailboxes()
	l.checkNames()
	l.checkTemplates()
	l.compile(top)
	if len(l.reader.Mistakes) == 0 {
		l.lint(top)
	}
}

// checkAddresses checks that each address belongs to one agent or to the desk.
func (l *loader) checkAddresses() {
	owner := make(map[string]string)
	claim := func(t *section.Table, key string, item int, address, who string) {
		address = addr.Key(address)
		if other, taken := owner[address]; taken {
			t.MistakeItem(key, item, fmt.Sprintf("%s belongs to %s already", address, other), "an address has one owner: remove it here or there")
			return
		}
		owner[address] = who
	}
	for i, a := range l.config.Addresses {
		if a.Mail != "" {
			claim(l.addresses[i], "mail", -1, a.Mail, "the desk")
		}
	}
	for i, a := range l.config.Agents {
		for j, m := range a.Mail {
			claim(l.agents[i], "mail", j, m, "agent "+a.Name)
		}
	}
}

// checkNames checks that agents have different names, and that every agent
// that is named somewhere exists.
func (l *loader) checkNames() {
	var names []string
	for i, a := range l.config.Agents {
		if a.Name == "" {
			continue
		}
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, a.Name) }) {
			l.agents[i].Mistake("name", fmt.Sprintf("there are two agents named %q", a.Name), "give one of them another name")
		}
		names = append(names, a.Name)
	}
	want := func(t *section.Table, key string, item int, name string) {
		if slices.Contains(names, name) {
			return
		}
		remedy := fmt.Sprintf("add an [[agent]] block with name = %q", name)
		if near := routing.Closest(name, names); near != "" {
			remedy = fmt.Sprintf("did you mean %q?", near)
		}
		t.MistakeItem(key, item, fmt.Sprintf("there is no agent %q", name), remedy)
	}
	for i, q := range l.config.Routing.Queues {
		for j, a := range q.Agents {
			want(l.queues[i], "agents", j, a)
			if slices.Index(q.Agents, a) != j {
				l.queues[i].MistakeItem("agents", j, fmt.Sprintf("%q is named twice", a), "name each agent once")
			}
		}
	}
	for i, r := range l.config.Routing.Rules {
		if r.Assignee != "" {
			want(l.ruleTables[i], "assignee", -1, r.Assignee)
		}
	}
}

// checkTemplates checks that every text that a rule names is in the admin's
// folder, in one language at least.
func (l *loader) checkTemplates() {
	if l.kept || l.textsLater {
		return // it existed when the copy was made; without it the ordinary text is sent
	}
	var names []string
	if folder := l.config.Desk.Templates; folder != "" {
		files, _ := filepath.Glob(filepath.Join(folder, "*", acknowledgement+"-*.*")) // the pattern is sound
		for _, f := range files {
			name, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(f), acknowledgement+"-"), ".")
			names = append(names, name)
		}
	}
	for i, r := range l.config.Routing.Rules {
		if r.Template == "" || slices.Contains(names, r.Template) {
			continue
		}
		remedy := fmt.Sprintf("put it into the folder of [desk] templates, as en/%s-%s.txt", acknowledgement, r.Template)
		if near := routing.Closest(r.Template, names); near != "" {
			remedy = fmt.Sprintf("did you mean %q?", near)
		}
		l.ruleTables[i].Mistake("template", fmt.Sprintf("there is no text %q", r.Template), remedy)
	}
}

// acknowledgement is the prefix of the files among which template chooses.
const acknowledgement = "acknowledgement"

// lint finds what is allowed but probably a mistake.
func (l *loader) lint(top *section.Table) {
	c := l.config
	if len(c.SMTP.Listen)+len(c.SMTP.LMTP)+len(c.IMAP) == 0 {
		top.Warn("", "the desk has no door: neither [smtp] nor [[imap]]", "mails come in by maildesk receive and import only")
	}
	working, led := make(map[string]bool), ledTo(c.Routing)
	for i, q := range c.Routing.Queues {
		if !led[q.Name] && !q.Private { // one that is private may be kept for what lies in it
			l.queues[i].Warn("name", fmt.Sprintf("nothing leads to queue %q: no category's path, rule or address", q.Name), "put it into the path of a [[category]]")
		}
		if len(q.Agents) == 0 {
			l.queues[i].Warn("agents", fmt.Sprintf("queue %q has no agents: nobody is notified of its tickets", q.Name), `add agents = ["…"]`)
		}
		for _, a := range q.Agents {
			working[a] = true
		}
	}
	for i, a := range c.Agents {
		if len(a.Mail) == 0 {
			l.agents[i].Warn("mail", fmt.Sprintf("agent %q has no mail address: nothing can be sent to them", a.Name), `add mail = ["…"]`)
		}
		if !working[a.Name] {
			l.agents[i].Warn("name", fmt.Sprintf("agent %q is in no queue", a.Name), "add the name to the agents of a [[queue]]")
		}
	}
	l.lintRules()
	l.lintTargets()
}

// ledTo returns the queues that the configuration can send a ticket to.
func ledTo(d routing.Desk) map[string]bool {
	led := map[string]bool{d.Fallback: true}
	for _, a := range d.Addresses {
		led[a.Queue] = true
	}
	for _, q := range d.FallbackPath {
		led[q] = true
	}
	for _, k := range d.Categories {
		for _, q := range k.Path {
			led[q] = true
		}
	}
	for _, r := range d.Rules {
		led[r.Queue] = true
		for _, q := range r.Onlookers {
			led[q] = true
		}
	}
	return led
}
