package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"maildesk/faulttest"
	"maildesk/store/datafolder"
	"maildesk/store/groupcommit"
	"maildesk/ticket"
)

// A power cut leaves what was synced, and of what was written since then any
// part. The system calls of a store that works are recorded by strace; then the
// power is cut at a random one of them: of each file all writes up to its last
// sync are there, of those after it each is there, missing, or torn at a sector.

// childSteady keeps mails one after the other and says so after each. Its log
// is moved into the database every few commits.
func childSteady(db *DB, _ string) {
	for _, w := range []*groupcommit.Writer{db.tickets, db.journal} {
		if err := w.Exec("PRAGMA wal_autocheckpoint = 40"); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
	}
	for n := range 120 {
		m, raw := testMail(fmt.Sprint("steady.", n))
		id, _, err := appendMail(db, m, raw)
		if err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Stdout.WriteString(fmt.Sprintf("kept %d\n", n))
		if err := db.Update(context.Background(), func(tx ticket.Tx) error {
			return errors.Join(insert(fmt.Sprint(n))(tx), tx.Dispose(id, ticket.DispositionSpam, "", 0, noon))
		}); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Stdout.WriteString(fmt.Sprintf("handled %d\n", n))
	}
	os.Exit(0)
}

// call is a recorded system call.
type call struct {
	kind string // write, sync, truncate, kept
	file string // name within the folder
	data []byte
	at   int64 // offset, or length, or number of the mail
}

var (
	callLine = regexp.MustCompile(`^(\w+)\((\d+)<([^>]*)>(.*)\) += (-?\d+)`)
	callData = regexp.MustCompile(`^, "((?:\\x[0-9a-f]{2})*)", \d+(?:, (\d+))?$`)
)

// parseCalls reads what strace wrote. A call that another thread interrupted is
// on two lines.
func parseCalls(t *testing.T, path, folder string) (calls []call) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	begun := map[string]string{}
	for lines := bufio.NewReader(f); ; {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return calls
		}
		thread, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		text = strings.TrimSpace(text)
		if head, ok := strings.CutSuffix(text, " <unfinished ...>"); ok {
			begun[thread] = head
			continue
		}
		if _, tail, ok := strings.Cut(text, " resumed>"); ok && strings.HasPrefix(text, "<...") {
			text = begun[thread] + tail
		}
		if m := callLine.FindStringSubmatch(text); m != nil && !strings.HasPrefix(m[5], "-") {
			if c, ok := parseCall(t, m, folder); ok {
				calls = append(calls, c)
			}
		}
	}
}

func parseCall(t *testing.T, m []string, folder string) (c call, ok bool) {
	t.Helper()
	path, err := strconv.Unquote(`"` + m[3] + `"`)
	if err != nil {
		t.Fatal(err)
	}
	c.file = strings.TrimPrefix(path, folder+"/")
	inside := c.file != path
	data := callData.FindStringSubmatch(m[4])
	if data != nil {
		text, err := strconv.Unquote(`"` + data[1] + `"`)
		if err != nil {
			t.Fatal(err)
		}
		c.data = []byte(text)
		c.at, _ = strconv.ParseInt(data[2], 10, 64)
	}
	switch m[1] {
	case "pwrite64":
		c.kind = "write"
		return c, inside && data != nil
	case "fsync", "fdatasync":
		c.kind = "sync"
		return c, inside
	case "ftruncate":
		c.kind = "truncate"
		_, err := fmt.Sscanf(m[4], ", %d", &c.at)
		return c, inside && err == nil
	case "write":
		_, err := fmt.Sscanf(string(c.data), "%s %d", &c.kind, &c.at)
		return c, err == nil && (c.kind == "kept" || c.kind == "handled")
	}
	return c, false
}

