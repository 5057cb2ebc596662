package address

import (
	"net/mail"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"maildesk/faulttest"
	"maildesk/mailparse/header"
)

// TestT096Identity holds that only a From that can be read in one way is an
// identity.
func TestT096Identity(t *testing.T) {
	for _, tt := range []struct {
		name   string
		fields []string
		want   Address // zero: none
	}{
		{"bare", []string{"kim@example.net"}, Address{"", "kim@example.net"}},
		{"angle", []string{"<kim@example.net>"}, Address{"", "kim@example.net"}},
		{"name", []string{"Kim Lee <kim@example.net>"}, Address{"Kim Lee", "kim@example.net"}},
		{"the address twice", []string{"kim@example.net <kim@example.net>"}, Address{"", "kim@example.net"}},
		{"the address twice, in quotes", []string{"'kim@example.net' <kim@example.net>"}, Address{"", "kim@example.net"}},
		{"the address twice, in other case", []string{"Kim@Example.NET <kim@example.net>"}, Address{"", "kim@example.net"}},
		{"the address twice, and a comma", []string{"kim@example.net, <kim@example.net>"}, Address{"", "kim@example.net"}},
		{"the mailbox twice", []string{"Kim Lee <kim@example.net>, Kim Lee <kim@example.net>"}, Address{"Kim Lee", "kim@example.net"}},
		{"the bare address twice", []string{"kim@example.net,kim@example.net"}, Address{"", "kim@example.net"}},
		{"the mailbox twice and a third", []string{"Kim <kim@example.net>, Kim <kim@example.net>, Boss <boss@example.net>"}, Address{}},
		{"two mailboxes, twice", []string{"kim@example.net, lee@example.net, kim@example.net, lee@example.net"}, Address{}},
		{"two names of one mailbox", []string{"Kim <kim@example.net>, Boss <kim@example.net>"}, Address{}},
		{"another address before it", []string{"boss@example.net <kim@example.net>"}, Address{}},
		{"the address twice and a third", []string{"kim@example.net <kim@example.net> <boss@example.net>"}, Address{}},
		{"dot in name", []string{"Kim J. Lee <kim@example.net>"}, Address{"Kim J. Lee", "kim@example.net"}},
		{"quoted name", []string{`"Lee, Kim (IT)" <Kim.Lee@Example.NET>`}, Address{"Lee, Kim (IT)", "Kim.Lee@example.net"}},
		{"comment as name", []string{"kim@example.net (Kim Lee)"}, Address{"Kim Lee", "kim@example.net"}},
		{"comment after name", []string{"Kim Lee (Sales) <kim@example.net>"}, Address{"Kim Lee (Sales)", "kim@example.net"}},
		{"encoded name", []string{"=?utf-8?q?J=C3=B6rg?= <kim@example.net>"}, Address{"Jörg", "kim@example.net"}},
		{"encoded name in an unknown charset", []string{"=?x-odd?q?Kim?= <kim@example.net>"}, Address{"Kim", "kim@example.net"}},
		{"raw name", []string{"J\xf6rg <kim@example.net>"}, Address{"Jörg", "kim@example.net"}},
		{"raw UTF-8 name", []string{"Jörg <kim@example.net>"}, Address{"Jörg", "kim@example.net"}},
		{"odd local part", []string{"kim+desk=a_b/c@example.net"}, Address{"", "kim+desk=a_b/c@example.net"}},
		{"IDN", []string{"kim@BÜCHER.example"}, Address{"", "kim@xn--bcher-kva.example"}},
		{"IDN in ASCII", []string{"kim@XN--BCHER-KVA.example"}, Address{"", "kim@xn--bcher-kva.example"}},
		{"local part beyond ASCII", []string{"jörg@example.net"}, Address{"", "jörg@example.net"}},
		{"a name that is another address, quoted", []string{`"agent@corp.example" <evil@x.example>`}, Address{"agent@corp.example", "evil@x.example"}},

		{"no From", nil, Address{}},
		{"empty", []string{""}, Address{}},
		{"two From fields", []string{"kim@example.net", "kim@example.net"}, Address{}},
		{"two mailboxes", []string{"kim@example.net, lee@example.net"}, Address{}},
		{"two mailboxes with names", []string{"Kim <kim@example.net>, Lee <lee@example.net>"}, Address{}},
		{"address before angle-addr", []string{"agent@corp.example <evil@x.example>"}, Address{}},
		{"two angle-addrs", []string{"<agent@corp.example> <evil@x.example>"}, Address{}},
		{"nested angles", []string{"Kim <<kim@example.net>>"}, Address{}},
		{"encoded word in the local part", []string{"=?utf-8?q?admin=40corp.example=3E?=@evil.example"}, Address{}},
		{"encoded word in the angle-addr", []string{"Kim <=?utf-8?q?kim?=@example.net>"}, Address{}},
		{"encoded word as a whole", []string{"=?utf-8?q?kim=40example.net?="}, Address{}},
		{"group", []string{"crew: kim@example.net;"}, Address{}},
		{"empty group", []string{"undisclosed-recipients:;"}, Address{}},
		{"quoted local part", []string{`"kim"@example.net`}, Address{}},
		{"quoted local part with an at", []string{`"agent@corp.example"@evil.example`}, Address{}},
		{"two ats", []string{"agent@corp.example@evil.example"}, Address{}},
		{"comment within", []string{"kim(comment)@example.net"}, Address{}},
		{"comment before", []string{"(agent@corp.example) kim@example.net"}, Address{}},
		{"comment with an address", []string{"Kim (agent@corp.example) <evil@x.example>"}, Address{}},
		{"address as a comment", []string{"evil@x.example (<agent@corp.example>)"}, Address{}},
		{"comment with a backslash", []string{`kim@example.net (a\)b)`}, Address{}},
		{"source route", []string{"<@relay.example:kim@example.net>"}, Address{}},
		{"domain literal", []string{"kim@[192.0.2.1]"}, Address{}},
		{"no domain", []string{"kim"}, Address{}},
		{"no local part", []string{"@example.net"}, Address{}},
		{"dots", []string{"kim..lee@example.net"}, Address{}},
		{"dot at the end", []string{"kim@example.net."}, Address{}},
		{"blank in the address", []string{"kim @example.net"}, Address{}},
		{"null", []string{"kim@example.net\x00@corp.example"}, Address{}},
		{"line end", []string{"kim@example.net\r\nBcc: lee@example.net"}, Address{}},
		{"open quote", []string{`"Kim <kim@example.net>`}, Address{}},
		{"open angle", []string{"Kim <kim@example.net"}, Address{}},
		{"null address", []string{"<>"}, Address{}},
		{"label with a hyphen at the end", []string{"kim@example-.net"}, Address{}},
		{"broken punycode", []string{"kim@xn--a.example"}, Address{}},
		{"invisible letter", []string{"ki\u200bm@example.net"}, Address{}},
		{"full-width at", []string{"kim＠corp.example@evil.example"}, Address{}},
		{"too long", []string{strings.Repeat("a", 250) + "@example.net"}, Address{}},
	} {
		got, err := Identity(tt.fields)
		if got != tt.want || (err == nil) != (tt.want != Address{}) {
			t.Errorf("%s: Identity(%q) = %+v, %v, want %+v", tt.name, tt.fields, got, err, tt.want)
		}
	}
	faulttest.Seen(t, "T096", "From fields that parsers read in different ways", "an identity only where there is one plain mailbox")
}

