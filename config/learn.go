package config

import (
	"fmt"

	"maildesk/config/section"
	"maildesk/routing"
)

// The certainty, in per cent, that can be asked of guesses. Below the first, another value
// may be as likely; nothing is surer than the last.
const leastSure, mostSure = 50, 99

// readLearn reads what is done with what the history of the desk says of new requests.
func readLearn(t *section.Table, d *Desk) {
	d.Learn = t.Text("learn", routing.LearnSuggest)
	if d.Learn == routing.LearnRoute {
		t.Mistake("learn", `the desk files nothing by itself in every category`, `write learn = "route" in each [[category]] for which it may; see maildesk replay --learn first`)
		d.Learn = routing.LearnSuggest
	}
	d.LearnSuggest = t.Number("learn_suggest_from", 70, leastSure, mostSure)
	d.LearnRoute = t.Number("learn_route_from", max(90, d.LearnSuggest), leastSure, mostSure)
	if d.LearnRoute < d.LearnSuggest {
		t.Mistake("learn_route_from", fmt.Sprintf("requests would be filed at %d %%, but suggestions made from %d %% only", d.LearnRoute, d.LearnSuggest),
			"write at least as much as in learn_suggest_from")
	}
}
