// Package mailparse turns the bytes of a mail into a [Message]: header facts,
// text, what the author newly wrote, attachments, person or machine, delivery
// report and language. It knows no tickets, keeps no state and does no I/O.
//
// Begin with [Parse]. It never fails and never loses a mail because the mail is
// odd: what cannot be understood is left empty and listed in
// [Message.Problems].
//
// This package holds the guard against hostile structure, the MIME tree and what
// is put together from it. The folders inside are packages of their own, each of
// which answers one question and knows no mails but what it is handed:
//
//   - [maildesk/mailparse/header] reads fields, encoded words, message ids, dates;
//   - [maildesk/mailparse/address] reads mailboxes, strictly and leniently;
//   - [maildesk/mailparse/html] returns the text that a reader of a page sees;
//   - [maildesk/mailparse/quote] sets apart what the author newly wrote;
//   - [maildesk/mailparse/classify] tells persons from machines;
//   - [maildesk/mailparse/report] reads delivery reports and receipts;
//   - [maildesk/mailparse/language] finds out the language of a text;
//   - [maildesk/mailparse/calendar] reads invitations;
//   - [maildesk/mailparse/tnef] reads winmail.dat.
//
// They share tools: [maildesk/mailparse/charset] turns bytes into text,
// [maildesk/mailparse/transfer] undoes transfer encodings,
// [maildesk/mailparse/room] bounds the text of a mail,
// [maildesk/mailparse/phrase] searches a text for many phrases, and
// [maildesk/mailparse/subject] reads the prefixes of subjects.
package mailparse
