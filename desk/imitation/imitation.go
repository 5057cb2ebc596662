// Package imitation finds what the name of a sender pretends: that they are an agent or
// the desk, in the same letters or in others that look alike (UTS #39), or that their
// address is another one. A mail program shows the name and hides the address. It is pure.
//
// The entry points are [Of], for people, and [Poses], for what counts.
package imitation

import (
	"strings"
	"unicode"

	"go.mau.fi/util/confusable"
	"golang.org/x/text/unicode/norm"

	"maildesk/addr"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// maxName bounds what of a name is looked at, and repeated to agents, in characters.
const maxName = 80

// Of returns what agents are told of the name of somebody who writes from an address; a
// zero phrase where the name pretends nothing.
func Of(s *settings.Settings, name, address string) ticket.Phrase {
	said := asSaid(s, name, address)
	if shown := addr.InName.FindString(unveiled(said)); shown != "" && !addr.Same(shown, address) {
		return ticket.Say("Careful: the sender’s name shows the address %s, but the email comes from %s.", shown, address)
	}
	return called(s, said, name, address)
}

// Poses reports whether the name of somebody who writes from an address is that of an agent or
// the desk, or looks like it, or is an address of theirs or of the desk's domains. Many an honest
// name is another address ("info@firm.example via Sales"), of which [Of] tells.
func Poses(s *settings.Settings, name, address string) bool {
	said := asSaid(s, name, address)
	shown := addr.InName.FindString(unveiled(said))
	if shown != "" && !s.SamePerson(shown, address) {
		if _, isAgent := s.AgentAt(shown); isAgent || s.IsOurs(shown) || s.OfHouse(shown) {
			return true
		}
	}
	return !called(s, said, name, address).IsZero()
}

// asSaid returns the name as it is compared; empty where nothing is to be said of it.
func asSaid(s *settings.Settings, name, address string) string {
	if address == "" || s.IsOurs(address) {
		return ""
	}
	if runes := []rune(name); len(runes) > maxName {
		name = string(runes[:maxName])
	}
	return plain(name)
}

// called returns what agents are told of a name that is, or looks like, that of an agent or the
// desk.
func called(s *settings.Settings, said, name, address string) ticket.Phrase {
	if _, own := s.AgentAt(address); own || said == "" {
		return ticket.Phrase{}
	}
	looks, asWritten, apart := confusable.Skeleton(said), drawn(name), bare(said)
	for _, other := range known(s) {
		whole := plain(other)
		manyWords := strings.Contains(whole, " ")
		switch {
		case said == whole && (manyWords || other == s.Name), manyWords && stands(said, whole):
			return ticket.Say("Careful: the sender calls themselves %s, but the email comes from %s.", other, address)
		case said == whole:
			// a first name that an agent has as well
		case looks == confusable.Skeleton(whole), manyWords && stands(looks, confusable.Skeleton(whole)),
			manyWords && stands(asWritten, drawn(other)),
			manyWords && (stands(apart, bare(whole)) || joined(apart) == joined(bare(whole))):
			return ticket.Say("Careful: the sender’s name imitates %s with other letters; the email comes from %s.", other, address)
		}
	}
	return ticket.Phrase{}
}

// known lists the names that somebody may want to have: the desk's and the agents', as
// people read them.
func known(s *settings.Settings) []string {
	names := []string{s.Name}
	for _, a := range s.Agents {
		for _, n := range []string{a.Display, a.Name} {
			if len(n) > 2 {
				names = append(names, n)
			}
		}
	}
	return names
}

// plain returns a name as it is compared: compatible forms made one (NFKC), in lower case,
// without what nobody sees, the words divided by one blank. "Schmidt, Anna" is "anna schmidt".
func plain(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, norm.NFKC.String(name))
	if last, first, found := strings.Cut(name, ","); found && !strings.ContainsAny(name, "@|") && len(strings.Fields(last)) == 1 && len(strings.Fields(first)) == 1 {
		name = first + " " + last
	}
	return strings.ToLower(strings.Join(strings.Fields(strings.Trim(name, ` "'`)), " "))
}

// drawn returns what a name looks like as it is written: a capital I is an l, which it is no more in lower case.
func drawn(name string) string {
	if runes := []rune(name); len(runes) > maxName {
		name = string(runes[:maxName])
	}
	return plain(confusable.Skeleton(norm.NFKC.String(name)))
}

// bare returns the words of a plain name without marks, and with a blank in place of whatever else divides
// them: "álice.able" is "alice able".
func bare(plain string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsMark(r):
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return r
		}
		return ' '
	}, norm.NFKD.String(plain))), " ")
}

// joined returns words in one: "a lice able" and "aliceable" are "alice able" to a reader.
func joined(words string) string { return strings.ReplaceAll(words, " ", "") }

// unveiled returns a plain name with the signs of an address where it has words for them.
func unveiled(plain string) string { return veils.Replace(plain) }

var veils = strings.NewReplacer(" (at) ", "@", "(at)", "@", " [at] ", "@", "[at]", "@", " {at} ", "@", "{at}", "@", " (@) ", "@", " [@] ", "@", " @ ", "@",
	" (dot) ", ".", "(dot)", ".", " [dot] ", ".", "[dot]", ".", " {dot} ", ".", "{dot}", ".")

// stands reports whether words stand in a text with no letter or digit right beside them.
func stands(text, words string) bool {
	for rest := text; words != ""; {
		i := strings.Index(rest, words)
		if i < 0 {
			return false
		}
		before, behind := rest[:i], rest[i+len(words):]
		if strings.TrimRightFunc(before, letter) != before || strings.TrimLeftFunc(behind, letter) != behind {
			rest = rest[i+len(words):]
			continue
		}
		return true
	}
	return false
}

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }
