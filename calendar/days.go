package calendar

import "time"

// AddDays returns the same time of the day some working days later, or when the desk opens
// next where it does not work then. A working day is one of whose hours any is worked. What
// begins outside the hours begins when the desk opens. The clock on the wall counts, also
// where it is changed in between.
func (h *Hours) AddDays(from time.Time, days int) time.Time {
	begin := h.Next(from).In(h.location)
	year, month, day := begin.Date()
	hour, minute, second := begin.Clock()
	for looked := 0; days > 0 && looked < maxDays; looked++ {
		day++
		if len(h.on(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))) > 0 {
			days--
		}
	}
	return h.Next(time.Date(year, month, day, hour, minute, second, begin.Nanosecond(), h.location))
}
