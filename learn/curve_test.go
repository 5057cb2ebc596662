package learn

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the figures into docs/learning.md")

// outcome is what was guessed of a mail before it was learnt.
type outcome struct {
	example
	guess    Guess            // of the category
	others   map[string]Guess // of queue and priority
	rules    string           // what the rules say
	frequent string           // the most frequent category so far
}

// progressive guesses each mail, and then learns it with the label that the agents gave
// it: no guess knows its own mail.
func progressive(m *Model, all []example) (done []outcome) {
	counts, most := map[string]int{}, ""
	for _, e := range all {
		o := outcome{e, m.Guess(e.text, "category"), map[string]Guess{}, byKeywords(e.text), most}
		m.Learn(e.text, Label{"category", e.label})
		for _, field := range []string{"queue", "priority"} {
			o.others[field] = m.Guess(e.text, field)
			m.Learn(e.text, Label{field, e.given[field]})
		}
		done = append(done, o)
		if counts[e.label]++; counts[e.label] > counts[most] {
			most = e.label
		}
	}
	return done
}

// score counts the answers of something.
type score struct{ right, wrong, silent int }

func (s *score) add(answer, want string) {
	switch answer {
	case "":
		s.silent++
	case want:
		s.right++
	default:
		s.wrong++
	}
}

// String returns how many were answered, and how many of these were right, in per cent.
func (s score) String() string {
	answered := s.right + s.wrong
	if answered == 0 {
		return "0 % | –"
	}
	return fmt.Sprintf("%.0f %% | %.1f %%", 100*float64(answered)/float64(answered+s.silent), 100*float64(s.right)/float64(answered))
}

// answers sums up the guesses that are as sure as that.
func answers(all []outcome, sure float64) (s score) {
	for _, o := range all {
		answer := o.guess.Value
		if o.guess.Sure < sure {
			answer = ""
		}
		s.add(answer, o.category)
	}
	return s
}

// of returns the outcomes of another field in the place of the category.
func of(all []outcome, field string) (some []outcome) {
	for _, o := range all {
		if field != "category" {
			o.guess, o.category = o.others[field], o.right[field]
		}
		some = append(some, o)
	}
	return some
}

// curves returns for each field how many are suggested and how many of these are right, at
// each threshold and in each language.
func curves(all []outcome) string {
	var b strings.Builder
	languages := []string{"", "en", "de", "fr", "es"}
	for _, field := range []string{"category", "queue", "priority"} {
		fmt.Fprintf(&b, "\n| %s | all: suggested | right | en: suggested | right | de: suggested | right | fr: suggested | right | es: suggested | right |\n|%s\n", field, strings.Repeat(" ---: |", 11))
		for _, sure := range thresholds {
			fmt.Fprintf(&b, "| %.0f %% |", 100*sure)
			for _, l := range languages {
				in := slices.DeleteFunc(of(all, field), func(o outcome) bool { return l != "" && o.text.Language != l })
				fmt.Fprintf(&b, " %s |", answers(in, sure))
			}
			b.WriteString("\n")
		}
		counts, most := map[string]int{}, 0
		for _, o := range of(all, field) {
			counts[o.category]++
			most = max(most, counts[o.category])
		}
		fmt.Fprintf(&b, "\nAlways saying the most frequent %s would be right for %.1f %%.\n", field, 100*float64(most)/float64(len(all)))
	}
	return b.String()
}

// thresholds are those of the curves.
var thresholds = []float64{0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95}

// suggests is the threshold that a desk suggests from unless it says otherwise; routes is
// the one from which it files a request by itself.
const suggests, routes = 0.7, 0.9

