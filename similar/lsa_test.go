package similar

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"maildesk/similar/made"
)

// TestLatentWords: what docs/suggestions.md says of latent semantic analysis is so. It is
// computed as it might be at night, over a language's articles and the mails to tune with, and
// the cosine of a mail and an article there is a third number of the regression.
//
// Products are rounded before they are added (float64), as some processors do both in one, with another result; and
// the figures hang on no difference as small as that of two processors' exponentials.
func TestLatentWords(t *testing.T) {
	s := readSet(t)
	spaces := map[string]*space{}
	for _, l := range made.Languages {
		spaces[l] = s.space(l)
	}
	var text strings.Builder
	text.WriteString("| | at 0.60: precision | coverage | at 0.70: precision | coverage | at 0.80: precision | coverage |\n|---|---|---|---|---|---|---|\n")
	for _, dimensions := range []int{0, 5, 10, 20, 30, 45} {
		var tuned, held []latentMail
		for i, m := range s.mails {
			l := latentMail{madeMail: m}
			var cosines map[string]float64
			if dimensions > 0 {
				cosines = spaces[m.language].cosines(i, m.words, *s.usage[m.language], dimensions)
			}
			for _, c := range s.candidates(m) {
				l.candidates = append(l.candidates, latentCandidate{[4]float64{1, c.mass, c.subject, cosines[c.name]}, c.right})
			}
			if m.held {
				held = append(held, l)
			} else {
				tuned = append(tuned, l)
			}
		}
		w := regression(tuned)
		name := fmt.Sprint(dimensions)
		if dimensions == 0 {
			name = "without"
		}
		fmt.Fprintf(&text, "| %s |", name)
		for _, threshold := range []float64{0.6, 0.7, 0.8} {
			var o outcome
			for _, m := range held {
				if m.answer != "" {
					o.answerable++
				}
				for _, c := range clearBest(t, m.candidates, func(c latentCandidate) float64 { return chance(w, c.x) }, threshold) {
					o.suggested++
					if c.right {
						o.right++
					}
				}
			}
			fmt.Fprintf(&text, " %.0f %% | %.0f %% |", o.precision(), o.coverage())
		}
		text.WriteString("\n")
	}
	inManual(t, "LSA", text.String())
}

// latentMail is a mail with the articles of its language.
type latentMail struct {
	madeMail
	candidates []latentCandidate
}

type latentCandidate struct {
	x     [4]float64 // 1, mass, subject, cosine
	right bool
}

func chance(w, x [4]float64) float64 {
	z := 0.0
	for i := range w {
		z += float64(w[i] * x[i])
	}
	return 1 / (1 + math.Exp(-z))
}

// regression returns the weights by the mails to tune with, as [TestWeights] does.
func regression(tuned []latentMail) (w [4]float64) {
	for range 4000 {
		var slope [4]float64
		for _, m := range tuned {
			for _, c := range m.candidates {
				off := -chance(w, c.x)
				if c.right {
					off++
				}
				for i := range w {
					slope[i] += float64(off * c.x[i])
				}
			}
		}
		for i := range w {
			w[i] += float64(0.01 * (slope[i] - float64(0.05*w[i])))
		}
	}
	return w
}

// space is the latent space of a language: its texts, and the axes along which these differ
// most.
type space struct {
	texts  []spaceText
	values []float64   // singular values squared, the largest first
	axes   [][]float64 // of each the coordinates of the texts
}

// spaceText is a text with its weighed words.
type spaceText struct {
	article string // empty: it is a mail
	mail    int    // its place among the mails; -1: it is an article
	words   []Word
	weights map[Hash]float64
}

// space computes the latent space of a language.
func (s *madeSet) space(language string) *space {
	sp := &space{}
	u := *s.usage[language]
	add := func(t spaceText) {
		t.weights = map[Hash]float64{}
		for _, w := range t.words {
			t.weights[w.Hash] = u.Rarity(w.Hash)
		}
		sp.texts = append(sp.texts, t)
	}
	for _, a := range s.articles {
		if a.language == language {
			add(spaceText{article: a.name, mail: -1, words: a.words})
		}
	}
	for i, m := range s.mails {
		if m.language == language && !m.held {
			add(spaceText{mail: i, words: m.words})
		}
	}
	// The products of all texts with each other have the axes of the matrix of words and texts.
	var products [][]float64
	for _, t := range sp.texts {
		products = append(products, sp.products(t.words, u))
	}
	sp.values, sp.axes = eigen(products)
	return sp
}

