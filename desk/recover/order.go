package recover

import (
	"cmp"
	"slices"
	"time"
)

// longestDecision bounds how long before its commit a decision was begun.
const longestDecision = time.Hour

// inOrder sorts what happened by its time, but mails as they were committed, where the
// old store says that: of two that were handled side by side the one that was committed
// first knew nothing of the other, though it may have been begun later.
func inOrder(steps []happening) []happening {
	mails := []int{} // that have a place
	when := make([]time.Time, len(steps))
	for i, s := range steps {
		if when[i] = s.at; s.mail.Place > 0 {
			mails = append(mails, i)
		}
	}
	slices.SortFunc(mails, func(i, j int) int { return cmp.Compare(steps[i].mail.Place, steps[j].mail.Place) })
	var last time.Time
	for _, i := range mails {
		// One that is dated much earlier was imported, or the clock was set back.
		if early := last.Sub(when[i]); early > 0 && early <= longestDecision {
			when[i] = last
		} else if early <= 0 {
			last = when[i]
		}
	}
	order := make([]int, len(steps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := steps[i].mail, steps[j].mail
		return cmp.Or(when[i].Compare(when[j]), cmp.Compare(a.Place, b.Place), cmp.Compare(a.ID, b.ID))
	})
	sorted := make([]happening, len(steps))
	for n, i := range order {
		sorted[n] = steps[i]
	}
	return sorted
}
