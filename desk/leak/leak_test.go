package leak

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"html"
	"mime/quotedprintable"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"

	"maildesk/threading"
)

func finder(t *testing.T) (f Finder, agents, requesters []string) {
	t.Helper()
	keys, err := threading.NewKeyring(threading.GenerateKeys())
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{"agent", "requester"} {
		token := threading.Token{Ticket: 1042, Participant: 77, Role: role, Kind: threading.Public}
		address, err := keys.ReplyAddress("support@example.org", token)
		if err != nil {
			t.Fatal(err)
		}
		words := []string{address, keys.MessageID(token, "note.1.2", "desk.example.org")}
		if role == "agent" {
			agents = words
		} else {
			requesters = words
		}
	}
	token := threading.Token{Ticket: 7, Participant: 3, Role: "requester", Kind: threading.Internal}
	address, _ := keys.ReplyAddress("support@example.org", token)
	asks := threading.Token{Ticket: 1042, Participant: 77, Role: "agent", Kind: threading.Public, Action: "resolve"}
	action, _ := keys.ReplyAddress("support@example.org", asks)
	agents = append(agents, address, action)
	for _, beside := range []threading.Token{
		{Ticket: 1042, Participant: 78, Role: "vendor", Kind: threading.Public},
		{Ticket: 1042, Participant: 79, Role: "approver", Kind: threading.Public, Round: 2, Action: "approve"},
	} {
		address, err := keys.ReplyAddress("support@example.org", beside)
		if err != nil {
			t.Fatal(err)
		}
		agents = append(agents, address)
	}
	return Finder{Keys: keys, Host: "desk.example.org"}, agents, requesters
}

// ways are those in which a word can stand in a text or file.
var ways = map[string]func(word string) []byte{
	"as it is":     func(w string) []byte { return []byte("Reply-To: " + w + "\n") },
	"within words": func(w string) []byte { return []byte("answer" + w + "today") },
	"in capitals":  func(w string) []byte { return []byte(strings.ToUpper(w)) },
	"as a link":    func(w string) []byte { return []byte("<mailto:" + w + "?subject=x>") },
	"wrapped": func(w string) []byte {
		return []byte(w[:len(w)/3] + "\n" + w[len(w)/3:len(w)/2] + "\r\n\t" + w[len(w)/2:])
	},
	"wrapped in quotes": func(w string) []byte { return []byte("> > " + w[:14] + "\n> > " + w[14:] + "\n") },
	"with blanks":       func(w string) []byte { return []byte(strings.Join(strings.Split(w, ""), " ")) },
	"behind nothing":    func(w string) []byte { return []byte(strings.Join(strings.Split(w, ""), "\u200b")) },
	"in wide letters": func(w string) []byte {
		return []byte(strings.Map(func(r rune) rune {
			if '0' <= r && r <= '9' || 'a' <= r && r <= 'z' {
				return r + 0xfee0
			}
			return r
		}, w))
	},
	"with other hyphens": func(w string) []byte { return []byte(strings.ReplaceAll(w, "-", "\u2011")) },
	"spelt out": func(w string) []byte {
		return []byte(strings.NewReplacer("@", " at ", "+", " plus ", "-", " dash ", ".", " dot ").Replace(w))
	},
	"spelt out in brackets": func(w string) []byte {
		return []byte(strings.NewReplacer("@", " [at] ", ".", "(dot)", "-", " minus ").Replace(w))
	},
	"quoted-printable": func(w string) []byte {
		var b bytes.Buffer
		q := quotedprintable.NewWriter(&b)
		fmt.Fprint(q, strings.Repeat("é", 20), w)
		q.Close()
		return []byte(strings.ReplaceAll(b.String(), "+", "=2B"))
	},
	"base64": func(w string) []byte {
		return wrap(base64.StdEncoding.EncodeToString([]byte("Dear Ana,\n" + w + "\n")))
	},
	"base64 below a header": func(w string) []byte {
		return append([]byte("Content-Transfer-Encoding: base64\n\n"), wrap(base64.StdEncoding.EncodeToString([]byte("Dear Ana,\n"+w+"\n")))...)
	},
	"base64 for URLs": func(w string) []byte {
		return []byte(base64.RawURLEncoding.EncodeToString([]byte("??>>" + w + " and so on")))
	},
	"base64 in base64": func(w string) []byte {
		return wrap(base64.StdEncoding.EncodeToString(wrap(base64.StdEncoding.EncodeToString([]byte("Dear Ana,\n" + w + "\n")))))
	},
	"in an address of the web": func(w string) []byte { return []byte("https://example.com/?to=" + url.QueryEscape(w)) },
	"twice in one":             func(w string) []byte { return []byte("https://example.com/?to=" + url.QueryEscape(url.QueryEscape(w))) },
	"every letter":             func(w string) []byte { return escaped(w, "%%%02x") },
	"entities":                 func(w string) []byte { return escaped(w, "&#%d;") },
	"named entities": func(w string) []byte {
		return []byte(strings.NewReplacer("+", "&plus;", "@", "&commat;", ".", "&period;", "-", "&hyphen;").Replace(w))
	},
	"entities of a page": func(w string) []byte { return []byte("<a href=\"mailto:" + html.EscapeString(w) + "\">x</a>") },
	"RTF":                func(w string) []byte { return []byte("{\\rtf1 " + string(escaped(w, `\'%02x`)) + "}") },
	"JSON":               func(w string) []byte { return []byte(`{"to":"` + string(escaped(w, `\u%04x`)) + `"}`) },
	"between tags": func(w string) []byte {
		return []byte("<p>" + w[:16] + "<wbr>" + w[16:20] + "<span class=\"x\">" + w[20:] + "</span></p>")
	},
	"between comments": func(w string) []byte { return []byte(w[:16] + "<!-- x -->" + w[16:] + "</p>") },
	"UTF-16": func(w string) []byte {
		var b bytes.Buffer
		for _, c := range utf16.Encode([]rune("\ufeff" + w)) {
			b.Write([]byte{byte(c), byte(c >> 8)})
		}
		return b.Bytes()
	},
	"a calendar": func(w string) []byte {
		return []byte("BEGIN:VCALENDAR\r\nORGANIZER:mailto:" + w[:12] + "\r\n " + w[12:] + "\r\nEND:VCALENDAR\r\n")
	},
	"a zip": func(w string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		f, _ := z.Create("word/document.xml")
		fmt.Fprint(f, strings.Repeat("<w:t>x</w:t>", 1000), w)
		z.Close()
		return b.Bytes()
	},
	"a gzip": func(w string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		fmt.Fprint(z, strings.Repeat("x ", 1000), w)
		z.Close()
		return b.Bytes()
	},
	"a zip in a mail": func(w string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		f, _ := z.Create("a.txt")
		fmt.Fprint(f, strings.Repeat("x ", 1000), w)
		z.Close()
		return append([]byte("Content-Transfer-Encoding: base64\n\n"), wrap(base64.StdEncoding.EncodeToString(b.Bytes()))...)
	},
}

