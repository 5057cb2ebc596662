// Package report counts what happened on tickets: how much came in, how long people
// waited, which promises were kept, what is left. It is pure: it reads a ticket and
// its events, knows no SQL and no mail, and decides nothing.
//
// [LifeOf] turns the events of one ticket into facts, each with its time,
// its queue and who did it; [Counter] sums facts by period and by group; [Figures] are
// the sums. docs/figures.md defines each figure.
package report
