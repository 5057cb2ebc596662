package mailparse

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed data/bounces.txt
var bouncesTable string

// dialect is one way of mail systems to say that a mail was not delivered.
type dialect struct {
	id     string
	kind   string // failed, delayed, end, subject
	phrase string
}

// dialects are the rows of bounces.txt, by kind.
var dialects = sync.OnceValue(func() map[string][]dialect {
	byKind := map[string][]dialect{}
	for _, row := range tableRows(bouncesTable, 3) {
		for phrase := range strings.SplitSeq(row[2], " / ") {
			d := dialect{row[0], row[1], strings.ToLower(phrase)}
			byKind[d.kind] = append(byKind[d.kind], d)
		}
	}
	return byKind
})

const (
	noticeLines = 250 // how much of the text of a report is read
	noticeTop   = 6   // lines in which a report begins that nothing else gives away
)

// findDialect reports which dialect of delivery report a mail is written in,
// nil for none. The words alone are no proof, as people quote them: the sender,
// the envelope or the subject must be those of a report too; and if it is only
// the subject, the words must stand at the top.
func findDialect(h Header, text string, m marks) *dialect {
	subject := foldSubject(h.Get("Subject"))
	titled := firstPhrase("subject", subject, strings.HasPrefix)
	failed := h.raw("X-Failed-Recipients") != ""
	if !m.nullPath && !m.daemon && !m.machine && !failed && titled == nil {
		return nil
	}
	lines := noticeOf(text)
	if !m.nullPath && !m.daemon && !failed {
		lines = lines[:min(len(lines), noticeTop)]
	}
	for _, line := range lines {
		line = strings.ToLower(line)
		for _, kind := range []string{"delayed", "failed"} {
			if d := firstPhrase(kind, line, strings.Contains); d != nil {
				return d
			}
		}
	}
	if failed {
		return &dialect{id: "failed-recipients"}
	}
	if titled != nil && (m.nullPath || m.daemon) {
		return titled
	}
	return nil
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

// noticeOf gives the lines of a report that are not blank, before the copy of
// the mail that came back.
func noticeOf(text string) []string {
	lines, _ := cutNotice(text)
	return lines
}

// cutNotice splits the text of a report into its lines that are not blank and
// the copy of the mail that came back.
func cutNotice(text string) (lines []string, returned string) {
	rest := text
	for rest != "" && len(lines) < noticeLines {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		if line = strings.TrimRight(line, " \t\r"); line == "" {
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
	messageID string // of the copy, when it is part of the text
	lines     []string
}

const spec = `([^\s<>()\[\],;:"'|=]+@[\w.-]*\w)`

// The shapes in which recipients are named, the surest first.
var (
	atLineStart = regexp.MustCompile(`^[\s>*•·-]*(?:<+|'|"|\()?` + spec + `(?:>|'|"|\))*\s*(?:$|[:,;.(<…-]|\s)`)
	labelled    = regexp.MustCompile(`(?i)(?:rcpt to|recipients?|address(?:es)?|error-for|userid|to|user|mailbox(?: is full)?|for|account)\s*[:=]\s*(?:rfc822;\s*)?['"<(]*` + spec)
	addressed   = regexp.MustCompile(`(?i)(?:addressed to|deliver(?:ed)? (?:\S+ )*to|for|user|recipient|address|mailbox)\s+['"<(]*` + spec)
	bracketed   = regexp.MustCompile(`<` + spec + `>`)
	anywhere    = regexp.MustCompile(spec)
	expanded    = regexp.MustCompile(`(?i)\((?:expanded|generated) from:? <?` + spec)
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
	if m := copiedID.FindStringSubmatch(copied[:min(len(copied), 16<<10)]); m != nil {
		n.messageID = m[1]
	}
	if len(p.to) == 0 && copied != "" {
		returned, _, _ := readHeader([]byte(strings.TrimLeft(copied[:min(len(copied), 32<<10)], "\n\r -")))
		q := returnedPeople(nil, returned)
		p.to, p.senders = q.to, append(p.senders, q.senders...)
	}
	for _, shape := range []*regexp.Regexp{atLineStart, labelled, addressed, bracketed, anywhere} {
		if n.bounces = n.recipients(shape, p); len(n.bounces) > 0 {
			return n
		}
	}
	if len(p.to) == 1 {
		n.bounces = []Bounce{n.about(Bounce{Recipient: p.to[0], Action: n.action})}
	}
	return n
}

// recipients finds the addresses of one shape. Loose shapes count only for
// whom the mail was for, if that is known.
func (n *notice) recipients(shape *regexp.Regexp, p people) []Bounce {
	var all, known []Bounce
	for _, line := range n.lines {
		for _, m := range shape.FindAllStringSubmatch(line, -1) {
			address := lowerDomain(strings.Trim(m[1], ".'"))
			normal := Address{Address: address}.Normal()
			local, _ := cutAt(normal)
			to := slices.Contains(p.to, normal)
			if !to && (slices.Contains(p.senders, normal) || local == "postmaster" || local == "mailer-daemon" || local == "abuse") {
				continue
			}
			b := n.about(Bounce{Recipient: address, Action: n.action})
			all = addBounce(all, b)
			if to {
				known = addBounce(known, b)
			}
		}
	}
	if len(known) > 0 && shape != atLineStart {
		return known
	}
	return all
}

// about adds status and words of the remote to a recipient: they stand on the
// line that names it and on those after it.
func (n *notice) about(b Bounce) Bounce {
	for i, line := range n.lines {
		if !strings.Contains(strings.ToLower(line), strings.ToLower(b.Recipient)) {
			continue
		}
		words := strings.Join(n.lines[i:min(len(n.lines), i+6)], " ")
		b.Diagnostic = strings.Join(strings.Fields(words[:min(len(words), 500)]), " ")
		if b.Status == "" {
			b.Status = findStatus(b.Diagnostic)
		}
		break
	}
	if b.Status == "" {
		b.Status = findStatus(strings.Join(n.lines, " "))
	}
	return b
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
