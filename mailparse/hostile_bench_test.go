package mailparse

import (
	"fmt"
	"testing"

	"maildesk/faulttest"
)

// BenchmarkHostile reads each hostile kind of mail at 1, 5 and 20 MB, and prints
// the time on the processor and the highest use of the heap.
//
//	go test ./mailparse -run '^$' -bench Hostile -benchtime 1x
func BenchmarkHostile(b *testing.B) {
	for _, k := range hostileKinds {
		for _, mb := range []int{1, 5, 20} {
			b.Run(fmt.Sprintf("%s/%dMB", k.name, mb), func(b *testing.B) {
				raw := []byte(k.make(mb * 1_000_000))
				var most uint64
				before := faulttest.CPUTime(b)
				for b.Loop() {
					_, peak := parseMeasured(raw)
					most = max(most, peak)
				}
				b.ReportMetric((faulttest.CPUTime(b)-before).Seconds()/float64(b.N), "cpu-s/op")
				b.ReportMetric(float64(most+uint64(len(raw)))/1e6, "peak-MB")
			})
		}
	}
}
