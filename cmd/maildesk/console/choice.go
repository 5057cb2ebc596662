package console

import (
	"fmt"
	"slices"
	"strings"

	"maildesk/routing"
)

// Choose returns the choice that a name means, ignoring case. An unknown name is a
// usage error: an empty list would look as if there were nothing to do.
func Choose(what, name string, choices []string) (string, error) {
	i := slices.IndexFunc(choices, func(c string) bool { return strings.EqualFold(c, name) })
	if i >= 0 {
		return choices[i], nil
	}
	return "", UsageError(fmt.Errorf("there is no %s %q%s", what, name, choicesWords(name, choices)))
}

// choicesWords returns a sentence with the possible choices, the likeliest first.
func choicesWords(name string, choices []string) string {
	if len(choices) == 0 {
		return "; there is none at all"
	}
	words := "; there are " + strings.Join(choices, ", ")
	if len(choices) == 1 {
		words = "; there is only " + choices[0]
	}
	if near := routing.Closest(strings.ToLower(name), choices); near != "" && len(name) > 1 {
		words = fmt.Sprintf("; did you mean %q?%s", near, strings.Replace(words, "; there", " There", 1))
	}
	return words
}

// ChooseAll is choose for several names.
func ChooseAll[T ~string](what string, names []string, choices []T) ([]T, error) {
	texts := make([]string, len(choices))
	for i, c := range choices {
		texts[i] = string(c)
	}
	var all []T
	for _, name := range names {
		chosen, err := Choose(what, name, texts)
		if err != nil {
			return nil, err
		}
		all = append(all, T(chosen))
	}
	return all, nil
}
