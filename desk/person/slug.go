package person

import (
	"maps"
	"slices"
	"strings"

	"maildesk/article"
)

// The slug of an article is made of its title, and stands in addresses that people were sent: it
// may name somebody. Such an article gets another one, and nothing leads from the old to the new.

// goneSlug stands in a slug in the place of what was erased.
const goneSlug = "erased"

// newSlugs returns the slugs that name the person, and what stands in their place.
func (c *Collection) newSlugs() map[string]string {
	renamed := map[string]string{}
	taken := map[string]bool{}
	for _, slug := range slices.Sorted(maps.Keys(c.slugs)) {
		now := without(slug, c.slugWords(slug))
		if now == slug {
			continue
		}
		now = article.Slug(now, func(s string) bool {
			_, other := c.slugs[s]
			return other || taken[s]
		})
		renamed[slug], taken[now] = now, true
	}
	return renamed
}

// slugWords returns what of a slug would be the person's, each as words of a slug: their address and
// whole names, and single words of these where the article is made from a request on which they take part.
func (c *Collection) slugWords(slug string) (all [][]string) {
	add := func(text string) {
		if words := asSlug(text); words != noWords && len(words) > 2 {
			all = append(all, strings.Split(words, "-"))
		}
	}
	add(c.Address)
	for _, name := range c.named(false) {
		add(name)
	}
	if !c.near()[c.slugs[slug]] {
		return all
	}
	for name := range c.Names {
		for word := range strings.FieldsSeq(name) {
			add(word)
		}
	}
	return all
}

// noWords is the slug of a text without any letter that a slug can have.
var noWords = asSlug("")

// asSlug returns a text as it stands in a slug.
func asSlug(text string) string { return article.Slug(text, func(string) bool { return false }) }

// without returns a slug with some of its words replaced.
func without(slug string, gone [][]string) string {
	words := strings.Split(slug, "-")
	slices.SortStableFunc(gone, func(a, b []string) int { return len(b) - len(a) })
	for _, some := range gone {
		for i := 0; i+len(some) <= len(words); i++ {
			if slices.Equal(words[i:i+len(some)], some) {
				words = slices.Replace(words, i, i+len(some), goneSlug)
			}
		}
	}
	return strings.Join(words, "-")
}