// figures returns the tables of docs/learning.md.
func figures(all []outcome) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| category at 70 %% | mails | suggested | of these right | keyword rules answer | of these right | always the most frequent |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	row := func(name string, chosen func(int, outcome) bool) {
		var some []outcome
		var rules, frequent score
		for i, o := range all {
			if chosen(i, o) {
				some = append(some, o)
				rules.add(o.rules, o.category)
				frequent.add(o.frequent, o.category)
			}
		}
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %.1f %% |\n", name, len(some), answers(some, suggests), rules, 100*float64(frequent.right)/float64(len(some)))
	}
	row("all", func(int, outcome) bool { return true })
	for _, l := range []string{"en", "de", "fr", "es"} {
		row(l, func(_ int, o outcome) bool { return o.text.Language == l })
	}
	step := len(all) / 8
	for _, part := range [][2]int{{0, step}, {step, 2 * step}, {2 * step, 4 * step}, {4 * step, 5 * step}, {5 * step, 8 * step}} {
		row(fmt.Sprintf("mails %d to %d", part[0]+1, part[1]), func(i int, _ outcome) bool { return i >= part[0] && i < part[1] })
	}
	row("the new category", func(_ int, o outcome) bool { return o.category == "security" })
	row("nothing in it says what it is", func(_ int, o outcome) bool { return o.onlyVague })
	return b.String() + curves(all)
}

// TestMadeSet holds the figures of docs/learning.md, and what must be true of them.
func TestMadeSet(t *testing.T) {
	m := New()
	all := progressive(m, made(t, 4000))
	got := figures(all)
	if *update {
		writeFigures(t, got)
	}
	manual, err := os.ReadFile("../docs/learning.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(manual), got) {
		t.Errorf("docs/learning.md has other figures; go test ./learn -run TestMadeSet -update writes these:\n%s", got)
	}
	for _, field := range []string{"category", "queue", "priority"} {
		s := answers(of(all, field), suggests)
		if answered := s.right + s.wrong; 10*answered < 4*len(all) || 100*s.right < 90*answered {
			t.Errorf("%s: of %d mails %d are suggested, %d rightly; want 40 %% and 90 %% of these", field, len(all), answered, s.right)
		}
	}
	if r := answers(all, routes); 100*r.right < 95*(r.right+r.wrong) {
		t.Errorf("of %d that would be filed, %d are right; want 95 %%", r.right+r.wrong, r.right)
	}
	// What it calls sure comes true about as often as it says.
	for low := 0.5; low < 0.95; low += 0.1 {
		sum, n, right := 0.0, 0, 0
		for _, o := range all {
			if o.guess.Sure >= low && o.guess.Sure < low+0.1 {
				n++
				sum += o.guess.Sure
				if o.guess.Value == o.category {
					right++
				}
			}
		}
		t.Logf("said %.2f, true %.2f of %d", sum/float64(n), float64(right)/float64(n), n)
		if said, true := sum/float64(n), float64(right)/float64(n); true < said-0.15 {
			t.Errorf("of %d guesses that are %.0f %% sure, %.0f %% are right", n, 100*said, 100*true)
		}
	}
}

// writeFigures puts the tables into the manual, between two marks.
func writeFigures(t *testing.T, tables string) {
	t.Helper()
	const path, begin, end = "../docs/learning.md", "<!-- made set -->\n", "<!-- end of made set -->\n"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(text), begin)
	_, after, found := strings.Cut(rest, end)
	if !found {
		t.Fatalf("%s has no marks for the figures", path)
	}
	if err := os.WriteFile(path, []byte(before+begin+tables+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestPublicSet prints the same curve for a file of real requests with the columns
// Document and Topic_group (see docs/learning.md), in an order that is shuffled once.
func TestPublicSet(t *testing.T) {
	path := os.Getenv("MAILDESK_TICKETS")
	if path == "" {
		t.Skip("MAILDESK_TICKETS names no file of requests")
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	var all []example
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, example{text: Text{Body: row[0], Language: "en"}, category: row[1], label: row[1]})
	}
	all = shuffled(all[1:])
	m := New()
	done := progressive(m, all)
	var frequent score
	for _, o := range done {
		frequent.add(o.frequent, o.category)
	}
	for _, part := range [][2]int{{0, 1000}, {1000, 5000}, {5000, len(done)}, {0, len(done)}} {
		for _, sure := range thresholds {
			t.Logf("requests %d to %d, threshold %.2f: %s", part[0]+1, part[1], sure, answers(done[part[0]:part[1]], sure))
		}
	}
	t.Logf("the most frequent: %s", frequent)
}

// shuffled returns the examples in another order, always the same.
func shuffled(all []example) []example {
	all = slices.Clone(all)
	state := uint64(1)
	for i := len(all) - 1; i > 0; i-- {
		state = state*6364136223846793005 + 1442695040888963407
		j := int(state >> 33 % uint64(i+1))
		all[i], all[j] = all[j], all[i]
	}
	return all
}
