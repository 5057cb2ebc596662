package outbox

import (
	"errors"
	"math/rand/v2"
	"net/textproto"
	"regexp"
	"strings"
	"time"
	"unicode"

	"maildesk/ticket"
)

// errUnsendable is wrapped by our own errors that retrying the same mail cannot
// fix: a bad address, a bare CR, a missing SMTP extension.
var errUnsendable = errors.New("cannot be sent")

// verdict is the meaning of an attempt's result.
type verdict string

const (
	sent   verdict = "sent"   // the next hop has custody
	retry  verdict = "retry"  // try this mail again later
	failed verdict = "failed" // this mail will never be accepted
	down   verdict = "down"   // not this mail's fault: the next hop is down
)

// classify returns what the error of Transport.Send means (RFC 5321 sections
// 4.2.1 and 4.5.4.1). An error is temporary unless it is known to be permanent.
func classify(err error) verdict {
	if err == nil {
		return sent
	}
	if _, ok := errors.AsType[*DownError](err); ok {
		return down
	}
	if errors.Is(err, errUnsendable) {
		return failed
	}
	reply, ok := errors.AsType[*textproto.Error](err)
	if !ok {
		return retry // network, timeout
	}
	switch reply.Code {
	case 530, 534, 535, 538:
		// RFC 4954 section 6, RFC 3207 section 4: log in or use TLS first.
		// That is between us and the smarthost; no mail may fail because of it.
		return down
	}
	if reply.Code/100 == 5 {
		return failed
	}
	return retry
}

// newAttempt returns the record of an attempt that ended with r and err.
func newAttempt(m *ticket.OutboxMail, r Reply, err error, now time.Time) ticket.Attempt {
	a := ticket.Attempt{Outbox: m.ID, At: now, Host: r.Host, Code: r.Code, Text: replyText(r.Text)}
	if err != nil {
		a.Code, a.Text = replyOf(err)
	}
	switch classify(err) {
	case sent:
		a.State = ticket.OutboxSent
	case failed:
		a.State = ticket.OutboxFailed
	default:
		a.State = ticket.OutboxReady
		at, again := retryAt(m.CreatedAt, now, m.Attempts+1)
		if a.NextAt = at; !again {
			a.State, a.Text = ticket.OutboxFailed, clean("given up after 5 days: "+a.Text)
		}
	}
	return a
}

// The schedule of one mail: it is tried at once, then after 7.5, 15 and 30
// minutes, 1, 2, 4 and 8 hours, and every 8 hours up to five days (RFC 5321
// section 4.5.4.1 asks for 30 minutes between attempts, two attempts in the first
// hour, and giving up after four to five days).
//
// QUIRK: the first two pauses are shorter than 30 minutes. A greylist asks for a
// few minutes only, and people wait for the acknowledgement.
const (
	firstPause = 450 * time.Second
	lastPause  = 8 * time.Hour
	lifetime   = 5 * 24 * time.Hour
	// minTries keeps a mail alive whose five days passed while nothing was sent:
	// the daemon was down, or the clock jumped.
	minTries = 4
	// maxTries exceeds what the schedule allows in five days; it ends a mail
	// whose creation time is in the future.
	maxTries = 40
)

// retryAt returns when a mail that has been tried the given number of times is
// tried next; again is false when it is not. The last attempt is made when the
// five days end.
func retryAt(created, now time.Time, tries int) (at time.Time, again bool) {
	end := created.Add(lifetime)
	if !now.Before(end) && tries >= minTries || tries >= maxTries {
		return time.Time{}, false
	}
	at = now.Add(jitter(min(firstPause<<min(tries-1, 10), lastPause)))
	if at.After(end) && now.Before(end) {
		at = end
	}
	return at, true
}

// jitter returns d ± 10 %, so that mails deferred together are not retried together.
func jitter(d time.Duration) time.Duration {
	return d - d/10 + rand.N(d/5)
}

// replyOf returns code and text of the remote's reply in an error, or 0 and the
// text of any other error.
func replyOf(err error) (int, string) {
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		return reply.Code, replyText(reply.Msg)
	}
	return 0, clean(err.Error())
}

// enhanced is an enhanced status code at the beginning of a reply (RFC 3463).
var enhanced = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3} `)

// replyText joins the lines of a reply, each of which begins with the enhanced code
// (RFC 2034 section 4), to one line.
func replyText(text string) string {
	if code := enhanced.FindString(text); code != "" {
		text = strings.ReplaceAll(text, "\n"+code, "\n")
	}
	return clean(text)
}

// maxReplyText bounds the recorded text of a reply, in bytes.
const maxReplyText = 500

// clean makes one printable line of at most maxReplyText bytes.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > maxReplyText {
		s = strings.ToValidUTF8(s[:maxReplyText], "")
	}
	return s
}