// products returns the product of words with each text. The order of the words is that of the
// sum, so that it is always the same.
func (sp *space) products(words []Word, u Usage) []float64 {
	all := make([]float64, len(sp.texts))
	for i, t := range sp.texts {
		seen := map[Hash]bool{}
		for _, w := range words {
			if !seen[w.Hash] {
				all[i] += float64(u.Rarity(w.Hash) * t.weights[w.Hash])
			}
			seen[w.Hash] = true
		}
	}
	return all
}

// cosines returns how near the articles are to a mail along the first axes. The mail itself
// is left out where it is one of the texts: at night it was not there.
func (sp *space) cosines(mail int, words []Word, u Usage, dimensions int) map[string]float64 {
	products := sp.products(words, u)
	for i, t := range sp.texts {
		if t.mail == mail {
			products[i] = 0
		}
	}
	dimensions = min(dimensions, len(sp.values))
	at := make([]float64, dimensions)
	for k := range at {
		if sp.values[k] < 1e-9 {
			continue
		}
		for i, p := range products {
			at[k] += float64(sp.axes[k][i] * p)
		}
		at[k] /= math.Sqrt(sp.values[k])
	}
	all := map[string]float64{}
	for i, t := range sp.texts {
		if t.article == "" {
			continue
		}
		var dot, own, its float64
		for k, x := range at {
			y := math.Sqrt(max(0, sp.values[k])) * sp.axes[k][i]
			dot, own, its = dot+float64(x*y), own+float64(x*x), its+float64(y*y)
		}
		if own > 0 && its > 0 {
			all[t.article] = dot / math.Sqrt(own*its)
		}
	}
	return all
}

// eigen returns the values and vectors of a symmetric matrix, the largest value first, by
// Jacobi's rotations. The matrix is used up.
func eigen(a [][]float64) (values []float64, vectors [][]float64) {
	n := len(a)
	v := make([][]float64, n)
	for i := range v {
		v[i] = make([]float64, n)
		v[i][i] = 1
	}
	for range 50 {
		off := 0.0
		for p := range n {
			for q := p + 1; q < n; q++ {
				off += float64(a[p][q] * a[p][q])
			}
		}
		if off < 1e-18 {
			break
		}
		for p := range n {
			for q := p + 1; q < n; q++ {
				rotate(a, v, p, q)
			}
		}
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case a[i][i] > a[j][j]:
			return -1
		case a[i][i] < a[j][j]:
			return 1
		}
		return 0
	})
	for _, i := range order {
		values, vectors = append(values, a[i][i]), append(vectors, v[i])
	}
	return values, vectors
}

// rotate turns two axes so that nothing is left between them. The rows of v are the vectors.
func rotate(a, v [][]float64, p, q int) {
	if a[p][q] == 0 {
		return
	}
	theta := (a[q][q] - a[p][p]) / (2 * a[p][q])
	t := 1 / (math.Abs(theta) + math.Sqrt(float64(theta*theta)+1))
	if theta < 0 {
		t = -t
	}
	c := 1 / math.Sqrt(float64(t*t)+1)
	s := t * c
	for k := range a {
		a[k][p], a[k][q] = turned(c, s, a[k][p], a[k][q])
	}
	for k := range a {
		a[p][k], a[q][k] = turned(c, s, a[p][k], a[q][k])
		v[p][k], v[q][k] = turned(c, s, v[p][k], v[q][k])
	}
}

// turned turns a point.
func turned(cos, sin, x, y float64) (float64, float64) {
	return float64(cos*x) - float64(sin*y), float64(sin*x) + float64(cos*y)
}

// TestEigen: a matrix is what its values and vectors say.
func TestEigen(t *testing.T) {
	matrix := func() [][]float64 {
		return [][]float64{{4, 1, -2, 2}, {1, 2, 0, 1}, {-2, 0, 3, -2}, {2, 1, -2, -1}}
	}
	values, vectors := eigen(matrix())
	for i, row := range matrix() {
		for j, want := range row {
			got := 0.0
			for k := range values {
				got += values[k] * vectors[k][i] * vectors[k][j]
			}
			if math.Abs(got-want) > 1e-9 {
				t.Errorf("%d, %d: %g, want %g", i, j, got, want)
			}
		}
	}
	if !slices.IsSortedFunc(values, func(a, b float64) int { return int(math.Copysign(1, b-a)) }) {
		t.Errorf("the values are %v, want the largest first", values)
	}
}
