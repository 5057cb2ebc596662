package person

import (
	"testing"

	"maildesk/mailparse"
)

// TestCutFields: the fields of a mail that was cut are read as they were, but for what is erased.
func TestCutFields(t *testing.T) {
	for _, tt := range []struct{ name, value, want string }{
		{"Subject", "Größe ändern für Ana Bérg", "Größe ändern für " + Gone},
		{"Subject", "über " + "Österreichische Straßenverkehrsordnungsänderungsgesetzgebungsverfahren äöü ana@example.net", "über Österreichische Straßenverkehrsordnungsänderungsgesetzgebungsverfahren äöü " + Gone},
		{"Subject", "Ana Bérg: =?=3F?= means =?utf-8?q?x and ü", Gone + ": =?=3F?= means =?utf-8?q?x and ü"},
		{"Subject", "=?00000Þ0 000„?q?000 B=C3=89rg?= ana@example.net", "=?00000Þ0 000„?q?000 B=C3=89rg?= " + Gone},
		{"From", "Zoë Müller über Ana Bérg <bob@example.com>", "Zoë Müller über [erased] <bob@example.com>"},
		{"To", "Zoë Müller <zoe@example.com>, Jörg Größe <j@example.com>, ana@example.net", "Zoë Müller <zoe@example.com>, Jörg Größe <j@example.com>, [erased]"},
	} {
		raw := "From: bob@example.com\r\n" + tt.name + ": " + tt.value + "\r\n\r\nx\r\n"
		if tt.name == "From" {
			raw = tt.name + ": " + tt.value + "\r\n\r\nx\r\n"
		}
		e := NewEraser(fuzzed(), func(string) bool { return false }, nil)
		got := mailparse.Parse(e.cut([]byte(raw), false), mailparse.Envelope{}).Header.Get(tt.name)
		if got != tt.want {
			t.Errorf("%s: %s is cut to %q, want %q", tt.name, tt.value, got, tt.want)
		}
	}
}
