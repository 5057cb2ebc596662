package outage

import (
	"cmp"
	"maps"
	"slices"
)

// alarm judges the request that was added last: by its words or, where those
// who have its category share no words, by that.
func (w *Watch) alarm(added request) (Alarm, bool) {
	people := w.people()
	words, category := map[string]float64{}, false
	var frequent []string // words of so many people, by chance or not
	for _, f := range added.features {
		k := w.now[f]
		if k < w.options.Requests {
			continue
		}
		expected := w.share(f) * float64(len(people))
		hardly := chance(k, expected) < w.hardlyChance()
		switch {
		case isCategory(f):
			category = hardly
		case hardly:
			words[f] = surprise(k, expected)
		}
		if !isCategory(f) && !common[f] {
			frequent = append(frequent, f)
		}
	}
	if w.young() && w.together(people, frequent) {
		for _, f := range frequent {
			words[f] = max(1, surprise(w.now[f], w.share(f)*float64(len(people))))
		}
	}
	if len(words) > 0 {
		if a, ok := w.byWords(Signature{Weights: words}, people, added); ok {
			return a, true
		}
	}
	if category {
		return w.byCategory(categoryOf(added.features), people, added)
	}
	return Alarm{}, false
}

// young reports whether the watch has seen too little to know what is usual.
// Nothing is improbable then: what so many people say in two words that few
// people use is an outage.
func (w *Watch) young() bool { return len(w.usual) < assumedRequests }

// together reports whether enough people have two of the words.
func (w *Watch) together(people []request, words []string) bool {
	n := 0
	for _, r := range people {
		has := 0
		for _, f := range words {
			if slices.Contains(r.features, f) {
				has++
			}
		}
		if has >= 2 {
			n++
		}
	}
	return n >= w.options.Requests
}

// byWords finds who else reports what the words say. One word that nearly all
// of them have is not enough where they have others in common, too: whoever
// orders a VPN token does not report that the VPN is down.
func (w *Watch) byWords(s Signature, people []request, added request) (Alarm, bool) {
	leading := s.leading()
	var reporters []request
	for _, r := range people {
		if slices.Contains(r.features, leading) {
			reporters = append(reporters, r)
		}
	}
	for f, k := range w.shared(reporters) {
		if s.Weights[f] == 0 {
			s.Weights[f] = min(surprise(k, w.share(f)*float64(len(people))), s.Weights[leading])
		}
	}
	var scores []float64
	for _, r := range reporters {
		scores = append(scores, s.score(r.features))
	}
	slices.Sort(scores)
	median := scores[len(scores)/2]
	s.Enough = median * enoughOfMedian
	if median > s.Weights[leading] {
		s.Enough = max(s.Enough, s.Weights[leading]*moreThanOne)
	}
	return w.gather(s, added)
}

// shared counts the people who have an uncommon word, of those words that
// several of the requests have and that are used more than usual.
func (w *Watch) shared(requests []request) map[string]int {
	users := map[string]int{}
	for _, r := range requests {
		for _, f := range w.uncommon(r) {
			users[f]++
		}
	}
	maps.DeleteFunc(users, func(f string, k int) bool { return k < minShared || surprise(k, w.share(f)*float64(len(requests))) < 1 })
	return users
}

// byCategory finds the requests of a category that may report the same: those
// that share a word with another one, and those that say next to nothing. Who
// says much that nobody else says writes about something else.
func (w *Watch) byCategory(category string, people []request, added request) (Alarm, bool) {
	users := map[string]int{} // uncommon word → people of the category
	var of []request
	for _, r := range people {
		if categoryOf(r.features) != category {
			continue
		}
		of = append(of, r)
		for _, f := range w.uncommon(r) {
			users[f]++
		}
	}
	s := Signature{Weights: map[string]float64{}, Category: category}
	for _, r := range of {
		own := w.uncommon(r)
		if len(own) > fewWords && !slices.ContainsFunc(own, func(f string) bool { return users[f] > 1 }) {
			continue
		}
		for _, f := range own {
			if users[f] > 1 || len(own) <= fewWords {
				s.Weights[f] = 1
			}
		}
	}
	s.Enough = 2 // words; see matches for those who say less
	if len(s.Weights) == 0 {
		s.Weights[categoryMark+category], s.Enough = 1, 1
	}
	return w.gather(s, added)
}

// uncommon returns the words of a request that few requests have.
func (w *Watch) uncommon(r request) []string {
	var all []string
	for _, f := range r.features {
		if !isCategory(f) && !common[f] && w.share(f) < unusual {
			all = append(all, f)
		}
	}
	return all
}

// gather makes an alarm of a signature when enough people match it, the one who
// wrote last among them.
func (w *Watch) gather(s Signature, added request) (Alarm, bool) {
	a := Alarm{Signature: s}
	reporters, best := 0, 0.0
	for _, r := range w.recent {
		if !s.matches(r.features) {
			continue
		}
		a.Tickets = append(a.Tickets, r.ticket)
		if score := s.score(r.features); score > best || a.Lead == 0 {
			a.Lead, best = r.ticket, score
		}
		if r.counts {
			reporters++
		}
	}
	return a, reporters >= w.options.Requests && slices.Contains(a.Tickets, added.ticket)
}

// Describe returns the signature of one request by hand: what is unusual in it,
// as far as others who came lately have it, too, or else all of that. Requests
// with enough of it report the same.
func (w *Watch) Describe(r Request) Signature {
	s := Signature{Weights: map[string]float64{}}
	var rare, shared []string
	for _, f := range features(r) {
		if w.share(f) >= unusual {
			continue
		}
		rare = append(rare, f)
		if w.now[f] > 1 {
			shared = append(shared, f)
		}
	}
	if len(shared) >= minShared {
		rare = shared
	}
	weight := func(f string) float64 { return surprise(max(1, w.now[f]), w.share(f)) }
	slices.SortStableFunc(rare, func(a, b string) int { return cmp.Compare(weight(b), weight(a)) })
	for _, f := range rare[:min(len(rare), maxDescribed)] {
		s.Weights[f] = weight(f)
		s.Enough += weight(f) * enoughOfDescribed
	}
	return s
}
