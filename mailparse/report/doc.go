// Package report reads mails about mails: delivery reports, as RFC 3464 wants
// them and in the dialects of mail systems that write their own (the rows of
// dialects.txt), receipts and feedback reports. It returns which of them a mail
// is ([Mail.Verdict]) and what it says: the fate of each recipient and the
// Message-ID of the mail that it is about ([Mail.Read]).
//
// It reads no MIME: its caller hands it the fields of the parts ([Parts]).
package report
