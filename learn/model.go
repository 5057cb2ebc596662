package learn

import (
	"maps"
	"math"
	"slices"
)

// Label is what is guessed: a value of a field, such as the category "network".
type Label struct{ Field, Value string }

// The size of a model: two numbers of 4 bytes for each weight.
const (
	slots    = 1 << 19
	slotMask = slots - 1
)

// How FTRL-Proximal learns: α and β set how fast, λ1 keeps weights at nothing until they
// have shown to matter, λ2 keeps them small. Chosen on the made set, see
// docs/learning.md.
const (
	alpha   = 0.3
	beta    = 1.0
	lambda1 = 0.002
	lambda2 = 0.005
)

// MinExamples is how many examples of a label there must be before it is guessed.
const MinExamples = 20

// maxLabels bounds the labels of a field.
const maxLabels = 200

// Model is what was learnt so far. It is not safe for concurrent use; any number of
// guesses may be made at once while nothing is learnt.
type Model struct {
	z, n   []float32 // of each weight, as the paper calls them
	counts map[Label]int
	fields map[string][]string // the values of each field, in the order in which they came
}

// New returns a model that knows nothing.
func New() *Model {
	return &Model{z: make([]float32, slots), n: make([]float32, slots), counts: map[Label]int{}, fields: map[string][]string{}}
}

// Examples returns how many examples of each label were learnt.
func (m *Model) Examples() map[Label]int { return maps.Clone(m.counts) }

// Learn takes an example into account: a text and the value of a field that it turned out
// to have. An empty value teaches nothing.
func (m *Model) Learn(t Text, l Label) {
	if l.Value == "" {
		return
	}
	if m.counts[l] == 0 {
		if len(m.fields[l.Field]) >= maxLabels {
			return
		}
		m.fields[l.Field] = append(m.fields[l.Field], l.Value)
	}
	m.counts[l]++
	seen := featuresOf(t)
	x := scale(seen)
	for _, value := range m.fields[l.Field] {
		m.learn(seen, x, seed(Label{l.Field, value}), value == l.Value)
	}
}

// learn moves the weights of one label by one example (algorithm 1).
func (m *Model) learn(seen []feature, x float64, seed uint64, is bool) {
	y := 0.0
	if is {
		y = 1
	}
	g := float64(probability(m.score(seen, x, seed))-y) * x
	for _, f := range seen {
		i := slot(f.hash, seed)
		n := float64(m.n[i])
		more := n + float64(g*g)
		sigma := (math.Sqrt(more) - math.Sqrt(n)) / alpha
		m.z[i] = float32(float64(m.z[i]) + (g - float64(sigma*m.weight(i))))
		m.n[i] = float32(more)
	}
}

// weight returns one weight, as it follows from what is kept of it.
func (m *Model) weight(i uint64) float64 {
	z := float64(m.z[i])
	if math.Abs(z) <= lambda1 {
		return 0
	}
	return -(z - math.Copysign(lambda1, z)) / ((beta+math.Sqrt(float64(m.n[i])))/alpha + lambda2)
}

// score returns the log-odds of a label.
func (m *Model) score(seen []feature, x float64, seed uint64) (sum float64) {
	for _, f := range seen {
		sum += m.weight(slot(f.hash, seed))
	}
	return sum * x
}

func probability(score float64) float64 { return 1 / (1 + math.Exp(-max(-35, min(35, score)))) }

// scale is the value of each feature: long texts do not weigh more than short ones.
func scale(seen []feature) float64 { return 8 / math.Sqrt(float64(len(seen))) }

// seed makes the weights of a label its own.
func seed(l Label) uint64 {
	h := uint64(14695981039346656037)
	for _, b := range []byte(l.Field + "\x00" + l.Value) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return h
}

// slot returns where the weight of a feature for a label stands. Different ones may share
// a place; what is rare then disturbs what is frequent little.
func slot(feature, seed uint64) uint64 {
	h := feature ^ seed*0x9e3779b97f4a7c15
	h = (h ^ h>>32) * 0xd6e8feb86659fd93
	h = (h ^ h>>32) * 0xd6e8feb86659fd93
	return (h ^ h>>32) & slotMask
}

// Guess is the value that a field most likely has.
type Guess struct {
	Value string
	Sure  float64  // the probability that it is right, 0 to 1
	Words []string // of the text, those that decided; the first most
}

// mostWords bounds the words of a guess, and leastPart is how much of what speaks for the
// label one of them must say.
const (
	mostWords = 3
	leastPart = 0.08
)

// Guess returns the most likely value of a field; a zero one where too little is known,
// or where no word of the text speaks for any.
func (m *Model) Guess(t Text, field string) Guess {
	values := m.fields[field]
	if len(values) == 0 {
		return Guess{}
	}
	seen := featuresOf(t)
	x := scale(seen)
	best, sum, most := "", 0.0, -1.0
	for _, value := range values {
		p := probability(m.score(seen, x, seed(Label{field, value})))
		sum += p
		if p > most {
			best, most = value, p
		}
	}
	// Each label was learnt on its own. Where several fit, they share; where none does,
	// the rest is for what was not seen yet.
	sure := most / max(1, sum)
	if m.counts[Label{field, best}] < MinExamples {
		return Guess{}
	}
	words := m.deciding(seen, seed(Label{field, best}))
	if len(words) == 0 {
		return Guess{}
	}
	return Guess{best, sure, words}
}

// deciding returns the words that speak most for a label.
func (m *Model) deciding(seen []feature, seed uint64) []string {
	by, order, sum := map[string]float64{}, []string{}, 0.0
	for _, f := range seen {
		if f.word == "" {
			continue
		}
		if _, known := by[f.word]; !known {
			order = append(order, f.word)
		}
		by[f.word] += m.weight(slot(f.hash, seed))
	}
	for _, w := range order { // a map has no order, and sums of floats depend on it
		sum += max(0, by[w])
	}
	order = slices.DeleteFunc(order, func(w string) bool { return by[w] <= 0 || by[w] < leastPart*sum })
	slices.SortStableFunc(order, func(a, b string) int {
		switch {
		case by[a] > by[b]:
			return -1
		case by[a] < by[b]:
			return 1
		}
		return 0
	})
	return order[:min(len(order), mostWords)]
}
