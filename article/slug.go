package article

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"maildesk/letters"
)

// maxSlug bounds a slug, in letters: it is written by hand behind #send.
const maxSlug = 48

const slugPattern = `[a-z0-9][a-z0-9-]{0,62}`

var slug = regexp.MustCompile(`^` + slugPattern + `$`)

// IsSlug reports whether a text can be the name of an article.
func IsSlug(s string) bool { return slug.MatchString(s) }

// umlauts are written as German writes them without.
var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue")

// Slug returns a name for an article of a title, that is not taken yet.
func Slug(title string, taken func(string) bool) string {
	var b strings.Builder
	for _, r := range letters.Plain(umlauts.Replace(strings.ToLower(norm.NFC.String(title)))) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	name := strings.Trim(b.String(), "-")
	if len(name) > maxSlug {
		name = name[:maxSlug]
		if end := strings.LastIndexByte(name, '-'); end > maxSlug/2 {
			name = name[:end] // no half word
		}
	}
	if name == "" {
		name = "article"
	}
	name = strings.Trim(name, "-")
	free := name
	for n := 2; taken(free); n++ {
		free = name + "-" + strconv.Itoa(n)
	}
	return free
}
