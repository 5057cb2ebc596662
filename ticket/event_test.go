package ticket

import (
	"strings"
	"testing"
)

// TestNamesArticle: the kinds that are about articles say so by their names.
func TestNamesArticle(t *testing.T) {
	for _, k := range EventKinds {
		if want := strings.HasPrefix(string(k), "article"); k.NamesArticle() != want {
			t.Errorf("%s names an article: %t", k, !want)
		}
	}
}
