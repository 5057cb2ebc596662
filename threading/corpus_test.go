package threading

import (
	"bufio"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"maildesk/faulttest"
	"maildesk/mailparse"
)

// archive plays an import in trusted mode: a mail without a ticket begins one,
// and its Message-ID and those it names are kept. Nobody may write to anything.
type archive struct {
	resolver *Resolver
	refs     map[string][]Ref
	tickets  int64
}

func (a *archive) MessageID(_ context.Context, id string) ([]Ref, error) { return a.refs[id], nil }

func (a *archive) MayWrite(context.Context, int64, string) (bool, error) { return false, nil }

func (a *archive) AddressOf(context.Context, int64) (string, int64, string, error) {
	return "", 0, "", nil
}

// file threads one mail and returns its ticket.
func (a *archive) file(t *testing.T, m *mailparse.Message) int64 {
	t.Helper()
	match, err := a.resolver.Resolve(t.Context(), a, Mail{
		MessageID: m.MessageID, InReplyTo: m.InReplyTo, References: m.References,
		Subject: m.Subject, From: m.From.Address, Trusted: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	ticket := match.Ticket
	if ticket == 0 {
		a.tickets++
		ticket = a.tickets
	}
	a.refs[m.MessageID] = append([]Ref{{Ticket: ticket}}, a.refs[m.MessageID]...)
	for _, id := range slices.Concat(m.InReplyTo, m.References) {
		if len(a.refs[id]) == 0 {
			a.refs[id] = []Ref{{Ticket: ticket, Named: true}}
		}
	}
	return ticket
}

func newArchive(t *testing.T) *archive {
	return &archive{resolver: New(testKeyring(t), "Example IT"), refs: map[string][]Ref{}}
}

// corpus returns a folder of public test mails that are not part of the project.
func corpus(t *testing.T, name string) string {
	t.Helper()
	return faulttest.Shared(t, "corpus", name)
}

// expected is a line of expected.jsonl: which mails belong together.
type expected struct {
	File, Thread, Parent string
	ParentMissing        bool   `json:"parent_missing"`
	DupOf                string `json:"dup_of"`
}

func readExpected(t *testing.T, dir string) []expected {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "expected.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []expected
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var e expected
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatalf("%s: %v", f.Name(), err)
		}
		all = append(all, e)
	}
	return all
}

func parseFile(t *testing.T, path string) *mailparse.Message {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return mailparse.Parse(raw, mailparse.Envelope{})
}

// The makers of ham-threads took an address in "In-Reply-To: Message from
// <address> of <id>" for an id; these of their threads are no threads.
var notThreads = []string{"tb5ac909b0c", "tbccd43eee8", "t13c46d5e92", "t342c40e70a", "t8667a8315a", "t7a1915b4ca"}

// An archive of 1229 mails: which land with the others of their thread, in the
// order of the files (which is not that of time) and in the order of dates.
func TestHamThreads(t *testing.T) {
	dir := corpus(t, "ham-threads")
	all := readExpected(t, dir)
	mails := map[string]*mailparse.Message{}
	for _, e := range all {
		mails[e.File] = parseFile(t, filepath.Join(dir, e.File))
	}
	t.Run("files", func(t *testing.T) { threadAll(t, all, mails, 98) })
	slices.SortStableFunc(all, func(a, b expected) int { return mails[a.File].Date.Compare(mails[b.File].Date) })
	t.Run("dates", func(t *testing.T) { threadAll(t, all, mails, 98) })
}

