package learn

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestWords: what counts as a word, and how it is compared.
func TestWords(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"lower case, without what divides", "The VPN, again: (AnyConnect)!", "the vpn again anyconnect"},
		{"single letters say nothing", "a b pc", "pc"},
		{"short numbers may be names", "Office 365 on port 25", "office 365 on port 25"},
		{"long ones are phones and serial numbers", "call 0304711 or SN4711x9 today", "call or today"},
		{"keys and encoded bytes are no words", "see " + strings.Repeat("x", 31) + " there", "see there"},
		{"accents stay where words are shown", "Drücker défaut", "drücker défaut"},
		{"scripts without blanks come in pairs", "打印机卡纸", "打印 印机 机卡 卡纸"},
		{"nothing", " \n\t…", ""},
		{"broken UTF-8", "mail\xffbox", "mail box"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.Join(slices.Collect(words(tt.text)), " ")
			if got != tt.want {
				t.Errorf("words(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

// TestFeatures: the same word in another case or without accents is the same feature, and
// where it stands matters.
func TestFeatures(t *testing.T) {
	hashes := func(text Text) (all []uint64) {
		for _, f := range featuresOf(text) {
			all = append(all, f.hash)
		}
		return all
	}
	equal := func(a, b Text) bool { return reflect.DeepEqual(hashes(a), hashes(b)) }
	if !equal(Text{Body: "Drücken"}, Text{Body: "DRUCKEN drucken"}) {
		t.Error("case, accents or a repeated word make a difference")
	}
	for _, b := range []Text{{Subject: "printer"}, {Domain: "printer"}, {Language: "printer"}, {Body: "printers"}} {
		if equal(Text{Body: "printer"}, b) {
			t.Errorf("%+v has the same features as the word in a body", b)
		}
	}
}

// TestBoundedWork: what a text costs is bounded.
func TestBoundedWork(t *testing.T) {
	var b strings.Builder
	for i := range 1 << 18 {
		b.WriteString(string([]rune{'a' + rune(i%26), 'a' + rune(i/26%26), 'a' + rune(i/676%26), ' '}))
	}
	n := len(featuresOf(Text{Subject: b.String(), Body: b.String()}))
	// A word counts by its beginning, too; one of the subject by where it stands and with
	// the one before it.
	if most := 2*maxWords + 2*maxTitle + 3; n > most {
		t.Errorf("a long text has %d features, want %d at most", n, most)
	}
	if n := len(featuresOf(Text{Body: b.String()})); n > 2*maxWords+1 {
		t.Errorf("a long body has %d features", n)
	}
}

var (
	vpn   = Text{Subject: "VPN", Body: "AnyConnect does not connect from home", Domain: "example.net", Language: "en"}
	paper = Text{Subject: "Paper jam", Body: "The printer jams on every page", Domain: "example.net", Language: "en"}
)

// taught returns a model that was taught each of two labels so often.
func taught(times int) *Model {
	m := New()
	for range times {
		m.Learn(vpn, Label{"category", "network"})
		m.Learn(paper, Label{"category", "printing"})
		m.Learn(vpn, Label{"priority", "high"})
		m.Learn(paper, Label{"priority", "normal"})
	}
	return m
}

// TestGuess: what is guessed, and when nothing is.
func TestGuess(t *testing.T) {
	m := taught(40)
	g := m.Guess(Text{Subject: "No VPN", Body: "AnyConnect asks again and again", Language: "en"}, "category")
	if g.Value != "network" || g.Sure < 0.7 || len(g.Words) == 0 || !slices.Contains(g.Words, "anyconnect") || !slices.Contains(g.Words, "vpn") {
		t.Errorf("the guess of a mail about VPN is %+v", g)
	}
	if g := m.Guess(paper, "priority"); g.Value != "normal" || g.Sure < 0.7 {
		t.Errorf("the priority of a paper jam is guessed as %+v", g)
	}
	for _, tt := range []struct {
		name  string
		model *Model
		text  Text
		field string
	}{
		{"an empty model", New(), vpn, "category"},
		{"a field of which nothing is known", m, vpn, "queue"},
		{"fewer examples than needed", taught(MinExamples - 1), vpn, "category"},
		{"no word that was seen", m, Text{Body: "Guten Morgen zusammen"}, "category"},
		{"nothing", m, Text{}, "category"},
	} {
		if g := tt.model.Guess(tt.text, tt.field); g.Sure >= 0.5 {
			t.Errorf("%s: %+v is guessed", tt.name, g)
		}
	}
	if g := taught(MinExamples).Guess(vpn, "category"); g.Value != "network" {
		t.Errorf("with as many examples as needed the guess is %+v", g)
	}
}

// TestCorrection: what agents say later counts more and more.
func TestCorrection(t *testing.T) {
	m := taught(40)
	for range 60 {
		m.Learn(vpn, Label{"category", "remote"})
	}
	if g := m.Guess(vpn, "category"); g.Value != "remote" {
		t.Errorf("after 60 corrections the guess is %+v, want remote", g)
	}
}

// TestEmptyLabel: a request without a category teaches nothing, and neither do more labels
// than a field can have.
func TestEmptyLabel(t *testing.T) {
	m := New()
	m.Learn(vpn, Label{"category", ""})
	for i := range maxLabels + 10 {
		m.Learn(vpn, Label{"queue", strings.Repeat("q", i+1)})
	}
	if n := len(m.Examples()); n != maxLabels {
		t.Errorf("%d labels were learnt, want %d", n, maxLabels)
	}
}

// TestDeterminism: the same examples make the same model, to the last bit.
func TestDeterminism(t *testing.T) {
	encoded := func() []byte {
		m := New()
		for _, e := range made(t, 300) {
			m.Learn(e.text, Label{"category", e.label})
		}
		b, err := m.Encode("17")
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if !bytes.Equal(encoded(), encoded()) {
		t.Error("two models of the same examples differ")
	}
}

// TestCodec: a model that was kept goes on as if it had not been, and what is damaged is
// refused.
func TestCodec(t *testing.T) {
	m := taught(30)
	b, err := m.Encode("event 17")
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > 4<<20+4096 {
		t.Errorf("a model takes %d bytes, want 4 MiB and little more", len(b))
	}
	read, mark, err := Decode(b)
	if err != nil || mark != "event 17" {
		t.Fatalf("Decode = %q, %v", mark, err)
	}
	for _, m := range []*Model{m, read} {
		m.Learn(vpn, Label{"category", "remote"})
	}
	if !reflect.DeepEqual(m, read) {
		t.Error("a model that was read back learns otherwise")
	}
	for name, bad := range map[string][]byte{
		"nothing":         nil,
		"a text":          []byte("hello"),
		"another version": append([]byte("maildesk learnt 0\n"), b[len(format):]...),
		"the begin only":  b[:len(b)/2],
		"a changed byte":  append(slices.Clone(b[:1000]), append([]byte{b[1000] ^ 1}, b[1001:]...)...),
		"the format only": []byte(format + strings.Repeat("\xff", 40)),
	} {
		if _, _, err := Decode(bad); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: Decode = %v, want ErrFormat", name, err)
		}
	}
}

// BenchmarkGuess and BenchmarkLearn are of an ordinary mail on a desk with eleven
// categories, all of whose examples were learnt.
func BenchmarkGuess(b *testing.B) {
	all := made(b, 2000)
	m := New()
	for _, e := range all {
		m.Learn(e.text, Label{"category", e.label})
	}
	for i := 0; b.Loop(); i++ {
		m.Guess(all[i%len(all)].text, "category")
	}
}

func BenchmarkLearn(b *testing.B) {
	all := made(b, 2000)
	m := New()
	for i := 0; b.Loop(); i++ {
		e := all[i%len(all)]
		m.Learn(e.text, Label{"category", e.label})
	}
}

func BenchmarkEncode(b *testing.B) {
	m := taught(30)
	for b.Loop() {
		if _, err := m.Encode(""); err != nil {
			b.Fatal(err)
		}
	}
}