// TestOpenDMARCFrom tries the From fields of OpenDMARC's own test (test_finddomain), as rows of our own. It takes the first domain that it finds,
// whatever stands around it; the desk takes the one mailbox, or none.
func TestOpenDMARCFrom(t *testing.T) {
	for _, tt := range []struct {
		name, from string
		want       Address // zero: none, though OpenDMARC has one
	}{
		{"name and address", "Ann Lee <ann@example.net>", Address{"Ann Lee", "ann@example.net"}},
		{"an address in the quoted name, and a bare one", `"Lee, Ann <ann@example.net>" ann@example.net`, Address{}},
		{"a quoted name", `"Ann Lee" <ann@example.net>`, Address{"Ann Lee", "ann@example.net"}},
		{"a comment before it", "(Ann Lee) ann@example.net", Address{}},
		{"bare", "ann@example.net", Address{"", "ann@example.net"}},
		{"brackets without number", "<<<><ann@example.net>>>", Address{}},
		{"one with a name, and another", "Ann Lee <ann@example.net>, kim@example.com", Address{}},
		{"two", "ann@example.net, kim@example.com", Address{}},
		{"a name with a colon", "Mail From:<ann@example.net>", Address{}},
		{"a comma in the quoted name", `"Lee, Ann" <ann@example.net>`, Address{"Lee, Ann", "ann@example.net"}},
		{"a comment with a comma", "(,) ann@example.net", Address{}},
		{"a comment with an address, in quotes", `"( kim@example.com)" ann@example.net`, Address{}},
		{"an apostrophe", "Davide D'Ann <ann@example.net>", Address{"Davide D'Ann", "ann@example.net"}},
		{"of three the second without a domain", "ann@example.net, kim, lee@example.net", Address{}},
	} {
		if got, _ := Identity([]string{tt.from}); got != tt.want {
			t.Errorf("%s: Identity(%q) = %+v, want %+v", tt.name, tt.from, got, tt.want)
		}
	}
}

