package mailparse

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/emersion/go-message/textproto"
	"github.com/jhillyerd/enmime/v2"

	"maildesk/mailparse/charset"
	"maildesk/mailparse/header"
	"maildesk/mailparse/html"
)

// readTree reads the MIME tree of a mail whose header was read already. The
// mail must have passed the guard.
//
// go-message is the ordinary reader: strict, linear and quick. What it reports
// an error on is read again by enmime, which is lenient. enmime only finds the
// parts (RawContent): its charset detector costs more than all the rest.
//
// Bodies are read into scratch first; a mail within this one reads into the same,
// as whoever reads outside of it has made its own copy by then.
func readTree(h Header, body []byte, depth int, scratch *bytes.Buffer) *part {
	root := newPart(h)
	if root.mediaType == "text/plain" {
		root.declare(body)
	}
	defer func() { root.redecode(headerCharset(h)) }()
	if !root.multipart() {
		root.fill(body, depth, scratch)
		return root
	}
	if most := len(body) + bytes.MinRead; scratch.Cap() < most { // ReadFrom grows a buffer with less room
		scratch.Reset()
		scratch.Grow(most)
	}
	if err := root.split(bytes.NewReader(body), &source{body: body}, scratch, depth, 1); err != nil {
		root.children = nil
		root.salvage(body, depth, scratch)
		root.problems = append(root.problems, "damaged MIME structure: "+charset.Excerpt(err.Error()))
	}
	return root
}

// split reads the children of a multipart at a level with go-message. The guard
// counted parts and levels already; a boundary that it overlooked ends here. Each
// body is read into scratch first, so that it is kept in just the memory it needs.
func (p *part) split(body io.Reader, from *source, scratch *bytes.Buffer, depth, level int) error {
	if p.params["boundary"] == "" {
		return errors.New("multipart without boundary")
	}
	if level > maxDepth {
		return errors.New("too deep")
	}
	if p.mediaType == "multipart/encrypted" {
		p.encrypted = true
		p.problem("encrypted with OpenPGP") // RFC 3156 section 4
	}
	r := textproto.NewMultipartReader(body, p.params["boundary"])
	for {
		got, err := r.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		child := newPart(fromTextproto(got.Header))
		p.inheritType(child)
		if child.multipart() {
			err = child.split(got, from, scratch, depth, level+1)
		} else {
			scratch.Reset()
			if _, err = scratch.ReadFrom(got); err == nil {
				content := scratch.Bytes()
				place := from.find(content)
				switch {
				case child.transferEncoding() != "": // decoding makes it new
				case place != nil:
					content = place
				default:
					content = bytes.Clone(content)
				}
				child.fill(content, depth, scratch)
			}
		}
		if err != nil {
			return err
		}
		if p.children = append(p.children, child); len(p.children) > maxParts {
			return errors.New("too many parts")
		}
	}
	if len(p.children) == 0 {
		return errors.New("multipart without parts")
	}
	return nil
}

// salvage reads the children of a damaged multipart: mended, and if that does not
// help, with enmime. If that fails too, the whole body becomes one part of plain
// text; so does a body with more lines that could be delimiters than enmime can
// take.
func (p *part) salvage(body []byte, depth int, scratch *bytes.Buffer) {
	if bytes.Count(body, []byte("\n--")) <= 4*maxParts {
		boundary := p.params["boundary"]
		if boundary == "" || !bytes.Contains(body, []byte("--"+boundary)) {
			boundary = guessBoundary(body)
		}
		p.salvageParts(mend(body, boundary), boundary, depth, scratch)
	}
	if len(p.children) == 0 {
		rest := newPart(nil)
		rest.fill(body, depth, scratch)
		p.children = []*part{rest}
	}
}

// maxSalvage bounds the work of enmime, which reads each byte once for each level
// that it lies in.
const maxSalvage = 64 << 20

func (p *part) salvageParts(body []byte, boundary string, depth int, scratch *bytes.Buffer) {
	header := "Content-Type: " + p.mediaType + "; boundary=\"" + boundary + "\"\r\n\r\n"
	mail := make([]byte, 0, len(header)+len(body)+maxDepth*(maxBoundary+8)) // with room for what closes parts
	mail, open := closeParts(append(append(mail, header...), body...))
	if boundary == p.params["boundary"] {
		if err := p.split(bytes.NewReader(mail[len(header):]), &source{body: mail[len(header):]}, scratch, depth, 1); err == nil {
			return
		}
		p.children = nil
	}
	if open*len(mail) > maxSalvage {
		return
	}
	parser := enmime.NewParser(enmime.RawContent(true), enmime.SkipMalformedParts(true),
		enmime.MultipartWOBoundaryAsSinglePart(true), enmime.MaxStoredPartErrors(10))
	root, err := parser.ReadParts(bytes.NewReader(mail))
	if err == nil {
		p.adopt(root, depth, scratch)
	}
}

