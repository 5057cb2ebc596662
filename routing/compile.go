package routing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr"

	"maildesk/addr"
	"maildesk/calendar"
	"maildesk/rota"
)

// Rules is a checked and compiled [Desk]. It is immutable and safe for concurrent use.
type Rules struct {
	desk         Desk
	queues       map[string]Queue
	addresses    map[string]string // address in lower case → queue
	categories   map[string]Category
	fallbackPath []string // of tickets without a category
	lists        map[string]list
	hours        map[string]*calendar.Hours // by calendar
	calendar     *calendar.Hours            // the desk's; nil: none
	idle         map[string]time.Duration   // by queue: OwnerIdle
	targets      []checkedTarget
	rotas        []rota.Rota
	rules        []rule
	version      string
}

// rule is a Rule with its compiled condition.
type rule struct {
	Rule
	when   *condition // nil: always
	thread *condition // a text; nil: none
}

// Kinds returns the closed set of what a matter can be.
func Kinds() []string { return []string{"incident", "service request", "question"} }

// Priorities returns the closed set of how urgent a matter can be, lowest first.
func Priorities() []string { return []string{"low", "normal", "high", "urgent"} }

// DefaultPriority is the priority of a matter for which nothing set one.
const DefaultPriority = "normal"

// Compile checks a desk and compiles its rules. Its error joins one
// [*RuleError] for every mistake.
func Compile(d Desk) (*Rules, error) {
	c := checking{desk: d, rules: &Rules{
		desk:       d,
		queues:     make(map[string]Queue, len(d.Queues)),
		addresses:  make(map[string]string, len(d.Addresses)),
		categories: make(map[string]Category, len(d.Categories)),
		lists:      make(map[string]list, len(d.Lists)),
	}}
	c.checkQueues()
	c.checkFallback()
	c.checkFallbackPath()
	c.checkAddresses()
	c.checkCategories()
	c.checkLearn()
	c.checkLists()
	c.checkCalendars()
	c.checkIdle()
	c.checkRotas()
	c.checkTargets()
	c.compileRules()
	if len(c.errs) > 0 {
		return nil, errors.Join(c.errs...)
	}
	text, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("number the rules: %w", err)
	}
	sum := sha256.Sum256(text)
	c.rules.version = hex.EncodeToString(sum[:6])
	return c.rules, nil
}

// Version identifies the content of the compiled desk: equal desks have equal
// versions. It is stored with each ticket that the rules routed.
func (r *Rules) Version() string { return r.version }

// checking is the state of Compile: what it has found so far.
type checking struct {
	desk  Desk
	rules *Rules
	errs  []error
}

// mistake records an error about field of the index-th entry of a section; item
// is the index in a list field, or -1.
func (c *checking) mistake(s Section, index int, name, field string, item int, reason, remedy string) {
	c.errs = append(c.errs, &RuleError{Rule: name, Section: s, Index: index, Field: field, Item: item, Reason: reason, Remedy: remedy})
}

func (c *checking) checkQueues() {
	for i, q := range c.desk.Queues {
		switch _, twice := c.rules.queues[q.Name]; {
		case q.Name == "":
			c.mistake(SectionQueue, i, "", "name", -1, "a queue needs a name", `add name = "first-line"`)
			continue
		case twice:
			c.mistake(SectionQueue, i, q.Name, "name", -1, fmt.Sprintf("there are two queues named %q", q.Name), "give one of them another name")
			continue
		}
		if q.Level < 1 || q.Level > 3 {
			c.mistake(SectionQueue, i, q.Name, "level", -1, fmt.Sprintf("level %d does not exist", q.Level), "write 1 (first line), 2 (specialists) or 3 (experts, vendors)")
		}
		if q.Assign != "" && !slices.Contains(Assignments(), q.Assign) {
			remedy := "write one of " + strings.Join(Assignments(), ", ")
			if near := Closest(q.Assign, Assignments()); near != "" {
				remedy = fmt.Sprintf("did you mean %q?", near)
			}
			c.mistake(SectionQueue, i, q.Name, "assign", -1, fmt.Sprintf("%q is not a way to give out tickets", q.Assign), remedy)
		}
		c.rules.queues[q.Name] = q
	}
}

func (c *checking) checkFallback() {
	remedy := "name the queue of everything that no rule sends elsewhere"
	if c.desk.Fallback == "" {
		c.mistake(SectionDesk, 0, "", "fallback", -1, "the fallback queue is missing", remedy)
		return
	}
	c.wantQueue(SectionDesk, 0, "", "fallback", -1, c.desk.Fallback)
}

func (c *checking) checkAddresses() {
	for i, a := range c.desk.Addresses {
		home := c.desk.Fallback
		if a.Queue != "" && c.wantQueue(SectionAddress, i, a.Mail, "queue", -1, a.Queue) {
			home = a.Queue
		}
		c.rules.addresses[addr.Key(a.Mail)] = home
	}
}

