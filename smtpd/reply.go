package smtpd

import (
	"errors"
	"fmt"

	"github.com/emersion/go-smtp"

	"maildesk/desk"
	"maildesk/ticket"
)

// What this package itself refuses.
var (
	errStopping           = errors.New("shutting down")
	errTooManyConnections = errors.New("too many connections")
	errTooManyFromThere   = errors.New("too many connections from this address")
	errEvicted            = errors.New("sent nothing while others waited")
	errNoProxyHeader      = errors.New("no PROXY header from a proxy")
	errTooManyErrors      = errors.New("too many errors")
	errEnough             = errors.New("connection used for too long")
	errStalled            = errors.New("timeout")
	errTooSlow            = errors.New("too slow")
	errNoRoom             = errors.New("no memory for a big mail")
	errBroken             = errors.New("read mail")
	errTooBig             = errors.New("mail too big")
	errFarTooBig          = errors.New("mail far too big")
	errLineTooLong        = errors.New("command line too long")
	errControl            = errors.New("control character in a command")
	errNotSMTP            = errors.New("another protocol")
	errOutOfTurn          = errors.New("did not wait for the answer")
	errNotGreeted         = errors.New("no EHLO")
	errNestedMail         = errors.New("nested MAIL")
	errBadReversePath     = errors.New("bad reverse-path")
	errBadForwardPath     = errors.New("bad forward-path")
	errNotImplemented     = errors.New("command not implemented")
	errUnrecognized       = errors.New("unknown command")
	errDSN                = errors.New("parameter of DSN")
	errTLSTwice           = errors.New("STARTTLS twice")
	errHandshake          = errors.New("TLS handshake")

	// errChunking refuses BDAT, as CHUNKING (RFC 3030) is not offered, see
	// [conn.greeting]. It ends the connection: the chunk that follows must not be
	// run as commands.
	errChunking = errors.New("BDAT")
)

