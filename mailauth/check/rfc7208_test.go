package check

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"maildesk/faulttest/dnsserver"
	"maildesk/mailauth/resolver"
	"maildesk/ticket"
)

// What the module that checks SPF leaves out. None of it lets anybody pass whom the domain's record does not: it is the
// domain's own record that is not quite right.
const (
	early    = "what is wrong behind the part that matches is not looked at"
	charset  = "of which characters a record or a name in it consists is not looked at"
	topLabel = "a name whose last label is none of a domain is asked for, and is not there"
	slashes  = "a name with a colon and a slash is refused as a name"
	exp      = "explanations are not looked at, and shown to nobody"
)

// departures are the tests of the suite whose results the desk does not have, each with why.
var departures = map[string]string{
	"redirect-is-modifier": early, "detect-errors-anywhere": early, "redirect-syntax-error": early, "redirect-empty-domain": early,
	"unknown-modifier-syntax": early, "invalid-domain": topLabel,
	"non-ascii-policy": charset, "control-char-policy": charset, "a-null": charset, "mx-null": charset,
	"a-numeric": topLabel, "a-numeric-toplabel": topLabel, "a-only-toplabel": topLabel, "a-only-toplabel-trailing-dot": topLabel,
	"a-bad-domain": topLabel, "a-bad-toplabel": topLabel, "mx-numeric-top-label": topLabel, "mx-bad-domain": topLabel, "mx-bad-toplab": topLabel,
	"a-colon-domain": slashes, "a-colon-domain-ip4mapped": slashes, "mx-colon-domain": slashes, "mx-colon-domain-ip4mapped": slashes,
	"cidr4-032": "a length of a network may begin with a nought", "bare-ip6": early,
	"exp-empty-domain": exp, "exp-syntax-error": exp, "exp-twice": exp, "exp-only-macro-char": exp,
	"p-macro-multiple":      "the macro p, which RFC 7208 says not to use, is no name",
	"macro-mania-in-domain": "a name with a space is asked of no server",
}

// spfSuite is a part of the suite of RFC 7208: tests, and the DNS that they ask.
type spfSuite struct {
	Description string
	Tests       map[string]struct {
		Helo, Host string
		MailFrom   string `yaml:"mailfrom"`
		Result     any    // a word, or a list of them
	}
	Zone map[string][]map[string]any `yaml:"zonedata"`
}

// The test suite of RFC 7208, as the module that checks SPF has it, through a DNS server and the desk's own resolver.
func TestRFC7208(t *testing.T) {
	folder, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "blitiri.com.ar/go/spf").Output()
	if err != nil {
		t.Skipf("go list does not find blitiri.com.ar/go/spf, which has rfc7208-tests.yml: %v", err)
	}
	f, err := os.Open(filepath.Join(strings.TrimSpace(string(folder)), "testdata", "rfc7208-tests.yml"))
	if err != nil {
		t.Skipf("blitiri.com.ar/go/spf is there without rfc7208-tests.yml: %v", err)
	}
	defer f.Close()
	n, met := 0, map[string]bool{}
	for read := yaml.NewDecoder(f); ; {
		var suite spfSuite
		if err := read.Decode(&suite); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		s := dnsserver.Start(t)
		for name, records := range suite.Zone {
			addZone(t, s, name, records)
		}
		c := New(resolver.New(resolver.Config{Server: s.Addr, Timeout: 20 * time.Second}), time.Minute)
		for name, tt := range suite.Tests {
			n++
			env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: tt.MailFrom, Helo: tt.Helo, Client: tt.Host}
			a := c.Check(t.Context(), env, crlf("From: a@example.org\n\nHello\n"), "", true)
			agrees := slices.Contains(words(tt.Result), a.SPF)
			if why := departures[name]; agrees == (why != "") {
				t.Errorf("%s, %s: <%s> by %s [%s] is %s (%s), the suite has %v; known departure %q", suite.Description, name, tt.MailFrom, tt.Helo, tt.Host, a.SPF, a.Fault, tt.Result, why)
			}
			met[name] = true
		}
	}
	for name := range departures {
		if !met[name] {
			t.Errorf("the suite has no test %s", name)
		}
	}
	t.Logf("%d results, %d of them departures", n, len(departures))
	if n < 150 {
		t.Errorf("the suite has %d tests, that proves nothing", n)
	}
}

// words returns a text or a list of texts as a list.
func words(v any) (list []string) {
	if all, is := v.([]any); is {
		for _, one := range all {
			list = append(list, fmt.Sprint(one))
		}
		return list
	}
	return []string{fmt.Sprint(v)}
}

// escaped writes a name as a zone file has it.
var escaped = strings.NewReplacer(" ", `\ `, ";", `\;`, "(", `\(`, ")", `\)`, "@", `\@`, `"`, `\"`)

// addZone lets a server answer about a name as the suite says. Its records of the type SPF, which RFC 7208 ended, stand
// for TXT where there are none of those.
func addZone(t *testing.T, s *dnsserver.Server, name string, records []map[string]any) {
	t.Helper()
	name = escaped.Replace(strings.TrimSuffix(name, "."))
	hasTXT := slices.ContainsFunc(records, func(r map[string]any) bool { return r["TXT"] != nil && r["TXT"] != "NONE" })
	noTXT := slices.ContainsFunc(records, func(r map[string]any) bool { return r["TXT"] == "NONE" })
	for _, r := range records {
		for kind, value := range r {
			all := words(value)
			switch kind {
			case "TIMEOUT", "SERVFAIL": // a server that is silent is tried elsewhere
				if !hasTXT { // else only the query for the type SPF is meant
					s.Fail(dnsserver.ServFail, name)
				}
			case "CNAMELOOP":
				s.Fail(dnsserver.Loop, name)
			case "SPF", "TXT":
				if value == "NONE" || kind == "SPF" && (hasTXT || noTXT) {
					continue
				}
				var parts []string
				for _, part := range all {
					parts = append(parts, quotedText(part)...)
				}
				if parts == nil {
					parts = []string{`""`}
				}
				s.Add(t, name+". TXT "+strings.Join(parts, " "))
			case "MX":
				s.Add(t, fmt.Sprintf("%s. MX %s %s.", name, all[0], strings.TrimSuffix(all[1], ".")))
			case "A", "AAAA":
				for _, ip := range all {
					if net.ParseIP(ip) == nil {
						t.Fatalf("%s has the address %q", name, ip)
					}
					s.Add(t, name+". "+kind+" "+ip)
				}
			case "PTR", "CNAME":
				for _, to := range all {
					s.Add(t, name+". "+kind+" "+strings.TrimSuffix(to, ".")+".")
				}
			default:
				t.Fatalf("%s has a record of the type %s", name, kind)
			}
		}
	}
}

// quotedText returns a string of a TXT record as a zone file has it, in parts of at most 255 bytes.
func quotedText(s string) (parts []string) {
	for chunk := range slices.Chunk([]byte(s), 255) {
		var out strings.Builder
		for _, b := range chunk {
			if b < ' ' || b > '~' || b == '"' || b == '\\' {
				fmt.Fprintf(&out, "\\%03d", b)
			} else {
				out.WriteByte(b)
			}
		}
		parts = append(parts, `"`+out.String()+`"`)
	}
	if parts == nil {
		parts = []string{`""`}
	}
	return parts
}
