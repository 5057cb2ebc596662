package simulation

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"maildesk/ticket"
)

// letter is a mail to the desk, and what its writer means by it.
type letter struct {
	number  int // from 1
	from    *person
	to      []string // forward-paths
	subject string
	text    string
	header  string // further fields, LF
	file    bool   // a file goes with it
	null    bool   // the reverse-path is empty
	home    bool   // an agent wrote it from an address that the desk may not know
	meaning meaning
	after   *ticket.OutboxMail // the mail of the desk that it answers; nil: none

	raw    []byte
	client string // IP address
	kept   []ticket.MailID
	tries  int
}

// meaning is what the writer of a letter wants to become of its words.
type meaning string

const (
	request   meaning = "request"   // that an agent reads them
	answer    meaning = "answer"    // of an agent: that the requester reads them
	note      meaning = "note"      // of an agent: that agents read them, and nobody else
	order     meaning = "order"     // of an agent: nothing, there are only commands
	ask       meaning = "ask"       // of an agent: that a vendor reads them, and no requester
	mixed     meaning = "mixed"     // of an agent: that it is kept, or that they are told why not
	inform    meaning = "inform"    // of a vendor: that agents read them, and nobody else
	scheduled meaning = "scheduled" // of an agent: that the desk knows whether they take a shift; words with it are for agents
	elsewhere meaning = "elsewhere" // of the agents of another desk: like a request, without a marker
	machine   meaning = "machine"   // nobody wrote them: no machine may answer
)

// Each text has a word of its own, by which it is known wherever it is read.
var markers = regexp.MustCompile(`zq([0-9]+)qz`)

func (l *letter) marker() string { return fmt.Sprintf("zq%dqz", l.number) }

// sender is the address from which a letter comes.
func (l *letter) sender() string {
	if l.home {
		return homeOf(l.from.address)
	}
	return l.from.address
}

// isFrom reports whether an address is the writer's: the one from which a letter comes, or
// that by which the desk knows them.
func (l *letter) isFrom(address string) bool {
	return strings.EqualFold(address, l.from.address) || strings.EqualFold(address, l.sender())
}

// homeOf returns the address from which an agent now and then writes.
func homeOf(address string) string { return strings.Replace(address, "@", "@home.", 1) }

// confirmHome is by what agents say that it is theirs.
const confirmHome = "#myaddress\n"

// write makes a letter. Where text has a %s, its marker is put there, else behind it.
func (w *world) write(l *letter) *letter {
	l.number = len(w.letters) + 1
	w.letters = append(w.letters, l)
	if !strings.Contains(l.text, "%s") && l.meaning != order {
		l.text = strings.TrimSuffix(l.text, "\n") + " %s\n"
	}
	l.text = strings.ReplaceAll(l.text, "%s", l.marker())
	var b strings.Builder
	fmt.Fprintf(&b, "From: %s <%s>\nTo: %s\nSubject: %s\nDate: %s\nMessage-ID: <letter.%d@%s>\n", l.from.name, l.sender(),
		strings.Join(l.to, ", "), l.subject, w.now().UTC().Format(time.RFC1123Z), l.number, domainOf(l.from.address))
	if l.after != nil {
		fmt.Fprintf(&b, "In-Reply-To: %s\nReferences: %s\n", l.after.MessageID, l.after.MessageID)
	}
	body := "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + l.text
	if l.file {
		body = "Content-Type: multipart/mixed; boundary=part\n\n--part\n" + body +
			"\n--part\nContent-Type: text/csv; name=list.csv\nContent-Disposition: attachment; filename=list.csv\n\ndevice;place\nold;cellar\n--part--\n"
	}
	fmt.Fprintf(&b, "%sMIME-Version: 1.0\n%s", l.header, body)
	l.raw = []byte(strings.ReplaceAll(b.String(), "\n", "\r\n"))
	return l
}

// post lets a letter arrive after a time.
func (w *world) post(d time.Duration, l *letter) { w.after(d, func() { w.handOver(l) }) }

// postApart lets a letter arrive in a transaction for each of its forward-paths, all
// at the same time.
func (w *world) postApart(l *letter) {
	for _, path := range l.to {
		w.after(0, func() { w.handOverTo(l, path) })
	}
}

// handOver brings a letter to the door of the desk, as a mail server does: where it is
// not told that the desk has it, it comes again.
func (w *world) handOver(l *letter) { w.handOverTo(l, l.to...) }

func (w *world) handOverTo(l *letter, paths ...string) {
	if w.box.takes(l, paths) {
		return
	}
	l.tries++
	env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: l.sender(), ForwardPaths: paths, Client: l.client}
	if l.null {
		env.ReversePath = ""
	}
	id, err := w.desk.Accept(w.desk.ctx, env, l.raw)
	if err != nil {
		w.fine("take a mail", err)
		w.tell("letter %d of %s is not taken", l.number, l.from.address)
		w.after(w.Between(time.Minute, time.Hour), func() { w.handOverTo(l, paths...) })
		return
	}
	w.tell("letter %d of %s (%s) is mail %d", l.number, l.from.address, l.meaning, id)
	w.keep(l, id)
	if !w.calm && l.tries < 4 && w.Chance(4) { // its server did not hear the answer
		w.after(w.Between(time.Minute, time.Hour), func() { w.handOverTo(l, paths...) })
	}
}

// keep notes that the desk has custody of a letter.
func (w *world) keep(l *letter, id ticket.MailID) {
	if l.text == confirmHome {
		w.homes[homeOf(l.from.address)] = true
	}
	l.kept = append(l.kept, id)
	w.byID[id] = l
}

// lettersIn returns the letters whose markers stand in a mail. The desk writes text as
// quoted-printable, of which only the breaks of lines can split a marker: [world.holdAnswer]
// would not find the markers of answers otherwise.
func (w *world) lettersIn(raw []byte) (found []*letter) {
	for _, m := range markers.FindAllSubmatch(bytes.ReplaceAll(raw, []byte("=\r\n"), nil), -1) {
		if n, err := strconv.Atoi(string(m[1])); err == nil && n > 0 && n <= len(w.letters) {
			found = append(found, w.letters[n-1])
		}
	}
	return found
}

func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return domain
}
