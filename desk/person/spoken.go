package person

import (
	"regexp"
	"slices"
	"strings"
)

// An address is written so that robots do not read it: "ana [at] example [dot] net", "ana(at)example.net", "ana @ example . net",
// in words also "ana at example dot net". "More info at example.net" is no address: there a dot is a dot.

const (
	atWords  = `(?:at|ät|bei|chez|arroba|chiocciola|apenstaartje|małpa|malpa|@|a)`
	dotWords = `(?:dot|punkt|point|punto|ponto|punt|kropka|\.)`

	spokenAt  = `[\s\p{Z}]+(?:at|ät|bei|chez|arroba|chiocciola|apenstaartje|małpa|malpa)[\s\p{Z}]+`
	markedAt  = `[\s\p{Z}]*(?:[\[({<|*_-]+[\s\p{Z}]*` + atWords + `[\s\p{Z}]*[\])}>|*_-]+|@)[\s\p{Z}]*`
	spokenDot = `(?:[\s\p{Z}]*[\[({<|*_-]+[\s\p{Z}]*` + dotWords + `[\s\p{Z}]*[\])}>|*_-]+[\s\p{Z}]*|[\s\p{Z}]+` + dotWords + `[\s\p{Z}]+)`
	anyDot    = `(?:` + spokenDot + `|[\s\p{Z}]*\.[\s\p{Z}]*)`
)

// spoken returns what finds an address with such words in it.
func spoken(locals, domains []string) (f finder) {
	f = finder{before: addressChar, behind: letter}
	with := func(text, dot string) string {
		return strings.Join(quoted(strings.Split(text, ".")), dot)
	}
	for _, domain := range domains {
		labels := strings.Split(domain, ".")
		if domain == "" || len(labels) < 2 {
			continue
		}
		longest := slices.MaxFunc(labels, func(a, b string) int { return len(a) - len(b) })
		for _, local := range locals {
			f.words = append(f.words, word{hints: []string{strings.ToLower(longest)}, find: regexp.MustCompile(`(?i)` + with(local, anyDot) +
				`(?:` + markedAt + with(domain, anyDot) + `|` + spokenAt + with(domain, spokenDot) + `)`)})
		}
	}
	return f
}

// anywhere reports whether one of the words stands in a text, even as a part of something longer.
func (f finder) anywhere(text, lower string) bool {
	return slices.ContainsFunc(f.words, func(w word) bool {
		return slices.ContainsFunc(w.hints, func(h string) bool { return strings.Contains(lower, h) }) && w.find.MatchString(text)
	})
}
