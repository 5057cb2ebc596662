package ladder

import (
	"testing"

	"maildesk/desk/command"
)

func TestNeeds(t *testing.T) {
	plain, strict := Ladder{}, Ladder{Strict: true}
	raised := Ladder{Commands: map[string]command.Proof{"merge": command.Login}}
	lowered := Ladder{Strict: true, Commands: map[string]command.Proof{"merge": command.Address}}
	for _, tt := range []struct {
		name    string
		ladder  Ladder
		command string
		own     command.Proof
		want    command.Proof
	}{
		{"a note", plain, "note", "", command.Answer},
		{"a note, strictly", strict, "note", "", command.Answer},
		{"a note of an agent with a level", strict, "note", command.Login, command.Answer},
		{"an answer", plain, Words, "", command.Address},
		{"an answer, strictly", strict, Words, "", command.Authenticated},
		{"an answer of an agent with a level", plain, Words, command.Login, command.Login},
		{"an agent's level does not lower", strict, "merge", command.Address, command.Login},
		{"a merge", plain, "merge", "", command.Address},
		{"a merge, strictly", strict, "merge", "", command.Login},
		{"raised by the configuration", raised, "merge", "", command.Login},
		{"beside it", raised, "take", "", command.Address},
		{"lowered by the configuration", lowered, "merge", "", command.Address},
		{"lowered, of an agent with a level", lowered, "merge", command.Authenticated, command.Authenticated},
		{"of a colleague", plain, "away NAME", "", command.Address},
		{"of a colleague, strictly", strict, "away NAME", "", command.Login},
		{"of oneself, strictly", strict, "away", "", command.Authenticated},
		{"of a colleague, lowered by the configuration", Ladder{Strict: true, Commands: map[string]command.Proof{"away NAME": command.Authenticated}}, "away NAME", "", command.Authenticated},
		{"of a colleague, of oneself lowered", Ladder{Strict: true, Commands: map[string]command.Proof{"away": command.Address}}, "away NAME", "", command.Login},
		{"of a colleague, of oneself raised", Ladder{Commands: map[string]command.Proof{"away": command.Login}}, "away NAME", "", command.Login},
		{"of a colleague, which it never is", strict, "take NAME", "", command.Authenticated},
		{"an alias", strict, "zusammenführen", "", command.Login},
		{"no command", strict, "frobnicate", "", command.Authenticated},
	} {
		if got := tt.ladder.Needs(tt.command, tt.own); got != tt.want {
			t.Errorf("%s: #%s needs %q, want %q", tt.name, tt.command, got, tt.want)
		}
	}
}

// TestTableIsOnTheLadder: each command has a level on both ladders, and the strict one asks
// for no less.
func TestTableIsOnTheLadder(t *testing.T) {
	for _, e := range command.Table {
		for _, name := range e.Rungs() {
			a, b := Ladder{}.Needs(name, ""), Ladder{Strict: true}.Needs(name, "")
			if rank(a) < 0 || rank(b) < 0 || !Enough(b, a) {
				t.Errorf("#%s needs %q, strictly %q", name, a, b)
			}
		}
	}
}

func TestEnough(t *testing.T) {
	for i, shown := range Levels {
		for j, needed := range Levels {
			if got := Enough(shown, needed); got != (i >= j) {
				t.Errorf("Enough(%s, %s) = %t", shown, needed, got)
			}
		}
	}
	if Enough("", command.Answer) {
		t.Error("nothing is enough for a note")
	}
}
