package tnef

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"

	"golang.org/x/text/encoding/unicode"

	"maildesk/mailparse/charset"
)

const (
	signature       = 0x223e9f78
	version         = 0x9006 // the first attribute
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

// ErrBroken is the error of a container that ends too early or is none.
var ErrBroken = errors.New("broken winmail.dat")

// maxFiles bounds the files of one container; those after them are left out.
const maxFiles = 500

// File is one attached file. Its names are as the sender wrote them, without
// control characters, and may be empty.
type File struct {
	Name      string
	Type      string // media type in lower case; application/octet-stream if none is named
	ContentID string
	Content   []byte // shares the memory of the container
}

// Message is what a container holds.
type Message struct {
	Text  string // plain text
	HTML  string
	Files []File

	rtf []byte // compressed
}

// Read reads a container, which is a stream of attributes: level, id, length,
// data, checksum ([MS-OXTNEF] section 2.1.3). A broken one returns what stands
// before the fault and ErrBroken; what is no container returns nil and
// ErrBroken.
func Read(b []byte) (*Message, error) {
	if len(b) < 9 || binary.LittleEndian.Uint32(b) != signature && binary.LittleEndian.Uint16(b[7:]) != version {
		return nil, ErrBroken
	}
	t := &Message{}
	for b = b[6:]; len(b) >= 11; {
		id := binary.LittleEndian.Uint16(b[1:])
		n := binary.LittleEndian.Uint32(b[5:])
		if uint64(n) > uint64(len(b)-11) {
			return t, ErrBroken
		}
		t.attribute(id, b[9:9+n])
		b = b[11+n:]
	}
	return t, nil
}

// ReadRTF sets Text or HTML from the text in RTF, when there is no other.
func (t *Message) ReadRTF() {
	if t.Text != "" || t.HTML != "" {
		return
	}
	text, page := readRTF(unpackRTF(t.rtf))
	if text = strings.TrimSpace(charset.CleanText(text)); page {
		t.HTML = text
	} else {
		t.Text = text
	}
}

func (t *Message) attribute(id uint16, data []byte) {
	switch id {
	case attachBegin:
		if len(t.Files) < maxFiles {
			t.Files = append(t.Files, File{Type: "application/octet-stream"})
		}
		return
	case messageBody:
		if t.Text == "" {
			t.Text = stringOf(data, 0x1e)
		}
		return
	case messageProps:
		readProps(data, t.messageProp)
		return
	}
	if len(t.Files) == 0 {
		return
	}
	file := &t.Files[len(t.Files)-1]
	switch id {
	case attachTitle:
		if file.Name == "" {
			file.Name = stringOf(data, 0x1e)
		}
	case attachData:
		file.Content = data
	case attachProps:
		readProps(data, file.prop)
	}
}

func (t *Message) messageProp(id, kind uint16, value []byte) {
	switch id {
	case propBody:
		t.Text = stringOf(value, kind)
	case propRTF:
		t.rtf = value
	case propHTML:
		t.HTML, _ = charset.ToUTF8(value, charset.OfPage(value))
	}
}

func (f *File) prop(id, kind uint16, value []byte) {
	switch id {
	case propLongName:
		f.Name = stringOf(value, kind)
	case propDisplayName:
		if f.Name == "" {
			f.Name = stringOf(value, kind)
		}
	case propMediaType:
		f.Type = strings.ToLower(stringOf(value, kind))
	case propContentID:
		f.ContentID = stringOf(value, kind)
	case propAttachData:
		if len(f.Content) == 0 && len(value) > 16 && kind == 0x0d {
			f.Content = value[16:] // behind the id of the object's interface
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

func stringOf(b []byte, kind uint16) string {
	var s string
	if kind == 0x1f {
		s = charset.Decode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), b)
	} else {
		s, _ = charset.ToUTF8(bytes.TrimRight(b, "\x00"), "")
	}
	return charset.CleanText(strings.TrimRight(s, "\x00"))
}
