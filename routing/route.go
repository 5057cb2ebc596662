package routing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/vm"

	"maildesk/addr"
)

// Route routes a new request. The rules are tried from the top; for each field the
// first rule that sets it wins; tags and onlookers add up. Fields that no rule sets
// come from the category, and the queue finally from the address of the desk that the
// mail names first, in To before Cc, then from the one that it was delivered to, or
// from the fallback: every decision has a queue.
//
// A condition sees what earlier rules decided, and the first 256 KiB of a text. A
// rule whose condition fails to run counts as not fired and is listed in Problems.
func (r *Rules) Route(f Facts) Decision { return r.route(f, func(*Decision) {}) }

// route is Route with something that is set after the rules.
func (r *Rules) route(f Facts, then func(*Decision)) Decision {
	d := Decision{Rules: []string{}}
	t := r.newTrial(f)
	t.progress(d)
	for i := range r.rules {
		rule := &r.rules[i]
		fired, err := t.run(rule.when)
		if err != nil {
			d.Problems = append(d.Problems, fmt.Sprintf("rule %q: %v", rule.Name, err))
		}
		if !fired {
			continue
		}
		filled, missing := r.filled(rule, t.mail.groups)
		d.Problems = append(d.Problems, missing...)
		d.apply(&filled)
		if rule.thread != nil && d.Thread == "" {
			value, err := t.text(rule.thread)
			if err != nil {
				d.Problems = append(d.Problems, fmt.Sprintf("rule %q: thread: %v", rule.Name, err))
			}
			d.Thread = strings.TrimSpace(value)
		}
		t.progress(d)
		if rule.Stop {
			break
		}
	}
	then(&d)
	r.complete(&d, slices.Concat(f.To, f.Recipients))
	return d
}

// apply sets the fields of a rule that fired, unless they are set already.
func (d *Decision) apply(r *Rule) {
	d.Rules = append(d.Rules, r.Name)
	first := func(have *string, want string) {
		if *have == "" {
			*have = want
		}
	}
	first(&d.Category, r.Category)
	first(&d.Kind, r.Kind)
	first(&d.Priority, r.Priority)
	first(&d.Queue, r.Queue)
	first(&d.Assignee, r.Assignee)
	first(&d.Template, r.Template)
	first(&d.Language, r.Language)
	first(&d.Target, r.Target)
	first(&d.Ticket, r.Ticket)
	first(&d.Requester, r.Requester)
	d.Resolves = d.Resolves || r.Resolves
	d.Spam = d.Spam || r.Spam
	d.NoAck = d.NoAck || r.NoAck
	d.Tags = union(d.Tags, r.Tags)
	d.Onlookers = union(d.Onlookers, r.Onlookers)
}

// complete fills what no rule set.
func (r *Rules) complete(d *Decision, recipients []string) {
	k := r.categories[d.Category]
	if d.Kind == "" {
		d.Kind = k.Kind
	}
	if d.Priority == "" {
		d.Priority = k.Priority
	}
	if d.Priority == "" {
		d.Priority = DefaultPriority
	}
	if d.Queue == "" {
		if start, ok := r.startOf(k); ok {
			d.Queue = start.Name
		} else {
			d.Queue = r.home(recipients)
		}
	}
	d.Level = r.queues[d.Queue].Level
}

// home returns the queue of the first recipient that is an address of the desk, else
// the fallback.
func (r *Rules) home(recipients []string) string {
	for _, to := range recipients {
		if q, ok := r.HomeOf(to); ok {
			return q
		}
	}
	return r.desk.Fallback
}

// HomeOf returns the queue of mails to an address of the desk that no rule and no
// category sends elsewhere, with a plus suffix (RFC 5233) ignored, and whether the
// address is one of the desk's.
func (r *Rules) HomeOf(address string) (queue string, ours bool) {
	address = addr.Key(address)
	if q, ok := r.addresses[address]; ok {
		return q, true
	}
	at := strings.LastIndexByte(address, '@')
	plus := strings.IndexByte(address, '+')
	if plus < 0 || plus > at {
		return "", false
	}
	q, ok := r.addresses[address[:plus]+address[at:]]
	return q, ok
}

func union(have, more []string) []string {
	for _, s := range more {
		if !slices.Contains(have, s) {
			have = append(have, s)
		}
	}
	return have
}

// trial is one mail before the rules.
type trial struct {
	mail    mail
	env     map[string]any
	machine vm.VM
}

func (r *Rules) newTrial(f Facts) *trial {
	f.Body, f.Reply = visible(f.Body), visible(f.Reply)
	f.Subject = visible(f.Subject)
	t := &trial{}
	t.mail = mail{facts: &f, rules: r}
	t.env = variables(&t.mail, &f)
	for name, fn := range functions {
		t.env[name] = fn.bound(&t.mail)
	}
	return t
}

// run evaluates a condition; nil is always true.
func (t *trial) run(c *condition) (bool, error) {
	if c == nil {
		return true, nil
	}
	if err := t.mail.watch.start(); err != nil {
		return false, err
	}
	t.mail.groups = nil
	return c.run(&t.machine, t.env)
}

// text evaluates an expression that is a text.
func (t *trial) text(c *condition) (string, error) {
	if err := t.mail.watch.start(); err != nil {
		return "", err
	}
	got, err := c.value(&t.machine, t.env)
	text, _ := got.(string)
	return text, err
}

// visible returns the part of a text that conditions can see.
func visible(text string) string {
	if len(text) <= maxVisibleText {
		return text
	}
	return strings.ToValidUTF8(text[:maxVisibleText], "")
}
