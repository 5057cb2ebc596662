package rota

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"
)

// Invitation is a mail's calendar part that invites an agent to a shift, or takes that back
// (RFC 5546 sections 3.2.2 and 3.2.5).
type Invitation struct {
	Rota      string
	Shift     Shift
	Host      string // of the desk, in the UID
	Sequence  int    // among all that were sent about the shift
	Organizer string // address at which the answer comes
	Desk      string // the organizer's name
	Attendee  string // the agent's address
	Name      string // by which people know the agent
	Withdrawn bool
	Now       time.Time
}

// UID returns what an event of a shift is known by, in feeds and invitations (RFC 5545
// section 3.8.4.7): it stays as long as the shift begins at the same time.
func UID(rota string, from time.Time, host string) string {
	return fmt.Sprintf("%s-%d@%s", token(rota), from.Unix(), host)
}

// BeginOf returns when the shift of a rota begins that a UID is of; ok is false where it is
// of none.
func BeginOf(uid, rota, host string) (from time.Time, ok bool) {
	of, whole := strings.CutSuffix(uid, "@"+host)
	seconds, ours := strings.CutPrefix(of, token(rota)+"-")
	n, err := strconv.ParseInt(seconds, 10, 64)
	return time.Unix(n, 0), whole && ours && err == nil
}

// Method returns the method of the calendar: REQUEST or CANCEL.
func (i Invitation) Method() string {
	if i.Withdrawn {
		return string(ics.MethodCancel)
	}
	return string(ics.MethodRequest)
}

// Bytes returns the calendar (RFC 5545). Its times are in UTC, so that each program shows
// them by its own clock, across a change to or from summer time as well.
func (i Invitation) Bytes() []byte {
	c := ics.NewCalendar()
	c.SetProductId("-//maildesk//rota//EN")
	c.SetMethod(ics.Method(i.Method()))
	e := c.AddEvent(UID(i.Rota, i.Shift.From, i.Host))
	e.SetDtStampTime(i.Now)
	e.SetStartAt(i.Shift.From)
	e.SetEndAt(i.Shift.Until)
	e.SetSequence(i.Sequence)
	e.SetSummary(i.Name + " (" + i.Rota + ")")
	e.SetOrganizer(i.Organizer, ics.WithCN(i.Desk))
	e.SetTimeTransparency(ics.TransparencyTransparent) // who is on call is not busy
	if i.Withdrawn {
		e.SetStatus(ics.ObjectStatusCancelled)
		e.AddAttendee(i.Attendee, ics.WithCN(i.Name))
	} else {
		e.SetStatus(ics.ObjectStatusConfirmed)
		e.AddAttendee(i.Attendee, ics.WithCN(i.Name), ics.ParticipationRoleReqParticipant, ics.ParticipationStatusNeedsAction, ics.WithRSVP(true))
	}
	return []byte(c.Serialize(ics.WithNewLineWindows))
}

// Reply is what an answer to an invitation says.
type Reply struct {
	UID      string
	Accepted bool
	Declined bool   // neither: tentative, delegated, or not yet
	Comment  string // what its writer says besides; one line
}

// maxComment bounds what of a comment is read, in characters.
const maxComment = 500

// These bound the answers that are read, which strangers may have written; a real one is a
// few KiB.
const (
	maxReplies    = 50        // events
	maxAnswer     = 128 << 10 // bytes
	maxComponents = 200       // the library needs quadratic time for nested ones
)

// Replies reads the answer to invitations (METHOD:REPLY, RFC 5546 section 3.2.3); nothing
// where a calendar is none, or is over a bound.
func Replies(calendar []byte) (all []Reply) {
	if len(calendar) > maxAnswer || bytes.Count(bytes.ToUpper(calendar), []byte("BEGIN:")) > maxComponents {
		return nil
	}
	c, err := ics.ParseCalendar(bytes.NewReader(calendar))
	if err != nil || !isReply(c) {
		return nil
	}
	for _, e := range c.Events() {
		if uid := e.Id(); uid != "" && len(all) < maxReplies {
			all = append(all, replyOf(e))
		}
	}
	return all
}

func isReply(c *ics.Calendar) bool {
	for _, p := range c.CalendarProperties {
		if strings.EqualFold(p.IANAToken, string(ics.PropertyMethod)) {
			return strings.EqualFold(strings.TrimSpace(p.Value), string(ics.MethodReply))
		}
	}
	return false
}

// replyOf returns the answer of an event. Who answers is known by the mail; the event names
// one attendee, who is the same (RFC 5546 section 3.2.3).
func replyOf(e *ics.VEvent) Reply {
	r := Reply{UID: strings.TrimSpace(e.Id())}
	if p := e.GetProperty(ics.ComponentPropertyComment); p != nil {
		r.Comment = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(p.Value, "?"), func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }), " ")
		if all := []rune(r.Comment); len(all) > maxComment {
			r.Comment = string(all[:maxComment]) + "…"
		}
	}
	for _, a := range e.Attendees() {
		switch strings.ToUpper(string(a.ParticipationStatus())) {
		case string(ics.ParticipationStatusAccepted):
			r.Accepted = true
		case string(ics.ParticipationStatusDeclined):
			r.Declined = true
		}
	}
	if r.Accepted && r.Declined { // of several
		r.Accepted, r.Declined = false, false
	}
	return r
}
