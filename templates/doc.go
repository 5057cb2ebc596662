// Package templates renders our mails: subject, plain text and HTML in the reader's
// language. It decides neither who is notified nor of what, and it knows no mail
// format.
//
// Words and layout are separate. A language is one file, words/LANGUAGE.toml: a new
// one needs nothing else. A layout is one pair of templates per audience,
// layout/requester and layout/agent, in which [[ ]] is filled in once for each
// language and {{ }} for each mail. An admin's own texts are files
//
//	FOLDER/LANGUAGE/TEMPLATE.txt    (text/template; "Subject: …" may be its first line)
//	FOLDER/LANGUAGE/TEMPLATE.html   (html/template)
//
// for instance mails/fr/acknowledgement.txt. A file acknowledgement-NAME.txt is
// the acknowledgement of the tickets for which a rule sets template = "NAME"; in
// languages without it they get the ordinary one. It sees a [Page] and the functions
// date, duration, status, kind, priority and lines. What people wrote is data:
// it is never parsed as a template.
//
// The entry point is [New]. Everything is parsed and tried there; [Templates.Render]
// is safe for many callers at once.
package templates
