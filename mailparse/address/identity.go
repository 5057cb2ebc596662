package address

import (
	"errors"
	"io"
	"mime"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"maildesk/addr"
	"maildesk/mailparse/phrase"
)

// maxAddress bounds an address that can be an identity (RFC 5321 section
// 4.5.3.1.3: a path has 256 octets, angle brackets included).
const maxAddress = 254

// Address is one mailbox. Address is lower-cased in its domain only; compare
// with [Address.Same].
type Address struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// Normal is the form to compare and to store an address by: see [addr.Key].
func (a Address) Normal() string {
	return addr.Key(a.Address)
}

// Same reports whether two addresses are one mailbox. Names do not count; no
// address is the same as none.
func (a Address) Same(b Address) bool {
	return addr.Same(a.Address, b.Address)
}

// Identity reads the raw values of all From fields of a mail and returns
// the one mailbox that the mail comes from, its domain in lower-case ASCII. It
// accepts what can be read in one way only: one field, one mailbox, a plain
// addr-spec (RFC 5322 section 3.4.1, dot-atoms). Everything clever is an
// error, and so is a field that net/mail reads in another way.
func Identity(fields []string) (Address, error) {
	switch {
	case len(fields) == 0:
		return Address{}, errors.New("there is no From field")
	case len(fields) > 1:
		return Address{}, errors.New("there is more than one From field")
	}
	raw := strings.TrimSpace(fields[0])
	if bare, twice := writtenTwice(raw); twice {
		raw = bare
	}
	name, spec, err := cutMailbox(raw)
	if err != nil {
		return Address{}, err
	}
	address, err := plainSpec(spec)
	if err != nil {
		return Address{}, err
	}
	// The second opinion: what other programs see as the sender must be the same.
	second, err := secondOpinion.Parse(strings.ToValidUTF8(raw, "\uFFFD"))
	if err != nil || second.Address != spec {
		return Address{}, errors.New("the From field can be read in more than one way")
	}
	return Address{Name: displayName(name), Address: address}, nil
}

// writtenTwice returns the mailbox of "a@b <a@b>" and of "A <a@b>, A <a@b>": whichever of the two a
// program takes, it is the same.
//
// QUIRK: RFC 5322 section 3.2.5 has no "@" in an unquoted name. Many a program writes
// it there.
func writtenTwice(raw string) (bare string, twice bool) {
	for i := range len(raw) {
		if left := strings.TrimSpace(raw[:i]); raw[i] == ',' && left == strings.TrimSpace(raw[i+1:]) {
			return left, true
		}
	}
	name, rest, found := strings.Cut(raw, "<")
	spec, after, closed := strings.Cut(rest, ">")
	if !found || !closed || after != "" || spec == "" || !addr.Same(strings.Trim(name, " \t',;"), spec) {
		return "", false
	}
	return "<" + spec + ">", true
}

// secondOpinion reads only addresses for us: charsets of names do not matter.
var secondOpinion = mail.AddressParser{WordDecoder: &mime.WordDecoder{
	CharsetReader: func(_ string, in io.Reader) (io.Reader, error) { return in, nil },
}}

// cutMailbox splits one From value into its raw name and its addr-spec: either
// `name <spec>`, or `spec` with an old-style `(name)` after it.
func cutMailbox(s string) (name, spec string, err error) {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7f {
			return "", "", errors.New("the From field has control characters")
		}
	}
	if inner, found := strings.CutSuffix(s, ">"); found {
		open := strings.LastIndexByte(inner, '<')
		if open < 0 || !plainPhrase(inner[:open]) {
			return "", "", errors.New("the From field is not one plain mailbox")
		}
		return inner[:open], inner[open+1:], nil
	}
	if inner, found := strings.CutSuffix(s, ")"); found {
		spec, comment, found := strings.Cut(inner, "(")
		if !found || strings.ContainsAny(comment, `()\<>@`) {
			return "", "", errors.New("the From field has a comment that can be misread")
		}
		return comment, strings.TrimSpace(spec), nil
	}
	return "", s, nil
}