// TestOnly: a From field that is no identity still shows whom an answer is for, if
// it shows just one.
func TestOnly(t *testing.T) {
	for _, tt := range []struct {
		name string
		from []string
		want Address
	}{
		{"comma in an encoded name", []string{"=?utf-8?q?Lee,_Kim?= <kim@example.net>"}, Address{"Lee, Kim", "kim@example.net"}},
		{"comma in a name", []string{"Lee, Kim <kim@example.net>"}, Address{"Lee, Kim", "kim@example.net"}},
		{"a semicolon at the end", []string{"Kim <kim@example.net>;"}, Address{"Kim", "kim@example.net"}},
		{"a full stop at the end", []string{"Kim <kim@example.net>."}, Address{"Kim", "kim@example.net"}},
		{"a bare address with a full stop", []string{"kim@example.net."}, Address{"", "kim@example.net"}},
		{"square brackets in the name", []string{"Kim [IT] <kim@example.net>"}, Address{"Kim [IT]", "kim@example.net"}},
		{"no closing bracket", []string{"Kim <kim@example.net"}, Address{"Kim", "kim@example.net"}},
		{"another address as the name", []string{"boss@corp.example <kim@example.net>"}, Address{}},
		{"two addresses", []string{"kim@example.net, lee@example.net"}, Address{}},
		{"two fields", []string{"kim@example.net", "kim@example.net"}, Address{}},
		{"none", []string{"Kim"}, Address{}},
		{"empty", []string{"MAILER-DAEMON <>"}, Address{}},
		{"no plain address", []string{`"Kim Lee"@example.net;`}, Address{}},
	} {
		got, ok := Only(tt.from)
		if got != tt.want || ok != (tt.want != Address{}) {
			t.Errorf("%s: Only(%q) = %+v, %t, want %+v", tt.name, tt.from, got, ok, tt.want)
		}
	}
}

// TestT123LookAlikes holds that an address that looks like an agent's is never
// that agent's.
func TestT123LookAlikes(t *testing.T) {
	agent := Address{Address: "agent@corp.example"}
	for _, from := range []string{
		"аgent@corp.example", // Cyrillic а
		"agent@cоrp.example", // Cyrillic о
		"agent@ⅽorp.example", // small Roman numeral
		"agent@corp.examp1e",
		"agеnt@corp.example",         // Cyrillic е
		"Agent <agent@соrр.example>", // half Cyrillic
		"agent@αβγ.example",
		"agent@xn--crp-jed.example", // Cyrillic о, in ASCII
	} {
		got, err := Identity([]string{from})
		if got.Same(agent) {
			t.Errorf("Identity(%q) = %+v, %v: the same as %s", from, got, err, agent.Address)
		}
	}
	for _, from := range []string{"аgent@corp.example", "agent@cоrp.example", "agent@xn--crp-jed.example"} {
		if got, err := Identity([]string{from}); got != (Address{}) || err == nil || !strings.Contains(err.Error(), "mixes scripts") {
			t.Errorf("Identity(%q) = %+v, %v, want none, as it mixes scripts", from, got, err)
		}
	}
	faulttest.Seen(t, "T123", "senders that look like an agent", "none is the agent; names that mix scripts are no identity")
}

