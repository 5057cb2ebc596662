package article

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Known is what is known of the people whose words a text is.
type Known struct {
	Names     []string // as "Ana Lima" or "Lima, Ana"
	Addresses []string // of theirs; every other address goes as well
	Ours      []string // of the desk, which stay
	Language  string   // of what stands in the place of what is removed
}

// Anonymise returns a text without what would name people, and what was removed, each
// thing once. In its place stands what it was, in brackets: "[name]".
//
// Removed are quotes, the greeting on top and the signature below; the names in k, with
// what stands behind Mr or Mrs, and the parts of their names and addresses where these
// stand alone; mail addresses; telephone numbers; IBANs, numbers of cards, and what
// stands behind words such as "customer number" or "serial number"; numbers of requests
// (#1042, request no. 1042, or no. 1042 alone, unless it is of an error); MAC addresses; public IP addresses, which in most countries are data of a
// person; the name in a path such as C:\Users\ana; links with a secret in them.
//
// Kept is what solves problems: versions, codes of errors, ports, times, masks, and
// private IP addresses (RFC 1918, RFC 4193, loopback, link-local), which name nobody
// outside of one network. What looks like both is removed: its reader can put it back.
func Anonymise(text string, k Known) (string, []Removed) {
	a := anonymiser{words: in(k.Language), known: k}
	text = a.lines(text)
	for _, step := range []func(string) string{
		a.links, a.addresses, a.numbers, a.ips, a.phones, a.paths, a.names,
	} {
		text = step(text)
	}
	return strings.TrimSpace(text), a.removed
}

type anonymiser struct {
	words   words
	known   Known
	removed []Removed
}

// take notes that something was removed, and returns what stands in its place.
func (a *anonymiser) take(kind Kind, text, word string) string {
	text = strings.TrimSpace(text)
	if r := (Removed{kind, text}); text != "" && !slices.Contains(a.removed, r) {
		a.removed = append(a.removed, r)
	}
	if word == "" {
		return ""
	}
	return "[" + word + "]"
}

// replace replaces what an expression finds, where fits says so.
func (a *anonymiser) replace(text string, find *regexp.Regexp, kind Kind, word string, fits func(string) bool) string {
	return find.ReplaceAllStringFunc(text, func(found string) string {
		if fits != nil && !fits(found) {
			return found
		}
		return a.take(kind, found, word)
	})
}

// maxClosing bounds how many lines from the end a signature begins.
const maxClosing = 12

// lines takes quotes, the greeting and the signature out.
func (a *anonymiser) lines(text string) string {
	var kept, quoted []string
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), ">") {
			quoted = append(quoted, line)
			continue
		}
		kept = append(kept, strings.TrimRight(line, " \t"))
	}
	a.take(Quote, strings.Join(quoted, "\n"), "")
	for len(kept) > 0 && kept[0] == "" {
		kept = kept[1:]
	}
	if len(kept) > 1 {
		if rest, is := a.greeting(kept[0]); is {
			a.take(Greeting, strings.TrimSuffix(kept[0], rest), "")
			kept[0] = rest
		}
	}
	for i := max(1, len(kept)-maxClosing); i < len(kept); i++ {
		if kept[i] == "--" || a.closes(kept[i]) {
			a.take(Signature, strings.Join(kept[i:], "\n"), "")
			kept = kept[:i]
		}
	}
	return strings.Join(kept, "\n")
}

// greeting reports whether a line greets somebody, and returns what else stands on it.
func (a *anonymiser) greeting(line string) (rest string, is bool) {
	lower := strings.ToLower(line)
	for _, w := range []words{a.words, wordsIn["en"]} {
		for _, g := range w.greetings {
			after, found := strings.CutPrefix(lower, g)
			if next, _ := utf8.DecodeRuneInString(after); !found || unicode.IsLetter(next) {
				continue
			}
			end := strings.IndexAny(line, ",!:;")
			switch {
			case end < 0 && utf8.RuneCountInString(line) <= 60 && !strings.ContainsAny(line, ".?"):
				return "", true
			case end >= 0 && utf8.RuneCountInString(line[:end]) <= 60:
				return strings.TrimSpace(line[end+1:]), true
			}
		}
	}
	return "", false
}