// plainPhrase reports whether s can be nothing but a display name: atoms,
// quoted strings, and comments that hold no address.
func plainPhrase(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '(':
			end := i + 1
			for end < len(s) && s[end] != closing(c) {
				if c == '(' && strings.IndexByte(`()\<>@"`, s[end]) >= 0 {
					return false
				}
				if s[end] == '\\' {
					end++
				}
				end++
			}
			if end >= len(s) {
				return false
			}
			i = end
		case strings.IndexByte(`<>@,:;[]\)`, c) >= 0:
			return false
		}
	}
	return true
}

func closing(open byte) byte {
	if open == '(' {
		return ')'
	}
	return open
}

// plainSpec checks an addr-spec and returns it with its domain in lower-case
// ASCII.
func plainSpec(spec string) (string, error) {
	local, domain, found := strings.Cut(spec, "@")
	switch {
	case !found || strings.Contains(domain, "@"):
		return "", errors.New("the sender has no plain address")
	case len(spec) > maxAddress:
		return "", errors.New("the sender's address is too long")
	case strings.Contains(spec, "=?"):
		return "", errors.New("the sender's address has encoded words in it")
	case !DotAtom(local):
		return "", errors.New("the sender's local part is not plain")
	case mixedScripts(local):
		return "", errors.New("the sender's local part mixes scripts")
	}
	name := domain
	if !phrase.ASCII(domain) || strings.Contains(strings.ToLower(domain), "xn--") {
		ascii, err := idna.Lookup.ToASCII(domain)
		if err != nil {
			return "", errors.New("the sender's domain is not a valid name")
		}
		name, err = idna.Lookup.ToUnicode(ascii)
		if written := strings.ToLower(norm.NFC.String(domain)); err != nil || written != name && written != ascii {
			return "", errors.New("the sender's domain is not in its normal form")
		}
		domain = ascii
	}
	for label := range strings.SplitSeq(name, ".") {
		if mixedScripts(label) {
			return "", errors.New("the sender's domain mixes scripts: " + strings.ToLower(domain))
		}
	}
	if !hostName(domain) {
		return "", errors.New("the sender's domain is not a valid name")
	}
	return local + "@" + strings.ToLower(domain), nil
}

// DotAtom reports whether s is a dot-atom (RFC 5322 section 3.2.3) of ASCII or
// of letters and digits beyond it (RFC 6531 section 3.3).
func DotAtom(s string) bool {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		case r < utf8.RuneSelf:
			if !strings.ContainsRune(".!#$%&'*+-/=?^_`{|}~", r) {
				return false
			}
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r):
			return false
		}
	}
	return true
}

// hostName reports whether s is a domain name of ASCII labels.
//
// QUIRK: underscores are accepted (RFC 1123 section 2.1 is against them), since
// hosts within a company have them.
func hostName(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			c := label[i] | 0x20
			if (c < 'a' || c > 'z') && (label[i] < '0' || label[i] > '9') && label[i] != '-' && label[i] != '_' {
				return false
			}
		}
	}
	return true
}

// mixedScripts reports whether the letters of s come from scripts that nobody
// writes together, such as Latin and Cyrillic (UTS 39 section 5.2, highly
// restrictive): the look-alikes of an address.
func mixedScripts(s string) bool {
	if phrase.ASCII(s) {
		return false
	}
	script := ""
	for _, r := range s {
		switch is := scriptOf(r); {
		case is == "" || is == script:
		case script == "":
			script = is
		case script == "Latin" && is == "Han", script == "Han" && is == "Latin":
			script = "Han"
		default:
			return true
		}
	}
	return false
}

// scriptOf names the script of a letter; empty for what all scripts share. The
// scripts of Japanese, Chinese and Korean count as Han.
func scriptOf(r rune) string {
	if r < utf8.RuneSelf {
		if c := r | 0x20; 'a' <= c && c <= 'z' {
			return "Latin"
		}
		return ""
	}
	if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo) {
		return "Han"
	}
	for name, table := range unicode.Scripts {
		if name != "Common" && name != "Inherited" && unicode.Is(table, r) {
			return name
		}
	}
	return ""
}

// Split splits an address at its last "@".
func Split(address string) (local, domain string) {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address, ""
	}
	return address[:at], address[at+1:]
}
