package address

import (
	"strings"

	"maildesk/addr"
	"maildesk/mailparse/charset"
	"maildesk/mailparse/header"
)

// List reads a raw To, Cc, Reply-To or From value as it was meant: raw
// 8-bit names, unquoted commas, dots and brackets in names, missing angle
// brackets. A name without an address has an empty Address; an empty
// group ("undisclosed-recipients:;") returns nothing.
//
// QUIRK: this is no parser of RFC 5322 section 3.4 but a reader of what broken
// clients write. Nothing may be granted on what it says: see [Identity].
func List(raw string) []Address {
	var list []Address
	name := "" // of a chunk without an address: the part of a name before a comma
	flush := func() {
		// An empty address is the null path of a mail system, and no part of its name.
		if name = displayName(strings.ReplaceAll(name, "<>", "")); name != "" {
			list = append(list, Address{Name: name})
		}
		name = ""
	}
	for _, chunk := range splitList(raw) {
		if len(list) >= header.MaxList {
			return list
		}
		if chunk == ";" || len(name) > maxEnclosed/2 {
			flush()
		}
		if chunk == ";" {
			continue
		}
		if name != "" {
			chunk = name + ", " + chunk
		}
		a, found := readMailbox(chunk)
		if !found {
			name = chunk
			continue
		}
		name = ""
		list = append(list, a)
	}
	flush()
	return list
}

// maxEnclosed bounds what is looked at as one quoted string, comment or
// angle-addr, so that the work stays linear.
const maxEnclosed = 500

// splitList cuts a list at the commas and semicolons outside of quotes,
// comments and angle brackets. The end of a group is returned as ";". Groups (RFC
// 5322 section 3.4) lose their name.
func splitList(s string) []string {
	var chunks []string
	start := 0
	address := false // an address has begun since start
	lastEnd, unclosed := strings.LastIndexByte(s, ';'), 0
	end := func(i int) {
		if chunk := strings.TrimSpace(s[start:i]); chunk != "" {
			chunks = append(chunks, chunk)
		}
		start, address = i+1, false
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"', '(', '<':
			address = address || s[i] == '<'
			i = skipOne(s, i, &unclosed)
		case '@':
			address = true
		case '\\':
			i++
		case ',':
			end(i)
		case ';':
			end(i)
			chunks = append(chunks, ";")
		case ':':
			if i < lastEnd && !address {
				start = i + 1
			}
		}
	}
	end(len(s))
	return chunks
}

// skipEnclosed returns the index of the character that closes the quote, comment
// or bracket that opens at i; i itself if there is none: an opener that is never
// closed is a character like any other.
func skipEnclosed(s string, i int) int {
	open := s[i]
	depth := 0
	for j := i; j < min(len(s), i+maxEnclosed); j++ {
		switch c := s[j]; {
		case c == '\\' && open != '<':
			j++
		case open == '<' && j > i && (c == '<' || c == ';'):
			return i
		case c == '(' && open == '(':
			depth++
		case c == ')' && open == '(':
			if depth--; depth == 0 {
				return j
			}
		case open == '"' && c == '"' && j > i, open == '<' && c == '>':
			return j
		}
	}
	return i
}

// maxUnclosed is how many openers are looked at in one value that nothing closes:
// each costs maxEnclosed steps.
const maxUnclosed = 50

// skipOne is skipEnclosed, until too many openers were not closed.
func skipOne(s string, i int, unclosed *int) int {
	if *unclosed >= maxUnclosed {
		return i
	}
	end := skipEnclosed(s, i)
	if end == i {
		*unclosed++
	}
	return end
}

// readMailbox reads one mailbox of a list; not found when it has no address.
func readMailbox(chunk string) (Address, bool) {
	name, spec := chunk, ""
	if open := lastOpen(chunk); open >= 0 {
		inner, after, _ := strings.Cut(chunk[open+1:], ">")
		if name = strings.TrimRight(chunk[:open], "< "); name == "" {
			name = after
		}
		spec = cleanSpec(inner)
		if !strings.Contains(spec, "@") && strings.Contains(name, "@") {
			spec = ""
			name = chunk
		}
	}
	if spec == "" {
		name, spec = findSpec(strings.Trim(name, "<> "))
	}
	if spec == "" && strings.Contains(chunk, "=?") {
		// QUIRK: some clients encode the whole mailbox as one word.
		if whole := header.Decode(chunk); strings.Contains(whole, "@") && !strings.Contains(whole, "=?") {
			return readMailbox(whole)
		}
	}
	if spec == "" {
		return Address{}, false
	}
	return Address{Name: displayName(name), Address: LowerDomain(spec)}, true
}