// cutPower makes the files as they may be when the power is cut before calls[n],
// and returns how many mails were confirmed and how many handled by then.
func cutPower(calls []call, n int, start map[string][]byte, r *rand.Rand) (files map[string][]byte, kept, handled int64) {
	files = map[string][]byte{}
	for name, data := range start {
		files[name] = slices.Clone(data)
	}
	synced := map[string]int{}
	for i, c := range calls[:n] {
		switch c.kind {
		case "sync":
			synced[c.file] = i
		case "kept":
			kept = c.at + 1
		case "handled":
			handled = c.at + 1
		}
	}
	for i, c := range calls[:n] {
		data := c.data
		if last, ok := synced[c.file]; !ok || i > last {
			switch r.IntN(3) {
			case 0:
				continue
			case 1:
				data = data[:r.IntN(len(data)/512+1)*512]
			}
		}
		switch c.kind {
		case "write":
			f := files[c.file]
			if end := int(c.at) + len(data); len(f) < end {
				f = append(f, make([]byte, end-len(f))...)
			}
			copy(f[c.at:], data)
			files[c.file] = f
		case "truncate":
			f := files[c.file]
			if len(f) < int(c.at) {
				f = append(f, make([]byte, int(c.at)-len(f))...)
			}
			files[c.file] = f[:c.at]
		}
	}
	return files, kept, handled
}

func TestT011PowerCut(t *testing.T) {
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("strace is not installed")
	}
	cuts := 60
	if os.Getenv(faulttest.Variable) == "long" {
		cuts = 2000
	}
	folder := t.TempDir()
	db, err := Open(t.Context(), folder, Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	start := map[string][]byte{}
	for _, name := range []string{datafolder.File, datafolder.JournalFile} {
		if start[name], err = os.ReadFile(filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	record := filepath.Join(t.TempDir(), "calls")
	out, err := child(t, "steady", site{folder: folder}, "strace", "-f", "-qq", "-y", "-xx", "-s", "70000", "-o", record, "-e", "trace=pwrite64,fsync,fdatasync,ftruncate,write").Output()
	if err != nil {
		t.Skipf("strace cannot trace here: %v\n%s", err, out)
	}
	calls := parseCalls(t, record, folder)
	count := map[string]int{}
	for _, c := range calls {
		count[c.kind+" "+c.file]++
	}
	for _, name := range []string{datafolder.File, datafolder.JournalFile} {
		if count["write "+name] == 0 || count["write "+name+"-wal"] == 0 || count["sync "+name] == 0 || count["sync "+name+"-wal"] == 0 {
			t.Fatalf("the record lacks calls: %v", count)
		}
	}
	mails := int64(0)
	for seed := range cuts {
		r := rand.New(rand.NewPCG(uint64(seed), 11))
		n := r.IntN(len(calls) + 1)
		files, kept, handled := cutPower(calls, n, start, r)
		mails += kept
		if err := afterPowerCut(t, files, kept, handled); err != nil {
			t.Fatalf("power cut %d, before call %d of %d, %d mails confirmed: %v", seed, n, len(calls), kept, err)
		}
	}
	faulttest.Seen(t, "T011", fmt.Sprintf("%d power cuts at random system calls of a store that keeps mails in the journal and handles them (recorded by strace): writes that were not synced are kept, lost or torn each for itself", cuts),
		"of %d confirmed mails none lost, none that was handled is pending, both files whole each time; calls: %s", mails, strings.ReplaceAll(fmt.Sprint(count), "|", ""))
}

// afterPowerCut opens the files and looks for the confirmed mails.
func afterPowerCut(t *testing.T, files map[string][]byte, kept, handled int64) error {
	folder, err := os.MkdirTemp("", "power-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasSuffix(name, "-shm") {
			continue // SQLite makes it anew from the log
		}
		if err := os.WriteFile(filepath.Join(folder, name), files[name], 0o600); err != nil {
			return err
		}
	}
	db, err := Open(t.Context(), folder, Options{Exclusive: true, Reserve: 1})
	if err != nil {
		return err
	}
	defer db.Close()
	err = db.View(t.Context(), func(r ticket.Reader) error {
		for n := range kept {
			m, err := r.Mail(ticket.MailID(n + 1))
			if n < handled && m.Disposition != ticket.DispositionSpam {
				return fmt.Errorf("mail %d is %s, though it was handled", n+1, m.Disposition)
			}
			if want := fmt.Sprintf("<steady.%d@example.net>", n); err != nil || m.MessageID != want {
				return fmt.Errorf("mail %d is %s, %v; want %s", n+1, m.MessageID, err, want)
			}
		}
		return nil
	})
	problems, e := db.Check(t.Context())
	if len(problems) > 0 {
		err = errors.Join(err, fmt.Errorf("check: %v", problems))
	}
	return errors.Join(err, e)
}