func TestSame(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"Kim@Example.net", "kim@example.NET", true},
		{"kim@bücher.example", "kim@xn--bcher-kva.example", true},
		{"jo\u0308rg@example.net", "jörg@example.net", true},
		{"kim@example.net", "kim@example.com", false},
		{"kim+a@example.net", "kim@example.net", false},
		{"", "", false},
		{"kim", "KIM", true},
	} {
		if got := (Address{Address: tt.a}).Same(Address{"Other", tt.b}); got != tt.want {
			t.Errorf("Same(%q, %q) = %t, want %t", tt.a, tt.b, got, tt.want)
		}
	}
}

// TestAddressList reads what clients write into To and Cc.
func TestAddressList(t *testing.T) {
	for _, tt := range []struct {
		raw  string
		want []Address
	}{
		{"", nil},
		{"kim@example.net", []Address{{"", "kim@example.net"}}},
		{"Kim <kim@example.net>, lee@Example.NET", []Address{{"Kim", "kim@example.net"}, {"", "lee@example.net"}}},
		{`"Lee, Kim" <kim@example.net>, "O'Hara \"Pat\"" <pat@example.net>`, []Address{{"Lee, Kim", "kim@example.net"}, {`O'Hara "Pat"`, "pat@example.net"}}},
		{"Lee, Kim <kim@example.net>, Hara, Pat <pat@example.net>", []Address{{"Lee, Kim", "kim@example.net"}, {"Hara, Pat", "pat@example.net"}}},
		{"kim@example.net; lee@example.net;", []Address{{"", "kim@example.net"}, {"", "lee@example.net"}}},
		{"undisclosed-recipients:;", nil},
		{"undisclosed recipients: ;", nil},
		{"Crew: Kim <kim@example.net>, lee@example.net;, pat@example.net", []Address{{"Kim", "kim@example.net"}, {"", "lee@example.net"}, {"", "pat@example.net"}}},
		{"Re: the desk <desk@example.org>", []Address{{"Re: the desk", "desk@example.org"}}},
		{"Kim Lee kim@example.net", []Address{{"Kim Lee", "kim@example.net"}}},
		{"Kim [IT] <kim@example.net>", []Address{{"Kim [IT]", "kim@example.net"}}},
		{"kim@example.net <kim@example.net>", []Address{{"kim@example.net", "kim@example.net"}}},
		{"'kim@example.net' <kim@example.net>", []Address{{"kim@example.net", "kim@example.net"}}},
		{"'kim@example.net'", []Address{{"", "kim@example.net"}}},
		{"kim@example.net (Kim Lee)", []Address{{"Kim Lee", "kim@example.net"}}},
		{"Kim <kim@example.net", []Address{{"Kim", "kim@example.net"}}},
		{"Kim <<kim@example.net>>", []Address{{"Kim", "kim@example.net"}}},
		{"Kim < kim@example.net >", []Address{{"Kim", "kim@example.net"}}},
		{"Kim <mailto:kim@example.net?subject=x>", []Address{{"Kim", "kim@example.net"}}},
		{"<@relay.example,@b.example:kim@example.net>", []Address{{"", "kim@example.net"}}},
		{"J\xf6rg <kim@example.net>", []Address{{"Jörg", "kim@example.net"}}},
		{"=?utf-8?q?J=C3=B6rg?= =?utf-8?q?_Lee?= <kim@example.net>", []Address{{"Jörg Lee", "kim@example.net"}}},
		{"\"=?utf-8?q?J=C3=B6rg?=\" <kim@example.net>", []Address{{"Jörg", "kim@example.net"}}},
		{"=?utf-8?q?Lee,_Kim?= <kim@example.net>", []Address{{"Lee, Kim", "kim@example.net"}}},
		{"=?utf-8?q?Kim_=3Ckim=40example=2Enet=3E?=", []Address{{"Kim", "kim@example.net"}}},
		{"\"Kim <kim@example.net>", []Address{{"Kim", "kim@example.net"}}},
		{"MAILER-DAEMON", []Address{{"MAILER-DAEMON", ""}}},
		{"Kim", []Address{{"Kim", ""}}},
		{", ,kim@example.net,,", []Address{{"", "kim@example.net"}}},
		{"\"kim\"@example.net", []Address{{"", "kim@example.net"}}},
		{"\"Kim Lee\"@example.net", []Address{{"", `"Kim Lee"@example.net`}}},
	} {
		if got := List(tt.raw); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("List(%q) = %+v, want %+v", tt.raw, got, tt.want)
		}
	}
}

