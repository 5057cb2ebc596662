package imitation

import (
	"strings"
	"testing"
	"unicode/utf8"

	"maildesk/desk/settings"
	"maildesk/faulttest"
)

var set = &settings.Settings{
	Name:      "Example IT",
	Addresses: []settings.Address{{Mail: "support@example.org"}},
	Agents: []settings.Agent{
		{Name: "anna", Display: "Anna Schmidt", Mail: []string{"anna@example.org", "anna@home.example"}},
		{Name: "bob", Mail: []string{"bob@example.org"}},
		{Name: "carol", Display: "Carol Müller", Mail: []string{"carol@example.org"}},
	},
}

func TestT123NamesThatPretend(t *testing.T) {
	const shows, calls, imitates = "shows the address", "calls themselves", "with other letters"
	for _, tt := range []struct{ name, address, want string }{
		{"Ana Berg", "ana@example.net", ""},
		{"", "ana@example.net", ""},
		{"Anna Schmidt", "anna@example.org", ""},   // she is
		{"Anna Schmidt", "anna+x@example.org", ""}, // and so is she here
		{"Example IT", "support@example.org", ""},  // the desk itself
		{"Anna", "anna.berg@example.net", ""},      // many people are called so
		{"Bob", "bob@example.net", ""},             // likewise
		{"Anna Schmidtke", "a@example.net", ""},    // another name
		{"Hanna Schmidt", "a@example.net", ""},     // likewise
		{"Анна Шмидт", "a@example.net", ""},        // in letters that look like none
		{"ana@example.net", "ANA@Example.net", ""}, // her own
		{"info@müller.example", "info@xn--mller-kva.example", ""},
		{"Ana @ work", "ana@example.net", ""},
		{"sales/eu@firm.example", "sales/eu@firm.example", ""},
		{"o'brien@firm.example", "o'brien@firm.example", ""},
		{"«x#y=z@firm.example»", "x#y=z@firm.example", ""},

		{"bob@example.org", "evil@example.net", shows},
		{"Bob <bob@example.org>", "evil@example.net", shows},
		{"boss@example.com via Sales", "evil@example.net", shows}, // whoever's it is
		{"ｂｏｂ＠example.org", "evil@example.net", shows},
		{"b\u200bob@example.org", "evil@example.net", shows},
		{"bоb@example.org", "evil@example.net", shows}, // Cyrillic о
		{"bob@example.org", "anna@example.org", shows}, // an agent as another

		{"Anna Schmidt", "evil@example.net", calls},
		{"ANNA  SCHMIDT", "evil@example.net", calls},
		{"Schmidt, Anna", "evil@example.net", calls},
		{"\"Anna Schmidt\"", "evil@example.net", calls},
		{"Anna Schmidt, Example IT", "evil@example.net", calls},
		{"Anna Schmidt (IT)", "evil@example.net", calls},
		{"An\u200bna Schmidt", "evil@example.net", calls},
		{"Ａｎｎａ Ｓｃｈｍｉｄｔ", "evil@example.net", calls},
		{"Carol Mu\u0308ller", "evil@example.net", calls},
		{"Example IT", "evil@example.net", calls},
		{"The Example IT Team", "evil@example.net", calls},

		{"Аnnа Schmidt", "evil@example.net", imitates},  // Cyrillic А, а
		{"Anna Schrnidt", "evil@example.net", imitates}, // rn
		{"Аnnа Schmidt, Example", "evil@example.net", imitates},
		{"Anna Schmıdt", "evil@example.net", imitates}, // without its dot
		{"Anna SchmIdt", "evil@example.net", calls},    // the same letter
		{"CaroI Müller", "evil@example.net", imitates}, // a capital I
		{"CaroI Müller (IT)", "evil@example.net", imitates},
		{"Anna.Schmidt", "evil@example.net", imitates},
		{"Anna_Schmidt", "evil@example.net", imitates},
		{"A.nna Schmidt", "evil@example.net", imitates},
		{"Anna·Schmidt", "evil@example.net", imitates},
		{"Anna-Schmidt, IT", "evil@example.net", imitates},
		{"Anna\u200bSchmidt", "evil@example.net", imitates},
		{"AnnaSchmidt", "evil@example.net", imitates},
		{"Ánna Schmidt", "evil@example.net", imitates},
		{"Carol Muller", "evil@example.net", imitates},
		{"bob (at) example.org", "evil@example.net", shows},
		{"bob[at]example[dot]org", "evil@example.net", shows},
		{"bob @ example.org", "evil@example.net", shows},
		{"Anna Schmid", "a@example.net", ""},
		{"Joanna Schmidt", "a@example.net", ""},
		{"Anna M. Schmidt", "a@example.net", ""},
		{"Ana (at) Firm", "ana@example.net", ""},
		{"Вob", "evil@example.net", ""},              // lower-case в looks like no b
		{"bоb", "evil@example.net", imitates},        // Cyrillic о
		{"Ехample IT", "evil@example.net", imitates}, // Cyrillic Е, х
		{"Examp1e IT", "evil@example.net", imitates},
	} {
		got := Of(set, tt.name, tt.address)
		if (tt.want == "") != got.IsZero() || !strings.Contains(got.String(), tt.want) {
			t.Errorf("%q <%s>: %q, want %q", tt.name, tt.address, got.String(), tt.want)
		}
		if !got.IsZero() && !strings.Contains(got.String(), tt.address) {
			t.Errorf("%q <%s>: %q does not name the address", tt.name, tt.address, got.String())
		}
	}
	faulttest.Seen(t, "T123", "names of senders that are an agent's, the desk's or an address, in the same letters, in full width, with Cyrillic, digits, rn, and letters nobody sees", "agents are told so; the names of honest people are not marked")
}

