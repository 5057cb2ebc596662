package mailbox

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest"
)

// write makes a file with the folders above it, and returns its path.
func write(t testing.TB, path, content string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// read returns all items at paths, and fails for errors and for spans that do
// not add up to the size.
func read(t testing.TB, paths ...string) []Item {
	t.Helper()
	var items []Item
	var span int64
	for item, err := range Open(paths) {
		if err != nil {
			t.Fatalf("Open(%q): %s: %v", paths, item.Name, err)
		}
		span += item.Span
		items = append(items, item)
	}
	size, err := Size(paths)
	if err != nil || size != span {
		t.Errorf("Size(%q) = %d, %v, want the sum of the spans, %d", paths, size, err, span)
	}
	return items
}

func TestOneFile(t *testing.T) {
	for _, tt := range []struct{ name, content, want string }{
		{"mail", "Subject: a\r\n\r\nb\r\n\r\n", "Subject: a\r\n\r\nb\r\n\r\n"},
		{"empty", "", ""},
		{"no mail", "\x00\xff", "\x00\xff"},
		{"From field without colon's place", "From  : John <j@example.org>\n\nb\n", "From  : John <j@example.org>\n\nb\n"},
		{"From and a sentence", "From Russia with love\nYear: 1963\n", "From Russia with love\nYear: 1963\n"},
		{"quoted From_ line first", ">From a@b Mon May  2 16:07:05 2005\nSubject: a\n\nb\n", ">From a@b Mon May  2 16:07:05 2005\nSubject: a\n\nb\n"},
		{"From_ line in the body", "Subject: a\n\nFrom a@b Mon May  2 16:07:05 2005\nX: y\n\nc\n", "Subject: a\n\nFrom a@b Mon May  2 16:07:05 2005\nX: y\n\nc\n"},
		{"quoted line in the body", "Subject: a\n\n>From me\n", "Subject: a\n\n>From me\n"},
		{"From_ line before one mail", "From a@b Mon May  2 16:07:05 2005\nSubject: a\n\nb\n", "Subject: a\n\nb\n"},
		{"From_ line without a date", "From a@b\nSubject: a\n\nb", "Subject: a\n\nb"},
		{"From_ line in the header", "From a@b Mon May  2 16:07:05 2005\n>From c@d Mon May  2 16:07:05 2005\nSubject: a\n\nb", ">From c@d Mon May  2 16:07:05 2005\nSubject: a\n\nb"},
		{"byte order mark", "\ufeffFrom -\nSubject: a\n\nb\n", "Subject: a\n\nb\n"},
		{"byte order mark before a mail", "\ufeffSubject: a\n\nb\n", "\ufeffSubject: a\n\nb\n"},
		{"only a From_ line", "From a@b Mon May  2 16:07:05 2005\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, filepath.Join(t.TempDir(), "a"), tt.content)
			items := read(t, path)
			if len(items) != 1 || string(items[0].Raw) != tt.want || items[0].Name != path {
				t.Errorf("Open(%q) = %+v, want one mail %q with the file's name", tt.content, items, tt.want)
			}
		})
	}
}