// threadAll files mails and fails when less than a part in a hundred is right,
// when a ticket holds mails of two threads, or when subjects alone were enough.
func threadAll(t *testing.T, all []expected, mails map[string]*mailparse.Message, least int) {
	a := newArchive(t)
	tickets := map[string]map[int64]int{} // thread → its tickets and how many mails are there
	threads := map[int64]string{}
	subjects := map[string]map[int64]bool{}
	total := 0
	for _, e := range all {
		m := mails[e.File]
		ticket := a.file(t, m)
		if slices.Contains(notThreads, e.Thread) {
			continue
		}
		total++
		if tickets[e.Thread] == nil {
			tickets[e.Thread] = map[int64]int{}
		}
		tickets[e.Thread][ticket]++
		if threads[ticket] == "" {
			threads[ticket] = e.Thread
		}
		if threads[ticket] != e.Thread {
			t.Errorf("%s of thread %s is put to ticket %d of thread %s", e.File, e.Thread, ticket, threads[ticket])
		}
		subject := CleanSubject("Example IT", m.Subject)
		if subjects[subject] == nil {
			subjects[subject] = map[int64]bool{}
		}
		subjects[subject][ticket] = true
	}
	right, torn := 0, 0
	for _, split := range tickets {
		right += slices.Max(slices.Collect(maps.Values(split)))
		if len(split) > 1 {
			torn++
		}
	}
	repeated := 0
	for _, of := range subjects {
		if len(of) > 1 {
			repeated++
		}
	}
	t.Logf("%d of %d mails land in the right thread; %d of %d threads are torn; %d subjects stand on several tickets",
		right, total, torn, len(tickets), repeated)
	if repeated == 0 {
		t.Error("no subject stands on two tickets: mails were merged by subject")
	}
	if right*100 < total*least {
		t.Errorf("%d of %d mails land in the right thread, want %d in a hundred", right, total, least)
	}
}

// Odd cases of the THREAD tests of Dovecot: the ticket of each mail of an mbox.
func TestImaptestThreads(t *testing.T) {
	dir := corpus(t, "imaptest-thread")
	apart := make([]int64, 15)
	for i := range apart {
		apart[i] = int64(i + 1)
	}
	for name, want := range map[string][]int64{
		"thread-orderedsubject":  apart,           // equal subjects are no evidence
		"thread-orderedsubject2": apart[:8],       // likewise
		"thread":                 {1, 1, 1},       // two mails name each other
		"thread2":                {1, 2},          // one Message-ID, two mails
		"thread3":                {1, 2},          // likewise, and one subject
		"thread4":                {1, 2},          // Re: and an unknown parent
		"thread5":                {1, 1, 1, 1, 1}, // In-Reply-To only
		"thread6":                {1, 1},          // no Message-ID, one unknown parent
		"thread7":                {1, 1, 1, 1},    // one Message-ID twice, in the thread
		"thread8":                {1, 1, 1},       // likewise
	} {
		raw, err := os.ReadFile(filepath.Join(dir, name+".mbox"))
		if err != nil {
			t.Fatal(err)
		}
		a := newArchive(t)
		var got []int64
		for _, mail := range strings.Split("\n"+string(raw), "\nFrom ")[1:] {
			_, mail, _ = strings.Cut(mail, "\n")
			got = append(got, a.file(t, mailparse.Parse([]byte(mail), mailparse.Envelope{})))
		}
		if !slices.Equal(got, want) {
			t.Errorf("tickets of %s = %d, want %d", name, got, want)
		}
	}
}

// In each of these folders the mails that name each other, directly or over
// others, are one thread; those that only share a Message-ID are not.
func TestNotmuchThreads(t *testing.T) {
	for name, want := range map[string]int64{
		"threading/ghost-root":          2, // one of an unknown root, one of RT with a made-up root
		"threading/parent-priority/cur": 1, // children first
		"duplicate":                     8, // two mails of one id, two more in one thread, and five of one id that answer five others
	} {
		a := newArchive(t)
		dir := corpus(t, filepath.Join("notmuch-threading", filepath.FromSlash(name)))
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		tickets := map[string]int64{}
		for _, f := range files {
			tickets[f.Name()] = a.file(t, parseFile(t, filepath.Join(dir, f.Name())))
		}
		if a.tickets != want {
			t.Errorf("%s gives %d tickets, want %d: %v", name, a.tickets, want, tickets)
		}
	}
}
