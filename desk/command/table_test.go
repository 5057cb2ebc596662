package command

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ordinary are words that people write behind a number sign who mean no command:
// programs, colours, channels, what they have trouble with.
var ordinary = strings.Fields(`
	include define if ifdef ifndef endif else elif import region endregion pragma undef error warning line using nullable disable enable default
	printer network email mail wlan wifi vpn urgent asap problem issue ticket request support update todo fixme question bug task order invoice
	problème problema störung panne drucker netzwerk dringend frage fehler auftrag rechnung urgente pregunta fattura factuur storing vraag pilne pytanie awaria
	general random teams slack linux perl python vim covid metoo tbt monday home work main top header footer content nav menu section anchor`)

// TestTable: no word means two commands, and none is one that people write anyway.
func TestTable(t *testing.T) {
	letters, colour := regexp.MustCompile(`^\p{Ll}{2,}$`), regexp.MustCompile(`^([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$`)
	meaning := map[string]string{}
	for _, e := range Table {
		if e.Name == "" || e.Proof == "" {
			t.Errorf("%+v lacks its name or its level of proof", e)
		}
		words := []string{e.Name}
		for language := range e.Aliases {
			if !slices.Contains(languages, language) || len(e.In(language)) == 0 {
				t.Errorf("#%s has aliases in %q: %q", e.Name, language, e.Aliases[language])
			}
			words = append(words, e.In(language)...)
		}
		for _, word := range words {
			for _, spelling := range spellings(word) {
				switch other := meaning[spelling]; {
				case other != "" && other != e.Name:
					t.Errorf("#%s means #%s and #%s", spelling, other, e.Name)
				case !letters.MatchString(spelling), colour.MatchString(spelling), slices.Contains(ordinary, spelling):
					t.Errorf("#%s, for #%s, is a word of others", spelling, e.Name)
				}
				meaning[spelling] = e.Name
				if m := Read("#" + spelling); len(m.Commands) != 1 || m.Commands[0].Name != e.Name {
					t.Errorf("#%s is read as %+v, want #%s", spelling, m, e.Name)
				}
			}
		}
	}
	for _, e := range Table {
		for _, word := range strings.Fields(e.Meant) {
			if other, known := meaning[word]; known {
				t.Errorf("#%s is a guess at #%s and means #%s", word, e.Name, other)
			}
		}
	}
}

// TestAliasesInAllLanguages: what agents need every day can be said in each of them.
func TestAliasesInAllLanguages(t *testing.T) {
	same := map[string][]string{"note": {"fr"}, "incident": {"fr", "nl"}, "spam": {"de", "es", "it", "nl", "pl", "pt"}} // the same word as in English
	for _, e := range Table {
		for _, language := range languages {
			if len(e.In(language)) == 0 && !slices.Contains(same[e.Name], language) {
				t.Errorf("#%s has no word in %q", e.Name, language)
			}
		}
	}
}

// TestAliases: they are read as the commands are, with their arguments and texts.
func TestAliases(t *testing.T) {
	for _, tt := range []struct{ text, want, rest string }{
		{"#gelöst\nDer PIN ist neu.", "#resolve", "Der PIN ist neu."},
		{"#geloest Der PIN ist neu.", "#resolve", "Der PIN ist neu."},
		{"#GELO\u0308ST", "#resolve", ""},
		{"**#Résolu** Voilà.", "#resolve", "Voilà."},
		{"#resolu", "#resolve", ""},
		{"#rozwiązane\nGotowe.", "#resolve", "Gotowe."},
		{"#Zuweisen: bob", "#assign bob", ""},
		{"#attribuer @bob.", "#assign @bob", ""},
		{"#eskalieren Grüße, das ist *sehr* eilig!", "#escalate Grüße, das ist *sehr* eilig!", ""},
		{"#notatka " + secret, "#note", secret},
		{"#schliessen", "#close", ""},
		{"# gelöst", "#resolve", ""},
		{"# Notiz " + secret, "", "# Notiz " + secret},                    // a heading? it is asked
		{"# Warteschlange für Drucker", "#warteschlange für Drucker", ""}, // a heading
	} {
		m := Read(tt.text)
		got := ""
		for _, c := range m.Commands {
			got = strings.TrimSpace(got + " " + c.String())
		}
		if got != tt.want || m.Text != tt.rest {
			t.Errorf("%q is read as %q with the text %q, want %q with %q", tt.text, got, m.Text, tt.want, tt.rest)
		}
	}
	for _, heading := range []string{"# Para empezar", "## Categoría", "# Categoría", "# Datei öffnen", "#printer", "#vpn"} {
		if m := Read("Hello,\n\n" + heading + "\n\nText."); len(m.Doubts) > 0 {
			t.Errorf("%q in a text is taken for a command: %+v", heading, m.Doubts)
		}
	}
	for _, note := range []string{"#notiz", "#nota", "# notatka", "## Notiz", "Hi Bob, #notiz der Kunde ist schwierig", "#gelöst", "#wiedereroffnen", "#schliesen"} {
		if m := Read("Hello,\n\n" + note + "\n\nText."); len(m.Doubts) != 1 {
			t.Errorf("%q in a text is no doubt: %+v", note, m)
		}
	}
}

func TestNearest(t *testing.T) {
	for _, tt := range []struct{ word, want string }{
		{"solved", "resolve"}, {"done", "resolve"}, {"erledigt", "resolve"}, {"fertig", "resolve"}, {"termine", "resolve"}, {"klaar", "resolve"},
		{"res", "resolve"}, {"resove", "resolve"}, {"reslove", "resolve"}, {"resolves", "resolve"},
		{"gelöscht", "gelöst"},
		{"gleöst", "gelöst"}, {"résolut", "résolu"}, {"asign", "assign"}, {"zuweissen", "zuweisen"},
		{"esc", "escalate"}, {"ecsalate", "escalate"}, {"internal", "note"}, {"wait", "pending"}, {"vacation", "away"}, {"urlaub", "away"},
		{"pri", "priority"}, {"prio", "priority"}, {"junk", "spam"}, {"opne", "reopen"},
		{"x", ""}, {"", ""}, {"frobnicate", ""}, {"1042", ""}, {strings.Repeat("resolve", 100), ""},
	} {
		if got := strings.Join(Nearest(tt.word), " "); got != tt.want {
			t.Errorf("Nearest(%q) = %q, want %q", tt.word, got, tt.want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"note", "note", 0}, {"note", "not", 1}, {"note", "noet", 1}, {"note", "nose", 1}, {"note", "notes", 1},
		{"ca", "abc", 3}, {"kitten", "sitting", 3}, {"gelöst", "gelost", 1}, {"résolu", "resolu", 1}, {"abcdef", "badcfe", 3},
	} {
		if a, b := distance(tt.a, tt.b), distance(tt.b, tt.a); a != tt.want || b != tt.want {
			t.Errorf("distance(%q, %q) = %d, and %d the other way, want %d", tt.a, tt.b, a, b, tt.want)
		}
	}
}

func TestNearestOf(t *testing.T) {
	queues := []string{"first-line", "network", "vendor"}
	for word, want := range map[string]string{"netwrok": "network", "Network": "network", "net": "network", "firstline": "first-line", "printing": "", "": "", "vendors": "vendor"} {
		if got, _ := NearestOf(queues, word); got != want {
			t.Errorf("NearestOf(%q) = %q, want %q", word, got, want)
		}
	}
}
