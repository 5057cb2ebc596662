package routing

import (
	"slices"
	"strings"

	iso "golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// countryCalled returns the code of a country by its name in one of several
// languages, or by another code of it; empty when none is meant.
func countryCalled(name string, known []string) string {
	if region, err := iso.ParseRegion(name); err == nil && slices.Contains(known, region.Canonicalize().String()) {
		return region.Canonicalize().String()
	}
	for _, in := range []iso.Tag{iso.English, iso.French, iso.German, iso.Spanish, iso.Italian, iso.Portuguese, iso.Dutch} {
		names := display.Regions(in)
		for _, code := range known {
			if region, err := iso.ParseRegion(code); err == nil && strings.EqualFold(names.Name(region), name) {
				return code
			}
		}
	}
	return ""
}