// FuzzIdentity holds the laws of an identity: net/mail sees the same address,
// it is plain, and it is among what people are shown.
func FuzzIdentity(f *testing.F) {
	for _, s := range []string{"Kim <kim@example.net>", "kim@example.net (Kim)", `"Lee, Kim" <kim@bücher.example>`, "=?utf-8?q?a?= <b@c>", "a@b <c@d>", "J\xf6rg <a@b>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		a, err := Identity([]string{raw})
		if (err == nil) != (a.Address != "") {
			t.Fatalf("Identity(%q) = %+v, %v: want an address or an error", raw, a, err)
		}
		if err != nil {
			return
		}
		second, err := mail.ParseAddress(strings.ToValidUTF8(raw, "\uFFFD"))
		if err == nil && (Address{Address: second.Address}).Normal() != a.Normal() {
			t.Fatalf("Identity(%q) = %q, net/mail reads %q", raw, a.Address, second.Address)
		}
		if strings.Count(a.Address, "@") != 1 || strings.ContainsAny(a.Address, " \t\r\n<>\"(),;:\\[]") || strings.Contains(a.Address, "=?") {
			t.Fatalf("Identity(%q) = %q: not plain", raw, a.Address)
		}
		if strings.ContainsFunc(a.Address+a.Name, unicode.IsControl) {
			t.Fatalf("Identity(%q) = %+v: control characters", raw, a)
		}
		if shown := List(raw); len(shown) != 1 || !shown[0].Same(a) {
			t.Fatalf("List(%q) = %+v, want %+v alone", raw, shown, a)
		}
	})
}

// FuzzAddressList holds that what people are shown is clean and bounded.
func FuzzAddressList(f *testing.F) {
	for _, s := range []string{"Kim <kim@example.net>, Lee", "a: b@c, d@e;", "=?utf-8?q?Kim_=3Ckim=40example=2Enet=3E?=", "((((<<<<\"", "\\", "'@'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		list := List(raw)
		if len(list) > len(raw) {
			t.Fatalf("List(%q) has %d entries", raw, len(list))
		}
		for _, a := range list {
			if a == (Address{}) || strings.ContainsFunc(a.Name+a.Address, unicode.IsControl) {
				t.Fatalf("List(%q) has %+v", raw, a)
			}
		}
	})
}

// TestAddressListLinear holds that hostile lists cost no more than their
// length.
func TestAddressListLinear(t *testing.T) {
	for _, piece := range []string{"(", "\"", "<", "a,", ":", "@:", "a b ", "=?", "\\", "a@b,", "<<", "(<\"", "a;"} {
		raw := strings.Repeat(piece, 64<<10/len(piece))
		if got := List(raw); len(got) > header.MaxList {
			t.Errorf("List(%q…) has %d entries, want %d at most", piece, len(got), header.MaxList)
		}
		Identity([]string{raw})
	}
}
