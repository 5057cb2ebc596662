package letters_test

import (
	"testing"

	"maildesk/letters"
)

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "printer": "printer", "Drücker": "Drucker", "Łódź, działa": "Lodz, dziala", "Straße STRAẞE": "Strasse STRASSE", "smørrebrød ØL": "smorrebrod OL",
		"Đorđe": "Dorde", "Ærø cœur Œuvre": "AEro coeur OEuvre", "ǽ ǿ": "ae o", "Guðrún Þór": "Gudrun THor", "ılık İzmir": "ilik Izmir", "Ħal Għaxaq": "Hal Ghaxaq",
		"Ŧŧ Ŋŋ ĳs Ĳ": "Tt Nn ijs IJ", "Привет, мой": "Привет, мои", "Ελλάς": "Ελλας", "日本 17": "日本 17", "\uE000file": "\uE000file",
	} {
		if got := letters.Plain(text); got != want {
			t.Errorf("Plain(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestPlainEuropean: the signs of other scripts stay, as do letters that are made of several.
func TestPlainEuropean(t *testing.T) {
	for text, want := range map[string]string{
		"printer": "printer", "Łódź, działa": "Lodz, dziala", "Straße": "Strasse", "Ærø": "AEro", "ılık İzmir": "ilik Izmir", "Привет, мой": "Привет, мои", "Ελλάς": "Ελλας",
		"हिन्दी": "हिन्दी", "ที่": "ที่", "がぎ": "がぎ", "한국": "한국",
	} {
		if got := letters.PlainEuropean(text); got != want {
			t.Errorf("PlainEuropean(%q) = %q, want %q", text, got, want)
		}
	}
}
