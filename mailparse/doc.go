// Package mailparse turns the bytes of a mail into a [Message]: header facts,
// text, what the author newly wrote, attachments, person or machine, delivery
// report and language. It knows no tickets, keeps no state and does no I/O.
//
// Begin with [Parse]. It never fails and never loses a mail because the mail is
// odd: what cannot be understood is left empty and listed in
// [Message.Problems].
//
// The folders inside are packages of their own, each of which answers one
// question and knows no mails but what it is handed:
// [maildesk/mailparse/quote] sets apart what the author newly wrote;
// [maildesk/mailparse/classify] tells persons from machines;
// [maildesk/mailparse/language] finds out the language of a text;
// [maildesk/mailparse/tnef] reads winmail.dat. They share three tools:
// [maildesk/mailparse/charset] turns bytes into text,
// [maildesk/mailparse/phrase] searches a text for many phrases, and
// [maildesk/mailparse/subject] reads the prefixes of subjects.
package mailparse
