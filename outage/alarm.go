package outage

import (
	"cmp"
	"maps"
	"slices"
)

// alarm reports whether the request added last makes an alarm: by its words or,
// when the requests of its category share no words, by the category.
func (d *Detector) alarm(added request) (Alarm, bool) {
	people := d.people()
	words, category := map[string]float64{}, false
	var frequent []string // words that enough people use, by chance or not
	for _, f := range added.features {
		k := d.now[f]
		if k < d.options.Requests {
			continue
		}
		expected := d.share(f) * float64(len(people))
		unlikely := chance(k, expected) < d.significance()
		switch {
		case isCategory(f):
			category = unlikely
		case unlikely:
			words[f] = surprise(k, expected)
		}
		if !isCategory(f) && !common[f] {
			frequent = append(frequent, f)
		}
	}
	if d.young() && d.together(people, frequent) {
		for _, f := range frequent {
			words[f] = max(1, surprise(d.now[f], d.share(f)*float64(len(people))))
		}
	}
	if len(words) > 0 {
		if a, ok := d.byWords(Signature{Weights: words}, people, added); ok {
			return a, true
		}
	}
	if category {
		return d.byCategory(categoryOf(added.features), people, added)
	}
	return Alarm{}, false
}

// young reports whether the detector has seen too little to know what is usual. No
// probability can be told then; two uncommon words that enough people share count
// as an outage.
func (d *Detector) young() bool { return len(d.usual) < assumedRequests }

// together reports whether enough people have two of the words.
func (d *Detector) together(people []request, words []string) bool {
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
	return n >= d.options.Requests
}

// byWords finds the requests that report the same by their words. One word is not
// enough when most of them have others in common too: an order for a VPN token is
// not a report that the VPN is down.
func (d *Detector) byWords(s Signature, people []request, added request) (Alarm, bool) {
	leading := s.leading()
	var reporters []request
	for _, r := range people {
		if slices.Contains(r.features, leading) {
			reporters = append(reporters, r)
		}
	}
	for f, k := range d.shared(reporters) {
		if s.Weights[f] == 0 {
			s.Weights[f] = min(surprise(k, d.share(f)*float64(len(people))), s.Weights[leading])
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
	return d.gather(s, added)
}

// shared returns the uncommon words that several of the requests have and that are
// used more than usual, and how many people use each.
func (d *Detector) shared(requests []request) map[string]int {
	users := map[string]int{}
	for _, r := range requests {
		for _, f := range d.uncommon(r) {
			users[f]++
		}
	}
	maps.DeleteFunc(users, func(f string, k int) bool { return k < minShared || surprise(k, d.share(f)*float64(len(requests))) < 1 })
	return users
}

// byCategory finds the requests of a category that may report the same: those
// that share a word with another one, and those that say next to nothing. A longer
// text that shares no word with any other is about something else.
func (d *Detector) byCategory(category string, people []request, added request) (Alarm, bool) {
	users := map[string]int{} // uncommon word → people of the category
	var of []request
	for _, r := range people {
		if categoryOf(r.features) != category {
			continue
		}
		of = append(of, r)
		for _, f := range d.uncommon(r) {
			users[f]++
		}
	}
	s := Signature{Weights: map[string]float64{}, Category: category}
	for _, r := range of {
		own := d.uncommon(r)
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
	return d.gather(s, added)
}

// uncommon returns the words of a request that few requests have.
func (d *Detector) uncommon(r request) []string {
	var all []string
	for _, f := range r.features {
		if !isCategory(f) && !common[f] && d.share(f) < unusual {
			all = append(all, f)
		}
	}
	return all
}

// gather returns the alarm of a signature, and whether enough people match it,
// including the one who wrote last.
func (d *Detector) gather(s Signature, added request) (Alarm, bool) {
	a := Alarm{Signature: s}
	reporters, best := 0, 0.0
	for _, r := range d.recent {
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
	return a, reporters >= d.options.Requests && slices.Contains(a.Tickets, added.ticket)
}

// Describe returns the signature of one request by hand: what is unusual in it,
// as far as others who came lately have it, too, or else all of that. Requests
// with enough of it report the same.
func (d *Detector) Describe(r Request) Signature {
	s := Signature{Weights: map[string]float64{}}
	var rare, shared []string
	for _, f := range features(r) {
		if d.share(f) >= unusual {
			continue
		}
		rare = append(rare, f)
		if d.now[f] > 1 {
			shared = append(shared, f)
		}
	}
	if len(shared) >= minShared {
		rare = shared
	}
	weight := func(f string) float64 { return surprise(max(1, d.now[f]), d.share(f)) }
	slices.SortStableFunc(rare, func(a, b string) int { return cmp.Compare(weight(b), weight(a)) })
	for _, f := range rare[:min(len(rare), maxDescribed)] {
		s.Weights[f] = weight(f)
		s.Enough += weight(f) * enoughOfDescribed
	}
	return s
}