// closes reports whether a line is the end of a letter and nothing more.
func (a *anonymiser) closes(line string) bool {
	line = strings.TrimSpace(strings.ToLower(strings.Trim(line, " ,.!;–-")))
	for _, w := range []words{a.words, wordsIn["en"]} {
		for _, c := range w.closings {
			rest, found := strings.CutPrefix(line, c)
			if !found {
				continue
			}
			if rest == "" || strings.HasPrefix(rest, ",") && a.isName(strings.Trim(rest, " ,")) {
				return true
			}
		}
	}
	return false
}

// isName reports whether a text is one of the names or a part of one.
func (a *anonymiser) isName(text string) bool {
	return slices.ContainsFunc(a.known.Names, func(n string) bool { return strings.Contains(strings.ToLower(n), text) })
}

var (
	link    = regexp.MustCompile(`\bhttps?://[^\s<>"')\]]+`)
	address = regexp.MustCompile(`(?i)(?:mailto:)?[\pL\pN._%+'-]+@[\pL\pN-]+(?:\.[\pL\pN-]+)+`)
)

// secret are the names of values in a link by which it is somebody's own.
var secret = regexp.MustCompile(`(?i)(token|key|secret|sig|signature|auth|session|sid|code|pass|user|email|mail|invite|uuid)`)

// links takes out links that hold somebody's secret: a value that lets one in, or a name
// and a password.
func (a *anonymiser) links(text string) string {
	return a.replace(text, link, Link, a.words.link, func(found string) bool {
		u, err := url.Parse(found)
		if err != nil || u.User != nil {
			return true
		}
		for name := range u.Query() {
			if secret.MatchString(name) {
				return true
			}
		}
		return false
	})
}

func (a *anonymiser) addresses(text string) string {
	return a.replace(text, address, Address, a.words.address, func(found string) bool {
		found = strings.TrimPrefix(strings.ToLower(found), "mailto:")
		return !slices.ContainsFunc(a.known.Ours, func(ours string) bool { return strings.EqualFold(ours, found) })
	})
}

var (
	ip      = regexp.MustCompile(`(?i)(?:\b\d{1,3}(?:\.\d{1,3}){3}\b|(?:[0-9a-f]{1,4}:){2,7}:?[0-9a-f]{0,4}(?::[0-9a-f]{1,4})*|::(?:[0-9a-f]{1,4}:)*[0-9a-f]{1,4})`)
	version = regexp.MustCompile(`(?i)(?:version|versión|versione|versão|versie|wersja|build|release|firmware|driver|treiber|pilote|\bv)[ :.]*$`)
)

// ips takes out public IP addresses, unless they are versions.
func (a *anonymiser) ips(text string) string {
	var b strings.Builder
	end := 0
	for _, at := range ip.FindAllStringIndex(text, -1) {
		found := text[at[0]:at[1]]
		parsed, err := netip.ParseAddr(found)
		if err != nil || !parsed.IsGlobalUnicast() || parsed.IsPrivate() || isMask(parsed) || version.MatchString(text[max(0, at[0]-20):at[0]]) {
			continue
		}
		b.WriteString(text[end:at[0]] + a.take(IP, found, a.words.ip))
		end = at[1]
	}
	return b.String() + text[end:]
}

// isMask reports whether an address is a mask of networks.
func isMask(ip netip.Addr) bool { return ip.Is4() && ip.As4()[0] == 255 }

var (
	phone  = regexp.MustCompile(`(?:\+|\b00|\(0|\b0)[\d][\d ()/.\x{00a0}-]{5,22}\d\b`)
	called = regexp.MustCompile(`(?i)((?:\b(?:tel|telephone|phone|mobile|cell|fax|telefon|mobil|handy|durchwahl|téléphone|portable|poste|teléfono|móvil|telefono|cellulare|interno|telefoon|mobiel|toestel|komórka|telefone|telemóvel|celular|ramal|extension|ext)\b)[.:]*\s{0,2})((?:\+|\(?\d)[\d ()/.-]{2,22}\d)`)
	day    = regexp.MustCompile(`^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}`)
)