func escaped(w, format string) []byte {
	var b bytes.Buffer
	for _, c := range []byte(w) {
		fmt.Fprintf(&b, format, c)
	}
	return b.Bytes()
}

func wrap(s string) []byte {
	var b bytes.Buffer
	for ; len(s) > 76; s = s[76:] {
		b.WriteString(s[:76] + "\r\n")
	}
	b.WriteString(s + "\r\n")
	return b.Bytes()
}

func TestInternalWordsAreFound(t *testing.T) {
	f, agents, requesters := finder(t)
	for name, way := range ways {
		for i, word := range agents {
			content := append([]byte("Dear Ana,\n\nsee here: "), way(word)...)
			if name == "a zip" || name == "a gzip" || name == "UTF-16" {
				content = way(word)
			}
			found := f.Find(Source{"text", []byte("Hello.")}, Source{"a.txt", content})
			if len(found) != 1 || found[0].Source != "a.txt" || len(found[0].Word) > 20 {
				t.Errorf("%s: word %d is not found (%v) in\n%.300q", name, i, found, content)
			}
		}
		for _, word := range requesters {
			if found := f.Find(Source{"a.txt", way(word)}); len(found) > 0 {
				t.Errorf("%s: what the requester has is taken for internal", name)
			}
		}
	}
	if found := f.Find(Source{"to " + agents[0] + ".txt", nil}); len(found) != 1 {
		t.Error("the name of a file is not looked at")
	}
}

// TestWhatIsNoLeak: addresses that are none of ours, or were changed.
func TestWhatIsNoLeak(t *testing.T) {
	f, agents, _ := finder(t)
	other, _, _ := finder(t)
	for _, s := range []string{"", "support@example.org", "support+t1042@example.org", "t1042-", "t1.", "support+t1042-ae2daaaaaaaaaaaaaaaa@example.org", strings.Replace(agents[0], "t1042", "t1043", 1)} {
		if found := f.Find(Source{"text", []byte(s)}); len(found) > 0 {
			t.Errorf("%q is taken for internal", s)
		}
	}
	if found := other.Find(Source{"text", []byte(strings.Join(agents, " "))}); len(found) > 0 {
		t.Error("the words of another desk are taken for ours")
	}
}

// TestFindIsBounded: it comes to an end soon, whatever the content is.
func TestFindIsBounded(t *testing.T) {
	f, _, _ := finder(t)
	for _, piece := range []string{"t1-", "t1.aaa.", "%25", "=\n", "&amp;", "<", "</", "QUFB", "dash", "PK\x03\x04", "t1042-ae2daaaaaaaaaaaaaaaa", "\u2011", `\u005c`, "\x00"} {
		f.Find(Source{"a.bin", bytes.Repeat([]byte(piece), 1<<20/len(piece))})
	}
}

// TestHugeFileHidesNothing: a file that is more than is looked through at all
// does not keep the notice beside it from being found.
func TestHugeFileHidesNothing(t *testing.T) {
	f, agents, _ := finder(t)
	huge := Source{Name: "disk.img", Content: make([]byte, maxBytes+1)}
	found := f.Find(huge, Source{Name: "notice.eml", Content: []byte("Reply-To: " + agents[0])})
	if len(found) != 1 || found[0].Source != "notice.eml" {
		t.Errorf("Find = %v, want the address in notice.eml", found)
	}
}

func BenchmarkFind(b *testing.B) {
	keys, err := threading.NewKeyring(threading.GenerateKeys())
	if err != nil {
		b.Fatal(err)
	}
	f := Finder{Keys: keys, Host: "desk.example.org"}
	text := bytes.Repeat([]byte("Dear Ana, please switch it off & on again; 100% of these printers need it.\n"), 1<<20/75)
	binary := make([]byte, 1<<20)
	for i, x := 0, uint32(1); i < len(binary); i++ {
		x = x*1664525 + 1013904223
		binary[i] = byte(x >> 24)
	}
	for name, content := range map[string][]byte{"text": text, "binary": binary, "base64": wrap(base64.StdEncoding.EncodeToString(text)), "answer": text[:1000]} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				f.Find(Source{"a", content})
			}
		})
	}
}