func TestMbox(t *testing.T) {
	const from = "From a@b Mon May  2 16:07:05 2005\n"
	for _, tt := range []struct {
		name, content string
		want          []string
	}{
		{"two", from + "A: 1\n\nx\n\n" + from + "B: 2\n\ny\n\n", []string{"A: 1\n\nx\n", "B: 2\n\ny\n"}},
		{"CRLF", strings.ReplaceAll(from+"A: 1\n\nx\n\n"+from+"B: 2\n\ny\n\n", "\n", "\r\n"), []string{"A: 1\r\n\r\nx\r\n", "B: 2\r\n\r\ny\r\n"}},
		{"empty lines above", "\n\r\n" + from + "A: 1\n\nx\n\n" + from + "B: 2\n\ny\n\n", []string{"A: 1\n\nx\n", "B: 2\n\ny\n"}},
		{"a byte order mark and an empty line above", bom + "\n" + from + "A: 1\n\nx\n\n" + from + "B: 2\n\ny\n\n", []string{"A: 1\n\nx\n", "B: 2\n\ny\n"}},
		{"no empty line between", from + "A: 1\n\nx\n" + from + "B: 2\n\ny", []string{"A: 1\n\nx\n", "B: 2\n\ny"}},
		{"empty lines of the mail stay", from + "A: 1\n\nx\n\n\n\n" + from + "B: 2\n\n\n", []string{"A: 1\n\nx\n\n\n", "B: 2\n\n"}},
		{"header only", from + "A: 1\n\n" + from + "B: 2\n", []string{"A: 1\n", "B: 2\n"}},
		{"empty mails", from + from + from, []string{"", "", ""}},
		{"mboxo", from + "A: 1\n\n>From me\n> From me\n>Fromme\n\n" + from + "B: 2\n\n", []string{"A: 1\n\nFrom me\n> From me\n>Fromme\n", "B: 2\n"}},
		{"mboxrd", from + "A: 1\n\n>>From me\n>>>From me\n\n" + from + "B: 2\n\n", []string{"A: 1\n\n>From me\n>>From me\n", "B: 2\n"}},
		{"unquoted sentence", from + "A: 1\n\nFrom Russia with love\nYear: 1963\n\n" + from + "B: 2\n\n", []string{"A: 1\n\nFrom Russia with love\nYear: 1963\n", "B: 2\n"}},
		{"without date, as Thunderbird", "From - \nA: 1\n\nx\n\nFrom -\nB: 2\n\nFrom \nC: 3\n\n", []string{"A: 1\n\nx\n", "B: 2\n", "C: 3\n"}},
		{"without date before text", from + "A: 1\n\nFrom me@example.org\nto you\n\n" + from + "B: 2\n", []string{"A: 1\n\nFrom me@example.org\nto you\n", "B: 2\n"}},
		{"wrong Content-Length", from + "Content-Length: 99999\n\nx\n\n" + from + "Content-Length: 1\n\nlong\n\n", []string{"Content-Length: 99999\n\nx\n", "Content-Length: 1\n\nlong\n"}},
		{"line over the buffer", from + "A: 1\n\n" + strings.Repeat("x", 2*bufferSize) + "From a@b Mon May  2 16:07:05 2005\n\n" + from + "B: 2\n", []string{"A: 1\n\n" + strings.Repeat("x", 2*bufferSize) + "From a@b Mon May  2 16:07:05 2005\n", "B: 2\n"}},
		{"From_ at the buffer's end", from + "A: " + strings.Repeat("x\n ", bufferSize/3-20) + "\n" + from + "B: 2\n", []string{"A: " + strings.Repeat("x\n ", bufferSize/3-20) + "\n", "B: 2\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, filepath.Join(t.TempDir(), "a.mbox"), tt.content)
			items := read(t, path)
			var got []string
			for i, item := range items {
				got = append(got, string(item.Raw))
				want := path
				if i > 0 {
					want += "#" + string(rune('1'+i))
				}
				if item.Name != want {
					t.Errorf("mail %d is named %s, want %s", i+1, item.Name, want)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("Open(%.200q) = %.200q, want %.200q", tt.content, got, tt.want)
			}
		})
	}
}

func TestStandardInput(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	keyboard := os.Stdin
	os.Stdin = r
	t.Cleanup(func() { os.Stdin = keyboard })
	if _, err := w.WriteString("Subject: piped\n\nx\n"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	for item, err := range Open([]string{"-"}) {
		if err != nil || item.Name != "-" || string(item.Raw) != "Subject: piped\n\nx\n" {
			t.Errorf("Open(-) = %+v, %v, want what was piped in", item, err)
		}
	}
}

func TestFromLineDates(t *testing.T) {
	at := time.Date(2005, 5, 2, 16, 7, 5, 0, time.UTC)
	for _, tt := range []struct {
		line string
		want time.Time
	}{
		{"From a@b Mon May  2 16:07:05 2005\n", at},
		{"From a@b  Mon May 02 16:07:05 2005\r\n", at},
		{"From - Mon May 2 16:07:05 2005", at},
		{"From a@b Mon May  2 18:07:05 2005 +0200\n", at},
		{"From a@b Mon May  2 18:07:05 +0200 2005\n", at},
		{"From a@b Mon May  2 16:07:05 GMT 2005\n", at},
		{"From a@b Mon May  2 16:07:05 2005 remote from relay\n", at},
		{"From a@b Mon, 2 May 2005 18:07:05 +0200\n", at},
		{"From a@b Mon May  2 16:07 2005\n", at.Truncate(time.Minute)},
		{"From a@b Mon May  2 08:07:05 PST 2005\n", time.Time{}}, // which PST?
		{"From -\n", time.Time{}},
	} {
		if got := dateOf([]byte(tt.line)); !got.Equal(tt.want) {
			t.Errorf("dateOf(%q) = %v, want %v", tt.line, got, tt.want)
		}
	}
}

func TestFolders(t *testing.T) {
	root := t.TempDir()
	in := func(path, content string) { write(t, filepath.Join(root, path), content) }
	in("b/two.mbox", "From - Mon May 2 16:07:05 2005\nA: 1\n\nFrom - Mon May 2 16:07:05 2005\nA: 2\n")
	in("a.eml", "A: 0")
	in("b/.DS_Store", "note")
	in("box/cur/1700000300.V1.host:2,S", "M: 3")
	in("box/new/1700000100.V1.host", "M: 1")
	in("box/new/1700000200.V1.host", "M: 2")
	in("box/tmp/1700000000.V1.host", "never delivered")
	in("box/stray", "M: 4")
	in("box/dovecot-uidlist", "3 V1")
	in("box/.Sent/cur/1700000050.V1.host:2,S", "S: 1")
	in("box/.Sent/new/empty", "")
	in("z/odd.bin", "\x00")
	if err := os.Symlink(root, filepath.Join(root, "z", "loop")); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, item := range read(t, root) {
		name, err := filepath.Rel(root, item.Name)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, name+" "+string(item.Raw))
		if at := item.Time.Unix(); strings.HasPrefix(name, "box/new/1700000100") && at != 1_700_000_100 {
			t.Errorf("%s was delivered at %v, want what its name tells", name, item.Time)
		}
	}
	want := []string{
		"a.eml A: 0", "b/two.mbox A: 1\n", "b/two.mbox#2 A: 2\n",
		"box/new/1700000100.V1.host M: 1", "box/new/1700000200.V1.host M: 2", "box/cur/1700000300.V1.host:2,S M: 3",
		"box/.Sent/new/empty ", "box/.Sent/cur/1700000050.V1.host:2,S S: 1", "box/stray M: 4", "z/odd.bin \x00",
	}
	if !slices.Equal(got, want) {
		t.Errorf("Open(folder) =\n%q, want\n%q", got, want)
	}
}

func TestErrorsDoNotEndTheRow(t *testing.T) {
	dir := t.TempDir()
	good := write(t, filepath.Join(dir, "good"), "A: 1")
	missing := filepath.Join(dir, "missing")
	dangling := filepath.Join(dir, "sub", "dangling")
	write(t, filepath.Join(dir, "sub", "z"), "A: 2")
	if err := os.Symlink(missing, dangling); err != nil {
		t.Fatal(err)
	}
	paths := []string{missing, good, filepath.Join(dir, "sub")}
	var got, failed []string
	for item, err := range Open(paths) {
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("Open: %s: %v, want that it does not exist", item.Name, err)
			}
			failed = append(failed, item.Name)
			continue
		}
		got = append(got, string(item.Raw))
	}
	if !slices.Equal(got, []string{"A: 1", "A: 2"}) || !slices.Equal(failed, []string{missing, dangling}) {
		t.Errorf("Open returns %q and errors for %q, want two mails, and errors for %s and %s", got, failed, missing, dangling)
	}
	if size, err := Size(paths); size != 8 || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Size = %d, %v, want 8 bytes and what does not exist", size, err)
	}
}

