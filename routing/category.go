package routing

import (
	"fmt"
	"slices"
	"strings"
)

// checkCategories checks every category, lets it inherit from its parent what
// it does not say itself, and then checks the paths.
func (c *checking) checkCategories() {
	index := make(map[string]int, len(c.desk.Categories))
	for i, k := range c.desk.Categories {
		switch _, twice := index[k.Name]; {
		case k.Name == "":
			c.mistake(SectionCategory, i, "", "name", -1, "a category needs a name", `add name = "network"`)
			continue
		case twice:
			c.mistake(SectionCategory, i, k.Name, "name", -1, fmt.Sprintf("there are two categories named %q", k.Name), "give one of them another name")
			continue
		}
		index[k.Name] = i
		c.wantWord(SectionCategory, i, k.Name, "kind", k.Kind, Kinds())
		c.wantWord(SectionCategory, i, k.Name, "priority", k.Priority, Priorities())
		c.checkPath(SectionCategory, i, k.Name, "path", k.Path)
	}
	for i, k := range c.desk.Categories {
		if index[k.Name] != i || k.Name == "" {
			continue
		}
		full, ok := c.inherit(i, k, index)
		if ok {
			c.checkStart(i, full)
		}
		c.rules.categories[k.Name] = full
	}
}

// checkPath checks that the queues of a path exist and that each is of a
// higher level than the one before, so that escalation cannot go in a circle.
func (c *checking) checkPath(s Section, i int, owner, field string, path []string) {
	below := 0
	for j, name := range path {
		if slices.Contains(path[:j], name) {
			c.mistake(s, i, owner, field, j, fmt.Sprintf("the path goes through %q twice", name), "name each queue once, one per level")
			continue
		}
		if !c.wantQueue(s, i, owner, field, j, name) {
			continue
		}
		level := c.rules.queues[name].Level
		if level < 1 || level > 3 { // said of the queue
			continue
		}
		if level <= below {
			c.mistake(s, i, owner, field, j, fmt.Sprintf("queue %q of level %d comes after a queue of level %d", name, level, below),
				"a path climbs: order its queues by level, one queue per level")
		}
		below = level
	}
}

// checkStart checks that the path has a queue of the level at which the
// category's tickets begin.
func (c *checking) checkStart(i int, k Category) {
	if k.Start == 0 {
		return
	}
	if k.Start < 1 || k.Start > 3 {
		c.mistake(SectionCategory, i, k.Name, "start", -1, fmt.Sprintf("level %d does not exist", k.Start), "write the level 1, 2 or 3 of one of the path's queues")
		return
	}
	if len(k.Path) == 0 {
		c.mistake(SectionCategory, i, k.Name, "start", -1, "start needs a path", "name the category's queues with path, one per level")
		return
	}
	if _, ok := c.rules.startOf(k); !ok {
		c.mistake(SectionCategory, i, k.Name, "start", -1, fmt.Sprintf("the path has no queue of level %d", k.Start), "write the level of one of the path's queues")
	}
}

// inherit fills what a category does not say from its parents, nearest first.
// It is false when the tree is broken there.
func (c *checking) inherit(i int, k Category, index map[string]int) (Category, bool) {
	full, visited := k, []string{k.Name}
	for parent := k.Parent; parent != ""; {
		p, ok := index[parent]
		if !ok {
			if len(visited) == 1 { // said once, at the child itself
				names := make([]string, 0, len(index))
				for _, k := range c.desk.Categories {
					names = append(names, k.Name)
				}
				c.mistake(SectionCategory, i, k.Name, "parent", -1, fmt.Sprintf("there is no category %q", parent), oneOf(parent, names, "[[category]]"))
			}
			return full, false
		}
		if slices.Contains(visited, parent) {
			if parent == k.Name {
				c.mistake(SectionCategory, i, k.Name, "parent", -1, fmt.Sprintf("category %q is its own ancestor", k.Name), "a category tree has one root: remove one parent of the circle")
			}
			return full, false
		}
		visited = append(visited, parent)
		from := c.desk.Categories[p]
		if full.Kind == "" {
			full.Kind = from.Kind
		}
		if full.Priority == "" {
			full.Priority = from.Priority
		}
		if full.Learn == "" {
			full.Learn = from.Learn
		}
		if len(full.Path) == 0 {
			full.Path = from.Path
			if full.Start == 0 {
				full.Start = from.Start
			}
		}
		if len(full.Approval.By) == 0 {
			full.Approval = from.Approval
		}
		parent = from.Parent
	}
	return full, true
}

// startOf returns the queue at which the tickets of a category begin; false when
// it has no path, or none of the level that it wants.
func (r *Rules) startOf(k Category) (Queue, bool) {
	for _, name := range k.Path {
		q := r.queues[name]
		if k.Start == 0 || q.Level == k.Start {
			return q, true
		}
	}
	return Queue{}, false
}

// Category returns a category, named in any case, with everything that it
// inherits; false when there is none of that name.
func (r *Rules) Category(name string) (Category, bool) {
	if k, ok := r.categories[name]; ok {
		return k, true
	}
	i := slices.IndexFunc(r.desk.Categories, func(k Category) bool { return strings.EqualFold(k.Name, name) })
	if i < 0 {
		return Category{}, false
	}
	return r.categories[r.desk.Categories[i].Name], true
}
