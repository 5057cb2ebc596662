package mailparse

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"

	"golang.org/x/text/encoding/unicode"
)

// TNEF is the container "winmail.dat" of Outlook and Exchange ([MS-OXTNEF]). No
// maintained Go library reads it, so the little that mail needs is read here:
// the files, and the text when there is no other.

const (
	tnefSignature   = 0x223e9f78
	tnefVersion     = 0x9006 // the first attribute
	attachBegin     = 0x9002
	attachTitle     = 0x8010
	attachData      = 0x800f
	attachProps     = 0x9005
	messageProps    = 0x9003
	messageBody     = 0x800c
	propBody        = 0x1000
	propHTML        = 0x1013
	propRTF         = 0x1009
	propAttachData  = 0x3701
	propLongName    = 0x3707
	propMediaType   = 0x370e
	propContentID   = 0x3712
	propDisplayName = 0x3001
)

var errTNEF = errors.New("broken winmail.dat")

type tnef struct {
	text  string
	html  string
	rtf   []byte // compressed
	files []Attachment
}

// readTNEF reads the stream of attributes: level, id, length, data, checksum.
func readTNEF(b []byte) (*tnef, error) {
	if len(b) < 9 || binary.LittleEndian.Uint32(b) != tnefSignature && binary.LittleEndian.Uint16(b[7:]) != tnefVersion {
		return nil, errTNEF
	}
	t := &tnef{}
	for b = b[6:]; len(b) >= 11; {
		id := binary.LittleEndian.Uint16(b[1:])
		n := binary.LittleEndian.Uint32(b[5:])
		if uint64(n) > uint64(len(b)-11) {
			return t, errTNEF
		}
		t.attribute(id, b[9:9+n])
		b = b[11+n:]
	}
	return t, nil
}

// readRTF reads the text as RTF, when there is no other.
func (t *tnef) readRTF() {
	if t.text != "" || t.html != "" {
		return
	}
	text, page := readRTF(unpackRTF(t.rtf))
	if text = strings.TrimSpace(cleanText(text)); page {
		t.html = text
	} else {
		t.text = text
	}
}

func (t *tnef) attribute(id uint16, data []byte) {
	switch id {
	case attachBegin:
		if len(t.files) < maxParts {
			t.files = append(t.files, Attachment{Type: "application/octet-stream"})
		}
		return
	case messageBody:
		if t.text == "" {
			t.text = tnefString(data, 0x1e)
		}
		return
	case messageProps:
		readProps(data, t.messageProp)
		return
	}
	if len(t.files) == 0 {
		return
	}
	file := &t.files[len(t.files)-1]
	switch id {
	case attachTitle:
		if file.Name == "" {
			file.Name = tnefString(data, 0x1e)
		}
	case attachData:
		file.Content = data
	case attachProps:
		readProps(data, file.tnefProp)
	}
}

func (t *tnef) messageProp(id, kind uint16, value []byte) {
	switch id {
	case propBody:
		t.text = tnefString(value, kind)
	case propRTF:
		t.rtf = value
	case propHTML:
		t.html, _ = toUTF8(value, metaCharset(value))
	}
}

func (a *Attachment) tnefProp(id, kind uint16, value []byte) {
	switch id {
	case propLongName:
		a.Name = tnefString(value, kind)
	case propDisplayName:
		if a.Name == "" {
			a.Name = tnefString(value, kind)
		}
	case propMediaType:
		a.Type = strings.ToLower(tnefString(value, kind))
	case propContentID:
		a.ContentID = tnefString(value, kind)
	case propAttachData:
		if len(a.Content) == 0 && len(value) > 16 && kind == 0x0d {
			a.Content = value[16:] // behind the id of the object's interface
		}
	}
}

// readProps reads a list of MAPI properties and stops where it is broken.
func readProps(b []byte, each func(id, kind uint16, value []byte)) {
	if len(b) < 4 {
		return
	}
	count := binary.LittleEndian.Uint32(b)
	b = b[4:]
	for ; count > 0 && len(b) >= 4; count-- {
		kind, id := binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[2:])
		b = b[4:]
		if id >= 0x8000 {
			if b = skipPropName(b); b == nil {
				return
			}
		}
		values := uint32(1)
		if kind&0x1000 != 0 || variable(kind) {
			if len(b) < 4 {
				return
			}
			values = binary.LittleEndian.Uint32(b)
			b = b[4:]
		}
		for ; values > 0; values-- {
			value, rest, ok := propValue(kind&0x0fff, b)
			if !ok {
				return
			}
			each(id, kind&0x0fff, value)
			b = rest
		}
	}
}

// skipPropName steps over the name of a named property.
func skipPropName(b []byte) []byte {
	if len(b) < 24 {
		return nil
	}
	if binary.LittleEndian.Uint32(b[16:]) == 0 {
		return b[24:]
	}
	n := uint64(binary.LittleEndian.Uint32(b[20:]))
	n = 24 + (n+3)/4*4
	if n > uint64(len(b)) {
		return nil
	}
	return b[n:]
}

func variable(kind uint16) bool {
	switch kind & 0x0fff {
	case 0x0d, 0x1e, 0x1f, 0x102:
		return true
	}
	return false
}

func propValue(kind uint16, b []byte) (value, rest []byte, ok bool) {
	n := uint64(4)
	switch {
	case variable(kind):
		if len(b) < 4 {
			return nil, nil, false
		}
		n = uint64(binary.LittleEndian.Uint32(b))
		b = b[4:]
	case kind == 0x48:
		n = 16
	case kind == 0x05 || kind == 0x06 || kind == 0x07 || kind == 0x14 || kind == 0x40:
		n = 8
	}
	padded := (n + 3) / 4 * 4
	if n > uint64(len(b)) {
		return nil, nil, false
	}
	return b[:n], b[min(padded, uint64(len(b))):], true
}

func tnefString(b []byte, kind uint16) string {
	var s string
	if kind == 0x1f {
		s = decodeWith(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), b)
	} else {
		s, _ = toUTF8(bytes.TrimRight(b, "\x00"), "")
	}
	return cleanText(strings.TrimRight(s, "\x00"))
}