// TestPoses: what counts against a sender is less than agents are told of.
func TestPoses(t *testing.T) {
	for _, tt := range []struct {
		name, address string
		want          bool
	}{
		{"Ana Berg", "ana@example.net", false},
		{"", "ana@example.net", false},
		{"Anna Schmidt", "anna@example.org", false},
		{"Anna Schmidt", "evil@example.net", true},
		{"Аnnа Schmidt", "evil@example.net", true},
		{"Example IT", "evil@example.net", true},
		{"support@example.org", "evil@example.net", true},
		{"bob@example.org", "evil@example.net", true},
		{"bob@example.org", "anna@example.org", true},
		{"chief@sales.example.org", "evil@example.net", true}, // of the house
		{"anna@home.example", "evil@example.net", true},       // an agent's, of another domain
		{"anna@home.example", "anna@example.org", false},      // her other one
		{"info@firm.example via Sales", "sales@firm.test", false},
		{"a@firm.example", "a.berg@firm.example", false},
		{"sales/anna@home.example", "sales/anna@home.example", false}, // no agent's, though it ends as theirs
		{"Anna Schmidt a@firm.example", "evil@example.net", true},
		{"Example IT", "support@example.org", false},
	} {
		if got := Poses(set, tt.name, tt.address); got != tt.want {
			t.Errorf("%q <%s> poses: %t, want %t", tt.name, tt.address, got, tt.want)
		}
	}
}

// FuzzOf: whatever a name is, what is said of it is bounded, and the own name of an agent at
// their own address is never said to be another's.
func FuzzOf(f *testing.F) {
	for _, s := range []string{"Anna Schmidt", "a@b.c", "Аnna", "\u202eevil", strings.Repeat("rn", 100), "\xff,\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := Of(set, name, "evil@example.net").String()
		if n := utf8.RuneCountInString(got); n > 600 {
			t.Errorf("%q makes a sentence of %d characters", name, n)
		}
		if !strings.Contains(plain(name), "@") && !Of(set, name, "anna@example.org").IsZero() {
			t.Errorf("%q: %s", name, Of(set, name, "anna@example.org"))
		}
	})
}
