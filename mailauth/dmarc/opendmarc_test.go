package dmarc

import "testing"

// What OpenDMARC and the crate mail-auth try, as rows of our own: the situations are theirs, the records are not. theirs is
// what they find; where RFC 9989, which OpenDMARC does not know yet, or we find something else, a row says why.

// Why a record counts where OpenDMARC refuses it.
const (
	badTag  = "RFC 9989 section 4.7: a tag with a syntax error counts as absent, the record does not"
	goneTag = "RFC 9989 has no such tag any more: it is ignored, whatever it says"
)

func TestOpenDMARCRecords(t *testing.T) {
	for _, tt := range []struct {
		name, txt    string
		theirs, ours bool // a policy is found
		policy       Policy
		why          string
	}{
		{"all that was usual", "v=DMARC1; p=none; rf=afrf; rua=mailto:a@example.org; ruf=mailto:f@example.org", true, true, None, ""},
		{"p=none", "v=DMARC1; p=none;", true, true, None, ""},
		{"p=reject", "v=DMARC1; p=reject;", true, true, Reject, ""},
		{"p=quarantine", "v=DMARC1; p=quarantine;", true, true, Quarantine, ""},
		{"a policy that is cut short", "v=DMARC1; p=q;", true, false, None, "RFC 9989 section 4.8 has three words, and no short forms of them"},
		{"empty", "", false, false, "", ""},
		{"another version", "V=ANN", false, false, "", ""},
		{"no such p", "v=DMARC1; p=ann;", false, false, None, ""},
		{"no such sp", "v=DMARC1; p=reject; sp=ann;", false, false, None, ""},
		{"no such adkim", "v=DMARC1; p=reject; adkim=ann;", false, true, Reject, badTag},
		{"no such aspf", "v=DMARC1; p=reject; aspf=ann;", false, true, Reject, badTag},
		{"no such rf", "v=DMARC1; p=reject; rf=ann;", false, true, Reject, goneTag},
		{"no such ri", "v=DMARC1; p=reject; ri=ann;", false, true, Reject, goneTag},
		{"no such pct", "v=DMARC1; p=reject; pct=700;", false, true, Reject, goneTag},
		{"no p", "v=DMARC1; pct=100;", false, true, None, "RFC 9989 section 4.7: without p it is none"},
		{"reports by FTP", "v=DMARC1; p=reject; rua=ftp://example.org", true, true, Reject, ""},
		{"reports to an odd address", "v=DMARC1; p=reject; ruf=mailto://example.org", true, true, Reject, ""},
		{"tags that nobody knows", "v=DMARC1; p=reject; ruf=mailto://example.org; one=two; three=four five;", true, true, Reject, ""},
		{"a long rf", "v=DMARC1; p=reject; rf=00000000000000000000000000000000000", false, true, Reject, goneTag},
		{"half of the mails (pct=50)", "v=DMARC1; p=reject; sp=none; adkim=s; aspf=s; pct=50; ri=300; rf=afrf; rua=mailto:a@example.org", true, true, Reject, ""},
		{"a semicolon that is missing", "v=DMARC1; p=reject; rf=afrf; fo=1:s rua=mailto:a@example.org; ruf=mailto:f@example.org", true, true, Reject, ""},
	} {
		r, ok := Parse(tt.txt)
		if found := ok && !r.Unusable; found != tt.ours || r.Policy != tt.policy {
			t.Errorf("%s: Parse(%q) = %+v, %t", tt.name, tt.txt, r, ok)
		}
		if (tt.ours != tt.theirs) != (tt.why != "") {
			t.Errorf("%s: theirs %t, ours %t, why %q", tt.name, tt.theirs, tt.ours, tt.why)
		}
	}
	if r, _ := Parse("v=DMARC1; p=none; sp=none; adkim=s; aspf=s; pct=50"); !r.StrictDKIM || !r.StrictSPF {
		t.Errorf("adkim=s and aspf=s are read as %+v", r)
	}
}

