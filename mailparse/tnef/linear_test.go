package tnef

import (
	"strings"
	"testing"
	"time"

	"maildesk/faulttest"
)

// TestReadRTFLinear holds that hostile RTF costs little.
func TestReadRTFLinear(t *testing.T) {
	before := faulttest.CPUTime(t)
	pieces := []string{"a{b}", `\ansicpg1251 `, `\'fc`, `\u8364?`, "{", "}", `\*`, `{\*\htmltag <}`, `\fromhtml a`, `\htmlrtf a`}
	for _, piece := range pieces {
		readRTF(strings.Repeat(piece, maxRTF/len(piece)))
	}
	if took := faulttest.CPUTime(t) - before; took > 10*time.Second {
		t.Errorf("%d documents of 2 MiB took %s of the processor, want at most 10s", len(pieces), took)
	}
}
