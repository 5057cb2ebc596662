package resolver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"maildesk/faulttest/dnsserver"
)

// kindOf returns what an error means to those who ask.
func kindOf(err error) string {
	dns, ok := errors.AsType[*net.DNSError](err)
	switch {
	case err == nil:
		return "fine"
	case !ok:
		return fmt.Sprintf("%T", err)
	case dns.IsNotFound:
		return "none"
	case dns.Temporary():
		return "temporary"
	}
	return "wrong"
}

func TestLookup(t *testing.T) {
	s := dnsserver.Start(t, `example.org. TXT "v=spf1 -all"`, `example.org. TXT "two " "strings"`, `example.org. MX 10 mx.example.org.`, `mx.example.org. A 192.0.2.7`, `mx.example.org. AAAA 2001:db8::7`,
		`7.2.0.192.in-addr.arpa. PTR mx.example.org.`, dnsserver.TXT("long.example", strings.Repeat("k", 3000)))
	r := New(Config{Server: s.Addr})
	ctx := t.Context()
	txt, err := r.LookupTXT(ctx, "Example.org")
	slices.Sort(txt)
	if want := []string{"two strings", "v=spf1 -all"}; err != nil || !slices.Equal(txt, want) {
		t.Errorf("LookupTXT = %q, %v", txt, err)
	}
	if txt, err := r.LookupTXT(ctx, "long.example."); err != nil || len(txt) != 1 || len(txt[0]) != 3000 {
		t.Errorf("LookupTXT of what needs TCP: %d records, %v", len(txt), err)
	}
	if mx, err := r.LookupMX(ctx, "example.org"); err != nil || len(mx) != 1 || mx[0].Host != "mx.example.org." {
		t.Errorf("LookupMX = %v, %v", mx, err)
	}
	if ips, err := r.LookupIPAddr(ctx, "mx.example.org"); err != nil || len(ips) != 2 {
		t.Errorf("LookupIPAddr = %v, %v", ips, err)
	}
	if names, err := r.LookupAddr(ctx, "192.0.2.7"); err != nil || !slices.Equal(names, []string{"mx.example.org."}) {
		t.Errorf("LookupAddr = %v, %v", names, err)
	}
	for _, name := range []string{"missing.example", "mx.example.org", "", ".", "a..b", strings.Repeat("a", 300), "192.0.2.7", strings.Repeat("b", 64) + ".example"} {
		if _, err := r.LookupTXT(ctx, name); kindOf(err) != "none" {
			t.Errorf("LookupTXT(%q): %v is %s, want none", name, err, kindOf(err))
		}
	}
	for _, question := range s.Asked() {
		if !strings.HasSuffix(question, ".") || strings.Count(question, "example") > 1 {
			t.Errorf("a search list was tried: %s", question)
		}
	}
}

// TestHostileServer has a row for each way in which a server answers badly. None is an
// answer, and none takes longer than a lookup may.
func TestHostileServer(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault dnsserver.Fault
		want  string
	}{
		{"silent", dnsserver.Silent, "temporary"},
		{"SERVFAIL", dnsserver.ServFail, "temporary"},
		{"REFUSED", dnsserver.Refused, "temporary"},
		{"wrong ids", dnsserver.WrongID, "temporary"},
		{"another question", dnsserver.WrongQuestion, "temporary"},
		{"garbage", dnsserver.Garbage, "temporary"},
		{"cut short", dnsserver.CutShort, "temporary"},
		{"a CNAME that loops", dnsserver.Loop, "none"},
		{"huge", dnsserver.Huge, "wrong"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := dnsserver.Start(t, `example.org. TXT "v=spf1 +all"`)
			s.Fail(tt.fault)
			timeout := time.Minute
			if tt.want == "temporary" { // which may be the end of its time
				timeout = 300 * time.Millisecond
			}
			r := New(Config{Server: s.Addr, Timeout: timeout})
			txt, err := r.LookupTXT(t.Context(), "example.org")
			if got := kindOf(err); got != tt.want || len(txt) > 0 {
				t.Errorf("LookupTXT = %q, %v (%s), want %s", txt, err, got, tt.want)
			}
		})
	}
	t.Run("nobody there", func(t *testing.T) {
		r := New(Config{Server: "127.0.0.1:1", Timeout: 300 * time.Millisecond})
		_, err := r.LookupTXT(t.Context(), "example.org")
		if dns, ok := errors.AsType[*net.DNSError](err); kindOf(err) != "temporary" || !ok || dns.Server != "127.0.0.1:1" {
			t.Errorf("LookupTXT: %v is %s; the server is not the one that was asked", err, kindOf(err))
		}
	})
}