func (p *part) adopt(from *enmime.Part, depth int, scratch *bytes.Buffer) {
	for got := from.FirstChild; got != nil; got = got.NextSibling {
		child := newPart(fromMap(got.Header))
		p.inheritType(child)
		if got.FirstChild != nil {
			child.adopt(got, depth, scratch)
		} else {
			child.fill(got.Content, depth, scratch)
		}
		p.children = append(p.children, child)
	}
	if epilogue := bytes.TrimSpace(from.Epilogue); len(epilogue) > 0 && len(p.children) == 0 {
		rest := newPart(nil)
		rest.fill(epilogue, depth, scratch)
		p.children = append(p.children, rest)
	}
}

// inheritType returns a child of a digest without a type the type of RFC 2046
// section 5.1.5.
func (p *part) inheritType(child *part) {
	if p.mediaType == "multipart/digest" && child.header.Raw("Content-Type") == "" {
		child.mediaType = "message/rfc822"
	}
}

// fill takes the transfer encoding off the body of a leaf, decodes text and
// reads mails and fields within.
func (p *part) fill(body []byte, depth int, scratch *bytes.Buffer) {
	p.content = p.decodeTransfer(body)
	switch {
	case strings.HasPrefix(p.mediaType, "text/") && p.mediaType != "text/rfc822-headers" && !p.isMail():
		declared := p.params["charset"]
		if p.mediaType == "text/html" && declared == "" {
			declared = charset.OfPage(p.content)
		}
		if p.mediaType == "text/html" && p.disposition != "attachment" && p.filename == "" { // a file stays as it is
			p.content, p.pictures = html.TakePictures(p.content)
		}
		decoded := decodable(p.mediaType, p.content)
		p.cut = len(decoded) < len(p.content)
		text, problem := charset.ToUTF8(decoded, declared)
		p.text = charset.CleanText(text)
		p.problem(problem)
		p.doubtful = charset.Doubtful(decoded, text, problem)
	case p.mediaType == "application/pgp-encrypted":
		// QUIRK: Exchange makes a multipart/mixed of the multipart/encrypted of RFC 3156.
		p.encrypted = true
		p.problem("encrypted with OpenPGP")
	case p.isSMIME() && depth < maxNesting:
		p.openSigned(depth, scratch)
	case p.isMail() && depth < maxNesting:
		if limit := guard(p.content); limit != "" {
			p.problem("attached mail not read: " + limit)
			return
		}
		h, inner, _ := header.Read(p.content)
		p.children = []*part{readTree(h, inner, depth+1, scratch)}
	case p.mediaType == "text/rfc822-headers", p.mediaType == "message/global-headers":
		p.children = []*part{{header: boundedHeader(p.content), mediaType: "text/plain"}}
	case isFieldBlocks(p.mediaType):
		p.children = fieldBlocks(p.content[:min(len(p.content), maxReport)])
	}
}

// maxReport bounds the fields of a report that are read: those of report.MaxBounces
// recipients have room in it.
const maxReport = 1 << 20

// boundedHeader reads a header that no guard has looked at.
func boundedHeader(content []byte) Header {
	h, _, _ := header.Read(content[:min(len(content), maxHeaderBytes)])
	return h[:min(len(h), maxFields)]
}

// fieldBlocks reads blocks of header fields that empty lines divide.
func fieldBlocks(content []byte) (blocks []*part) {
	for len(content) > 0 && len(blocks) < maxParts {
		h, rest, _ := header.Read(content)
		if len(h) > 0 {
			blocks = append(blocks, &part{header: h, mediaType: "text/plain"})
		} else if len(rest) == len(content) {
			_, rest = header.CutLine(content) // a line that is no field
		}
		content = rest
	}
	return blocks
}

func (p *part) problem(text string) {
	if text != "" {
		p.problems = append(p.problems, text)
	}
}

// isSMIME reports whether the content of p is an S/MIME message (RFC 8551 section
// 3.2.1 allows to name it by its file).
func (p *part) isSMIME() bool {
	switch p.mediaType {
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		return true
	case "application/octet-stream":
		return strings.HasSuffix(strings.ToLower(p.filename), ".p7m")
	}
	return false
}

// isMail reports whether the content of p is a mail.
func (p *part) isMail() bool {
	if p.mediaType == "message/rfc822" || p.mediaType == "message/global" || p.mediaType == "message/news" {
		return true
	}
	// Some clients attach mails as files of no special type.
	return strings.HasSuffix(strings.ToLower(p.filename), ".eml") && !strings.HasPrefix(p.mediaType, "image/") &&
		(!strings.HasPrefix(p.mediaType, "text/") || p.disposition == "attachment" && header.Begins(p.content))
}

// isFieldBlocks reports whether a part of a type consists of blocks of header
// fields (RFC 3464, 8098, 5965, 6533).
func isFieldBlocks(mediaType string) bool {
	switch mediaType {
	case "message/delivery-status", "message/global-delivery-status",
		"message/disposition-notification", "message/global-disposition-notification",
		"message/feedback-report":
		return true
	}
	return false
}

func fromTextproto(h textproto.Header) Header {
	out := make(Header, 0, h.Len())
	for fields := h.Fields(); fields.Next(); {
		out = append(out, header.NewField(fields.Key(), fields.Value()))
	}
	return out
}

func fromMap(h map[string][]string) Header {
	var out Header
	for name, values := range h {
		for _, value := range values {
			out = append(out, header.NewField(name, strings.Join(strings.Fields(value), " ")))
		}
	}
	return out
}
