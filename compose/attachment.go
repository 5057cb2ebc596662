package compose

import (
	"bytes"
	"mime"
	"path"
	"strings"
)

// part returns the attachment as a base64 MIME part.
func (a Attachment) part(disposition string) part {
	disposition = mime.FormatMediaType(disposition, map[string]string{"filename": fileName(a.Name)})
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

// Encode returns the attachment with Encoded set, so that a file which many mails
// carry is encoded once.
func (a Attachment) Encode() Attachment {
	var b bytes.Buffer
	b.Grow(encodedSize(len(a.Content)))
	encodeLines(&b, a.Content)
	a.Encoded = b.Bytes()
	return a
}

// encodedSize returns an upper bound of the size of n bytes in base64.
func encodedSize(n int) int { return (n+2)/3*4 + 2*(n/perLine+1) }

// mediaType returns the media type with no parameter but the charset. A malformed
// type, and one that must not be base64 (RFC 2046 sections 5.1 and 5.2.1), becomes
// application/octet-stream.
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

// fileName returns the last element of a path, with slashes of any system, cleaned.
// A long one is shortened before its extension.
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
