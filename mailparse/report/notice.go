package report

import (
	"cmp"
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"maildesk/mailparse/address"
	"maildesk/mailparse/classify"
	"maildesk/mailparse/header"
	"maildesk/mailparse/phrase"
	"maildesk/mailparse/subject"
)

//go:embed dialects.txt
var dialectTable string

// dialect is one way of mail systems to say that a mail was not delivered.
type dialect struct {
	id     string
	kind   string // failed, delayed, generic, end, subject, subject-end
	phrase string
}

// dialects are the rows of dialects.txt, by kind.
var dialects = sync.OnceValue(func() map[string][]dialect {
	byKind := map[string][]dialect{}
	for _, row := range phrase.Rows(dialectTable, 3) {
		for phrase := range strings.SplitSeq(row[2], " / ") {
			d := dialect{row[0], row[1], strings.ToLower(phrase)}
			byKind[d.kind] = append(byKind[d.kind], d)
		}
	}
	return byKind
})

const (
	noticeLines = 250 // how much of the text of a report is read,
	noticeLine  = 500 // and of each line, in bytes
	noticeTop   = 3   // lines in which a report begins that nothing else gives away
)

// findDialect reports which dialect of delivery report a mail is written in,
// nil for none. The words alone are no proof, as people quote them: the sender,
// the envelope or the subject must be those of a report too. Where only the
// subject is, the words must stand at the top, and be those of a known mail
// system or come with a copy of the mail; it is not sure to be a report then.
func findDialect(h header.Header, text string, r *Parts, m *classify.Result) (found *dialect, sure bool) {
	title := strings.TrimLeft(subject.Fold(h.Get("Subject")), "*# ")
	titled := cmp.Or(firstPhrase("subject", title, strings.HasPrefix), firstPhrase("subject-end", title, strings.HasSuffix))
	failed := h.Raw("X-Failed-Recipients") != ""
	sure = m.Daemon || failed || titled != nil && (m.NullPath || m.Machine)
	if !sure && !m.NullPath && !m.Machine && titled == nil {
		return nil, false
	}
	lines, copied := cutNotice(text)
	generic := sure || titled != nil && (r.Returned != nil || copied != "")
	if !sure && !m.NullPath {
		lines = lines[:min(len(lines), noticeTop)]
	}
	for _, line := range lines {
		line = strings.ToLower(line)
		if !sure && strings.HasPrefix(line, ">") {
			continue
		}
		for _, kind := range []string{"delayed", "failed", "generic"} {
			if d := firstPhrase(kind, line, strings.Contains); d != nil && (generic || kind != "generic") {
				return d, sure || m.NullPath
			}
		}
	}
	switch {
	case failed:
		return &dialect{id: "failed-recipients"}, true
	case sure:
		return titled, true
	}
	return nil, false
}

func firstPhrase(kind, s string, fits func(s, phrase string) bool) *dialect {
	list := dialects()[kind]
	for i := range list {
		if fits(s, list[i].phrase) {
			return &list[i]
		}
	}
	return nil
}

// cutNotice splits the text of a report into its lines that are not blank and
// the copy of the mail that came back.
func cutNotice(text string) (lines []string, returned string) {
	rest := text
	for rest != "" && len(lines) < noticeLines {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		if len(line) > noticeLine {
			line = strings.ToValidUTF8(line[:noticeLine], "")
		}
		// Marks of full width are the marks of other languages.
		if line = strings.TrimRight(norm.NFKC.String(line), " \t\r"); line == "" {
			continue
		}
		if returnedLine.MatchString(line) {
			return lines, line + "\n" + rest
		}
		if firstPhrase("end", strings.ToLower(line), strings.Contains) != nil {
			return lines, rest
		}
		lines = append(lines, line)
	}
	return lines, rest
}

// returnedLine begins the header of a copy that nothing announces.
var returnedLine = regexp.MustCompile(`^\s*>?\s*(?:Return-Path: ?<|Received: (?:from|by|\(qmail)|X-Apparently-To:|DKIM-Signature:)`)

// notice is what the text of a delivery report says.
type notice struct {
	bounces   []Bounce
	action    string // failed or delayed
	failed    bool   // a known mail system says so
	messageID string // of the copy, when it is part of the text
	lines     []string
}

