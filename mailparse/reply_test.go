package mailparse

import (
	"os"
	"strings"
	"testing"
)

// replyOf takes plain text apart as the body of an answer.
func replyOf(text string) string { return split(plainLines(text), true).take(written) }

// readCases reads "LANGUAGE TEXT" lines.
func readCases(t *testing.T, file string) (languages, texts []string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(string(raw)) {
		language, text, found := strings.Cut(strings.TrimSpace(l), " ")
		if found && language != "#" {
			languages, texts = append(languages, language), append(texts, text)
		}
	}
	return languages, texts
}

// TestIntroductions: what stands above a quote is not the author's, in any
// language, on one line or broken over two.
func TestIntroductions(t *testing.T) {
	languages, intros := readCases(t, "testdata/introductions.txt")
	for i, intro := range intros {
		for name, text := range map[string]string{
			"quoted":      "Yes, it works now.\n\n" + intro + "\n\n> Does it work?\n> Ana\n",
			"no gap":      "Yes, it works now.\n" + intro + "\n> Does it work?\n",
			"in a quote":  "Yes, it works now.\n\n> " + intro + "\n>\n> Does it work?\n",
			"bottom post": intro + "\n> Does it work?\n\nYes, it works now.\n",
			"broken":      "Yes, it works now.\n\n" + breakLine(intro) + "\n\n> Does it work?\n",
		} {
			if got, want := replyOf(text), "Yes, it works now."; got != want {
				t.Errorf("%s, %s: reply of %q = %q, want %q", languages[i], name, text, got, want)
			}
		}
	}
}

// breakLine breaks a long line at a blank near its middle, as programs do.
func breakLine(s string) string {
	if len(s) < 50 {
		return s
	}
	for i := len(s) / 2; i < len(s); i++ {
		if s[i] == ' ' {
			return s[:i] + "\n" + s[i+1:]
		}
	}
	return s
}

// TestUnquotedHistory: below most introductions older mail follows even when
// nothing marks it as quoted.
func TestUnquotedHistory(t *testing.T) {
	languages, intros := readCases(t, "testdata/introductions.txt")
	missed := 0
	for i, intro := range intros {
		text := "Yes, it works now.\n\n" + intro + "\n\nDoes it work?\nAna\n"
		if got := replyOf(text); got != "Yes, it works now." {
			missed++
			t.Logf("%s: reply of %q = %q", languages[i], text, got)
		}
	}
	if missed*10 > len(intros) {
		t.Errorf("%d of %d introductions without a quote were missed, want at most a tenth", missed, len(intros))
	}
}

// TestHeaderBlocks: Outlook's block ends what the author wrote.
func TestHeaderBlocks(t *testing.T) {
	languages, blocks := readCases(t, "testdata/headerblocks.txt")
	for i, block := range blocks {
		f := strings.Split(block, "|")
		plain := f[0] + ": Support <support@example.org>\n" + f[1] + ": 3.11.2025 10:12\n" + f[2] + ": Ana <ana@example.net>\n" + f[3] + ": printer\n"
		for name, text := range map[string]string{
			"plain":        "Yes, it works now.\n\n" + plain + "\nDoes it work?\n",
			"rule":         "Yes, it works now.\n\n________________________________\n" + plain + "\nDoes it work?\n",
			"bold":         "Yes, it works now.\n\n*" + strings.ReplaceAll(plain, ": ", ":* ") + "\nDoes it work?\n",
			"gaps":         "Yes, it works now.\n\n" + strings.ReplaceAll(plain, "\n", "\n\n") + "\nDoes it work?\n",
			"original":     "Yes, it works now.\n\n-----Original Message-----\n" + plain + "\nDoes it work?\n",
			"no addresses": "Yes, it works now.\n\n" + f[0] + ": Support\n" + f[1] + ": 3.11.2025 10:12\n" + f[2] + ": Ana\n" + f[3] + ": printer\n\nDoes it work?\n",
		} {
			if got, want := replyOf(text), "Yes, it works now."; got != want {
				t.Errorf("%s, %s: reply of %q = %q, want %q", languages[i], name, text, got, want)
			}
		}
	}
}
