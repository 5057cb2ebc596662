package console

import (
	"strings"
	"testing"
)

// TestTable: a table fits its terminal, what is cut says so, wide signs take two places, and
// where there is no terminal nothing is cut.
func TestTable(t *testing.T) {
	columns := []Column{{Head: "NO"}, {Head: "QUEUE", Least: 6, Rank: 1}, {Head: "LEVEL", Rank: 2}, {Head: "SUBJECT", Least: 8}}
	rows := [][]string{{"#1", "first-line", "1", "Printer jams on each page"}, {"#12", "net", "2", "打印机卡纸了，请帮忙"}, {"#3", "e\u0301te\u0301", "3", ""}}
	for _, tt := range []struct {
		name  string
		width int
		want  string
	}{
		{"no terminal", 0, `
NO   QUEUE       LEVEL  SUBJECT
#1   first-line  1      Printer jams on each page
#12  net         2      打印机卡纸了，请帮忙
#3   été         3`},
		{"wide enough", 49, `
NO   QUEUE       LEVEL  SUBJECT
#1   first-line  1      Printer jams on each page
#12  net         2      打印机卡纸了，请帮忙
#3   été         3`},
		{"the widest is cut", 39, `
NO   QUEUE       LEVEL  SUBJECT
#1   first-line  1      Printer jams o…
#12  net         2      打印机卡纸了，…
#3   été         3`},
		{"others, too", 29, `
NO   QUEUE    LEVEL  SUBJECT
#1   first-…  1      Printer…
#12  net      2      打印机…
#3   été      3`},
		{"no room for LEVEL", 27, `
NO   QUEUE       SUBJECT
#1   first-line  Printer j…
#12  net         打印机卡…
#3   été`},
		{"nor for QUEUE", 18, `
NO   SUBJECT
#1   Printer jams…
#12  打印机卡纸了…
#3`},
		{"less than the least", 10, `
NO   SUBJ…
#1   Prin…
#12  打印…
#3`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			table := NewTable(&out, columns...)
			table.width = tt.width
			for _, row := range rows {
				table.Row(Plain, append([]string(nil), row...)...)
			}
			if err := table.Flush(); err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll("\n"+strings.TrimSuffix(out.String(), "\n"), "e\u0301", "é")
			if got != tt.want {
				t.Errorf("the table is%s\nwant%s", got, tt.want)
			}
			for line := range strings.Lines(out.String()) {
				if places := Places(strings.TrimSpace(line)); tt.width > 0 && places > tt.width {
					t.Errorf("%q takes %d places of %d", line, places, tt.width)
				}
			}
		})
	}
}

// TestTableGoesOn: the rows of a long list keep the columns with which it began.
func TestTableGoesOn(t *testing.T) {
	var out strings.Builder
	table := NewTable(&out, Column{Head: "NO"}, Column{Head: "QUEUE", Least: 6, Rank: 1}, Column{Head: "SUBJECT", Least: 8})
	table.width = 24
	for _, row := range [][]string{{"#1", "net", "VPN"}, {"#200000", "first-line", "Printer jams"}} {
		table.Row(Plain, row...)
		if err := table.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if want := "NO  QUEUE  SUBJECT\n#1  net    VPN\n#200000  first…  Printe…\n"; out.String() != want {
		t.Errorf("the table is\n%s\nwant\n%s", out.String(), want)
	}
}

func TestWrapped(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		want  string
	}{
		{"", 10, ""},
		{"It jams.", 8, "It jams."},
		{"It jams on every page", 8, "It jams|on every|page"},
		{"It jams  on", 8, "It jams|on"},
		{"Incomprehensible", 6, "Incomp|rehens|ible"},
		{"打印机卡纸了", 5, "打印|机卡|纸了"},
		{"打印", 1, "打|印"},
		{"See https://example.org/a/long/path now", 12, "See|https://example.org/a/long/path|now"},
		{"https://example.org/a/long/path", 12, "https://example.org/a/long/path"},
		{"    indented text", 8, "    inde|nted|text"},
	} {
		if got := strings.Join(wrapped(tt.text, tt.width), "|"); got != tt.want {
			t.Errorf("%q in %d places: %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
}
