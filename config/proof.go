package config

import (
	"fmt"
	"slices"

	"maildesk/config/section"
	"maildesk/desk/command"
	"maildesk/desk/ladder"
	"maildesk/routing"
)

// ladders are the ladders that there are.
var ladders = []string{"plain", "strict"}

// readProof reads [proof]: how well it must be known that an agent wrote a mail. Without
// the section the ladder is the plain one.
func (l *loader) readProof(t *section.Table) {
	chosen := t.Text("ladder", ladders[0])
	if !slices.Contains(ladders, chosen) {
		t.Mistake("ladder", fmt.Sprintf("%q is not a ladder", chosen), meant(chosen, ladders, `write "plain" or "strict"`))
	}
	proof := ladder.Ladder{Strict: chosen == "strict", Commands: map[string]command.Proof{}}
	for _, level := range ladder.Levels[1:] {
		for i, name := range t.Texts(string(level)) {
			e, _, known := command.LookupRung(name)
			switch other, twice := proof.Commands[name]; {
			case !known || !slices.Contains(e.Rungs(), name):
				t.MistakeItem(string(level), i, fmt.Sprintf("%q is not a command", name), meant(name, ladder.Names(), `write its English name, as in "merge"; "reply" stands for an answer to the requester`))
			case twice:
				t.MistakeItem(string(level), i, fmt.Sprintf("%q stands in %s as well", name, other), "name each command once")
			case e.Proof == command.Answer:
				t.MistakeItem(string(level), i, fmt.Sprintf("%q does nothing that has to be proven", name), "leave it out")
			}
			proof.Commands[name] = level
		}
	}
	t.Done()
	l.config.Proof = proof
}

// readAgentProof reads the level below which nothing of an agent's is done but notes.
func readAgentProof(t *section.Table) command.Proof {
	var levels []string
	for _, level := range ladder.Levels[1:] {
		levels = append(levels, string(level))
	}
	p := t.Text("proof", "")
	if p != "" && !slices.Contains(levels, p) {
		t.Mistake("proof", fmt.Sprintf("%q is not a level of proof", p), meant(p, levels, `write "address", "authenticated" or "login"`))
	}
	return command.Proof(p)
}

// meant returns the remedy for a word that is none of some: which one is like it, else
// another remedy.
func meant(word string, known []string, otherwise string) string {
	if near := routing.Closest(word, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return otherwise
}
