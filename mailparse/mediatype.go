package mailparse

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jhillyerd/enmime/v2/mediatype"

	"maildesk/mailparse/charset"
	"maildesk/mailparse/header"
	"maildesk/mailparse/transfer"
)

// maxMediaType bounds the work on one field: 100 000 parameters are nobody's name.
const maxMediaType = 16 << 10

// newPart reads the content fields of a header (RFC 2045, 2183, 2231).
func newPart(h Header) *part {
	p := &part{header: h, mediaType: "text/plain"}
	mediaType, params := contentField(h, "Content-Type")
	if mediaType != "" {
		p.mediaType = mediaType
	}
	p.params = params
	disposition, more := contentField(h, "Content-Disposition")
	p.disposition, p.filename = disposition, fileName(params, more)
	if known := aliases[p.mediaType]; known != "" && (p.filename == "" || known == "message/rfc822") {
		p.mediaType = known
	}
	p.contentID = strings.Trim(h.Get("Content-Id"), "<> ")
	return p
}

// aliases are the types by which some programs name those of RFC 2046.
var aliases = map[string]string{
	"text": "text/plain", "plain": "text/plain", "plain/text": "text/plain", "text/text": "text/plain", "text/x": "text/plain", "txt": "text/plain",
	"text/markdown": "text/plain", "text/x-markdown": "text/plain", "text/x-web-markdown": "text/plain",
	"html": "text/html", "html/text": "text/html", "text/htm": "text/html", "application/xhtml+xml": "text/html",
	"text/rfc822": "message/rfc822", "message/rfc-822": "message/rfc822", "message/x-rfc822": "message/rfc822",
	"text/richtext": "text/enriched",
}

// contentField reads a field of a media type or a disposition; empty where there is
// none.
func contentField(h Header, name string) (string, map[string]string) {
	if raw := h.Raw(name); raw != "" {
		return parseMediaType(raw)
	}
	return "", nil
}

// fileName returns the name of the file that a part is, by the parameters of its
// type and its disposition.
func fileName(params, disposition map[string]string) string {
	for _, name := range []string{disposition["filename"], params["name"], disposition["name"], params["filename"]} {
		if decoded := header.Decode(name); decoded != "" {
			return plainName(decoded)
		}
	}
	return ""
}

// plainName undoes what some programs do to names that are not ASCII (QUIRK: RFC 2231
// section 4 has another form for them), and takes single quotes off.
func plainName(name string) string {
	if bare, found := strings.CutPrefix(name, "'"); found && strings.HasSuffix(bare, "'") && bare != "'" {
		name = strings.TrimSuffix(bare, "'")
	}
	if plain := transfer.Percent(name); strings.Contains(name, "%") && utf8.ValidString(plain) && utf8.RuneCountInString(plain) < len(plain) {
		return charset.CleanLine(plain)
	}
	return name
}

// readName reads the name of the file that a part is once more.
func (p *part) readName() {
	_, params := contentField(p.header, "Content-Type")
	_, disposition := contentField(p.header, "Content-Disposition")
	p.filename = fileName(params, disposition)
}

// blankBeforeValue is a parameter whose value was folded onto the next line.
var blankBeforeValue = regexp.MustCompile(`(;\s*[\w*-]+)\s*=\s+`)

// parseMediaType reads a Content-Type or Content-Disposition value, broken ones
// as far as enmime can.
func parseMediaType(raw string) (string, map[string]string) {
	if len(raw) > maxMediaType {
		raw = raw[:maxMediaType]
	}
	raw = charset.Raw(raw)
	if strings.Contains(raw, "= ") {
		raw = blankBeforeValue.ReplaceAllString(raw, "$1=")
	}
	mediaType, params, _, err := mediatype.Parse(raw)
	if err != nil {
		mediaType, _, _ = strings.Cut(raw, ";")
		if words := strings.Fields(mediaType); len(words) > 1 && strings.Contains(words[0], "/") {
			mediaType = words[0] // the ";" before the first parameter is missing
		}
		params = looseParams(raw)
	}
	if strings.Contains(raw, "*") {
		if params == nil {
			params = map[string]string{}
		}
		maps.Copy(params, extendedParams(raw))
	}
	return charset.CleanLine(strings.ToLower(strings.TrimSpace(mediaType))), params
}

var looseParam = regexp.MustCompile(`(?:^|[;\s])([\w-]{1,40})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"\s]+))`)

// looseParams finds name="value" wherever it stands.
func looseParams(raw string) map[string]string {
	params := map[string]string{}
	for _, m := range looseParam.FindAllStringSubmatch(raw, 50) {
		if name := strings.ToLower(m[1]); params[name] == "" {
			params[name] = m[2] + m[3]
		}
	}
	return params
}

var extendedParam = regexp.MustCompile(`;\s*([\w.-]{1,40})\*(?:(\d{1,3})(\*?))?\s*=\s*(?:"([^"]*)"|([^;\s]*))`)

// extendedParams reads parameters that are cut in pieces or not ASCII (RFC 2231
// sections 3 and 4). QUIRK: mime.ParseMediaType knows utf-8 and us-ascii only.
func extendedParams(raw string) map[string]string {
	type param struct {
		pieces  map[int]string
		charset string
	}
	found := map[string]*param{}
	for _, m := range extendedParam.FindAllStringSubmatch(raw, maxFields) {
		name := strings.ToLower(m[1])
		if found[name] == nil {
			found[name] = &param{pieces: map[int]string{}}
		}
		number, _ := strconv.Atoi(m[2])
		value := m[4] + m[5]
		encoded := m[2] == "" || m[3] != ""
		if encoded && number == 0 {
			if charset, rest, ok := strings.Cut(value, "'"); ok {
				if _, text, ok := strings.Cut(rest, "'"); ok {
					found[name].charset, value = charset, text
				}
			}
		}
		if encoded {
			value = transfer.Percent(value)
		}
		found[name].pieces[number] = value
	}
	params := map[string]string{}
	for name, p := range found {
		var all []byte
		for _, number := range slices.Sorted(maps.Keys(p.pieces)) {
			all = append(all, p.pieces[number]...)
		}
		params[name], _ = charset.ToUTF8(all, p.charset)
	}
	return params
}