// spec is an address within a text; no letters of scripts that are written
// without blanks can be part of it.
const spec = `([^\s<>()\[\],;:"'|=\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]+@[\w.-]*\w)`

// The shapes in which recipients are named, the surest first.
var (
	transcript  = regexp.MustCompile(`^(?:(?:>>>|<<<)\s*)?[45]\d\d[ -](?:[45]\.\d+\.\d+\s+)?<?` + spec + `>?\.\.\.`)
	atLineStart = regexp.MustCompile(`^[\s>*•·-]*(?:<+|'|"|\()?` + spec + `(?:>|'|"|\))*\s*(?:$|[:,;(<…]|[.-]+(?:\s|$)|\s|[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}])`)
	labelled    = regexp.MustCompile(`(?i)(?:rcpt to|smtp|recipients?|address(?:es)?|error-for|userid|to|user|mailbox(?: is full)?|for|account)\s*[:=]\s*(?:rfc822;\s*)?['"<(]*` + spec)
	addressed   = regexp.MustCompile(`(?i)(?:addressed(?: to|,)|deliver(?:ed)? (?:\S+ )*to|for|user|recipient|address|mailbox)\s+['"<(]*` + spec)
	bracketed   = regexp.MustCompile(`<` + spec + `>`)
	ownLine     = regexp.MustCompile(`^\s*<` + spec + `>\s*(?:$|:|\()`)
	anywhere    = regexp.MustCompile(spec)
	expanded    = regexp.MustCompile(`(?i)\((?:expanded|generated) from:? <?` + spec)
	noRecipient = regexp.MustCompile(`(?i)(?:from|by|sender|contact|mailto|via|reply to|write to|e-?mail|at)[\s:<"'(]*$`)
	copiedID    = regexp.MustCompile(`(?im)^[\s>]*message-id:\s*(<[^<>\s]+>)`)
)

// readNotice reads the text of a delivery report in any dialect.
func readNotice(text string, p people) notice {
	n := notice{action: "failed"}
	var copied string
	n.lines, copied = cutNotice(text)
	for _, line := range n.lines {
		if firstPhrase("delayed", strings.ToLower(line), strings.Contains) != nil {
			n.action = "delayed"
		}
	}
	for _, s := range []string{copied[:min(len(copied), 32<<10)], strings.Join(n.lines, "\n")} {
		if m := copiedID.FindStringSubmatch(s); m != nil && n.messageID == "" {
			n.messageID = m[1]
		}
	}
	if len(p.to) == 0 && copied != "" {
		returned, _, _ := header.Read([]byte(strings.TrimLeft(copied[:min(len(copied), 32<<10)], "\n\r -")))
		q := returnedPeople(nil, returned)
		p.to, p.senders = q.to, append(p.senders, q.senders...)
	}
	start := 0
	for i, line := range n.lines {
		if firstPhrase("failed", strings.ToLower(line), strings.Contains) != nil {
			start, n.failed = i, true
			break
		}
	}
	for _, shape := range []*regexp.Regexp{transcript, atLineStart, expanded, labelled, addressed, bracketed, anywhere} {
		if shape == anywhere {
			if to := n.knownLocal(p.to); to != "" {
				n.bounces = n.about([]Bounce{{Recipient: to, Action: n.action}})
				return n
			}
		}
		for _, lines := range [][]string{n.lines[start:], n.lines[:start]} {
			if n.bounces = n.recipients(lines, shape, p); len(n.bounces) > 0 {
				if shape == transcript {
					n.bounces = n.listed(n.bounces, p)
				}
				n.bounces = n.about(n.bounces)
				return n
			}
		}
	}
	if n.failed {
		// A mail to oneself: the recipient is the sender, too.
		toOneself := people{to: p.to, host: p.host}
		for _, shape := range []*regexp.Regexp{transcript, ownLine} {
			if n.bounces = n.recipients(n.lines[start:], shape, toOneself); len(n.bounces) > 0 {
				n.bounces = n.about(n.bounces)
				return n
			}
		}
	}
	if recipient := n.bare(p); recipient != "" {
		n.bounces = n.about([]Bounce{{Recipient: recipient, Action: n.action}})
	}
	return n
}