// phones takes out telephone numbers: what follows a word such as "phone", and what begins
// as numbers do that are dialled (+, 00, 0) and has as many digits.
func (a *anonymiser) phones(text string) string {
	text = called.ReplaceAllStringFunc(text, func(found string) string {
		part := called.FindStringSubmatch(found)
		return part[1] + a.take(Phone, part[2], a.words.phone)
	})
	return a.replace(text, phone, Phone, a.words.phone, func(found string) bool {
		digits := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, found)
		dots := strings.Count(found, ".")
		_, err := netip.ParseAddr(found)
		return err != nil && len(digits) >= 8 && len(digits) <= 16 && !day.MatchString(found) && (dots == 0 || dots >= 3 || found[0] == '+')
	})
}

// folder is a folder of somebody.
var folder = regexp.MustCompile(`(?i)((?:[a-z]:)?[\\/](?:users|home|benutzer|utilisateurs|usuarios|utenti|gebruikers|profiles)[\\/])([^\\/\s"'<>|:*?]+)`)

// shared are folders of nobody.
var shared = []string{"public", "default", "all users", "administrator", "shared", "öffentlich"}

func (a *anonymiser) paths(text string) string {
	return folder.ReplaceAllStringFunc(text, func(found string) string {
		part := folder.FindStringSubmatch(found)
		if slices.Contains(shared, strings.ToLower(part[2])) || strings.HasPrefix(part[2], "%") || strings.HasPrefix(part[2], "[") {
			return found
		}
		return part[1] + a.take(Name, part[2], a.words.name)
	})
}

// minName is the fewest letters of a part of a name that goes where it stands alone.
const minName = 3

// generic are the parts of addresses that name nobody.
var generic = []string{"info", "office", "support", "help", "mail", "contact", "admin", "sales", "service", "team", "desk", "buero", "kontakt", "hello", "post"}

// names takes out names: whole ones first, then their parts, and whoever stands behind Mr or
// Mrs.
func (a *anonymiser) names(text string) string {
	var whole, parts []string
	for _, n := range a.known.Names {
		fields := strings.FieldsFunc(n, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`,;"()`, r) })
		if len(fields) > 1 {
			whole = append(whole, strings.Join(fields, " "), strings.Join(append(fields[1:len(fields):len(fields)], fields[0]), " "))
		}
		parts = append(parts, fields...)
	}
	for _, addr := range a.known.Addresses {
		local, _, _ := strings.Cut(addr, "@")
		if local, _, _ = strings.Cut(local, "+"); !slices.Contains(generic, strings.ToLower(local)) && strings.ContainsAny(local, "._-0123456789") {
			whole = append(whole, local)
		}
	}
	for _, w := range []words{a.words, wordsIn["en"]} {
		titled := regexp.MustCompile(`(^|[^\pL])((?i:` + w.honorifics + `)\.?)( (?:\p{Lu}[\pL'’-]+)(?: \p{Lu}[\pL'’-]+)?)`)
		text = titled.ReplaceAllStringFunc(text, func(found string) string {
			part := titled.FindStringSubmatch(found)
			return part[1] + a.take(Name, part[2]+part[3], a.words.name)
		})
	}
	for _, n := range whole {
		text = a.word(text, n, `(?i)`)
	}
	for _, n := range parts {
		if first, _ := utf8.DecodeRuneInString(n); utf8.RuneCountInString(n) >= minName && unicode.IsUpper(first) {
			text = a.word(text, n, ``)
		}
	}
	// Two parts side by side were one name.
	mark := regexp.QuoteMeta("[" + a.words.name + "]")
	return regexp.MustCompile(mark+`(?:[ ,]+`+mark+`)+`).ReplaceAllString(text, "["+a.words.name+"]")
}

// word takes out a name where it stands as a word of its own, also in the genitive.
func (a *anonymiser) word(text, name, flags string) string {
	find := regexp.MustCompile(flags + `(^|[^\pL\pN])(` + strings.ReplaceAll(regexp.QuoteMeta(name), " ", `[ ,\x{00a0}]+`) + `)((?:['’]?s)?)($|[^\pL\pN])`)
	for range 2 { // of two that share the blank between them one is found at a time
		text = find.ReplaceAllStringFunc(text, func(found string) string {
			part := find.FindStringSubmatch(found)
			return part[1] + a.take(Name, part[2], a.words.name) + part[3] + part[4]
		})
	}
	return text
}
