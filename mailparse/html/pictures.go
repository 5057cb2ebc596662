package html

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
)

// Picture is a picture that stands within a page.
type Picture struct {
	Type      string // media type
	Extension string // of a file of that type
	ContentID string
	Content   []byte
}

const (
	maxPictures = 50  // that are taken out of one page
	minPicture  = 128 // bytes; smaller ones are dots and lines of a layout
)

// withinPage begins a picture that a page holds as a data: URL (RFC 2397), as browsers paste screenshots.
var withinPage = regexp.MustCompile(`(?i)\bsrc\s*=\s*["']?\s*(data:image/([a-z0-9.+-]{2,20});(?:[a-z0-9=_.-]+;){0,3}base64,)`)

// TakePictures takes the pictures out of a page that stand in it as data: URLs, and leaves references to them. A page
// without any is returned as it is.
func TakePictures(page []byte) ([]byte, []Picture) {
	var out []byte
	var all []Picture
	done := 0
	for len(all) < maxPictures {
		found := withinPage.FindSubmatchIndex(page[done:])
		if found == nil {
			break
		}
		start, from := done+found[2], done+found[3]
		end := from + bytes.IndexAny(page[from:], `"'<>`)
		if end < from {
			end = len(page)
		}
		content, err := base64.StdEncoding.DecodeString(string(bytes.Join(bytes.Fields(page[from:end]), nil)))
		if err != nil || len(content) < minPicture {
			out, done = append(out, page[done:end]...), end
			continue
		}
		kind := strings.ToLower(string(page[done+found[4] : done+found[5]]))
		if kind == "jpg" {
			kind = "jpeg"
		}
		extension, _, _ := strings.Cut(strings.TrimPrefix(kind, "x-"), "+") // svg+xml
		sum := sha256.Sum256(content)
		p := Picture{Type: "image/" + kind, Extension: "." + extension, ContentID: fmt.Sprintf("data.%x@within.invalid", sum[:8]), Content: content}
		out = append(append(append(out, page[done:start]...), "cid:"...), p.ContentID...)
		all, done = append(all, p), end
	}
	if len(all) == 0 {
		return page, nil
	}
	return append(out, page[done:]...), all
}
