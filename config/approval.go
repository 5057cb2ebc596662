package config

import (
	"fmt"
	"slices"
	"strings"

	"maildesk/config/section"
	"maildesk/routing"
)

// How many of those who are asked must agree.
const (
	needAny = "any"
	needAll = "all"
)

// readApproval reads who must agree before a ticket of a category comes to its queue.
func readApproval(category *section.Table) routing.Approval {
	if category.Value("approval") == nil {
		return routing.Approval{}
	}
	t := category.Sub("approval")
	if !t.Exists() {
		return routing.Approval{}
	}
	by := t.Texts("by")
	for i, address := range by {
		by[i] = t.WantAddress("by", i, address)
		if slices.ContainsFunc(by[:i], func(b string) bool { return strings.EqualFold(b, by[i]) }) {
			t.MistakeItem("by", i, fmt.Sprintf("%s stands there twice", by[i]), "name each address once")
		}
	}
	if len(by) == 0 {
		category.Mistake("approval", "nobody is named who can approve", `add by = ["boss@example.net"]`)
	}
	need := t.Text("need", needAny)
	if need != needAny && need != needAll {
		t.Mistake("need", fmt.Sprintf("%q says not how many must agree", need), `write "any", where one is enough, or "all"`)
	}
	a := routing.Approval{By: by, All: need == needAll, Within: t.Duration("within", 0)}
	t.Done()
	return a
}
