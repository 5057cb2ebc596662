package quote

import (
	"regexp"
	"slices"
	"strings"
)

// A text that is signed with OpenPGP stands between the lines of an armor (RFC 9580 section
// 7): the armor is nobody's words.

const (
	armorBegin     = "-----BEGIN PGP SIGNED MESSAGE-----"
	armorSignature = "-----BEGIN PGP SIGNATURE-----"
	armorEnd       = "-----END PGP SIGNATURE-----"
)

// armorHeader is a line below the first one of an armor.
var armorHeader = regexp.MustCompile(`^[A-Za-z-]+: `)

// isArmor reports whether lines go on as those below the first line of an armor: with its header,
// an empty line, and a signature further down.
func (s *splitter) isArmor(lines []Line) bool {
	i := slices.IndexFunc(lines, func(l Line) bool { return !armorHeader.MatchString(l.Text) })
	return i >= 0 && strings.TrimSpace(lines[i].Text) == "" &&
		slices.ContainsFunc(lines[i:], func(l Line) bool { return strings.TrimSpace(l.Text) == armorSignature })
}

// findArmor sets the armor of signed texts apart, and takes the dashes off that it puts
// before lines which begin with one.
func (s *splitter) findArmor() {
	const (
		outside = iota
		header
		text
		signature
	)
	at := outside
	for i := range s.lines {
		l := &s.lines[i]
		if l.Depth > 0 {
			continue
		}
		switch line := strings.TrimSpace(l.Text); {
		case line == armorBegin && s.isArmor(s.lines[i+1:]):
			at = header
			s.kind[i] = signed
		case at == outside:
		case line == armorSignature:
			at = signature
			s.kind[i] = signed
		case at == header:
			s.kind[i] = signed
			if line == "" {
				at = text
			}
		case at == signature:
			s.kind[i] = signed
			if line == armorEnd {
				at = outside
			}
		case strings.HasPrefix(l.Text, "- -"):
			l.Text, l.Source = l.Text[2:], strings.TrimPrefix(l.Source, "- ")
		}
	}
}
