// Package imapbox is a mailbox on an IMAP server, in memory: its mails have UIDs, which the
// server may give anew. It is for tests only.
//
// Begin with [Box].
package imapbox

import (
	"slices"
	"time"

	"maildesk/imappoll"
	"maildesk/ticket"
)

// Box is a mailbox. The zero one is empty.
type Box struct {
	Lies    []Mail // ascending
	renewed uint32 // how often the UIDs were
	last    uint32 // UID
}

// Mail is a mail that lies in a mailbox.
type Mail struct {
	UID uint32
	Raw []byte
	At  time.Time // when it came
}

var _ imappoll.Shelf = (*Box)(nil)

// Put lets a mail come.
func (b *Box) Put(raw []byte, at time.Time) {
	b.last++
	b.Lies = append(b.Lies, Mail{b.last, raw, at})
}

// Renumber assigns new UIDs to all mails, as a server does that was restored from a backup
// (RFC 9051 section 2.3.1.1).
func (b *Box) Renumber() {
	b.renewed++
	b.last = 0
	for i := range b.Lies {
		b.last++
		b.Lies[i].UID = b.last
	}
}

// Selected is described at [imappoll.Shelf].
func (b *Box) Selected() ticket.Selected {
	return ticket.Selected{UIDValidity: b.renewed + 1, UIDNext: b.last + 1, Messages: uint32(len(b.Lies))}
}

// UIDs is described at [imappoll.Shelf].
func (b *Box) UIDs(above uint32) (all []uint32) {
	for _, m := range b.Lies {
		if m.UID > above {
			all = append(all, m.UID)
		}
	}
	return all
}

// Mail is described at [imappoll.Shelf].
func (b *Box) Mail(uid uint32) (raw []byte, arrived time.Time, there bool) {
	i := slices.IndexFunc(b.Lies, func(m Mail) bool { return m.UID == uid })
	if i < 0 {
		return nil, time.Time{}, false
	}
	return b.Lies[i].Raw, b.Lies[i].At, true
}

// Remove is described at [imappoll.Shelf].
func (b *Box) Remove(uids []uint32) {
	b.Lies = slices.DeleteFunc(b.Lies, func(m Mail) bool { return slices.Contains(uids, m.UID) })
}
