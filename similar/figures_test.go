package similar

import (
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"maildesk/similar/made"
)

var update = flag.Bool("update", false, "rewrite the figures in docs/suggestions.md")

// outcome is what became of mails at a threshold.
type outcome struct {
	mails, answerable int // answerable: by an article
	suggested, right  int // articles
}

// precision is how many of the suggested articles are right, coverage how many of the mails that
// an article answers get it; in percent.
func (o outcome) precision() float64 { return 100 * float64(o.right) / float64(max(1, o.suggested)) }
func (o outcome) coverage() float64  { return 100 * float64(o.right) / float64(max(1, o.answerable)) }

func (o outcome) String() string {
	return fmt.Sprintf("%d | %d | %d | %d | %.0f %% | %.0f %%", o.mails, o.answerable, o.suggested, o.right, o.precision(), o.coverage())
}

// at counts what the mails that are chosen get at a threshold.
func (s *madeSet) at(threshold float64, chosen func(madeMail) bool) (o outcome) {
	for _, m := range s.mails {
		if !chosen(m) {
			continue
		}
		o.mails++
		if m.answer != "" {
			o.answerable++
		}
		for _, c := range clearBest(s.tb, s.candidates(m), func(c candidate) float64 { return c.Score }, threshold) {
			o.suggested++
			if c.right {
				o.right++
			}
		}
	}
	return o
}

// clearBest is Best where no score is as good as on the threshold, or on the share of the best one that is wanted: which
// of them counts would depend on how the processor rounds.
func clearBest[T any](tb testing.TB, all []T, score func(T) float64, enough float64) []T {
	tb.Helper()
	best := 0.0
	for _, v := range all {
		best = max(best, score(v))
	}
	for _, v := range all {
		if s := score(v); min(math.Abs(s-enough), math.Abs(s-float64(nearly*best))) < 1e-9 && best > 0 {
			tb.Errorf("a score is %.12f, where %.2f are enough and the best is %.12f", s, enough, best)
		}
	}
	return Best(all, score, enough)
}

// TestFigures: what docs/suggestions.md says is so, and what is promised holds, on the half of
// the made set with which nothing was tuned as well as on the other one.
func TestFigures(t *testing.T) {
	s := readSet(t)
	half := func(held bool) func(madeMail) bool { return func(m madeMail) bool { return m.held == held } }
	for _, held := range []bool{false, true} {
		if o := s.at(Enough, half(held)); o.precision() < 85 || o.coverage() < 40 {
			t.Errorf("held out: %t: of %d suggested articles %.0f %% are right and %.0f %% of the mails with an article get it, want 85 and 40", held, o.suggested, o.precision(), o.coverage())
		}
	}
	var text strings.Builder
	const head = "mails | that an article answers | articles suggested | right | precision | coverage |\n|---|---|---|---|---|---|---|\n"
	fmt.Fprintf(&text, "| at %.2f | "+head, Enough)
	fmt.Fprintf(&text, "| tuned with | %v |\n| held out | %v |\n", s.at(Enough, half(false)), s.at(Enough, half(true)))
	for _, l := range made.Languages {
		fmt.Fprintf(&text, "| both, %s | %v |\n", l, s.at(Enough, func(m madeMail) bool { return m.language == l }))
	}
	text.WriteString("\n| threshold | tuned with: precision | coverage | held out: precision | coverage |\n|---|---|---|---|---|\n")
	for percent := 30; percent <= 90; percent += 5 {
		tuned, held := s.at(float64(percent)/100, half(false)), s.at(float64(percent)/100, half(true))
		fmt.Fprintf(&text, "| %.2f | %.0f %% | %.0f %% | %.0f %% | %.0f %% |\n", float64(percent)/100, tuned.precision(), tuned.coverage(), held.precision(), held.coverage())
	}
	fmt.Fprintf(&text, "\n| solved tickets, at %.2f | "+head+"| held out | %v |\n", EnoughForAgents, s.tickets())
	inManual(t, "figures", text.String())
}

// tickets counts what agents see of the mails that are held out, where those to tune with were
// solved before: mails with such a list, and those where it has one that the same article answers.
func (s *madeSet) tickets() (o outcome) {
	type past struct {
		madeMail
		Document
	}
	var solved []past
	for _, m := range s.mails {
		if !m.held {
			solved = append(solved, past{m, SolvedOf(m.words, s.solution(m))})
		}
	}
	for _, m := range s.mails {
		if !m.held {
			continue
		}
		o.mails++
		score, known := map[string]float64{}, false
		var alike []past
		for _, p := range solved {
			if p.language != m.language {
				continue
			}
			known = known || m.answer != "" && p.answer == m.answer
			score[p.written] = Compare(m.words, p.Document, *s.usage[m.language]).Score
			alike = append(alike, p)
		}
		if known {
			o.answerable++
		}
		shown := clearBest(s.tb, alike, func(p past) float64 { return score[p.written] }, EnoughForAgents)
		if len(shown) > 0 {
			o.suggested++
		}
		if m.answer != "" && slices.ContainsFunc(shown, func(p past) bool { return p.answer == m.answer }) {
			o.right++
		}
	}
	return o
}

// solution returns the words of the answer that solved a mail: those of its article, none where
// that is not known.
func (s *madeSet) solution(m madeMail) (words []Word) {
	for _, a := range s.articles {
		if a.language == m.language && a.name == m.answer {
			for _, w := range a.words {
				words = append(words, Word{Hash: w.Hash})
			}
		}
	}
	return words
}

// inManual compares figures with those in the manual, where what they are stands before them.
func inManual(t *testing.T, what, figures string) {
	t.Helper()
	const name = "../docs/suggestions.md"
	begin, end := "<!-- "+what+": go test ./similar -update -->\n", "<!-- end of "+what+" -->"
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(raw), begin)
	was, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for figures", name)
	}
	if *update {
		if err := os.WriteFile(name, []byte(before+begin+figures+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if was != figures {
		t.Errorf("%s has other figures than are measured:\n%s\nTo rewrite it: go test ./similar -update", name, figures)
	}
}

// TestWeights: the weights of [Compare] are those that a logistic regression on the tuning half
// comes to.
func TestWeights(t *testing.T) {
	s := readSet(t)
	var all []candidate
	for _, m := range s.mails {
		if !m.held {
			all = append(all, s.candidates(m)...)
		}
	}
	var w [3]float64
	for range 4000 {
		var slope [3]float64
		for _, c := range all {
			x := [3]float64{1, c.mass, c.subject}
			z := 0.0
			for i := range w {
				z += w[i] * x[i]
			}
			off := -1 / (1 + math.Exp(-z))
			if c.right {
				off++
			}
			for i := range w {
				slope[i] += off * x[i]
			}
		}
		for i := range w {
			w[i] += 0.01 * (slope[i] - 0.05*w[i]) // a little shrunk, as there are few
		}
	}
	if got, want := fmt.Sprintf("%.1f", w), fmt.Sprintf("%.1f", [3]float64{weightOfNone, weightOfMass, weightOfSubject}); got != want {
		t.Errorf("the regression comes to %s, the code has %s", got, want)
	}
}
