// Package rota says who is on call, and when: agents of layers take turns, within the hours
// of a calendar or outside of them, and overrides put somebody else in their place. It is
// pure: it knows no mails and no tickets.
//
// Begin with [Rota]; [Rota.At] and [Rota.Shifts] answer, [Feed] writes shifts as a calendar.
package rota
