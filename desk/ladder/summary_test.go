package ladder

import (
	"strings"
	"testing"

	"maildesk/desk/command"
)

func TestSummary(t *testing.T) {
	for _, tt := range []struct {
		ladder Ladder
		want   []string
	}{
		{Ladder{}, []string{"plain: a signed address is enough for everything", `ladder = "strict"`}},
		{Ladder{Strict: true}, []string{"strict: ", "#merge", "#incident", "#handover", "#away NAME, #back NAME", " a login"}},
		{Ladder{Commands: map[string]command.Proof{"spam": command.Login, "assign": command.Authenticated}}, []string{"plain: ", "; by [proof]: #assign authenticated, #spam login"}},
	} {
		got := tt.ladder.Summary()
		for _, part := range tt.want {
			if !strings.Contains(got, part) {
				t.Errorf("%+v is %q, want %q in it", tt.ladder, got, part)
			}
		}
		if strings.Contains(got, "#take") {
			t.Errorf("%+v is %q, with a command that needs no more than others", tt.ladder, got)
		}
	}
}

func TestUnreachable(t *testing.T) {
	checks, door := Means{Checks: true}, Means{Submission: true}
	raised := Ladder{Commands: map[string]command.Proof{"merge": command.Login}}
	for _, tt := range []struct {
		name   string
		ladder Ladder
		means  Means
		own    []command.Proof
		want   string // the levels that are named, by their first words; in brackets: by a note
	}{
		{"plain, without any means", Ladder{}, Means{}, nil, ""},
		{"strict, without any means", Ladder{Strict: true}, Means{}, nil, "From (login)"},
		{"strict, own checks", Ladder{Strict: true}, checks, nil, "(login)"},
		{"strict, a mail server", Ladder{Strict: true}, Means{Servers: true}, nil, "(login)"},
		{"strict, a network", Ladder{Strict: true}, Means{Trusted: true}, nil, "(login)"},
		{"strict, and an agent raised to a login", Ladder{Strict: true}, checks, []command.Proof{command.Login}, "login"},
		{"strict, a door", Ladder{Strict: true}, door, nil, ""},
		{"strict, own checks, and all agents sign", Ladder{Strict: true}, Means{Checks: true, Signed: true}, nil, ""},
		{"strict, all agents sign, and nothing authenticates", Ladder{Strict: true}, Means{Signed: true}, nil, "From (login)"},
		{"a command raised to a login", raised, checks, nil, "login"},
		{"an agent raised", Ladder{}, Means{}, []command.Proof{"", command.Authenticated}, "From"},
		{"an agent raised to a login", Ladder{}, checks, []command.Proof{command.Login}, "login"},
		{"an agent raised to a login, with a door", Ladder{}, door, []command.Proof{command.Login}, ""},
	} {
		var got []string
		warnings, notes := tt.ladder.Unreachable(tt.means, tt.own...)
		for _, line := range warnings {
			if strings.Contains(line, "authenticates the From") {
				got = append(got, "From")
			} else {
				got = append(got, "login")
			}
		}
		for _, line := range notes {
			if strings.Contains(line, "a login") {
				got = append(got, "(login)")
			}
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s: out of reach are %q, want %q", tt.name, s, tt.want)
		}
	}
}
