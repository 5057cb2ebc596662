package mailparse

// LanguageOf gives the ISO 639-1 code of the language of a text alone, without
// what a header declares; or nothing where that would be a guess.
func LanguageOf(text string) string { return detectLanguage(nil, text) }