// replies holds the reply to each error: the first that fits. The texts are
// fixed, as the cause is for our log only.
var replies = []struct {
	err  error
	code int
	enhc smtp.EnhancedCode
	text string
}{
	{errStopping, 421, smtp.EnhancedCode{4, 3, 2}, "Shutting down, try again later"},
	{errTooManyConnections, 421, smtp.EnhancedCode{4, 3, 2}, "Too many connections, try again later"},
	{errTooManyFromThere, 421, smtp.EnhancedCode{4, 7, 0}, "Too many connections from your address"},
	{errEvicted, 421, smtp.EnhancedCode{4, 3, 2}, "Too busy, try again later"},
	{errTooManyErrors, 421, smtp.EnhancedCode{4, 7, 0}, "Too many errors"},
	{errEnough, 421, smtp.EnhancedCode{4, 7, 0}, "Connection used for long enough, open a new one"},
	{errStalled, 421, smtp.EnhancedCode{4, 4, 2}, "Timeout"},
	{errTooSlow, 421, smtp.EnhancedCode{4, 4, 2}, "Too slow"},
	{errTooBig, 552, smtp.EnhancedCode{5, 3, 4}, "Message exceeds fixed maximum message size"},
	{errFarTooBig, 552, smtp.EnhancedCode{5, 3, 4}, "Message exceeds fixed maximum message size"},
	{errNoRoom, 421, smtp.EnhancedCode{4, 3, 2}, "Too busy, try again later"},
	{errBroken, 421, smtp.EnhancedCode{4, 4, 2}, "Connection broken"},
	{errLineTooLong, 501, smtp.EnhancedCode{5, 5, 2}, "Command line too long"},
	{errControl, 501, smtp.EnhancedCode{5, 5, 2}, "Control character in a command"},
	{errNotSMTP, 521, smtp.EnhancedCode{5, 5, 1}, "Command unrecognized: this host speaks SMTP"},
	{errOutOfTurn, 554, smtp.EnhancedCode{5, 5, 0}, "Bad sequence of commands: the reply was not waited for"},
	{errNotGreeted, 503, smtp.EnhancedCode{5, 5, 1}, "Bad sequence of commands: EHLO comes first"},
	{errNestedMail, 503, smtp.EnhancedCode{5, 5, 1}, "Bad sequence of commands: a mail is under way"},
	{errBadReversePath, 501, smtp.EnhancedCode{5, 1, 7}, "Bad sender address"},
	{errBadForwardPath, 501, smtp.EnhancedCode{5, 1, 3}, "Bad recipient address"},
	{errNotImplemented, 502, smtp.EnhancedCode{5, 5, 1}, "Command not implemented"},
	{errUnrecognized, 500, smtp.EnhancedCode{5, 5, 2}, "Syntax error, command unrecognized"},
	{errDSN, 504, smtp.EnhancedCode{5, 5, 4}, "Command parameter not implemented"},
	{errTLSTwice, 503, smtp.EnhancedCode{5, 5, 1}, "Bad sequence of commands: TLS is active"},
	{errHandshake, 421, smtp.EnhancedCode{4, 7, 0}, "TLS handshake failed"},
	{errChunking, 502, smtp.EnhancedCode{5, 5, 1}, "Command not implemented"},
	{errAuthRequired, 530, smtp.EnhancedCode{5, 7, 0}, "Authentication required"},
	{errAuthTwice, 503, smtp.EnhancedCode{5, 5, 1}, "Bad sequence of commands: already authenticated"},
	{errAuthPlain, 538, smtp.EnhancedCode{5, 7, 11}, "Encryption required for authentication: STARTTLS comes first"},
	{errAuthMechanism, 504, smtp.EnhancedCode{5, 5, 4}, "Unrecognized authentication type"},
	{errAuthSyntax, 501, smtp.EnhancedCode{5, 5, 2}, "Malformed authentication"},
	{errAuthCancelled, 501, smtp.EnhancedCode{5, 7, 0}, "Authentication cancelled"},
	{ErrBadLogin, 535, smtp.EnhancedCode{5, 7, 8}, "Authentication credentials invalid"},
	{ErrTooManyLogins, 454, smtp.EnhancedCode{4, 7, 0}, "Too many failed authentications, try again later"},
	{desk.ErrNotYourAddress, 550, smtp.EnhancedCode{5, 7, 1}, "The sender is not an address of your account"},
	{desk.ErrLoop, 554, smtp.EnhancedCode{5, 4, 6}, "Too many hops"},
	{ticket.ErrRejected, 550, smtp.EnhancedCode{5, 7, 1}, "Mail refused"},
	{ticket.ErrStorageFull, 452, smtp.EnhancedCode{4, 3, 1}, "Storage full, try again later"},
	{ticket.ErrResources, 452, smtp.EnhancedCode{4, 3, 1}, "Insufficient system resources, try again later"},
}

// reply returns the reply to an error: a bare *smtp.SMTPError, or nil for nil.
//
// QUIRK: go-smtp does not unwrap errors and answers any other one with a
// permanent 554 and its text (conn.go:1261), so all that leave [session] have
// gone through here.
func reply(err error) error {
	if err == nil {
		return nil // not a typed nil
	}
	if _, ok := errors.AsType[*desk.UnknownRecipientError](err); ok {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such mailbox here"}
	}
	for _, r := range replies {
		if errors.Is(err, r.err) {
			return &smtp.SMTPError{Code: r.code, EnhancedCode: r.enhc, Message: r.text}
		}
	}
	return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Try again later"}
}

// isOurs reports whether an error is a fault of ours, which a person should look at.
func isOurs(err error) bool {
	r := reply(err).(*smtp.SMTPError)
	return r.EnhancedCode == smtp.EnhancedCode{4, 3, 0} || r.EnhancedCode == smtp.EnhancedCode{4, 3, 1}
}

// replyLine returns the reply line for err.
func replyLine(err error) string {
	r := reply(err).(*smtp.SMTPError)
	e := r.EnhancedCode
	return fmt.Sprintf("%d %d.%d.%d %s\r\n", r.Code, e[0], e[1], e[2], r.Message)
}
