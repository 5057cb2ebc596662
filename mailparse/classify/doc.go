// Package classify tells persons from machines: who wrote a mail ([Class]), by
// which rule, and how far it must not be answered ([Silence], RFC 3834).
//
// The rules are data: headers.txt, senders.txt, subjects.txt and bodies.txt. All
// of them are tried. It does not parse mails, and it does not read delivery
// reports (RFC 3464) or receipts: whoever does adds a verdict of its own with
// [Result.Add]. It decides nothing about answers; it only says what is known.
//
// Begin with [OfHeader].
package classify
