package share

import (
	"fmt"
	"testing"
)

// TestTake: one name gets no more than its share, many names leave a place for the next one for
// long, and what is given back can be taken again.
func TestTake(t *testing.T) {
	p := New(64, 16)
	take := func(names ...string) (n int) {
		for p.Take(names...) {
			n++
		}
		return n
	}
	var got []int
	for i := range 6 {
		got = append(got, take(fmt.Sprint("network ", i), "a domain of their own "+fmt.Sprint(i)))
	}
	if s := fmt.Sprint(got); s != "[16 16 16 8 4 2]" {
		t.Errorf("six who take what they get have %s places", s)
	}
	if n := take("network 0"); n != 0 {
		t.Errorf("who has their share takes %d more", n)
	}
	if p.Take("another", "network 0") {
		t.Error("of several names, one that has its share is enough to have no place")
	}
	if n := take("another"); n != 1 {
		t.Errorf("another one gets %d places of two", n)
	}
	for range 16 {
		p.Return("network 0", "a domain of their own 0")
	}
	if n := take("a new one"); n != 9 { // as many as are left then
		t.Errorf("of the 17 places that are free, one takes %d", n)
	}
	if New(0, 1).Take() || !New(1, 1).Take() {
		t.Error("without a name, each place can be taken")
	}
}
