package ladder

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"maildesk/desk/command"
)

// Summary says in one sentence, in English, what agents need under a ladder.
func (l Ladder) Summary() string {
	text := `plain: a signed address is enough for everything; [proof] ladder = "strict", which quickstart writes, asks for more`
	if l.Strict {
		text = "strict: a signed address is enough for notes, answers and changes need an authenticated From, " + strings.Join(l.at(command.Login), ", ") + " a login or a signed mail"
	}
	var other []string
	for _, name := range slices.Sorted(maps.Keys(l.Commands)) {
		other = append(other, fmt.Sprintf("#%s %s", name, l.Commands[name]))
	}
	if len(other) > 0 {
		text += "; by [proof]: " + strings.Join(other, ", ")
	}
	return text
}

// at lists the commands that need a level, as they are written.
func (l Ladder) at(level command.Proof) (all []string) {
	for _, e := range command.Table {
		for _, name := range e.Rungs() {
			if l.Needs(name, "") == level {
				all = append(all, "#"+name)
			}
		}
	}
	return all
}

// Means are the ways in which a configuration lets agents prove themselves.
type Means struct {
	Checks     bool // the desk's own, of DKIM and DMARC
	Servers    bool // mail servers that are believed
	Trusted    bool // networks
	Submission bool // a door at which agents log in
	Signed     bool // each agent has a key, by which their own signature is verified
}

// Unreachable says which levels no mail of an agent can reach by itself; own are the levels
// that agents have. Such mails wait until they are confirmed: that is how the strict ladder
// goes on without a door for log-ins, and said as a note; the rest is said as a warning.
func (l Ladder) Unreachable(m Means, own ...command.Proof) (warnings, notes []string) {
	highest := slices.MaxFunc(append(own, ""), func(a, b command.Proof) int { return cmp.Compare(rank(a), rank(b)) })
	needs := func(level command.Proof) bool { return highest == level || len(l.at(level)) > 0 }
	authenticates := m.Checks || m.Servers || m.Trusted || m.Submission
	if needs(command.Authenticated) && !authenticates {
		warnings = append(warnings, "nothing authenticates the From of agents, and some commands need it: set [auth] check, or [smtp] auth_servers, trusted or submissions; until then each such mail waits for its confirmation")
	}
	if needs(command.Login) && !m.Submission && (!m.Signed || !authenticates) {
		text := "some commands need a login, and there is no door for it ([smtp] submissions), and not every agent has a key to sign with ([[agent]] signing_keys): each such mail waits for its confirmation"
		if highest == command.Login || slices.Contains(slices.Collect(maps.Values(l.Commands)), command.Login) {
			warnings = append(warnings, text)
		} else {
			notes = append(notes, text)
		}
	}
	return warnings, notes
}