// listed adds the recipients that stand alone on their lines to those of a transcript,
// which has not all of them where the hosts refused more than one.
func (n *notice) listed(bounces []Bounce, p people) []Bounce {
	all := bounceSet{}
	for _, b := range append(bounces, n.recipients(n.lines, ownLine, p)...) {
		all.add(b)
	}
	return all.list
}

// bare finds a recipient that a report names without a domain, alone on a line
// after a colon, or takes the only one whom the mail was for.
func (n *notice) bare(p people) string {
	if len(p.to) == 1 {
		return p.to[0]
	}
	for i, line := range n.lines {
		if i > 0 && p.host != "" && strings.HasSuffix(n.lines[i-1], ":") && address.DotAtom(strings.TrimSpace(line)) {
			return strings.TrimSpace(line) + "@" + p.host
		}
	}
	return ""
}

// knownLocal finds a line that begins with the local part of one of those whom
// the mail was for.
func (n *notice) knownLocal(to []string) string {
	for _, line := range n.lines {
		word := strings.ToLower(strings.Fields(line)[0])
		for _, a := range to {
			if local, _ := address.Split(a); local == word && len(word) > 1 {
				return a
			}
		}
	}
	return ""
}

// recipients finds the addresses of one shape. Loose shapes count only for
// whom the mail was for, if that is known.
func (n *notice) recipients(lines []string, shape *regexp.Regexp, p people) []Bounce {
	var all, known bounceSet
	for i, line := range lines {
		for _, at := range shape.FindAllStringSubmatchIndex(line, -1) {
			if shape != expanded && noRecipient.MatchString(line[:at[2]]) {
				continue
			}
			named := address.LowerDomain(strings.Trim(line[at[2]:at[3]], ".'"))
			// The address that we wrote to, where the report knows it.
			if from := expanded.FindStringSubmatch(strings.Join(lines[i:min(len(lines), i+2)], " ")); from != nil {
				named = address.LowerDomain(from[1])
			}
			normal := address.Address{Address: named}.Normal()
			local, _ := address.Split(normal)
			to := slices.Contains(p.to, normal)
			if !to && (slices.Contains(p.senders, normal) || local == "postmaster" || local == "mailer-daemon" || local == "abuse") {
				continue
			}
			all.add(Bounce{Recipient: named, Action: n.action})
			if to {
				known.add(Bounce{Recipient: named, Action: n.action})
			}
		}
	}
	if len(known.list) > 0 && (shape == bracketed || shape == anywhere) {
		return known.list
	}
	return all.list
}

// about adds status and words of the remote to the recipients: they stand on
// the line that names one and on those after it, or anywhere in the report.
func (n *notice) about(bounces []Bounce) []Bounce {
	lower := make([]string, len(n.lines))
	for i, line := range n.lines {
		lower[i] = strings.ToLower(line)
	}
	general := findStatus(strings.Join(n.lines, " "))
	for i := range bounces {
		b := &bounces[i]
		named := strings.ToLower(b.Recipient)
		at := slices.IndexFunc(lower, func(line string) bool { return strings.Contains(line, named) })
		if at >= 0 {
			words := strings.Join(strings.Fields(strings.Join(n.lines[at:min(len(n.lines), at+6)], " ")), " ")
			b.Diagnostic = strings.ToValidUTF8(words[:min(len(words), 500)], "")
		}
		b.Status = cmp.Or(findStatus(b.Diagnostic), general)
	}
	return bounces
}

var (
	enhancedCode = regexp.MustCompile(`(?:^|[^\d.])([245]\.\d{1,3}\.\d{1,3})(?:$|[^\d.]|\.(?:$|\D))`)
	replyCode    = regexp.MustCompile(`(?:^|[\s:(<"])([45])[0-5]\d(?:[\s-]|$)`)
)

// findStatus finds a status code (RFC 3463) in the words of a host; else it is
// made of the reply code (RFC 5321 section 4.2.1); empty when there is neither.
func findStatus(s string) string {
	if m := enhancedCode.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	if m := replyCode.FindStringSubmatch(s); m != nil {
		return m[1] + ".0.0"
	}
	return ""
}
