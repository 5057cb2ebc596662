package copies

import "testing"

// TestIsSameMatter: what lists and gateways write around a subject makes no other one; words do.
func TestIsSameMatter(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"printer", "Printer", true},
		{"printer", "[staff] printer", true},
		{"printer", "[EXTERNAL SENDER] [CAUTION: open no links, and no files] printer", true},
		{"[staff] printer", "[EXTERNAL SENDER] Re: [staff] printer", true},
		{"printer", "CAUTION: this came from outside of the house: printer", true},
		{"printer", "printer [SEC=OFFICIAL]", true},
		{"printer", "[EXTERNAL] printer [SEC=OFFICIAL] [scanned]", true},
		{"printer [second floor]", "[EXTERNAL] printer [second floor]", true},
		{"", "[EXTERNAL]", true},
		{"[printer]", "[Printer]", true},

		{"printer", "printer is well", false},
		{"printer", "this is no printer", false},
		{"printer", "", false},
		{"[printer]", "[do nothing]", false},
		{"printer", "[EXTERNAL] do nothing", false},
		{"printer", "printer [SEC=OFFICIAL] do nothing", false},
	} {
		for range 2 {
			if got := isSameMatter(tt.a, tt.b); got != tt.want {
				t.Errorf("isSameMatter(%q, %q) = %t, want %t", tt.a, tt.b, got, tt.want)
			}
			tt.a, tt.b = tt.b, tt.a
		}
	}
}