func TestOpenEndsWhenTold(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a"), "From - Mon May 2 16:07:05 2005\nA: 1\n\nFrom - Mon May 2 16:07:05 2005\nA: 2\n")
	write(t, filepath.Join(dir, "cur", "b"), "A: 3")
	write(t, filepath.Join(dir, "new", "c"), "A: 4")
	for most := 1; most <= 4; most++ {
		seen := 0
		for range Open([]string{dir}) {
			if seen++; seen == most {
				break
			}
		}
		if seen != most {
			t.Errorf("Open returns %d mails, want %d", seen, most)
		}
	}
}

// corpus returns a folder of public test mails that are not part of the project.
func corpus(t *testing.T, name string) string {
	t.Helper()
	return faulttest.Shared(t, "corpus", name)
}

func TestCorpusMboxCounts(t *testing.T) {
	for name, want := range map[string]int{
		"imaptest-thread/thread-orderedsubject.mbox":  15,
		"imaptest-thread/thread-orderedsubject2.mbox": 8,
		"imaptest-thread/thread.mbox":                 3,
		"imaptest-thread/thread5.mbox":                5,
		"imaptest-thread/thread8.mbox":                3,
		"mimekit/mbox/simple.mbox.txt":                3,
		"mimekit/mbox/unmunged.mbox.txt":              2,
		"mimekit/mbox/issue1189.mbox.txt":             4,
		"bounce-flufl/dsn_01.txt":                     1,
		"cpython-test_email/msg_43.txt":               1,
	} {
		if items := read(t, filepath.Join(corpus(t, ""), name)); len(items) != want {
			t.Errorf("Open(%s) returns %d mails, want %d", name, len(items), want)
		}
	}
}

