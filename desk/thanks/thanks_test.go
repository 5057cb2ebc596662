package thanks

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

var signs = map[string]Meaning{"o": Agree, "+": Mere, "=": Works, "c": Close, "-": Other}

// TestRead reads testdata/thanks.txt: for each language what is mere thanks and
// what is not.
func TestRead(t *testing.T) {
	file, err := os.Open("testdata/thanks.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows := map[string]map[Meaning]int{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		language, rest, _ := strings.Cut(line, " ")
		sign, text, _ := strings.Cut(rest, " ")
		want, ok := signs[sign]
		if !ok {
			t.Fatalf("%q has no sign", line)
		}
		if rows[language] == nil {
			rows[language] = map[Meaning]int{}
		}
		rows[language][min(want, Works)]++
		got := Read(Text{New: strings.ReplaceAll(text, `\n`, "\n"), Names: []string{"Alice Berger", "Bob", "Ida Roth"}, Subject: "Projector in room 8"})
		if got != want {
			t.Errorf("%s: Read(%q) = %d, want %d", language, text, got, want)
		}
	}
	for _, v := range vocabularies() {
		n := rows[v.language]
		if n[Mere]+n[Works] < 10 || n[Other] < 10 {
			t.Errorf("%s has %d texts of thanks and %d others, want at least 10 of each", v.language, n[Mere]+n[Works], n[Other])
		}
	}
	if len(vocabularies()) < 15 {
		t.Errorf("%d languages, want at least 15", len(vocabularies()))
	}
}
