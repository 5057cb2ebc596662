package charset

import (
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// TestToUTF8: true, missing and false declarations.
func TestToUTF8(t *testing.T) {
	for _, tt := range []struct{ name, bytes, declared, want, problem string }{
		{"ASCII", "hello", "", "hello", ""},
		{"UTF-8", "Grüße", "utf-8", "Grüße", ""},
		{"Latin 1 is windows-1252", "\x80 5", "iso-8859-1", "€ 5", ""},
		{"a label in quotes", "Gr\xfc\xdfe", `"ISO-8859-1"`, "Grüße", ""},
		{"UTF-8 declared as Latin 1", "Grüße", "iso-8859-1", "Grüße", "declared as iso-8859-1, but it is utf-8"},
		{"unknown", "hello", "x-none", "hello", ""},
		{"unknown, 8-bit", "Gr\xfc\xdfe", "x-none", "Grüße", "unknown charset x-none"},
		{"not declared", "Gr\xfc\xdfe", "", "Grüße", Undeclared},
		{"a byte order mark", "\xff\xfeh\x00i\x00", "", "hi", ""},
		{"HZ", "~{<:Ky2;R*#,~}", "hz-gb-2312", "己所不要，", ""},
		{"HZ without a declaration", "Hi ~{4rS!;z~}!", "", "Hi 打印机!", "text in hz-gb-2312 that does not say so"},
		{"HZ declared as GB 2312", "~{4rS!;z~}", "gb2312", "打印机", "text in hz-gb-2312 that does not say so"},
		{"no HZ", "if x =~{a}{b} ~} done", "", "if x =~{a}{b} ~} done", ""},
		{"UTF-7 without a declaration", "Die L+APY-sung f+APw-r Gr+APwA3w-e", "", "Die Lösung für Grüße", UndeclaredUTF7},
		{"UTF-7 declared as ASCII", "Die L+APY-sung f+APw-r 1 +- 1", "us-ascii", "Die Lösung für 1 + 1", UndeclaredUTF7},
		{"UTF-7 in Cyrillic", "+BB8EQAQ4BDIENQRC-", "", "Привет", UndeclaredUTF7},
		{"UTF-7 in Chinese", "+YlNTcGc6-", "", "打印机", UndeclaredUTF7},
		{"UTF-7 beside signs that it has not", `C:\~ +BB8EQAQ4BDIENQRC- +BDg- 5+IBM-6`, "", `C:\~ Привет и 5–6`, UndeclaredUTF7},
		{"UTF-7 in Korean", "+1QS5sNEw-", "", "프린터", UndeclaredUTF7},
		{"plus signs", "a+b=c, +49 40 1, C++, me+tag@example.net", "", "a+b=c, +49 40 1, C++, me+tag@example.net", ""},
		{"an address with a tag", "write to ana+abc@example.net", "", "write to ana+abc@example.net", ""},
		{"a key", "key: zX+bL/9Qw+A1bc==", "", "key: zX+bL/9Qw+A1bc==", ""},
		{"UTF-7 that says UTF-8", "L+APY-sung f+APw-r", "utf-8", "L+APY-sung f+APw-r", ""},
		{"Johab", "\xcfa\x9f\xa5\xc8\xe1\x88a \xb5e\x89i\x96A\xbb\xa1 \xb4g\xafs\x93\xa1\x94a \xf7\xd3\xf1\xae \x88A \x84a \x84D \xd9j \xa6\xca", "johab", "프린터가 연결되지 않습니다 漢字 ㄱ ㅏ ㄳ ★ 뷁", ""},
		{"broken Johab", "\xd0\x65\xd0", "johab", "한\ufffd", ""},
		{"ISO-2022-JP without a declaration", "\x1b$B$3$s\x1b(B", "", "こん", ""},
	} {
		if got, problem := ToUTF8([]byte(tt.bytes), tt.declared); got != tt.want || problem != tt.problem {
			t.Errorf("%s: ToUTF8(%q, %q) = %q, %q, want %q, %q", tt.name, tt.bytes, tt.declared, got, problem, tt.want, tt.problem)
		}
	}
}

func TestClean(t *testing.T) {
	if got, want := CleanText("a\r\nb\rc\x00\x07\td\ufeff"), "a\nb\nc\td"; got != want {
		t.Errorf("CleanText = %q, want %q", got, want)
	}
	if got, want := CleanLine(" a\nb\u202eä "), "a bä"; got != want {
		t.Errorf("CleanLine = %q, want %q", got, want)
	}
}

// TestPlainASCII: plus signs, in texts and in fields, are read as UTF-7 only where it cannot be chance.
func TestPlainASCII(t *testing.T) {
	for _, text := range []string{
		"I looked at https://www.google.com/search?q=vpn+settings and it did not help.",
		"https://www.google.com/search?q=vpn+settings-page",
		"Call +12125559004", "Call +12125559004-5", "Call +49123456-0",
		"ana+settings@example.net", "see +settings-page, +Training-plan and +WhatsApp-group",
		"the REST+API-key and the REST+API-docs", "REST+API-key, PC+ARM-board", "PC+IBM-compatible", "Das Handy+Abo-Paket, Zeitung+Abo-Angebot",
		"Die L+APY-sung.", "f+APw-r f+APw-r", // too little to be sure
		"f+APw-r Gr+APYA3w e",                  // a stretch without an end
		"f+APw-r Gr+APwA3w-e +settings",        // one that is none
		"+BB8EQAQ4BDIENQRC- Gr+APwA3w-e",       // two scripts
		"q=+BB8EQAQ4BDIENQRC-", "x+YlNTcGc6-y", // within ASCII
		"+AGEAYgBj- f+APw-r Gr+APwA3w-e", // ASCII needs no base64
		"+settings", "+-", "1 +- 1", "+", "", "a+", "+2ADcAA-",
	} {
		for _, declared := range []string{"", "us-ascii"} {
			if got, problem := ToUTF8([]byte(text), declared); got != text || problem != "" {
				t.Errorf("ToUTF8(%q, %q) = %q, %q", text, declared, got, problem)
			}
		}
		if got := Escaped(text); got != text {
			t.Errorf("Escaped(%q) = %q", text, got)
		}
	}
	const said = "L+APY-sung f+APw-r"
	if got, want := Escaped(said), "Lösung für"; got != want || !Doubtful([]byte(said), want, UndeclaredUTF7) {
		t.Errorf("Escaped(%q) = %q, want %q, of which there is doubt", said, got, want)
	}
}

// TestThai: Thai of few letters is known by where its vowels and tones stand, and no other script
// is taken for it.
func TestThai(t *testing.T) {
	for _, tt := range []struct {
		is   encoding.Encoding
		text string
		thai bool
	}{
		{charmap.Windows874, "เครื่องพิมพ์ไม่ทำงาน", true},
		{charmap.Windows874, "ขอความช่วยเหลือเรื่องรหัสผ่าน", true},
		{charmap.Windows874, "Re: เข้าระบบไม่ได้", true},
		{charmap.Windows874, "สวัสดีครับ", true},
		{charmap.Windows1252, "Grüße aus Köln, Straße", false},
		{charmap.Windows1252, "Été à l'hôpital déjà évoqué", false},
		{charmap.Windows1252, "ÄÖÜ", false},
		{charmap.Windows1251, "Не могу войти в почту", false},
		{charmap.KOI8R, "Принтер не печатает", false},
		{charmap.Windows1253, "Δεν λειτουργεί ο εκτυπωτής", false},
		{charmap.Windows1255, "המדפסת לא עובדת", false},
		{charmap.Windows1256, "الطابعة لا تعمل", false},
		{simplifiedchinese.GBK, "打印机不能连接", false},
		{simplifiedchinese.GBK, "您好，三楼的打印机坏了", false},
		{traditionalchinese.Big5, "印表機無法連線", false},
		{korean.EUCKR, "프린터가 연결되지 않습니다", false},
		{korean.EUCKR, "안녕하세요", false},
		{japanese.EUCJP, "プリンターが印刷できません", false},
		{japanese.EUCJP, "プリンタ", false},
		{japanese.ShiftJIS, "プリンターが印刷できません", false},
	} {
		raw, err := tt.is.NewEncoder().Bytes([]byte(tt.text))
		if err != nil {
			t.Fatal(err)
		}
		if isThai(raw) != tt.thai {
			t.Errorf("isThai(%q) = %t", tt.text, !tt.thai)
		}
		if got := Raw(string(raw)); tt.thai && got != tt.text {
			t.Errorf("Raw of %q = %q", tt.text, got)
		}
	}
}
