package config

import (
	"testing"
)

func TestGuard(t *testing.T) {
	c, err := Load(write(t, "maildesk.toml", minimal+`
[guard]
never_answer = ["Robot@example.net", "@lists.example.net", "example.com", "*-bot@*.example.edu", "o'brien+x@example.net"]
never_answer_headers = ["X-Mailer: Nagios*", "X-Monitoring: *"]
`))
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"robot@example.net": true, "robot@example.net.evil.example": false, "xrobot@example.net": false,
		"a@lists.example.net": true, "a@sub.lists.example.net": false,
		"a@example.com": true, "a@sub.example.com": true, "a@notexample.com": false,
		"build-bot@ci.example.edu": true, "build-bot@example.edu": false, "bot@ci.example.edu": false,
		"o'brien+x@example.net": true,
	} {
		got := false
		for _, p := range c.Guard.Addresses {
			got = got || p.MatchString(address)
		}
		if got != want {
			t.Errorf("never_answer matches %s: %t, want %t", address, got, want)
		}
	}
	if len(c.Guard.Headers) != 2 || c.Guard.Headers[0].Name != "X-Mailer" || !c.Guard.Headers[0].Value.MatchString("nagios 3") || c.Guard.Headers[0].Value.MatchString("a nagios") || !c.Guard.Headers[1].Value.MatchString("yes") {
		t.Errorf("never_answer_headers = %+v", c.Guard.Headers)
	}
}
