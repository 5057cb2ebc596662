package config

import (
	"fmt"
	"slices"
	"strings"

	"maildesk/routing"
)

// How many of those who are asked must agree.
const (
	needAny = "any"
	needAll = "all"
)

// readApproval reads who must agree before a ticket of a category comes to its queue.
func readApproval(category *table) routing.Approval {
	if category.value("approval") == nil {
		return routing.Approval{}
	}
	t := category.sub("approval")
	if t.node == nil {
		return routing.Approval{}
	}
	by := t.texts("by")
	for i, address := range by {
		by[i] = t.wantAddress("by", i, address)
		if slices.ContainsFunc(by[:i], func(b string) bool { return strings.EqualFold(b, by[i]) }) {
			t.mistakeItem("by", i, fmt.Sprintf("%s stands there twice", by[i]), "name each address once")
		}
	}
	if len(by) == 0 {
		category.mistake("approval", "nobody is named who can approve", `add by = ["boss@example.net"]`)
	}
	need := t.text("need", needAny)
	if need != needAny && need != needAll {
		t.mistake("need", fmt.Sprintf("%q says not how many must agree", need), `write "any", where one is enough, or "all"`)
	}
	a := routing.Approval{By: by, All: need == needAll, Within: t.duration("within", 0)}
	t.done()
	return a
}
