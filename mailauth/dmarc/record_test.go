package dmarc

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	usual := Record{Policy: None, Suffix: SuffixUnknown}
	with := func(change func(*Record)) Record {
		r := usual
		change(&r)
		return r
	}
	for _, tt := range []struct {
		name, txt string
		want      Record
		ok        bool
	}{
		{"all tags", "v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; aspf=s; t=y; psd=n; rua=mailto:a@example.org", Record{Reject, Quarantine, None, true, true, true, SuffixNo, false}, true},
		{"a public suffix", "v=DMARC1; psd=y; p=reject", with(func(r *Record) { r.Suffix, r.Policy = SuffixYes, Reject }), true},
		{"no policy at all", "v=DMARC1", usual, true},
		{"only a reporting address", "v=DMARC1; rua=mailto:a@example.org", usual, true},
		{"the policy is not second", "v=DMARC1; rua=mailto:a@example.org; p=reject", with(func(r *Record) { r.Policy = Reject }), true},
		{"blanks and tabs", " v\t=\tDMARC1 ;\tp = reject ; ", with(func(r *Record) { r.Policy = Reject }), true},
		{"capitals", "V=DMARC1; P=Reject; ADKIM=S", with(func(r *Record) { r.Policy, r.StrictDKIM = Reject, true }), true},
		{"unknown tags, and old ones", "v=DMARC1; p=reject; pct=0; ri=3600; rf=afrf; x=y", with(func(r *Record) { r.Policy = Reject }), true},
		{"odd values count as absent", "v=DMARC1; p=none; adkim=strict; aspf=; t=yes; psd=maybe", usual, true},
		{"a part that is no tag", "v=DMARC1; reject; p=quarantine", with(func(r *Record) { r.Policy = Quarantine }), true},
		{"a tag twice", "v=DMARC1; p=quarantine; p=none", with(func(r *Record) { r.Policy = Quarantine }), true},
		{"no such policy, reports wanted", "v=DMARC1; p=block; sp=reject; rua=mailto:a@example.org", usual, true},
		{"no such policy, reports wanted by nobody", "v=DMARC1; p=block; rua=nobody", with(func(r *Record) { r.Unusable = true }), true},
		{"no such policy for those below", "v=DMARC1; p=reject; sp=block", with(func(r *Record) { r.Unusable = true }), true},
		{"no such policy for those that do not exist", "v=DMARC1; p=reject; np=", with(func(r *Record) { r.Unusable = true }), true},
		{"the version in small letters", "v=dmarc1; p=reject", Record{}, false},
		{"another version", "v=DMARC2; p=reject", Record{}, false},
		{"a version that only begins so", "v=DMARC10; p=reject", Record{}, false},
		{"the version is not first", "p=reject; v=DMARC1", Record{}, false},
		{"SPF", "v=spf1 -all", Record{}, false},
		{"nothing", "", Record{}, false},
		{"huge", "v=DMARC1; p=reject;" + strings.Repeat(" x=y;", 1000), Record{}, false},
	} {
		if got, ok := Parse(tt.txt); got != tt.want || ok != tt.ok {
			t.Errorf("%s: Parse(%q) = %+v, %t; want %+v, %t", tt.name, tt.txt, got, ok, tt.want, tt.ok)
		}
	}
}

// TestApplied has a row for each way to the policy of a mail.
func TestApplied(t *testing.T) {
	for _, tt := range []struct {
		txt           string
		below, exists bool
		want          Policy
	}{
		{"p=reject; sp=quarantine; np=none", false, true, Reject},
		{"p=reject; sp=quarantine; np=none", true, true, Quarantine},
		{"p=reject; sp=quarantine; np=none", true, false, None},
		{"p=none; sp=quarantine", true, false, Quarantine},
		{"p=reject", true, false, Reject},
		{"p=none; np=reject", true, true, None},
		{"p=none; np=reject", true, false, Reject},
		{"p=reject; t=y", false, true, Quarantine},
		{"p=quarantine; t=y", false, true, None},
		{"p=none; t=y", false, true, None},
		{"p=none; np=reject; t=y", true, false, Quarantine},
		{"", false, true, None},
	} {
		r, ok := Parse("v=DMARC1; " + tt.txt)
		if got := r.applied(tt.below, tt.exists); !ok || got != tt.want {
			t.Errorf("applied of %q, below %t, exists %t = %s, want %s", tt.txt, tt.below, tt.exists, got, tt.want)
		}
	}
}

// FuzzParse: what is taken for a record says so first, and asks for one of the three
// policies, whatever it holds.
func FuzzParse(f *testing.F) {
	for _, txt := range []string{"v=DMARC1; p=reject; sp=none; np=quarantine", "v=DMARC1;p=x;rua=mailto:a@b", ";;=;", "v=DMARC1; psd=y; t=y", "v = DMARC1 ; p"} {
		f.Add(txt)
	}
	f.Fuzz(func(t *testing.T, txt string) {
		r, ok := Parse(txt)
		if !ok {
			if r != (Record{}) {
				t.Errorf("Parse(%q) = %+v, which is no record", txt, r)
			}
			return
		}
		if first, _, _ := strings.Cut(txt, ";"); !strings.Contains(first, "DMARC1") {
			t.Errorf("Parse(%q) took it for a record", txt)
		}
		for _, below := range []bool{false, true} {
			for _, exists := range []bool{false, true} {
				switch p := r.applied(below, exists); p {
				case None, Quarantine, Reject:
				default:
					t.Errorf("Parse(%q) asks for %q", txt, p)
				}
			}
		}
	})
}