// wantQueue reports whether a queue of that name exists, and keeps a mistake
// otherwise.
func (c *checking) wantQueue(s Section, index int, name, field string, item int, queue string) bool {
	if _, ok := c.rules.queues[queue]; ok {
		return true
	}
	names := make([]string, 0, len(c.desk.Queues))
	for _, q := range c.desk.Queues {
		names = append(names, q.Name)
	}
	c.mistake(s, index, name, field, item, fmt.Sprintf("there is no queue %q", queue), oneOf(queue, names, "[[queue]]"))
	return false
}

// oneOf is the remedy for a name that is not defined: the nearest one, or
// where to define it.
func oneOf(word string, names []string, block string) string {
	if near := Closest(word, names); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return fmt.Sprintf("add a %s block with name = %q", block, word)
}

// wantWord keeps a mistake when a value that is set is not in a closed set.
func (c *checking) wantWord(s Section, index int, name, field, value string, set []string) {
	if value == "" || slices.Contains(set, value) || s == SectionRule && place.MatchString(value) {
		return
	}
	remedy := "write one of " + strings.Join(set, ", ")
	if near := Closest(value, set); near != "" {
		remedy = fmt.Sprintf("did you mean %q?", near)
	}
	c.mistake(s, index, name, field, -1, fmt.Sprintf("%q is not a %s", value, field), remedy)
}

func (c *checking) compileRules() {
	seen := make(map[string]bool, len(c.desk.Rules))
	language := c.rules.newLanguage()
	texts := c.rules.newLanguageOf(expr.AsKind(reflect.String))
	for i, r := range c.desk.Rules {
		switch {
		case r.Name == "":
			c.mistake(SectionRule, i, "", "name", -1, "a rule needs a name", "it is shown on the ticket: say what the rule is for")
		case seen[r.Name]:
			c.mistake(SectionRule, i, r.Name, "name", -1, fmt.Sprintf("there are two rules named %q", r.Name), "give one of them another name")
		}
		seen[r.Name] = true
		c.checkActions(i, r)
		compiled := rule{Rule: r}
		if strings.TrimSpace(r.When) != "" {
			when, err := language.compile(r.When, r.Plurals)
			if err != nil {
				c.errs = append(c.errs, &RuleError{Rule: r.Name, Section: SectionRule, Index: i, Field: "when", Item: -1,
					Line: err.line, Column: err.column, Reason: err.reason, Remedy: err.remedy})
			}
			compiled.when = when
		}
		if strings.TrimSpace(r.Thread) != "" {
			thread, err := texts.compile(r.Thread, r.Plurals)
			if err != nil {
				c.errs = append(c.errs, &RuleError{Rule: r.Name, Section: SectionRule, Index: i, Field: "thread", Item: -1,
					Line: err.line, Column: err.column, Reason: err.reason, Remedy: err.remedy})
			}
			compiled.thread = thread
		}
		c.checkPlaces(i, r)
		c.rules.rules = append(c.rules.rules, compiled)
	}
}

func (c *checking) checkActions(i int, r Rule) {
	if r.Queue != "" && !place.MatchString(r.Queue) {
		c.wantQueue(SectionRule, i, r.Name, "queue", -1, r.Queue)
	}
	for j, q := range r.Onlookers {
		c.wantQueue(SectionRule, i, r.Name, "onlookers", j, q)
	}
	if _, ok := c.rules.categories[r.Category]; r.Category != "" && !ok && !place.MatchString(r.Category) {
		names := make([]string, 0, len(c.desk.Categories))
		for _, k := range c.desk.Categories {
			names = append(names, k.Name)
		}
		c.mistake(SectionRule, i, r.Name, "category", -1, fmt.Sprintf("there is no category %q", r.Category), oneOf(r.Category, names, "[[category]]"))
	}
	if r.Target != "" && !slices.ContainsFunc(c.desk.Targets, func(t Target) bool { return t.Name == r.Target }) {
		names := make([]string, 0, len(c.desk.Targets))
		for _, t := range c.desk.Targets {
			names = append(names, t.Name)
		}
		c.mistake(SectionRule, i, r.Name, "target", -1, fmt.Sprintf("there is no target %q", r.Target), oneOf(r.Target, names, "[[target]]"))
	}
	c.wantWord(SectionRule, i, r.Name, "kind", r.Kind, Kinds())
	c.wantWord(SectionRule, i, r.Name, "priority", r.Priority, Priorities())
	if r.Ticket != "" && r.Ticket != TicketYes && r.Ticket != TicketNo {
		c.mistake(SectionRule, i, r.Name, "ticket", -1, fmt.Sprintf("ticket cannot be %q", r.Ticket), `write "yes" or "no": whether a machine's mail becomes a ticket`)
	}
	if r.Requester != "" && r.Requester != RequesterReplyTo {
		c.mistake(SectionRule, i, r.Name, "requester", -1, fmt.Sprintf("requester cannot be %q", r.Requester), `write "reply-to", or leave it out: then it is who wrote the mail`)
	}
	if r.Resolves && r.Thread == "" {
		c.mistake(SectionRule, i, r.Name, "resolves", -1, "resolves needs a thread: which open ticket does the mail resolve?", `add the thread of the rule for the alarms, as in thread = "subject"`)
	}
}
