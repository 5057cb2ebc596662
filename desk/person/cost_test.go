package person

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// allocated returns how many bytes a function allocates.
func allocated(fn func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestCostDoesNotGrow: four times the text costs no more than four times the work, whatever a stranger writes.
func TestCostDoesNotGrow(t *testing.T) {
	log := func(n int) (lines []string) {
		for i := range n {
			lines = append(lines, fmt.Sprintf("2026-11-30 host %d\n", i))
		}
		return lines
	}
	steps := func(theirs, others string) uint64 {
		lines := strings.SplitAfter(theirs, "\n")
		own := newOwnWords(lines)
		own.strike(others, moment{at: 1}, true)
		own.without(lines, own.others(make([]moment, len(lines)), true))
		return uint64(own.steps)
	}
	for _, tt := range []struct {
		name string
		work func(n int) uint64
	}{
		{"one word again and again, by both", func(n int) uint64 { return steps(strings.Repeat("ha ", n), strings.Repeat("ha ", n)) }},
		{"equal lines, by both", func(n int) uint64 {
			const line = "the host does not answer now\n"
			return steps(strings.Repeat(line, n), strings.Repeat(line, n/10))
		}},
		{"lines that begin alike", func(n int) uint64 {
			own, text := newOwnWords(log(n)), strings.Repeat("On 2026-11-30 it rained. ", n)
			return allocated(func() { own.quotedIn(text) })
		}},
		{"lines of somebody with a name", func(n int) uint64 {
			lines := log(n)
			return allocated(func() {
				NewTraces("ana@example.net", []string{"Ana Berg"}, nil, lines).ScrubNear(strings.Join(lines, ""))
			})
		}},
		{"a long quotation", func(n int) uint64 {
			lines := strings.SplitAfter(strings.Repeat("> x\n", n), "\n")
			return allocated(func() { quotationsOf(lines) })
		}},
		{"the lines of a proof", func(n int) uint64 {
			k := Case{Lines: log(n)}
			return allocated(func() { NewProof(k, nobody) })
		}},
	} {
		tt.work(100)
		if few, many := tt.work(500), tt.work(2000); many > 6*few {
			t.Errorf("%s: four times the text costs %d times the work (%d, %d)", tt.name, many/few, few, many)
		}
	}
}