// lastOpen is the index of the "<" of an angle-addr outside of quotes; -1 if
// there is none.
func lastOpen(s string) int {
	open, unclosed := -1, 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"', '(':
			i = skipOne(s, i, &unclosed)
		case '<':
			open = i
		}
	}
	return open
}

// findSpec finds a bare address within a chunk; the rest is the name.
func findSpec(chunk string) (name, spec string) {
	if end := quotedLocal(chunk); end > 0 {
		spec, name, _ = strings.Cut(chunk[end:], " ")
		return name, cleanSpec(chunk[:end] + spec)
	}
	chunk = strings.ReplaceAll(chunk, "(", " (")
	for _, word := range strings.Fields(chunk) {
		bare := cleanSpec(strings.Trim(word, "<>()[]\","))
		if at := strings.LastIndexByte(bare, '@'); at > 0 && at < len(bare)-1 && !strings.HasPrefix(bare, "=?") {
			name = strings.TrimSpace(strings.Replace(chunk, word, "", 1))
			return strings.Trim(name, ","), bare
		}
	}
	return chunk, ""
}

// quotedLocal returns the length of a quoted local part at the beginning of a
// chunk; 0 if there is none.
func quotedLocal(chunk string) int {
	if !strings.HasPrefix(chunk, `"`) {
		return 0
	}
	end := skipEnclosed(chunk, 0)
	if end == 0 || end+1 >= len(chunk) || chunk[end+1] != '@' {
		return 0
	}
	return end + 1
}

// cleanSpec takes off what is put round an address by mistake or by history:
// blanks, "mailto:", a source route (RFC 5321 appendix F.2), quotes.
func cleanSpec(s string) string {
	s = strings.TrimSpace(charset.CleanLine(s))
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s, _, _ = strings.Cut(s[7:], "?")
	}
	if strings.HasPrefix(s, "@") {
		if _, after, found := strings.Cut(s, ":"); found {
			s = after
		}
	}
	if len(s) > 1 && s[0] == '\'' && s[len(s)-1] == '\'' {
		s = s[1 : len(s)-1]
	}
	if strings.HasPrefix(s, `"`) { // a quoted local part that needs no quotes
		if local, rest, found := strings.Cut(s[1:], `"@`); found && DotAtom(local) {
			s = local + "@" + rest
		}
	} else {
		s = strings.ReplaceAll(s, " ", "")
	}
	return strings.TrimSuffix(s, ".")
}

// LowerDomain puts the domain of an address into lower case, and into its ASCII form.
func LowerDomain(address string) string { return addr.WithDomain(address) }

// displayName is a raw phrase or comment as people read it: without quotes,
// decoded, on one line.
func displayName(raw string) string {
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return ""
	}
	if raw[0] == '(' && raw[len(raw)-1] == ')' {
		raw = raw[1 : len(raw)-1]
	}
	// Words are decoded after the quotes are gone: quoted words are against
	// RFC 2047 section 5, yet common.
	name := header.Decode(unquotePhrase(raw))
	if len(name) > 1 && (name[0] == '\'' || name[0] == '"') && name[len(name)-1] == name[0] {
		name = name[1 : len(name)-1]
	}
	return strings.Join(strings.Fields(name), " ")
}

// unquotePhrase removes the quotes and backslashes of quoted strings.
func unquotePhrase(s string) string {
	if !strings.ContainsAny(s, `"\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// Only returns the one mailbox that a From field shows to people, where there is
// just one, with a plain address: what [Identity] refuses for its form (a comma in
// an encoded name, a full stop or semicolon at its end) can still be answered.
// Nothing may be granted on it.
func Only(fields []string) (Address, bool) {
	if len(fields) != 1 {
		return Address{}, false
	}
	var one Address
	for _, a := range List(strings.TrimRight(strings.TrimSpace(fields[0]), ";., ")) {
		switch {
		case a.Address == "":
			continue // a piece of a name
		case one.Address != "" && !one.Same(a):
			return Address{}, false
		}
		one = a
	}
	plain, err := plainSpec(one.Address)
	if err != nil || strings.Count(fields[0], "@") > 1 || strings.ContainsAny(fields[0], "\r\n\x00") {
		return Address{}, false
	}
	return Address{Name: one.Name, Address: plain}, true
}