// Every file of the public mails is one mail, but for the true mboxes.
func TestCorpusIsNotTornApart(t *testing.T) {
	for _, item := range read(t, corpus(t, "")) {
		file, _, several := strings.Cut(item.Name, "#")
		if several && !strings.Contains(file, "mbox") && strings.HasSuffix(item.Name, "#2") {
			t.Errorf("%s is taken for an mbox of several mails", file)
		}
	}
}

// FuzzMbox checks that every line comes through in order, but for separators
// and the quote marks that were taken off.
func FuzzMbox(f *testing.F) {
	const from = "From a@b Mon May  2 16:07:05 2005\n"
	f.Add([]byte(from + "A: 1\n\nx\n\n" + from + "B: 2\r\n\r\n>From y\n\n"))
	f.Add([]byte("From -\nA: 1\n\nFrom \nB: 2\n>>From \n"))
	f.Add([]byte("Subject: a\n\nb\n"))
	f.Fuzz(func(t *testing.T, input []byte) {
		if len(input) > bufferSize/2 || bytes.HasPrefix(input, []byte(bom)) || bytes.IndexAny(input, "\r\n") == 0 {
			return
		}
		var items []Item
		var span int
		newReader(bytes.NewReader(input)).items(file{path: "a"}, func(item Item, err error) bool {
			if err != nil {
				t.Fatalf("%q: %v", input, err)
			}
			items = append(items, item)
			span += int(item.Span)
			return true
		})
		if span != len(input) {
			t.Errorf("the spans of %q add up to %d, want %d", input, span, len(input))
		}
		if isFrom, _ := bytes.CutPrefix(input, []byte("From")); len(isFrom) == len(input) {
			if len(items) != 1 || !bytes.Equal(items[0].Raw, input) {
				t.Fatalf("Open(%q) = %+v, want it as it is", input, items)
			}
			return
		}
		left := slices.Collect(bytes.Lines(input))
		for _, item := range items {
			for line := range bytes.Lines(item.Raw) {
				for len(left) > 0 && !same(left[0], line) {
					if !separator(left[0]) {
						t.Fatalf("Open(%q) = %+v: the line %q is lost", input, items, left[0])
					}
					left = left[1:]
				}
				if len(left) == 0 {
					t.Fatalf("Open(%q) = %+v: the line %q is new", input, items, line)
				}
				left = left[1:]
			}
		}
		for _, line := range left {
			if !separator(line) {
				t.Fatalf("Open(%q) = %+v: the line %q is lost at the end", input, items, line)
			}
		}
	})
}

func same(in, out []byte) bool {
	return bytes.Equal(in, out) || quoted(in) && bytes.Equal(in[1:], out)
}

func separator(line []byte) bool {
	return bytes.HasPrefix(line, []byte("From")) || len(bytes.TrimRight(line, "\r\n")) == 0
}

// TestAgain: every mail can be read a second time, by itself.
func TestAgain(t *testing.T) {
	folder := t.TempDir()
	mbox := "From a@example.net Mon Mar 03 10:00:00 2025\nSubject: one\n\n>From here on\n\n" +
		"From b@example.net Mon Mar 03 10:00:00 2025\r\nSubject: two\r\n\r\nlong\r\n\r\n" +
		"From -\nSubject: three\n\nlast"
	for name, text := range map[string]string{"plain.mbox": mbox, "marked.mbox": "\ufeff" + mbox, "single.eml": "Subject: four\n\nalone\n", "cur/1.x": "Subject: five\n\nx\n", "new/2.x": "Subject: six\n\ny\n"} {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var items []Item
	for item, err := range Open([]string{folder}) {
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, item)
	}
	if len(items) != 9 {
		t.Fatalf("%d mails, want 9", len(items))
	}
	for _, item := range slices.Backward(items) {
		if raw, err := item.Again(); err != nil || string(raw) != string(item.Raw) {
			t.Errorf("%s: Again = %q, %v, want %q", item.Name, raw, err, item.Raw)
		}
	}
}
