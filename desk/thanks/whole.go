package thanks

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed whole.txt
var wholeFile string

// wholes are the sentences of whole.txt, folded; true for those that thank.
var wholes = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(wholeFile) {
		fields := strings.SplitN(strings.TrimSpace(line), " ", 3)
		if strings.HasPrefix(line, "#") || len(fields) != 3 {
			continue
		}
		for sentence := range strings.SplitSeq(fields[2], " / ") {
			all[joined(split(sentence))] = fields[1] == "+"
		}
	}
	return all
})

func joined(words []word) string {
	var all []string
	for _, w := range words {
		all = append(all, w.folded)
	}
	return strings.Join(all, " ")
}

// longestWhole is how many words such a sentence has at the most.
const longestWhole = 8

// onlyWhole reports whether clauses have nothing but whole sentences of thanks, what may stand
// beside them, and names: one of them thanks, or an emoji did (praised).
func (r *reader) onlyWhole(clauses []clause, praised bool) bool {
	for _, c := range clauses {
		for rest := c.words; len(rest) > 0; {
			n := min(longestWhole, len(rest))
			for ; n > 0; n-- {
				if thanks, known := wholes()[joined(rest[:n])]; known {
					praised = praised || thanks
					break
				}
			}
			if n == 0 && !r.names[rest[0].folded] {
				return false
			}
			rest = rest[max(n, 1):]
		}
	}
	return praised
}
