package html

import (
	"bytes"
	"cmp"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"maildesk/mailparse/charset"
)

// What mail programs write into HTML where older mail begins. Names are lower
// case; "x_" and "ecx" in front were added by Outlook.com when it passed on.
var (
	// historyMarks begin older mail: all that follows is history.
	historyMarks = map[string]bool{
		"divrplyfwdmsg": true, "stopspelling": true, // Outlook
		"olk_src_body_section": true, "mail-editor-reference-message-container": true, "ms-outlook-mobile-reference-message": true,
		"zwchr": true, "__divider__": true, // Zimbra
		"isreplycontent": true, "ntes-mailmaster-quote": true, "isforwardcontent": true, // 163
		"reply139content": true, "orimsghtmlseperator": true, // 139, QQ for firms
		"_originalcontent": true, "inoteshistory": true, "outlookmessageheader": true, // BlackBerry, Notes, Outlook of old
	}
	// quoteMarks hold older mail: their content counts as quoted.
	quoteMarks = map[string]bool{
		"yahoo_quoted": true, "protonmail_quote": true, "zmail_extra": true, "zmail_quote": true, "tutanota_quote": true,
		"quoted-content": true, "messagereplysection": true, "sh-quoted-content": true,
		"freshdesk_quote": true, "front-blockquote": true, "oex_quote": true, "includetail": true,
		"__quoted_text__": true, "bloop_original_html": true, "mb_quote": true,
		"mail_android_quote": true, "bodyquoted": true, "ik_mail_quote": true, "forwardcontentmessage": true, // GMX, Infomaniak
		"missive_quote": true, "hs_reply": true,
	}
	// introMarks hold the line above a quote.
	introMarks = map[string]bool{
		"gmail_attr": true, "moz-cite-prefix": true, "moz-email-headers-table": true, "reply-intro": true,
		"gmail_quote_attribution": true, "yahoo-quoted-begin": true, "protonmail_quote_header": true, "airmail_on": true, "airmail_ext_on": true, "replyheader": true,
	}
	// signatureMarks hold a signature.
	signatureMarks = map[string]bool{
		"gmail_signature": true, "moz-signature": true, "protonmail_signature_block": true, "applemailsignature": true,
		"ms-outlook-mobile-signature": true, "signature": true, "yahoo-signature": true, "ymail_android_signature": true,
		"ymail-signature": true, "lineagesignature": true, "composer_signature": true, "bloop_sign": true, "sig": true,
		"edo-signature": true, "sh-signature": true, "mobile_signature": true, "id-signature": true, "applelinesignature": true,
		"messagesignaturesection": true, "_signatureplaceholder": true, "blue-mail-signature": true, "front-signature": true,
		"editorusersignature": true, "io-ox-signature": true, "__sig_pre__": true, "__sig_post__": true,
	}
)

// linkTarget begins the targets of links that are written into the text.
var linkTarget = regexp.MustCompile(`(?i)^(?:http|mailto:)`)

// attributes reads what the attributes of an element tell.
func (r *htmlReader) attributes(z *html.Tokenizer, e *element) {
	var style, class, id, src, alt string
	for {
		key, value, more := z.TagAttr()
		switch string(key) {
		case "bgcolor":
			e.look.paint(string(value))
		case "background":
			e.look.painted = e.look.painted || len(value) > 0
		case "color", "text":
			if e.tag == atom.Font || e.tag == atom.Body {
				e.look.ink = readColour(string(value))
			}
		case "class", "id", "name", "data-marker", "data-signatureblock", "data-signature-widget":
			r.mark(e, string(key), value)
			switch v := string(value[:min(len(value), 500)]); string(key) {
			case "class":
				class = v
			case "id":
				id = v
			}
		case "style":
			style = string(value[:min(len(value), 2000)])
			r.style(e, style)
		case "hidden":
			e.hidden = e.hidden || !void(e.tag)
		case "href":
			if v := string(value); len(v) < 2000 && linkTarget.MatchString(v) {
				e.href = v
			}
		case "alt":
			alt = strings.TrimSpace(string(value))
		case "src":
			src = string(value[:min(len(value), 1000)])
		case "type":
			e.cited = e.tag == atom.Blockquote
		}
		if !more {
			break
		}
	}
	if len(r.sheet.rules) > 0 {
		style = r.sheet.styleOf(e.tag.String(), class, id) + ";" + style
	}
	hidden := style != "" && e.look.dress(style)
	if hidden {
		e.hidden = !void(e.tag)
	}
	if e.tag == atom.Img && !hidden && !r.concealed() {
		r.image(src, alt)
	}
}

func void(tag atom.Atom) bool {
	switch tag {
	case atom.Img, atom.Br, atom.Hr, atom.Meta, atom.Link, atom.Input, atom.Base, atom.Col, atom.Area, atom.Wbr:
		return true
	}
	return false
}

// mark applies the tables to one class, id or name attribute.
func (r *htmlReader) mark(e *element, key string, value []byte) {
	if len(value) > 500 {
		return
	}
	for _, name := range bytes.Fields(bytes.ToLower(value)) {
		name := strings.TrimPrefix(strings.TrimPrefix(string(name), "x_"), "ecx")
		switch {
		case historyMarks[name]:
			r.breakLine()
			r.history = true
		case quoteMarks[name] || key == "name" && name == "quote":
			// GMX marks the text within the mail that it marks already.
			e.quote = !void(e.tag) && !(name == "quoted-content" && r.depth > 0)
		case introMarks[name]:
			e.intro = true
		case signatureMarks[name] || key == "data-signatureblock":
			e.signature = true
		case name == "msonormal" || name == "msolistparagraph":
			e.tight = true
		case strings.Contains(name, "quote"):
			e.cited = true
		}
	}
}

// style looks for blockquotes that only indent, and for text with its own line
// ends.
func (r *htmlReader) style(e *element, style string) {
	s := strings.ToLower(strings.Join(strings.Fields(style), ""))
	e.indent = strings.Contains(s, "border:none")
	if e.tag == atom.Pre || strings.Contains(s, "white-space:pre;") || strings.HasSuffix(s, "white-space:pre") {
		e.pre = !void(e.tag)
	}
}

// image writes the mark of a picture: where it is a part of the mail, its name,
// else the words in its place.
func (r *htmlReader) image(src, alt string) {
	if id, ok := strings.CutPrefix(src, "cid:"); ok && r.picture != nil {
		if unescaped, err := url.PathUnescape(id); err == nil {
			id = unescaped
		}
		alt = cmp.Or(r.picture(id), alt)
	}
	if alt == "" || len(alt) > 200 {
		return
	}
	if len(alt) <= 16 && alt[0] >= 0x80 {
		r.word([]byte(alt)) // an emoji
		return
	}
	r.space = r.space || len(r.current) > 0
	r.word([]byte("[" + charset.CleanLine(alt) + "]"))
	r.space = true
}
