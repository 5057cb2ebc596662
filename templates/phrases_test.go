package templates

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/notify"
	"maildesk/ticket"
	"maildesk/ticket/wording"
)

var verb = regexp.MustCompile(`%(\[\d+\])?[a-z]`)

// TestEachPhraseHasWords reads the sources for what the desk says by itself: each
// phrase has words in each language, which insert the same.
func TestEachPhraseHasWords(t *testing.T) {
	said := phrasesIn(t, "../desk", "../report", "../ticket")
	if len(said) < 20 {
		t.Fatalf("only %d phrases in the sources", len(said))
	}
	w := newTemplates(t, "")
	for _, language := range languages {
		c := w.languages[language].catalogue
		if language == "en" {
			if len(c.Phrases) > 0 {
				t.Errorf("words/en.toml has phrases, which are English in the sources")
			}
			continue
		}
		for _, english := range said {
			words := c.Phrases[english]
			if words == "" {
				t.Errorf("words/%s.toml lacks the phrase\n%s = %s", language, strconv.Quote(english), strconv.Quote(english))
			} else if got, want := inserts(words), inserts(english); !slices.Equal(got, want) {
				t.Errorf("words/%s.toml: %q inserts %v, the English %v", language, words, got, want)
			}
		}
		for _, english := range slices.Sorted(maps.Keys(c.Phrases)) {
			if !slices.Contains(said, english) {
				t.Errorf("words/%s.toml has a phrase that nobody says: %q", language, english)
			}
		}
	}
}

// inserts returns the verbs of a format, each with the number of its argument. Other
// languages have quotation marks of their own for %q.
func inserts(format string) []string {
	all := map[string]bool{}
	next := 1
	for _, v := range verb.FindAllString(strings.ReplaceAll(format, "%%", ""), -1) {
		number, letter, indexed := strings.Cut(strings.TrimPrefix(v, "%"), "]")
		if indexed {
			next, _ = strconv.Atoi(strings.TrimPrefix(number, "["))
		} else {
			letter = number
		}
		all[strconv.Itoa(next)+strings.Replace(letter, "q", "s", 1)] = true
		next++
	}
	return slices.Sorted(maps.Keys(all))
}

// phrasesIn returns the first argument of every call of ticket.Say.
func phrasesIn(t *testing.T, folders ...string) []string {
	t.Helper()
	all := map[string]bool{}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			fileSet := token.NewFileSet()
			file, err := parser.ParseFile(fileSet, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, is := n.(*ast.CallExpr)
				if !is || len(call.Args) == 0 || !isSay(call.Fun, file.Name.Name) {
					return true
				}
				literal, is := call.Args[0].(*ast.BasicLit)
				if !is {
					t.Errorf("%s: the phrase is no literal", fileSet.Position(call.Pos()))
					return true
				}
				english, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Error(err)
				}
				all[english] = true
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func isSay(called ast.Expr, in string) bool {
	switch f := called.(type) {
	case *ast.SelectorExpr:
		x, is := f.X.(*ast.Ident)
		return is && x.Name == "ticket" && f.Sel.Name == "Say"
	case *ast.Ident:
		return in == "ticket" && f.Name == "Say"
	}
	return false
}

// TestPhraseInTheReadersLanguage: the sentence, and what is inserted in it.
func TestPhraseInTheReadersLanguage(t *testing.T) {
	w := newTemplates(t, "")
	at := time.Date(2026, 3, 3, 9, 5, 0, 0, time.UTC)
	complaint := ticket.Event{Kind: ticket.EventComplaint, To: "ana@example.net", Topic: "reply", Until: at}
	for _, tt := range []struct {
		language string
		says     ticket.Phrase
		want     string
	}{
		{"en", wording.Phrase(complaint), "Automatic mail to this address is suppressed until 3 March 2026."},
		{"de", wording.Phrase(complaint), "bis 3. März 2026"},
		{"fr", wording.Phrase(complaint), "jusqu’au 3 mars 2026"},
		{"fr", ticket.Say("no reason is given"), "aucune raison n’est indiquée"},
		{"es", ticket.Phrase{English: "of an earlier version, 100%"}, "of an earlier version, 100%"},
	} {
		r := render(t, w, notify.Notice{Template: notify.TemplateNote, Language: tt.language, Actor: "Example IT", Says: tt.says, Now: at})
		if !strings.Contains(r.Text, tt.want) {
			t.Errorf("%s: no %q in\n%s", tt.language, tt.want, r.Text)
		}
	}
}

// TestGuideIsTrue: what the first receipt says that one can write is understood.
func TestGuideIsTrue(t *testing.T) {
	quoted := regexp.MustCompile(`[“„«]([^“”„«»]*)[”“»]`)
	w := newTemplates(t, "")
	for _, language := range languages {
		r := render(t, w, notify.Notice{Template: notify.TemplateAcknowledgement, Language: language, Guide: true, Desk: "Example IT"})
		all := quoted.FindAllStringSubmatch(r.Text, -1)
		if len(all) != 2 {
			t.Errorf("%s: the guide quotes %q", language, all)
			continue
		}
		if asks := strings.Join(strings.Fields(all[0][1]), " "); !command.AsksOpen("", asks, true) {
			t.Errorf("%s: %q is not understood", language, asks)
		}
		if wish := command.ReadWish(strings.TrimSpace(all[1][1])); wish.Name != command.WishLanguage {
			t.Errorf("%s: %q is not understood", language, all[1][1])
		}
	}
}
