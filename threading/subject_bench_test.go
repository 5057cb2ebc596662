package threading

import (
	"strings"
	"testing"
)

func BenchmarkCleanSubject(b *testing.B) {
	for _, tt := range []struct{ name, subject string }{
		{"plain", "Printer on the second floor does not print"},
		{"answer", "Re: [Example IT #1042] Printer on the second floor"},
		{"1000 bytes of prefixes", strings.Repeat("Re:", 400)},
		{"1000 bytes of tags", strings.Repeat("[a #1]", 200)},
		{"nested tags", strings.Repeat("[a", 165) + strings.Repeat(" #1]", 165)},
		{"nested names", strings.Repeat("[a ", 142) + strings.Repeat("#1]", 142)},
		{"one ligature a byte", strings.Repeat("\ufdfa", 333)},
	} {
		b.Run(tt.name, func(b *testing.B) {
			for b.Loop() {
				CleanSubject("a", tt.subject)
				FindTags("a", tt.subject)
			}
		})
	}
}
