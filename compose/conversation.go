package compose

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"mime"
	"time"
)

// conversation returns the fields by which Outlook and Exchange find the mails of
// a conversation. They know References, too, but show by these what belongs
// together (MS-OXCMAIL section 2.1.3.2.11 and 12).
func (m Mail) conversation() []field {
	var fields []field
	if topic := clip(clean(m.Topic), maxSubject); topic != "" {
		fields = append(fields, field{"Thread-Topic", mime.QEncoding.Encode("utf-8", topic)})
	}
	if !m.Began.At.IsZero() {
		fields = append(fields, field{"Thread-Index", m.Began.index(m.Date)})
	}
	return fields
}

// index returns the Thread-Index of a mail that was written later in the
// conversation: 22 bytes that all its mails share, and 5 of the mail's own
// (PidTagConversationIndex, MS-OXOMSG section 2.2.1.3).
func (b Began) index(at time.Time) string {
	key := sha256.Sum256([]byte(b.Key))
	index := make([]byte, 0, 27)
	index = binary.BigEndian.AppendUint64(index, fileTime(b.At))[:6] // the high 6 bytes, of which the first is 1
	index[0] = 1
	index = append(index, key[:16]...)
	// The later: bit 31 says that the difference is coarse; it is then counted in
	// units of 2^23 ticks, about 0.8 s, else of 2^18.
	const coarse = 1 << 31
	ticks := uint64(max(0, at.Sub(b.At)) / 100)
	delta := uint32(ticks >> 18 & (coarse - 1))
	if ticks >= 1<<49 {
		delta = coarse | uint32(ticks>>23&(coarse-1))
	}
	index = binary.BigEndian.AppendUint32(index, delta)
	return base64.StdEncoding.EncodeToString(append(index, 0))
}

// fileTime returns a moment as ticks of 100 ns since 1601 (MS-DTYP 2.3.3).
func fileTime(t time.Time) uint64 {
	const from1601 = 11_644_473_600 // seconds, to 1970
	return uint64(t.Unix()+from1601)*10_000_000 + uint64(t.Nanosecond()/100)
}
