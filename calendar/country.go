package calendar

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rickar/cal/v2"
	iso "golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// holidaysOf returns the public holidays of a country, by its code or its name.
func holidaysOf(country string) ([]*cal.Holiday, *Mistake) {
	known := countries()
	codes := slices.Sorted(maps.Keys(known))
	if days, ok := known[country]; ok {
		return days, nil
	}
	if code := countryCalled(country, codes); code != "" {
		return known[code], nil
	}
	wrong := &Mistake{Key: "country", Index: -1, What: fmt.Sprintf("the holidays of %q are not known", country), Known: codes}
	if upper := strings.ToUpper(country); known[upper] != nil {
		wrong.Remedy = fmt.Sprintf("did you mean %q?", upper)
	}
	return nil, wrong
}

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
