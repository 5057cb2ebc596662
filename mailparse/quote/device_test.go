package quote

import (
	"slices"
	"strings"
	"testing"
)

func TestDeviceLine(t *testing.T) {
	for _, tt := range []struct {
		line string
		want bool
	}{
		{"Sent from my phone", true},
		{"SENT FROM MY PHONE", true},
		{"*Sent from my iPhone*", true},
		{"Download Outlook for iOS", true},
		{"Von meinem iPhone gesendet", true},
		{"Von meinem/meiner Galaxy gesendet", true},
		{"Von Samsung-Tablet gesendet", true},
		{"Von Samsung haben sie gestern nichts gesendet", false},
		{"iPhone'dan gönderildi", true},
		{"Nosūtīts no mana tālruņa", true},
		{"NOSŪTĪTS NO MANA TĀLRUŅA", true},
		{"Ana Berg reacted via Gmail", true},
		{"Ana Berg reacted to your message via Gmail", true},
		{"Ana Berg hat über Gmail reagiert", true},
		{"Ana Berg a réagi via Gmail", true},
		{"Ana Berg ha reagito tramite Gmail", true},
		{"Ана Берг отреагировала через Gmail", true},
		{"Nobody reacted to my mail in Gmail.", false},
		{"Письма не уходят через Gmail.", false},
		{"Пожалуйста, отправьте файл через Gmail.", false},
		{"I sent from my phone what you asked for", false},
		{"Ana Kovac", false},
		{"ok", false},
		{"Sent from my phone " + strings.Repeat("x", maxDeviceLine), false},
	} {
		if got := deviceLine(tt.line); got != tt.want {
			t.Errorf("deviceLine(%q) = %t, want %t", tt.line, got, tt.want)
		}
	}
}

// TestManyDeviceLines: what programs add is a few lines; a mail of thousands is text.
func TestManyDeviceLines(t *testing.T) {
	for _, tt := range []struct{ lines, left int }{{1, 0}, {maxDeviceLines, 0}, {maxDeviceLines + 5, 5}} {
		s := &splitter{lines: append([]Line{{Text: "Hello"}}, slices.Repeat([]Line{{Text: "Sent from my phone"}}, tt.lines)...)}
		if got := s.trimEnd(1, len(s.lines)) - 1; got != tt.left {
			t.Errorf("of %d device lines %d are left, want %d", tt.lines, got, tt.left)
		}
	}
}

// TestNeeds: an expression is never left out because of words that it can do without.
func TestNeeds(t *testing.T) {
	for _, tt := range []struct {
		expression string
		want       []string
	}{
		{"^sent from my .{1,9}$", []string{"sent from my "}},
		{"^(please )?think of the (forest|animals)", []string{"think of the "}},
		{"^(sent|typed) (by|on) .*$", []string{"sent", "typed"}},
		{"^(sent|get) .*$", nil},
		{"^.{0,9}(from mobile)?$", nil},
		{"^(from mobile)+$", []string{"from mobile"}},
		{"^Von MEINEM$", []string{"von meinem"}},
	} {
		if got := needs("(?i)" + tt.expression); !slices.Equal(got, tt.want) {
			t.Errorf("needs(%q) = %q, want %q", tt.expression, got, tt.want)
		}
	}
}

func BenchmarkDeviceLine(b *testing.B) {
	for b.Loop() {
		deviceLine("the printer on floor three does not answer since this morning, please help")
	}
}
