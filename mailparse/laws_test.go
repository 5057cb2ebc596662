package mailparse

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// checkLaws holds what is true of every message, whatever the mail was.
func checkLaws(t *testing.T, m *Message) {
	t.Helper()
	texts := map[string]string{"Text": m.Text, "HTML": m.HTML, "Reply": m.Reply, "Signature": m.Signature, "Quoted": m.Quoted}
	lines := map[string]string{"Subject": m.Subject, "MessageID": m.MessageID, "FromShown.Name": m.FromShown.Name, "From.Address": m.From.Address}
	for _, f := range m.Header {
		lines["header "+f.Name] = f.Value
	}
	for _, a := range m.Attachments {
		lines["attachment name"] = a.Name
		lines["attachment type"] = a.Type
		if strings.ContainsAny(a.Name, "/\\") {
			t.Errorf("attachment name %q has a path", a.Name)
		}
		if a.Name == "" {
			t.Errorf("attachment of type %q has no name", a.Type)
		}
	}
	for _, problem := range m.Problems {
		lines["problem"] = problem
	}
	for name, text := range texts {
		if !utf8.ValidString(text) {
			t.Errorf("%s is not UTF-8: %.100q", name, text)
		}
		if strings.ContainsAny(text, "\x00\r\x1b") {
			t.Errorf("%s has control characters: %.100q", name, text)
		}
	}
	for name, text := range lines {
		if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
			t.Errorf("%s is not one clean line: %.100q", name, text)
		}
	}
	if !wordsIn(m.Reply, m.Text) {
		t.Errorf("Reply has words that Text has not\nreply: %.300q\ntext: %.300q", m.Reply, m.Text)
	}
	if m.Reply == "" && m.Quoted == "" && strings.TrimSpace(m.Text) != "" {
		t.Errorf("Reply is empty, yet nothing was quoted in %.300q", m.Text)
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	for _, seed := range []string{
		plainMail("hello\r\n\r\n-- \r\nAna\r\n"),
		htmlMail("<p>yes</p><div class=gmail_quote><div class=gmail_attr>On 3 May 2026 Ana wrote:</div><blockquote>no</blockquote></div>"),
		multipart("Content-Type: message/rfc822\r\n\r\n"+plainMail("inner"), "Content-Type: text/plain; format=flowed\r\n\r\n> a \r\n> b\r\nyes \r\nno"),
		multipart("Content-Type: text/plain; charset=iso-2022-jp\r\nContent-Transfer-Encoding: base64\r\n\r\nGyRCJDMkcxsoQg==", "Content-Type: application/ms-tnef; name*=utf-8''a%2Fb\r\n\r\n\x78\x9f\x3e\x22\x00\x00"),
		"Subject: =?utf-8?q?a=0Ab?= =?koi8-r?b?8NLJ18XU?=\n\nbegin 644 a.txt\n#86)C\n`\nend\n",
		"From: a\nContent-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHAqCAMIACAQExADCABgkqhkiG9w0BBwGggAQDYWJjAAAAAAAAAAAAAA==\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := Parse(raw, Envelope{})
		checkLaws(t, m)
		Fingerprint(raw) // does not panic
	})
}

// wordsIn reports whether every word of s stands in text.
func wordsIn(s, text string) bool {
	words := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	}
	have := map[string]bool{}
	for _, word := range words(text) {
		have[word] = true
	}
	return !slices.ContainsFunc(words(s), func(word string) bool { return !have[word] })
}