// An answer is asked for once, whatever it is, and by many at once.
func TestRemembers(t *testing.T) {
	s := dnsserver.Start(t, `example.org. TXT "x"`)
	s.Fail(dnsserver.ServFail, "broken.example")
	r := New(Config{Server: s.Addr})
	for _, name := range []string{"example.org", "missing.example", "broken.example"} {
		_, first := r.LookupTXT(t.Context(), name)
		asked := len(s.Asked())
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := r.LookupTXT(t.Context(), strings.ToUpper(name)+"."); kindOf(err) != kindOf(first) {
					t.Errorf("%s: %v, then %v", name, first, err)
				}
			})
		}
		all.Wait()
		if more := len(s.Asked()) - asked; more > 0 {
			t.Errorf("%s was asked for %d times more", name, more)
		}
	}
}

func TestBudget(t *testing.T) {
	s := dnsserver.Start(t, `example.org. TXT "x"`)
	ask := New(Config{Server: s.Addr}).Within(3)
	for range 3 {
		if _, err := ask.LookupTXT(t.Context(), "example.org"); err != nil {
			t.Fatal(err)
		}
	}
	_, txt := ask.LookupTXT(t.Context(), "example.org")
	_, mx := ask.LookupMX(t.Context(), "example.org")
	_, ip := ask.LookupIPAddr(t.Context(), "example.org")
	_, ptr := ask.LookupAddr(t.Context(), "192.0.2.1")
	for _, err := range []error{txt, mx, ip, ptr} {
		if kindOf(err) != "temporary" {
			t.Errorf("over the budget: %v is %s", err, kindOf(err))
		}
	}
}

// Whoever stops waiting gets a temporary error at once; the lookup goes on for the others.
func TestGivesUp(t *testing.T) {
	s := dnsserver.Start(t)
	s.Fail(dnsserver.Silent)
	r := New(Config{Server: s.Addr, Timeout: 300 * time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.LookupTXT(ctx, "example.org"); kindOf(err) != "temporary" {
		t.Errorf("LookupTXT after the end: %v is %s", err, kindOf(err))
	}
}

// TestForgets: what is remembered is bounded and ends.
func TestForgets(t *testing.T) {
	c := cache{all: map[string]answer{}}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for i := range maxAnswers {
		until := now.Add(keptAnswer)
		if i%2 == 0 {
			until = now.Add(keptFault)
		}
		c.put(fmt.Sprint(i), answer{until: until}, now)
	}
	if _, ok := c.get("0", now.Add(keptFault)); ok {
		t.Error("an answer is known when it is over")
	}
	c.put("a", answer{until: now.Add(time.Hour)}, now.Add(keptFault))
	if _, ok := c.get("1", now); !ok || len(c.all) != maxAnswers/2+1 {
		t.Errorf("%d answers are left, the one that is not over among them: %t", len(c.all), ok)
	}
	for i := range 2 * maxAnswers {
		c.put(fmt.Sprint("x", i), answer{until: now.Add(time.Hour)}, now)
	}
	if len(c.all) > maxAnswers {
		t.Errorf("%d answers are remembered", len(c.all))
	}
}
