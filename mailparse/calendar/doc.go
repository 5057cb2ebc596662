// Package calendar reads the calendars that mails carry (iCalendar, RFC 5545, and
// what they ask or answer, RFC 5546) and writes them as text for people: what,
// when, where, by whom, how often, and the description; an answer to an
// invitation as one line. It knows the names of time zones that Windows writes.
//
// Begin with [Read].
package calendar
