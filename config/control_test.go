package config

import (
	"strings"
	"testing"
)

func TestControlAddress(t *testing.T) {
	file := func(control, more string) string {
		return "[desk]\nname = \"IT\"\nhostname = \"desk.example.net\"\nfallback = \"first\"\n" + control + "\n[[address]]\nmail = \"support@Example.net\"\n" + more +
			"[[agent]]\nname = \"alice\"\nmail = [\"alice@example.net\"]\n[[queue]]\nname = \"first\"\nagents = [\"alice\"]\n"
	}
	for _, tt := range []struct{ control, more, want, mistake string }{
		{"", "", "desk@example.net", ""},
		{`control = "none"`, "", "", ""},
		{`control = "ask@example.net"`, "", "ask@example.net", ""},
		{"", "[[address]]\nmail = \"desk@example.net\"\n", "", ""},
		{`control = "support@example.net"`, "", "", "requests come in"},
		{`control = "desk"`, "", "", `"desk" is not an address`},
		{`control = "a b@example.net"`, "", "", "a b@example.net"},
	} {
		c, err := Load(write(t, "maildesk.toml", file(tt.control, tt.more)))
		switch {
		case tt.mistake != "":
			if err == nil || !strings.Contains(err.Error(), tt.mistake) {
				t.Errorf("%s: %v, want the mistake %q", tt.control, err, tt.mistake)
			}
		case err != nil:
			t.Errorf("%s: %v", tt.control, err)
		case c.Desk.Control != tt.want:
			t.Errorf("%s: the control address is %q, want %q", tt.control, c.Desk.Control, tt.want)
		}
	}
}
