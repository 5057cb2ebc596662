package command

import "testing"

// TestReadReview: one word decides on a draft, in each language.
func TestReadReview(t *testing.T) {
	for _, tt := range []struct{ text, word, rest string }{
		{"publish", ReviewPublish, ""}, {"\n Publish.\n\n# Title\n\nText", ReviewPublish, "# Title\n\nText"}, {"#publish", ReviewPublish, ""}, {"“Publish”", ReviewPublish, ""},
		{"publier", ReviewPublish, ""}, {"Veröffentlichen", ReviewPublish, ""}, {"veroeffentlichen", ReviewPublish, ""}, {"publicar", ReviewPublish, ""}, {"pubblica", ReviewPublish, ""},
		{"publiceren", ReviewPublish, ""}, {"opublikuj", ReviewPublish, ""},
		{"internal", ReviewInternal, ""}, {"interne", ReviewInternal, ""}, {"Intern", ReviewInternal, ""}, {"interno", ReviewInternal, ""}, {"wewnętrzny", ReviewInternal, ""}, {"wewnetrzny", ReviewInternal, ""},
		{"drop", ReviewDrop, ""}, {"verwerfen", ReviewDrop, ""}, {"abandonner", ReviewDrop, ""}, {"descartar", ReviewDrop, ""}, {"scarta", ReviewDrop, ""}, {"weggooien", ReviewDrop, ""}, {"odrzuć", ReviewDrop, ""},
		{"keep", ReviewKeep, ""}, {"garder", ReviewKeep, ""}, {"Behalten", ReviewKeep, ""}, {"mantener", ReviewKeep, ""}, {"mantieni", ReviewKeep, ""}, {"behouden", ReviewKeep, ""}, {"zachowaj", ReviewKeep, ""}, {"manter", ReviewKeep, ""},
		{"publish it tomorrow", "", "publish it tomorrow"}, {"> publish", "", "> publish"}, {"# Publish\n\nx", "", "# Publish\n\nx"}, {"", "", ""}, {"drop the cable\n", "", "drop the cable"},
	} {
		if word, rest := ReadReview(tt.text); word != tt.word || rest != tt.rest {
			t.Errorf("ReadReview(%q) = %q, %q, want %q, %q", tt.text, word, rest, tt.word, tt.rest)
		}
	}
}
