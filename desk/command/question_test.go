package command

import (
	"slices"
	"strings"
	"testing"
)

func TestReadAsks(t *testing.T) {
	for _, tt := range []struct{ subject, text, want string }{
		{"hello", "list", "list"},
		{"", "List\n\nThank you,\nAlice\n", "list"},
		{"list", "", "list"},
		{"list", "\n \n", "list"},
		{"", "mine\ndue\nqueue network\n", "mine; due; queue network"},
		{"", "show 1042", "show 1042"}, {"", "1042", "show 1042"}, {"", "#1042", "show 1042"}, {"", "show #1042", "show #1042"},
		{"", "search printer jams", "search printer jams"}, {"", "history ana@example.net", "history ana@example.net"},
		{"", "#list", "list"}, {"", "- **mine**", "mine"}, {"", "help", "help"}, {"", "#help", "help"},
		{"", "away", "away"}, {"", "away until Friday", "#away until Friday"}, {"", "#away", "#away"}, {"", "#back", "#back"}, {"", "#take 1042", "#take 1042"},
		{"", "zeigen 17", "show 17"}, {"", "échéances", "due"}, {"", "echeances", "due"}, {"", "meine", "mine"}, {"", "#gelöst", "#resolve"},
		{"", "list everything", "? list everything"}, {"", "What is open?", "? What is open?"}, {"", "lists", "? lists"},
		{"", "> list\n> mine\n", ""}, {"", "", ""},
		{"", strings.Repeat("list\n", 50), strings.TrimSuffix(strings.Repeat("list; ", maxAsks), "; ")},
	} {
		var got []string
		for _, a := range ReadAsks(tt.subject, tt.text) {
			switch {
			case a.Order.Name != "":
				got = append(got, a.Order.String())
			case a.Question.Name != "":
				got = append(got, strings.TrimPrefix(a.Question.String(), "#"))
			default:
				got = append(got, "? "+a.Line)
			}
		}
		if said := strings.Join(got, "; "); said != tt.want {
			t.Errorf("%q, %q asks %q, want %q", tt.subject, tt.text, said, tt.want)
		}
	}
}

// TestQuestions: each can be asked in every language, and no word asks two.
func TestQuestions(t *testing.T) {
	meaning := map[string]string{}
	for _, e := range Questions {
		words := []string{e.Name}
		for _, language := range languages {
			if len(e.In(language)) == 0 {
				t.Errorf("%q has no word in %q", e.Name, language)
			}
			words = append(words, e.In(language)...)
		}
		for _, word := range words {
			if other := meaning[word]; other != "" && other != e.Name {
				t.Errorf("%q asks %q and %q", word, other, e.Name)
			}
			meaning[word] = e.Name
		}
	}
	for line, want := range map[string]string{"lsit": "list", "tickets": "list", "find printer": "search", "serach printer": "search", "overdue": "due", "xyzzy": "", "list everything": "list"} {
		if got, _ := NearestQuestion(line); got != want {
			t.Errorf("%q probably asks %q, want %q", line, got, want)
		}
	}
	if !slices.ContainsFunc(Questions, func(e Entry) bool { return e.Name == "help" }) {
		t.Error("nobody can ask for help")
	}
}