// TestOpenDMARCAlignment: which domains are aligned. Where the DNS says nothing of an organization, OpenDMARC has a guess (the
// last two labels) or a list of public suffixes; RFC 9989 has the tree walk.
func TestOpenDMARCAlignment(t *testing.T) {
	const unknown = "RFC 9989 section 4.10.2: without a record above, a domain is an organization of its own"
	for _, tt := range []struct {
		name           string
		zone           *zone
		author, signer string
		theirs, ours   bool
		why            string
	}{
		{"far below, relaxed", zoneOf("_dmarc.example.com v=DMARC1; p=reject"), "example.com", "a.b.c.example.com", true, true, ""},
		{"far below, relaxed, no record", zoneOf(), "example.com", "a.b.c.example.com", true, false, unknown},
		{"somebody else's, that ends alike, strict", zoneOf("_dmarc.edo.ar v=DMARC1; adkim=s"), "edo.ar", "a.b.c.edu.ar", false, false, ""},
		{"one letter more, strict", zoneOf("_dmarc.ooo.com v=DMARC1; adkim=s"), "ooo.com", "oooo.com", false, false, ""},
		{"one letter more, relaxed", zoneOf("_dmarc.ooo.com v=DMARC1"), "ooo.com", "oooo.com", false, false, ""},
		{"beside, relaxed", zoneOf("_dmarc.foo.com v=DMARC1; p=reject"), "b.foo.com", "a.foo.com", true, true, ""},
		{"beside, relaxed, no record", zoneOf(), "b.foo.com", "a.foo.com", true, false, unknown},
		{"beside, relaxed, with records of their own alone", zoneOf("_dmarc.a.foo.com v=DMARC1", "_dmarc.b.foo.com v=DMARC1"), "b.foo.com", "a.foo.com", true, false, unknown},
		{"one below, relaxed", zoneOf("_dmarc.b.com v=DMARC1; p=reject"), "b.com", "a.b.com", true, true, ""},
		{"one above, relaxed", zoneOf("_dmarc.b.com v=DMARC1; p=reject"), "a.b.com", "b.com", true, true, ""},
		{"equal, strict", zoneOf("_dmarc.a.b.de v=DMARC1; adkim=s"), "a.b.de", "a.b.de", true, true, ""},
		{"labels that are empty, strict", zoneOf("_dmarc.mac.com v=DMARC1; adkim=s"), "mac.com", "mac...com", false, false, ""},
		{"dots at both ends, strict", zoneOf("_dmarc.mac.com v=DMARC1; adkim=s"), "mac.com", "....mac.com....", true, false,
			"RFC 1035 section 3.1: a name with empty labels is none (one dot at the end is taken off before, as mailauth/check shows)"},

		// The organization: OpenDMARC has it from the list of public suffixes.
		{"below *.com", zoneOf("_dmarc.com v=DMARC1; psd=y"), "a.b.c.example.com", "example.com", true, true, ""},
		{"two below *.com", zoneOf("_dmarc.com v=DMARC1; psd=y"), "a.b.c.example.com", "other.com", false, false, ""},
		{"below what the list leaves out (!educ.ar)", zoneOf("_dmarc.ar v=DMARC1; psd=y", "_dmarc.educ.ar v=DMARC1; psd=n"), "a.b.c.educ.ar", "d.educ.ar", true, true, ""},
		{"below a suffix in letters of another script", zoneOf("_dmarc.xn--mgba3a4f16a.ir v=DMARC1; psd=y"), "a.b.c.xn--mgba3a4f16a.ir", "d.c.xn--mgba3a4f16a.ir", true, true, ""},
		{"two below a suffix in letters of another script", zoneOf("_dmarc.xn--mgba3a4f16a.ir v=DMARC1; psd=y"), "a.c.xn--mgba3a4f16a.ir", "d.xn--mgba3a4f16a.ir", false, false, ""},

		// What mail-auth tries of the walk.
		{"a branch that stands for itself (psd=n)", zoneOf("_dmarc.mail.example.com v=DMARC1; p=reject; psd=n"), "a.mail.example.com", "b.mail.example.com", true, true, ""},
		{"two banks below a suffix, one with a record", zoneOf("_dmarc.bank.example v=DMARC1; psd=y", "_dmarc.giant.bank.example v=DMARC1; p=reject"), "giant.bank.example", "mega.bank.example", false, false, ""},
	} {
		got := Evaluate(t.Context(), tt.zone, Input{Author: tt.author, DKIM: []string{tt.signer}}).DKIM != ""
		sent := Evaluate(t.Context(), tt.zone, Input{Author: tt.author, SPF: tt.signer}).SPF != ""
		if got != tt.ours || sent != tt.ours {
			t.Errorf("%s: %s for %s is aligned: %t by DKIM, %t by SPF, want %t", tt.name, tt.signer, tt.author, got, sent, tt.ours)
		}
		if (tt.ours != tt.theirs) != (tt.why != "") {
			t.Errorf("%s: theirs %t, ours %t, why %q", tt.name, tt.theirs, tt.ours, tt.why)
		}
	}
}

