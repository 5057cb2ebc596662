package desk_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"maildesk/faulttest"
)

// TestT179LongTicketCostsNoMore compares the memory that it takes to handle a reply late on a long
// ticket with that of an early one, each with a notice to an agent: nothing reads the whole
// correspondence for one mail. (BenchmarkReplies measures the time.)
func TestT179LongTicketCostsNoMore(t *testing.T) {
	b := open(t)
	b.take(letter{from: ana, to: support, subject: "printer", text: "It does not print.\n", id: "<0@example.net>"})
	n := 0
	reply := func() uint64 {
		n++
		l := letter{from: ana, to: support, subject: "Re: printer", id: fmt.Sprintf("<%d@example.net>", n), header: "References: <0@example.net>\n",
			text: fmt.Sprintf("%04d: %s\n", n, strings.Repeat("it still does not print. ", 20))}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		b.accept(l)
		if found, err := b.HandleNext(t.Context()); !found || err != nil {
			t.Fatalf("HandleNext = %t, %v", found, err)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	median := func() uint64 {
		var all []uint64
		for range 21 {
			all = append(all, reply())
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	for n < 40 { // past the number of mails that a notice shows
		reply()
	}
	early := median()
	for n < 250 {
		reply()
	}
	late := median()
	if got := len(b.entries(1)); got != n+1 {
		t.Fatalf("%d of %d mails stand on the ticket", got, n+1)
	}
	if late > early*5/4 {
		t.Errorf("handling a reply takes %d KiB late on the ticket, %d KiB early on it", late>>10, early>>10)
	}
	faulttest.Seen(t, "T179", "270 replies on one ticket", "a reply takes %d KiB of memory early, %d KiB late", early>>10, late>>10)
}
