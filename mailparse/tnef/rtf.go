package tnef

import (
	"encoding/binary"
	"html"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"maildesk/mailparse/charset"
)

// Outlook keeps the text of a mail as compressed RTF ([MS-OXRTFCP]), HTML too
// ([MS-OXRTFEX]). No maintained Go library reads either.

const (
	maxRTF        = 2 << 20 // bytes, unpacked
	maxRTFGroups  = 200
	rtfCompressed = 0x75465a4c
	rtfPlain      = 0x414c454d

	// rtfDictionary is what the window of the compression holds at first.
	rtfDictionary = "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier" +
		"{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)

// unpackRTF undoes the compression; what is broken ends the text.
func unpackRTF(b []byte) string {
	if len(b) < 16 {
		return ""
	}
	kind := binary.LittleEndian.Uint32(b[8:])
	b = b[16:]
	if kind == rtfPlain {
		return string(b[:min(len(b), maxRTF)])
	}
	if kind != rtfCompressed {
		return ""
	}
	var window [4096]byte
	at := copy(window[:], rtfDictionary)
	out := make([]byte, 0, min(4*len(b), maxRTF))
	put := func(c byte) {
		out = append(out, c)
		window[at] = c
		at = (at + 1) % len(window)
	}
	for len(b) > 0 && len(out) < maxRTF {
		control := b[0]
		b = b[1:]
		for bit := 0; bit < 8 && len(b) > 0; bit++ {
			if control>>bit&1 == 0 {
				put(b[0])
				b = b[1:]
				continue
			}
			if len(b) < 2 {
				return string(out)
			}
			reference := int(binary.BigEndian.Uint16(b))
			b = b[2:]
			from, n := reference>>4, reference&15+2
			if from == at {
				return string(out)
			}
			for i := range n {
				put(window[(from+i)%len(window)])
			}
		}
	}
	return string(out)
}

// rtfGroup is what holds up to the end of a group.
type rtfGroup struct {
	skip    bool // no text: fonts, colours, pictures
	tag     bool // a tag of the page that the text was made of
	rtfOnly bool // text that the page does not have
	unicode int  // how many characters stand in for one of Unicode
}

type rtfReader struct {
	out      strings.Builder
	page     bool              // the text was made of HTML
	codePage encoding.Encoding // nil: not told
	bytes    []byte            // in codePage, not yet decoded
	group    rtfGroup
	open     []rtfGroup
	standIns int
}

// readRTF returns the text of an RTF document, or the HTML that it was made of.
func readRTF(rtf string) (text string, page bool) {
	r := &rtfReader{group: rtfGroup{unicode: 1}}
	for len(rtf) > 0 {
		switch c := rtf[0]; c {
		case '{':
			if r.flush(); len(r.open) >= maxRTFGroups {
				return r.out.String(), r.page
			}
			r.open = append(r.open, r.group)
			rtf = rtf[1:]
		case '}':
			if r.flush(); len(r.open) > 0 {
				r.group = r.open[len(r.open)-1]
				r.open = r.open[:len(r.open)-1]
			}
			rtf = rtf[1:]
		case '\\':
			rtf = r.control(rtf[1:])
		case '\r', '\n':
			rtf = rtf[1:]
		default:
			r.char(c)
			rtf = rtf[1:]
		}
	}
	r.flush()
	return r.out.String(), r.page
}

// control reads what stands behind a backslash.
func (r *rtfReader) control(rtf string) (rest string) {
	if rtf == "" {
		return ""
	}
	switch c := rtf[0]; {
	case c == '\'':
		if len(rtf) >= 3 {
			if code, err := strconv.ParseUint(rtf[1:3], 16, 8); err == nil {
				r.char(byte(code))
				return rtf[3:]
			}
		}
		return rtf[1:]
	case c == '*':
		r.group.skip = !strings.HasPrefix(rtf[1:], `\htmltag`)
		return rtf[1:]
	case c == '~':
		r.char(' ')
		return rtf[1:]
	case c < 'a' || c > 'z':
		if strings.IndexByte(`\{}`, c) >= 0 {
			r.char(c)
		}
		return rtf[1:]
	}
	end := 1
	for end < len(rtf) && rtf[end] >= 'a' && rtf[end] <= 'z' {
		end++
	}
	word, number := rtf[:end], end
	for number < len(rtf) && number < end+12 && (rtf[number] >= '0' && rtf[number] <= '9' || number == end && rtf[number] == '-') {
		number++
	}
	value, err := strconv.Atoi(rtf[end:number])
	rest = strings.TrimPrefix(rtf[number:], " ")
	r.word(word, value, err == nil)
	return rest
}

// word obeys a control word, with its number if it has one.
func (r *rtfReader) word(word string, value int, numbered bool) {
	switch word {
	case "fonttbl", "colortbl", "stylesheet", "info", "pict", "header", "footer", "object":
		r.group.skip = true
	case "htmltag":
		r.group.tag = true
	case "fromhtml":
		r.page = true
	case "htmlrtf":
		r.flush()
		r.group.rtfOnly = !numbered || value != 0
	case "ansicpg":
		if r.codePage == nil {
			r.setCodePage(strconv.Itoa(value))
		}
	case "par", "line", "row":
		r.char('\n')
	case "tab", "cell":
		r.char('\t')
	case "uc":
		r.group.unicode = min(max(value, 0), 10)
	case "u":
		r.flush()
		if value < 0 {
			value += 1 << 16
		}
		r.write(string(rune(value)))
		r.standIns = r.group.unicode
	}
}

func (r *rtfReader) setCodePage(number string) {
	r.codePage = charmap.Windows1252
	for _, label := range []string{"windows-" + number, "cp" + number} {
		if enc := charset.ByLabel(label); enc != nil {
			r.codePage = enc
			return
		}
	}
}

// char takes one byte of text.
func (r *rtfReader) char(c byte) {
	if r.standIns > 0 {
		r.standIns--
		return
	}
	r.bytes = append(r.bytes, c)
}

// flush decodes the bytes that were taken.
func (r *rtfReader) flush() {
	if len(r.bytes) == 0 {
		return
	}
	if r.codePage == nil {
		r.codePage = charmap.Windows1252
	}
	r.write(charset.Decode(r.codePage, r.bytes))
	r.bytes = r.bytes[:0]
}

func (r *rtfReader) write(text string) {
	switch {
	case r.group.skip || r.group.rtfOnly:
	case r.page && !r.group.tag:
		r.out.WriteString(html.EscapeString(text))
	case r.page || !r.group.tag:
		r.out.WriteString(text)
	}
}
