// Package quote takes the text of a mail apart: what its author newly wrote,
// older mail that is quoted or hangs below, signatures and disclaimers, and mails
// that are passed on within the text. It also says how sure it is that the new
// words are the author's ([Origin]).
//
// It knows the introductions, header blocks and marks of mail programs in many
// languages; they are rows of phrases.txt. It does not read MIME or HTML (a page
// comes as lines that say what the page marks as quoted), and it never drops
// words: what is not Written stands in one of the other parts.
//
// Begin with [Plain], [Page] or [Both].
package quote
