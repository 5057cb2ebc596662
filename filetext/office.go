package filetext

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// What is read of a document is bounded. A document of 256 KiB of text has about 4 MiB of
// XML.
const (
	mostPacked    = 16 << 20 // bytes of a file that is read at all
	mostDirectory = 1 << 20  // bytes of the list of its parts: about 15,000 of them
	mostUnpacked  = 4 << 20  // bytes of all parts together
	mostParts     = 200      // that are read
	mostElement   = 1 << 20  // bytes of one element or of one piece of text
)

// parts are the files in a document that have its text, in the order in which they are
// read: first what people wrote, then what stands around it.
var parts = []*regexp.Regexp{
	regexp.MustCompile(`^(word/document|xl/sharedStrings|content)\.xml$`),
	regexp.MustCompile(`^(xl/worksheets/sheet|ppt/slides/slide)\d+\.xml$`),
	regexp.MustCompile(`^(word/(footnotes|endnotes|comments|header\d*|footer\d*)|xl/comments\d*|ppt/notesSlides/notesSlide\d+)\.xml$`),
}

// officeText returns the text of a document. What comes behind a bound or a mistake is
// left out.
func officeText(content []byte, most int) string {
	if len(content) > mostPacked {
		return ""
	}
	source := &limited{from: bytes.NewReader(content), left: mostDirectory}
	archive, err := zip.NewReader(source, int64(len(content)))
	if err != nil {
		return ""
	}
	var text strings.Builder
	source.left = int64(len(content)) + mostParts*4096 // parts may not share bytes, that none is read again and again
	left := int64(mostUnpacked)
	for _, part := range textParts(archive.File) {
		if text.Len() >= most || left <= 0 {
			break
		}
		r, err := part.Open()
		if err != nil {
			continue
		}
		whole := &io.LimitedReader{R: r, N: left}
		partText(&text, whole, most, part.Name == "content.xml")
		left = whole.N
		_ = r.Close() // nothing was written
		text.WriteByte('\n')
	}
	return clean(text.String())
}

// textParts returns the parts of an archive that have text, each name once.
func textParts(files []*zip.File) (chosen []*zip.File) {
	rank := map[string]int{}
	for _, f := range files {
		at := slices.IndexFunc(parts, func(p *regexp.Regexp) bool { return p.MatchString(f.Name) })
		if _, twice := rank[f.Name]; at >= 0 && !twice {
			rank[f.Name], chosen = at, append(chosen, f)
		}
	}
	slices.SortStableFunc(chosen, func(a, b *zip.File) int { // sheet2 before sheet10
		return cmp.Or(cmp.Compare(rank[a.Name], rank[b.Name]), cmp.Compare(len(a.Name), len(b.Name)), cmp.Compare(a.Name, b.Name))
	})
	return chosen[:min(len(chosen), mostParts)]
}

// Elements by their names without prefix: those behind which a word ends, and those that
// stand for a blank.
var (
	endsLine = []string{"p", "h", "si", "c", "row", "comment"}
	isBlank  = []string{"tab", "br", "cr", "s", "line-break", "ptab"}
)

// partText adds the text of a part until there is enough. In OOXML it stands in elements of
// the name t, and in v the numbers of a sheet; in OpenDocument (open) all is text that is no
// element.
//
// QUIRK: a tokenizer of HTML reads the XML, as it bounds the memory for an element and holds
// no stack. They differ in what these files do not have: declarations of entities.
func partText(text *strings.Builder, part io.Reader, most int, open bool) {
	z := html.NewTokenizer(part)
	z.SetMaxBuf(mostElement)
	z.AllowCDATA(true)
	reads, shared := open, false // shared: the number in v is that of a shared string
	for text.Len() < most {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.TextToken:
			if reads {
				text.Write(z.Text())
			}
		case html.StartTagToken:
			switch name, attributes := local(z); name {
			case "t":
				reads = true
			case "v":
				reads = open || !shared
			case "c":
				shared = attributes && typeOf(z) == "s"
			}
		case html.SelfClosingTagToken:
			if name, _ := local(z); slices.Contains(isBlank, name) {
				text.WriteByte(' ')
			}
		case html.EndTagToken:
			name, _ := local(z)
			if name == "t" || name == "v" {
				reads = open
			}
			if slices.Contains(endsLine, name) {
				text.WriteByte('\n')
			}
		}
	}
}

// local returns the name of an element without its prefix, and whether it has attributes.
func local(z *html.Tokenizer) (name string, attributes bool) {
	whole, attributes := z.TagName()
	return string(whole[bytes.LastIndexByte(whole, ':')+1:]), attributes
}

// typeOf returns the attribute t, the type of a cell.
func typeOf(z *html.Tokenizer) string {
	for range 16 {
		key, value, more := z.TagAttr()
		if string(key) == "t" {
			return string(value)
		}
		if !more {
			break
		}
	}
	return ""
}

// errEnough is the end of what may be read.
var errEnough = errors.New("enough was read")

// limited reads no more than so many bytes, wherever they are.
type limited struct {
	from io.ReaderAt
	left int64
}

// ReadAt is that of [io.ReaderAt].
func (l *limited) ReadAt(p []byte, at int64) (int, error) {
	if l.left -= int64(len(p)); l.left < 0 {
		return 0, errEnough
	}
	return l.from.ReadAt(p, at)
}
