// Package language finds out which language a text is written in, also when it
// is only a line long, as subjects and requests are.
//
// It knows some sixty languages: those with a script of their own by the script,
// those of Latin and Cyrillic script by their commonest words, endings and
// letters, which are rows of languages.txt. It does not read mails and does not
// guess: a text that fits several languages has none.
//
// Begin with [Detect].
package language
