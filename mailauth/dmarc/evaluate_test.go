package dmarc

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

// zone is a DNS: TXT records by name; "!" is a name that gives no answer, and a
// domain is there if it has a record or is named without one.
type zone struct {
	records map[string][]string
	asked   []string
}

func (z *zone) TXT(_ context.Context, name string) ([]string, error) {
	z.asked = append(z.asked, name)
	if r := z.records[name]; len(r) > 0 && r[0] == "!" {
		return nil, errors.New("no answer")
	}
	return z.records[name], nil
}

func (z *zone) Exists(_ context.Context, domain string) (bool, error) {
	r, there := z.records[domain]
	if len(r) > 0 && r[0] == "!" {
		return false, errors.New("no answer")
	}
	return there, nil
}

// zoneOf reads "name record" lines. A name may stand in several.
func zoneOf(lines ...string) *zone {
	z := &zone{records: map[string][]string{}}
	for _, l := range lines {
		name, txt, has := strings.Cut(l, " ")
		z.records[name] = z.records[name][:len(z.records[name]):len(z.records[name])]
		if has {
			z.records[name] = append(z.records[name], txt)
		}
	}
	return z
}

func TestEvaluate(t *testing.T) {
	const plain = "_dmarc.example.org v=DMARC1; p=reject"
	for _, tt := range []struct {
		name string
		zone *zone
		in   Input
		want Result
	}{
		// Whose policy applies.
		{"no record", zoneOf(), Input{Author: "example.org", SPF: "other.example"}, Result{Value: NoPolicy}},
		{"no record, yet signed", zoneOf(), Input{Author: "example.org", DKIM: []string{"example.org"}}, Result{Value: NoPolicy, DKIM: "example.org"}},
		{"nothing is authenticated", zoneOf(plain), Input{Author: "example.org"}, Result{Value: Fail, Policy: Reject, At: "example.org"}},
		{"the policy of the organization", zoneOf("_dmarc.example.org v=DMARC1; p=reject; sp=quarantine; np=none", "a.example.org"), Input{Author: "a.example.org"}, Result{Value: Fail, Policy: Quarantine, At: "example.org"}},
		{"of a domain that does not exist", zoneOf("_dmarc.example.org v=DMARC1; p=none; sp=none; np=reject"), Input{Author: "a.example.org"}, Result{Value: Fail, Policy: Reject, At: "example.org"}},
		{"of a domain of which nobody knows", zoneOf("_dmarc.example.org v=DMARC1; p=none; np=reject", "a.example.org !"), Input{Author: "a.example.org"}, Result{Value: Fail, Policy: None, At: "example.org"}},
		{"its own before the organization's", zoneOf("_dmarc.example.org v=DMARC1; p=reject", "_dmarc.a.example.org v=DMARC1; p=none"), Input{Author: "a.example.org"}, Result{Value: Fail, Policy: None, At: "a.example.org"}},
		{"the highest of two above", zoneOf("_dmarc.example.org v=DMARC1; p=reject", "_dmarc.b.example.org v=DMARC1; p=none"), Input{Author: "a.b.example.org"}, Result{Value: Fail, Policy: Reject, At: "example.org"}},
		{"of the public suffix above", zoneOf("_dmarc.bank v=DMARC1; psd=y; p=none; sp=reject", "example.bank"), Input{Author: "example.bank"}, Result{Value: Fail, Policy: Reject, At: "bank"}},
		{"of the organization below a public suffix", zoneOf("_dmarc.bank v=DMARC1; psd=y; p=reject", "_dmarc.example.bank v=DMARC1; p=quarantine"), Input{Author: "a.example.bank"}, Result{Value: Fail, Policy: Quarantine, At: "example.bank"}},
		{"two records count as none", zoneOf(plain, "_dmarc.example.org v=DMARC1; p=none"), Input{Author: "example.org"}, Result{Value: NoPolicy}},
		{"two records, and one above", zoneOf("_dmarc.a.example.org v=DMARC1; p=none", "_dmarc.a.example.org v=DMARC1; p=none", plain), Input{Author: "a.example.org"}, Result{Value: Fail, Policy: Reject, At: "example.org"}},
		{"other texts beside it", zoneOf(plain, "_dmarc.example.org hello"), Input{Author: "example.org"}, Result{Value: Fail, Policy: Reject, At: "example.org"}},
		{"a record of no use", zoneOf("_dmarc.example.org v=DMARC1; p=block"), Input{Author: "example.org"}, Result{Value: NoPolicy}},
		{"a test", zoneOf("_dmarc.example.org v=DMARC1; p=quarantine; t=y"), Input{Author: "example.org"}, Result{Value: Fail, Policy: None, At: "example.org"}},

		// Alignment.
		{"signed by the domain", zoneOf(plain), Input{Author: "example.org", DKIM: []string{"example.org"}}, Result{Value: Pass, Policy: Reject, At: "example.org", DKIM: "example.org"}},
		{"sent for the domain", zoneOf(plain), Input{Author: "example.org", SPF: "example.org"}, Result{Value: Pass, Policy: Reject, At: "example.org", SPF: "example.org"}},
		{"signed by one below", zoneOf(plain), Input{Author: "example.org", DKIM: []string{"other.example", "mail.example.org"}}, Result{Value: Pass, Policy: Reject, At: "example.org", DKIM: "mail.example.org"}},
		{"signed by one above", zoneOf(plain), Input{Author: "news.example.org", DKIM: []string{"example.org"}}, Result{Value: Pass, Policy: Reject, At: "example.org", DKIM: "example.org"}},
		{"signed by one beside", zoneOf(plain), Input{Author: "a.example.org", DKIM: []string{"b.example.org"}}, Result{Value: Pass, Policy: Reject, At: "example.org", DKIM: "b.example.org"}},
		{"sent for one beside", zoneOf(plain), Input{Author: "a.example.org", SPF: "bounces.b.example.org"}, Result{Value: Pass, Policy: Reject, At: "example.org", SPF: "bounces.b.example.org"}},
		{"signed by somebody else", zoneOf(plain), Input{Author: "example.org", DKIM: []string{"evil.example"}}, Result{Value: Fail, Policy: Reject, At: "example.org"}},
		{"signed by a name that ends alike", zoneOf(plain), Input{Author: "example.org", DKIM: []string{"evilexample.org"}}, Result{Value: Fail, Policy: Reject, At: "example.org"}},
		{"signed by the top", zoneOf(plain), Input{Author: "example.org", DKIM: []string{"org"}}, Result{Value: Fail, Policy: Reject, At: "example.org"}},
		{"strict for signatures", zoneOf("_dmarc.example.org v=DMARC1; p=reject; adkim=s"), Input{Author: "example.org", DKIM: []string{"mail.example.org"}}, Result{Value: Fail, Policy: Reject, At: "example.org"}},
		{"strict for signatures, not for SPF", zoneOf("_dmarc.example.org v=DMARC1; p=reject; adkim=s"), Input{Author: "example.org", DKIM: []string{"mail.example.org"}, SPF: "mail.example.org"}, Result{Value: Pass, Policy: Reject, At: "example.org", SPF: "mail.example.org"}},
		{"strict for SPF", zoneOf("_dmarc.example.org v=DMARC1; p=reject; aspf=s"), Input{Author: "example.org", SPF: "mail.example.org"}, Result{Value: Fail, Policy: Reject, At: "example.org"}},
		{"two customers of a public suffix", zoneOf("_dmarc.shared.example v=DMARC1; psd=y; p=reject"), Input{Author: "a.shared.example", DKIM: []string{"b.shared.example"}}, Result{Value: Fail, Policy: Reject, At: "shared.example"}},
		{"two hosts of one customer of a public suffix", zoneOf("_dmarc.shared.example v=DMARC1; psd=y; p=reject"), Input{Author: "x.a.shared.example", DKIM: []string{"y.a.shared.example"}}, Result{Value: Pass, Policy: Reject, At: "shared.example", DKIM: "y.a.shared.example"}},
		{"the public suffix itself", zoneOf("_dmarc.shared.example v=DMARC1; psd=y; p=reject"), Input{Author: "shared.example", DKIM: []string{"a.shared.example"}}, Result{Value: Fail, Policy: Reject, At: "shared.example"}},
		{"a branch that stands for itself", zoneOf("_dmarc.branch.example.org v=DMARC1; psd=n; p=reject", plain), Input{Author: "a.branch.example.org", DKIM: []string{"example.org"}}, Result{Value: Fail, Policy: Reject, At: "branch.example.org"}},
		{"below a branch that stands for itself", zoneOf("_dmarc.branch.example.org v=DMARC1; psd=n; p=reject", plain), Input{Author: "a.branch.example.org", DKIM: []string{"b.branch.example.org"}}, Result{Value: Pass, Policy: Reject, At: "branch.example.org", DKIM: "b.branch.example.org"}},
		{"no record, and signed by one below", zoneOf(), Input{Author: "example.org", DKIM: []string{"mail.example.org"}}, Result{Value: NoPolicy}},

		// Faults of the DNS.
		{"no answer about the domain", zoneOf("_dmarc.example.org !"), Input{Author: "example.org", SPF: "other.example"}, Result{Value: TempError}},
		{"no answer about the domain, yet signed", zoneOf("_dmarc.example.org !"), Input{Author: "example.org", DKIM: []string{"example.org"}}, Result{Value: TempError, DKIM: "example.org"}},
		{"no answer from above", zoneOf("_dmarc.a.example.org v=DMARC1; p=reject", "_dmarc.example.org !"), Input{Author: "a.example.org", DKIM: []string{"example.org"}}, Result{Value: TempError}},
		{"no answer about the signer", zoneOf(plain, "_dmarc.mail.example.org !"), Input{Author: "example.org", DKIM: []string{"mail.example.org"}}, Result{Value: TempError, Policy: Reject, At: "example.org"}},
		{"a key of the domain that nobody could read", zoneOf(plain), Input{Author: "example.org", Unsure: []string{"example.org"}}, Result{Value: TempError, Policy: Reject, At: "example.org"}},
		{"a key of one below that nobody could read", zoneOf(plain), Input{Author: "example.org", Unsure: []string{"mail.example.org"}}, Result{Value: TempError, Policy: Reject, At: "example.org"}},
		{"a key of somebody else that nobody could read", zoneOf(plain), Input{Author: "example.org", Unsure: []string{"evil.example"}}, Result{Value: Fail, Policy: Reject, At: "example.org"}},
		{"no answer from a signer who only ends alike", zoneOf(plain, "_dmarc.evil.org !"), Input{Author: "example.org", DKIM: []string{"evil.org"}}, Result{Value: Fail, Policy: Reject, At: "example.org"}},
		{"no answer from a sender who only ends alike", zoneOf(plain, "_dmarc.evil.org !"), Input{Author: "a.example.org", SPF: "evil.org"}, Result{Value: Fail, Policy: Reject, At: "example.org"}},
		{"no answer from one who only ends alike, whose key nobody could read", zoneOf(plain, "_dmarc.evil.org !"), Input{Author: "example.org", Unsure: []string{"evil.org"}}, Result{Value: Fail, Policy: Reject, At: "example.org"}},
		{"a key of one below that could not count", zoneOf("_dmarc.example.org v=DMARC1; p=reject; adkim=s; aspf=s"), Input{Author: "example.org", Unsure: []string{"mail.example.org"}}, Result{Value: Fail, Policy: Reject, At: "example.org"}},
	} {
		if got := Evaluate(t.Context(), tt.zone, tt.in); got != tt.want {
			t.Errorf("%s: Evaluate = %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

// TestWalk counts what a walk asks (RFC 9989 section 4.10): never more than eight.
func TestWalk(t *testing.T) {
	for _, tt := range []struct {
		domain string
		want   string
	}{
		{"example.org", "example.org org"},
		{"a.b.example.org", "a.b.example.org b.example.org example.org org"},
		{"1.2.3.4.5.6.7", "1.2.3.4.5.6.7 2.3.4.5.6.7 3.4.5.6.7 4.5.6.7 5.6.7 6.7 7"},
		{"1.2.3.4.5.6.7.8", "1.2.3.4.5.6.7.8 2.3.4.5.6.7.8 3.4.5.6.7.8 4.5.6.7.8 5.6.7.8 6.7.8 7.8 8"},
		{"a.b.c.d.e.f.g.h.i.j.mail.example.org", "a.b.c.d.e.f.g.h.i.j.mail.example.org g.h.i.j.mail.example.org h.i.j.mail.example.org i.j.mail.example.org j.mail.example.org mail.example.org example.org org"},
	} {
		z := zoneOf()
		if _, err := walk(t.Context(), z, tt.domain); err != nil {
			t.Fatal(err)
		}
		var asked []string
		for _, name := range z.asked {
			asked = append(asked, strings.TrimPrefix(name, "_dmarc."))
		}
		if want := strings.Fields(tt.want); !slices.Equal(asked, want) {
			t.Errorf("walk of %s asks for %v, want %v", tt.domain, asked, want)
		}
	}
	z := zoneOf("_dmarc.b.example.org v=DMARC1; psd=n")
	if _, err := walk(t.Context(), z, "a.b.example.org"); err != nil || len(z.asked) != 2 {
		t.Errorf("a walk that finds psd=n asks for %v, %v", z.asked, err)
	}
}

// FuzzEvaluate: nothing is aligned that shares no label with the author's domain, what
// passes is aligned, and no walk asks more than eight times.
func FuzzEvaluate(f *testing.F) {
	f.Add("a.example.org", "b.example.org", "v=DMARC1; p=reject", uint8(1))
	f.Add("a.shared.example", "b.shared.example", "v=DMARC1; psd=y", uint8(1))
	f.Add("1.2.3.4.5.6.7.8.9.10", "9.10", "v=DMARC1; psd=n; adkim=s", uint8(3))
	f.Add("..", ".", "v=DMARC1", uint8(0))
	f.Fuzz(func(t *testing.T, author, signer, txt string, at uint8) {
		above := targets(author)
		z := &zone{records: map[string][]string{"_dmarc." + above[int(at)%len(above)]: {txt}}}
		if txt == "!" {
			return
		}
		got := Evaluate(t.Context(), z, Input{Author: author, DKIM: []string{signer}})
		if last := func(s string) string { return s[strings.LastIndexByte(s, '.')+1:] }; got.DKIM != "" && last(author) != last(signer) {
			t.Errorf("%q signs for %q by %q", signer, author, txt)
		}
		if got.Value == Pass && got.DKIM == "" {
			t.Errorf("a pass by nothing: %+v", got)
		}
		if len(z.asked) > 2*maxQueries {
			t.Errorf("%d queries for two walks", len(z.asked))
		}
	})
}
