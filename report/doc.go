// Package report counts what happened on tickets: how much came, how long people
// waited, what was promised and kept, what is left. It is pure: it reads a ticket and
// its events, knows no SQL and no mail, and decides nothing.
//
// The way is: [LifeOf] reads the events of one ticket into facts, each with its time,
// its place and who did it; [Counter] adds facts up by period and by group; [Figures] are
// the sums. What each figure means is in docs/figures.md.
package report
