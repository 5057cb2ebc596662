package config

import (
	"strings"
	"testing"
)

func TestWeb(t *testing.T) {
	tests := []struct{ section, url, warning string }{
		{``, "", ""},
		{"[web]\nlisten = '127.0.0.1:8025'", "http://127.0.0.1:8025", ""},
		{"[web]\nlisten = '[::1]:8025'", "http://[::1]:8025", ""},
		{"[web]\nlisten = ':8025'", "http://localhost:8025", "clear text"},
		{"[web]\nlisten = '192.0.2.1:8025'", "http://192.0.2.1:8025", "clear text"},
		{"[web]\nlisten = '192.0.2.1:8025'\ntrusted = ['192.0.2.2/32']", "http://192.0.2.1:8025", ""},
		{"[web]\nlisten = '127.0.0.1:8025'\nurl = 'https://Desk.example.org/'", "https://desk.example.org", ""},
		{"[web]\nlisten = '127.0.0.1:8025'\nurl = 'https://desk.example.org:443'", "https://desk.example.org", ""}, // browsers leave these ports out
		{"[web]\nlisten = '127.0.0.1:8025'\nurl = 'http://desk.example.org:80'", "http://desk.example.org", ""},
		{"[web]\nlisten = '127.0.0.1:8025'\nurl = 'https://desk.example.org:8443'", "https://desk.example.org:8443", ""},
		{"[web]\nlisten = '127.0.0.1:8025'\nurl = 'https://hilfe.müller.example'", "https://hilfe.xn--mller-kva.example", ""},
		{"[web]\nlisten = '127.0.0.1:8025'\nurl = 'https://[2001:DB8::1]:443'", "https://[2001:db8::1]", ""},
	}
	for _, tt := range tests {
		c, err := Load(write(t, "maildesk.toml", minimal+tt.section+"\n"))
		if err != nil {
			t.Errorf("%q: %v", tt.section, err)
			continue
		}
		if c.Web.URL != tt.url {
			t.Errorf("%q: url %q, want %q", tt.section, c.Web.URL, tt.url)
		}
		warned := ""
		for _, w := range c.Warnings {
			warned += w.Reason
		}
		if (tt.warning == "") != (warned == "") || !strings.Contains(warned, tt.warning) {
			t.Errorf("%q: warnings %q, want %q", tt.section, warned, tt.warning)
		}
	}
}
