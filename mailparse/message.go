package mailparse

import (
	"strings"
	"time"

	"maildesk/mailparse/address"
	"maildesk/mailparse/classify"
	"maildesk/mailparse/header"
	"maildesk/mailparse/report"
	"maildesk/mailparse/room"
)

// Message is what one mail says, as far as it could be understood. Every field
// is safe to show: valid UTF-8, header values on one line without control
// characters. What could not be understood is empty and stands in Problems.
type Message struct {
	Header     Header   // every field of the top header, decoded
	MessageID  string   // "<left@right>"; empty when absent or unusable
	InReplyTo  []string // "<left@right>" each, in order
	References []string // likewise, oldest first
	Subject    string   // decoded, unfolded

	// From is the identity: set only when the strict parser accepts the one
	// From field as one mailbox. FromShown is the lenient reading, for people
	// to look at; nothing may be granted on it. Writer is whom an answer is for:
	// From, else the only address that the From field shows, if there is one.
	From      Address
	FromShown Address
	Writer    Address
	ReplyTo   []Address // never an identity
	To        []Address
	Cc        []Address
	Date      time.Time // zero when absent or unreadable

	Text      string // the whole readable text
	HTML      string // the HTML body as it came, decoded to UTF-8; not sanitised
	Reply     string // what the author newly wrote: Text without quoted history and signature
	Origin    Origin // whose words Reply is
	Signature string // signature and disclaimer that were set apart
	Signed    bool   // Reply is nothing but a signature
	Quoted    string // the history that was cut
	Hidden    string // lines that the author's HTML hides from its readers, and shows nowhere; Text has them where it is the plain text

	Declines    bool     // it answers an invitation: its author does not come
	Acceptance  string   // what the answers of a calendar to invitations say, as Reply has it at its end
	Remark      string   // of its author in those
	EventIDs    []string // one for each calendar event, in the form of a Message-ID
	Forwarded   []Forwarded
	Attachments []Attachment

	Class       Class
	ClassReason string // id of the rule that gave Class; empty for a person
	Silence     Silence
	Unmarked    classify.Verdict // the three, were the mail not marked as spam by a filter before us

	Bounces           []Bounce // one per recipient of a delivery report
	ReportedMessageID string   // Message-ID of the mail that the report is about

	Language  string   // ISO 639-1 code, or empty: unknown
	Withheld  bool     // over a limit of the guard: only the header was read
	Encrypted bool     // with OpenPGP or S/MIME, or a part of it is: what its author wrote is not read
	Problems  []string // in words, for people
}

// Address is one mailbox.
type Address = address.Address

// ParseIdentity returns the one mailbox that a mail comes from by the raw values
// of all its From fields. It accepts what can be read in one way only; see
// [maildesk/mailparse/address.Identity].
func ParseIdentity(fields []string) (Address, error) { return address.Identity(fields) }

// Header is the top header of a mail, in the order of the mail, and Field is one
// field of it.
type (
	Header = header.Header
	Field  = header.Field
)

// CutLine is the last line of a text that goes on in the mail itself.
const CutLine = room.CutLine

// Attachment is one part that is not the text of the mail.
type Attachment struct {
	Name      string // display name, path and control characters removed; may be made up when absent
	Type      string // media type, lower case, without parameters
	ContentID string // without angle brackets
	Inline    bool   // shown within the text (an embedded image), not a real attachment
	Quoted    bool   // an embedded image that stands in quoted older mail only
	Signs     bool   // the signature of a multipart/signed
	AsCame    bool   // no file of the sender's, but a text that may have other words than were read
	Content   []byte // decoded
}

// IsSignature reports whether an attachment is the cryptographic signature of the mail that it came
// with, or the key for it: its author attached no file, and it says nothing beside another mail.
func (a Attachment) IsSignature() bool {
	switch a.Type {
	case "application/pkcs7-signature", "application/x-pkcs7-signature":
		return true
	case "application/pgp-keys": // as Thunderbird adds it by itself
		return strings.HasPrefix(a.Name, "OpenPGP_0x")
	}
	return a.Signs
}

// Forwarded is a mail of somebody else that the author passed on.
type Forwarded struct {
	From       Address
	Subject    string
	Date       time.Time
	MessageID  string // only when it was forwarded as an attachment
	Text       string
	Attachment bool // as message/rfc822, else inline in the text
}

// Bounce is the fate of one recipient, as a delivery report tells it (RFC 3464
// section 2.3).
type Bounce = report.Bounce

// Envelope is the part of the SMTP envelope (RFC 5321 section 2.3.1) that
// understanding needs.
type Envelope struct {
	// ReversePath is the MAIL FROM address without angle brackets; nil when
	// it is not known (a file), pointing to "" for the null reverse-path.
	ReversePath *string
}
