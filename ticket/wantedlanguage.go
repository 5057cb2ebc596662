package ticket

// LanguageReader reads in which language people want to be written to.
type LanguageReader interface {
	// WantedLanguage returns the language (ISO 639-1) that somebody asked for, whatever
	// they write in; empty: they asked for none.
	WantedLanguage(address string) (string, error)
}

// LanguageWriter keeps in which language people want to be written to.
type LanguageWriter interface {
	// SetWantedLanguage keeps the language (ISO 639-1) that somebody asked for.
	SetWantedLanguage(address, language string) error
}
