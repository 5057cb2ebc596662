package mailauth

import (
	"strings"
	"testing"

	"maildesk/mailparse"
)

func TestRead(t *testing.T) {
	servers := []string{"mx.example.org", "mx2.example.org"}
	tests := []struct {
		name   string
		fields []string
		want   Results
	}{
		{"none", nil, Results{}},
		{"all in one, with comments", []string{"MX.example.org;\r\n dkim=pass (2048-bit key) header.d=example.net header.i=@example.net;\r\n spf=softfail (mx: domain of ana@example.net; ok) smtp.mailfrom=ana@example.net;\r\n dmarc=pass (p=REJECT sp=none) header.from=example.net"},
			Results{"softfail", "pass", "pass", "example.net"}},
		{"one field a method", []string{"mx2.example.org; dmarc=fail header.from=example.net", "mx2.example.org 1; spf=Fail smtp.helo=x", "mx.example.org; none"}, Results{"fail", "", "fail", "example.net"}},
		{"the topmost counts", []string{"mx.example.org; spf=fail", "mx.example.org; spf=pass; dkim=pass"}, Results{SPF: "fail", DKIM: "pass"}},
		{"a good signature among others", []string{"mx.example.org; dkim=fail header.d=a.example; dkim=pass header.d=b.example", "mx.example.org; dkim=none"}, Results{DKIM: "pass"}},
		{"a lower field cannot better it", []string{"mx.example.org; dkim=fail", "mx.example.org; dkim=pass"}, Results{DKIM: "fail"}},
		{"another server of ours, below", []string{"mx.example.org; spf=fail", "mx2.example.org; dmarc=pass header.from=example.net"}, Results{SPF: "fail"}},
		{"a stranger's word, between", []string{"mx.example.org; spf=fail", "mx.example.com; none", "mx.example.org; dmarc=pass"}, Results{SPF: "fail"}},
		{"a forger's word, before the last hop", []string{"mx.example.org; spf=fail", "\nReceived: from x by mx.example.org", "mx.example.org; dmarc=pass"}, Results{SPF: "fail"}},
		{"a forger's word, below what authors write", []string{"mx.example.org; spf=fail", "\nSubject: Hello", "mx.example.org; dmarc=pass"}, Results{SPF: "fail"}},
		{"a filter's mark within", []string{"mx.example.org; spf=pass", "\nDKIM-Filter: 2.11", "mx.example.org; dkim=pass"}, Results{SPF: "pass", DKIM: "pass"}},
		{"a stranger's word, above", []string{"filter.example.com; spf=fail", "mx.example.org; spf=pass"}, Results{SPF: "pass"}},
		{"broken, within", []string{"mx.example.org; spf=fail", "mx.example.org; dkim", "mx.example.org; dmarc=pass"}, Results{SPF: "fail"}},
		{"a stranger's word", []string{"mx.example.com; dmarc=pass", "example.org; dmarc=pass", "; dmarc=pass", "mx.example.org.evil.example; dmarc=pass"}, Results{}},
		{"words of strangers", []string{"mx.example.org; spf=fail (x; dmarc=pass (y\\) ; dkim=pass) z) smtp.mailfrom=\"a; dmarc=pass \\\"; dkim=pass\"@evil.example (never closed ; dkim=pass"}, Results{SPF: "fail"}},
		{"broken", []string{"mx.example.org; dmarc", "mx.example.org; (", "mx.example.org", "=;=;"}, Results{}},
		{"many", append(strings.Split(strings.Repeat("x.example; spf=pass\n", 20), "\n")[:20], "mx.example.org; spf=pass"), Results{}},
	}
	for _, tt := range tests {
		var raw strings.Builder
		for _, f := range tt.fields {
			if other, is := strings.CutPrefix(f, "\n"); is {
				raw.WriteString(other + "\r\n")
				continue
			}
			raw.WriteString("Authentication-Results: " + f + "\r\n")
		}
		raw.WriteString("From: ana@example.net\r\n\r\nHello\r\n")
		msg := mailparse.Parse([]byte(raw.String()), mailparse.Envelope{})
		if got := Read(msg.Header, servers, nil); got != tt.want {
			t.Errorf("%s: Read = %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

// FuzzRead: no field ends the process, and no stranger's word counts.
func FuzzRead(f *testing.F) {
	for _, field := range []string{"mx.example.com; dkim=pass header.d=x", "a;(((", "a; spf=pass (x) y.z=\"q\\\"", ";;;", "a 1; dmarc=pass reason=\"x;y\" header.from=b"} {
		f.Add(field)
	}
	servers := []string{"mx.example.org"}
	f.Fuzz(func(t *testing.T, field string) {
		got := Read(mailparse.Header{{Name: "Authentication-Results", Value: field}}, servers, nil)
		if got != (Results{}) && !strings.Contains(strings.ToLower(field), "mx.example.org") {
			t.Errorf("Read(%q) = %+v of a stranger", field, got)
		}
	})
}

func TestPasses(t *testing.T) {
	for _, tt := range []struct {
		name    string
		results Results
		address string
		want    bool
	}{
		{"the domain of the address", Results{DMARC: "pass", From: "Example.net"}, "ana@example.net", true},
		{"no domain is named", Results{DMARC: "pass"}, "ana@example.net", true},
		{"another domain", Results{DMARC: "pass", From: "example.com"}, "ana@example.net", false},
		{"a domain below", Results{DMARC: "pass", From: "example.net"}, "ana@mail.example.net", false},
		{"not checked", Results{SPF: "pass", DKIM: "pass"}, "ana@example.net", false},
		{"failed", Results{DMARC: "fail", From: "example.net"}, "ana@example.net", false},
		{"no address", Results{DMARC: "pass"}, "", false},
	} {
		if got := tt.results.Passes(tt.address); got != tt.want {
			t.Errorf("%s: %t, want %t", tt.name, got, tt.want)
		}
	}
}
