package logic

import "testing"

func TestImplies(t *testing.T) {
	tests := []struct {
		when, other string
		want        bool
	}{
		{`size > 3`, ` size>3 `, true},
		{`size > 3`, `size > 4`, false},
		{`size > 3`, ``, true},
		{``, `size > 3`, false},
		{`tls and size > 3`, `tls`, true},
		{`tls`, `tls and size > 3`, false},
		{`tls`, `size > 3 or tls`, true},
		{`tls or size > 3`, `tls`, false},
		{`tls and size > 3`, `size > 3 and tls`, true},
		{`size > 3 or tls`, `tls || size > 3 || source == "smtp"`, true},
		{`(tls or size > 3) and spf == "pass"`, `size > 3 or tls`, true},
		{`from_domain == "a.example"`, `from_domain in ["a.example", "b.example"]`, true},
		{`from_domain in ["a.example", "c.example"]`, `from_domain in ["a.example", "b.example"]`, false},
		{`"a@x.example" in recipients`, `recipients == ["a@x.example"]`, false},
		{`not tls`, `tls`, false},
		{`tls and`, `tls and`, true}, // broken, and said elsewhere
	}
	for _, tt := range tests {
		if got := Of(tt.when).Implies(Of(tt.other)); got != tt.want {
			t.Errorf("%q implies %q = %t, want %t", tt.when, tt.other, got, tt.want)
		}
	}
}

func TestNever(t *testing.T) {
	tests := []struct{ when, want string }{
		{``, ""},
		{`false`, "its condition is false"},
		{`tls and false`, "its condition is false"},
		{`tls or false`, ""},
		{`class == "bounce"`, "mail of class bounce is filed without any rule"},
		{`class in ["spam", "report"] and tls`, "mail of class spam, report is filed without any rule"},
		{`class in ["spam", "list"]`, ""},
		{`class != "bounce"`, ""},
		{`from_domain == "a.example" and size > 3 and from_domain == "b.example"`, "from_domain cannot be two things at once"},
		{`language in ["de", "fr"] and language in ["fr", "es"]`, ""},
		{`language in ["de", "fr"] and "es" == language`, "language cannot be two things at once"},
		{`"a@x.example" in to and "b@x.example" in to`, ""},
		{`class == "spam" or from == "a@x.example" and from == "b@x.example"`, "from cannot be two things at once"},
	}
	for _, tt := range tests {
		if got := Of(tt.when).Never(); got != tt.want {
			t.Errorf("Never(%q) = %q, want %q", tt.when, got, tt.want)
		}
	}
}
