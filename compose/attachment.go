package compose

import (
	"bytes"
	"mime"
	"path"
	"strings"
)

// part gives the attachment as a MIME part, in base64.
func (a Attachment) part() part {
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": fileName(a.Name)})
	return part{
		fields: []field{
			{"Content-Type", mediaType(a.Type)},
			{"Content-Disposition", disposition},
		},
		encoding: base64Lines,
		content:  a.Content,
		encoded:  a.Encoded,
	}
}

// Encode returns the attachment with its content encoded, so that this is not
// done again for each of many mails.
func (a Attachment) Encode() Attachment {
	var b bytes.Buffer
	b.Grow(encodedSize(len(a.Content)))
	encodeLines(&b, a.Content)
	a.Encoded = b.Bytes()
	return a
}

// encodedSize is about how many bytes n bytes take in base64, and never less.
func encodedSize(n int) int { return (n+2)/3*4 + 2*(n/perLine+1) }

// mediaType gives the type, with no parameter but the charset. What is no
// type, and what may not be in base64 (RFC 2046 sections 5.1 and 5.2.1), is a
// mere file.
func mediaType(s string) string {
	t, params, err := mime.ParseMediaType(s)
	main, sub, ok := strings.Cut(t, "/")
	if err != nil || !ok || !token(main) || !token(sub) || main == "multipart" || main == "message" {
		return "application/octet-stream"
	}
	if charset := params["charset"]; token(charset) {
		return mime.FormatMediaType(t, map[string]string{"charset": charset})
	}
	return t
}

// fileName gives the last element of a path of any system, cleaned, with its
// extension kept when it must be cut.
func fileName(name string) string {
	name = clean(name)
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	if name == "" || name == "." || name == ".." {
		return "attachment"
	}
	if ext := path.Ext(name); len(name) > maxName && len(ext) < maxName/2 {
		return clip(strings.TrimSuffix(name, ext), maxName-len(ext)) + ext
	}
	return clip(name, maxName)
}