// TestDiscovery is how OpenDMARC and mail-auth look for a policy, in their situations.
func TestDiscovery(t *testing.T) {
	const all = "_dmarc.example.org v=DMARC1; p=reject; sp=quarantine; np=none"
	for _, tt := range []struct {
		name   string
		zone   *zone
		author string
		policy Policy // empty: none is found
		at     string
	}{
		{"a record of its own", zoneOf(all), "example.org", Reject, "example.org"},
		{"one above, of a domain that exists", zoneOf(all, "sub.example.org"), "sub.example.org", Quarantine, "example.org"},
		{"one above, of a domain that does not exist", zoneOf(all), "ghost.example.org", None, "example.org"},
		{"no p, and rua", zoneOf("_dmarc.example.org v=DMARC1; rua=mailto:d@example.org"), "example.org", None, "example.org"},
		{"a domain without a record", zoneOf("example.org"), "example.org", "", ""},
		{"a domain that is not there", zoneOf(), "none.example.org", "", ""},
		{"far below, within eight queries", zoneOf("_dmarc.example.org v=DMARC1; p=reject; np=none"), "a.b.c.d.e.f.g.h.i.j.mail.example.org", None, "example.org"},
		{"a record that the walk jumps over", zoneOf("_dmarc.e.f.g.h.i.j.mail.example.org v=DMARC1; p=reject"), "a.b.c.d.e.f.g.h.i.j.mail.example.org", "", ""},
		{"a test of a suffix (t=y, psd=y)", zoneOf("_dmarc.example v=DMARC1; p=quarantine; rua=mailto:d@example.org; fo=s:d; t=y; psd=y;;"), "a.example", None, "example"},
		{"blanks everywhere, and tags that are gone", zoneOf("_dmarc.example.org v=DMARC1; p=reject; ri = 3600; aspf=r; adkim =r; rua=mailto:d@example.org!10 K , mailto:u%20@example.org ! 2G; ignore_me= true; fo=s; rf = AfrF; "), "example.org", Reject, "example.org"},
		{"np in capitals", zoneOf("_dmarc.example.org v=DMARC1; p=reject; sp=quarantine; np=None; aspf=s; adkim=s; fo = 1"), "x.example.org", None, "example.org"},
	} {
		r := Evaluate(t.Context(), tt.zone, Input{Author: tt.author})
		if want := map[bool]Value{true: NoPolicy, false: Fail}[tt.policy == ""]; r != (Result{Value: want, Policy: tt.policy, At: tt.at}) {
			t.Errorf("%s: %+v, want %s with policy %q of %q", tt.name, r, want, tt.policy, tt.at)
		}
	}
}
