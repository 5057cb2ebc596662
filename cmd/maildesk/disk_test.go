package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"maildesk/faulttest"
)

// fill writes a file until the file system is full.
func fill(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for block := make([]byte, 64<<10); len(block) > 0; {
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			block = block[:len(block)/2] // to the last byte
		} else if err != nil {
			return err
		}
	}
	return nil
}

// The disk has 8 MiB more than the reserve.
func TestT007DiskFillsUp(t *testing.T) {
	k, hop := openKillable(t)
	k.ownDisk("size=72m")
	k.start()
	defer k.kill()
	taken, refused := 0, answer{}
	for ; taken < 100; taken++ {
		name := fmt.Sprintf("fill.%d", taken)
		a, err := k.deliver(name, request(name, 1<<20))
		if err != nil {
			t.Fatalf("%v\n%s", err, &k.log)
		}
		if a.code != 250 {
			refused = a
			break
		}
	}
	if refused.code != 452 || taken == 0 {
		t.Fatalf("after %d mails: %+v, want 452", taken, refused)
	}
	k.eventually("MAIL refused", func() bool { // what is free is measured once a second
		a, err := k.deliver("late", request("late", 100))
		refused = a
		return err == nil && a.code == 452 && a.at == "MAIL"
	})
	hop.await(t, taken) // tickets and acknowledgements still have room
	for _, args := range [][]string{{"list"}, {"check", "--data"}, {"outbox"}} {
		if out, err := k.inside(args...); err != nil {
			t.Errorf("maildesk %v on a full disk: %v\n%s", args, err, out)
		}
	}
	faulttest.Seen(t, "T007", "mails of 1 MB onto a file system with 8 MiB above the reserve (tmpfs of 72 MiB)",
		"%d taken and acknowledged, then %d %s at %s; list, check, outbox work", taken, refused.code, refused.text, refused.at)
}

func TestT008NoInodes(t *testing.T) {
	k, _ := openKillable(t)
	disk := k.ownDisk("size=80m,nr_inodes=40")
	k.outgoingMaildir()
	k.start()
	defer k.kill()
	var files []string
	for {
		path := filepath.Join(disk(), fmt.Sprintf("ballast%d", len(files)))
		f, err := os.Create(path)
		if errors.Is(err, syscall.ENOSPC) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		files = append(files, path)
	}
	k.mustDeliver("crowded", 250) // the journal is a table
	k.eventually("the acknowledgement fails", func() bool { return strings.Contains(k.log.String(), "no space left on device") })
	for _, path := range files {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	k.eventually("the acknowledgement is written", func() bool {
		sent, err := filepath.Glob(filepath.Join(disk(), "outgoing", "new", "*"))
		return err == nil && len(sent) == 1
	})
	out, err := k.inside("check", "--data")
	if err != nil {
		t.Errorf("check: %v\n%s", err, out)
	}
	faulttest.Seen(t, "T008", "no inode is free (tmpfs with nr_inodes) while a mail comes in", "250, one ticket: the journal needs no new file; the acknowledgement waits in the outbox and goes once there is an inode")
}

func TestT009BytesThatChanged(t *testing.T) {
	k, _ := openKillable(t)
	receive := func(name string) {
		t.Helper()
		cmd := k.command("receive", "-f", name+"@example.net", "support@example.org")
		cmd.Stdin = strings.NewReader(request(name, 1000))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("receive: %v\n%s", err, out)
		}
	}
	for _, name := range []string{"whole", "cut", "flipped"} {
		receive(name)
	}
	k.sql("UPDATE mail_raw SET raw = substr(raw, 1, length(raw) - 100) WHERE mail = 2")
	k.sql("UPDATE mail_raw SET raw = CAST(replace(CAST(raw AS TEXT), 'printer', 'painter') AS BLOB) WHERE mail = 3")
	k.start()
	figures := k.handledDamaged()
	k.stop()
	list := k.run("quarantine")
	if figures["new"] != 1 || figures["quarantined"] != 2 || strings.Count(list, "not those that came") != 2 || !strings.Contains(k.log.String(), "level=ERROR") {
		t.Errorf("%v, quarantine:\n%s", figures, list)
	}
	out, err := k.command("check", "--data").CombinedOutput()
	for _, want := range []string{"mail 2", "mail 3 has another SHA-256"} {
		if err == nil || !strings.Contains(string(out), want) {
			t.Errorf("check --data = %v, %s\nwant exit code 1 and %q", err, out, want)
		}
	}
	faulttest.Seen(t, "T009", "in the journal one mail loses its last 100 bytes, another one has letters changed; then the desk starts",
		"both in quarantine with an error in the log and a stub ticket, the third is a ticket; check --data names both rows")
}

// A crowd that says nothing takes every descriptor; ten addresses, so that no
// limit for each client keeps it out.
func TestT012FewDescriptors(t *testing.T) {
	k, hop := openKillable(t)
	k.prefix = []string{"sh", "-c", `ulimit -n 48 && exec "$@"`, "sh"}
	k.start()
	began := time.Now()
	var crowd []net.Conn
	for i := range 100 {
		from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+i%10))}}
		c, err := from.DialContext(t.Context(), "tcp", k.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		crowd = append(crowd, c)
	}
	const failed = "too many open files"
	k.eventually("no descriptor is left", func() bool { return strings.Contains(k.log.String(), failed) })
	during, err := dialogue(textproto.NewConn(crowd[1]), "within@example.net", "support@example.org", request("within", 1000))
	if err != nil || during.code != 250 && during.code != 421 && during.code != 452 {
		t.Errorf("a mail while no descriptor is left: %+v, %v; want 250, 421 or 452", during, err)
	}
	crowd[0].SetReadDeadline(time.Now().Add(time.Minute))
	if said, err := io.ReadAll(crowd[0]); !strings.Contains(string(said), "\r\n421 4.3.2 ") {
		t.Errorf("the first silent connection is told %q, %v; want 421 in favour of others", said, err)
	}
	logged := strings.Count(k.log.String(), "accept failed")
	if most := 2 + int(time.Since(began)/time.Second); logged > most {
		t.Errorf("%d lines of the log say in %v that accept failed, want at most %d", logged, time.Since(began), most)
	}
	for _, c := range crowd {
		c.Close()
	}
	k.mustDeliver("afterwards", 250)
	kept := 1
	if during.code == 250 {
		kept++
	}
	hop.await(t, kept)
	k.stop()
	k.sound()
	faulttest.Seen(t, "T012", fmt.Sprintf("%d silent connections of ten addresses to a desk that may open 48 files", len(crowd)),
		"a mail on one of them: %d; accept failed, %d lines of the log, at most one a second; the one that is silent longest gets 421; then the next mail is taken and acknowledged", during.code, logged)
}

// The disk is full, to the last byte, from the moment at which the next hop has
// the acknowledgement until some seconds later.
func TestT020DiskFullForTheOutbox(t *testing.T) {
	k, hop, disk, recorded := fillAtOutcome(t)
	// A log that was moved into the database just then is used from its beginning again: it
	// has room for the outcome on a full disk.
	for tries := 1; recorded; tries++ {
		if k.kill(); tries == 20 {
			t.Fatal("the log had room for the outcome each time")
		}
		k, hop, disk, recorded = fillAtOutcome(t)
	}
	defer k.kill()
	var refused answer
	k.eventually("a mail refused", func() bool { // what is free is measured once a second; the log may have room
		a, err := k.deliver("second", request("second", 1000))
		refused = a
		return err == nil && a.code == 452
	})
	if err := os.Remove(filepath.Join(disk(), "ballast")); err != nil {
		t.Fatal(err)
	}
	k.eventually("room again", func() bool {
		a, err := k.deliver("second", request("second", 1000))
		return err == nil && a.code == 250
	})
	hop.await(t, 2)
	k.eventually("all outcomes kept", func() bool {
		out, err := k.inside("outbox")
		return err == nil && strings.Contains(out, "No outgoing mails")
	})
	if n := hop.acknowledged("first"); n != 1 {
		t.Errorf("the acknowledgement was sent %d times, want once", n)
	}
	if out, err := k.inside("check", "--data"); err != nil {
		t.Errorf("check: %v\n%s", err, out)
	}
	faulttest.Seen(t, "T020", "the disk fills to the last byte while the next hop takes an acknowledgement, and has room again later",
		"new mail gets %d meanwhile; the outcome is kept as soon as there is room, the acknowledgement was sent once", refused.code)
}

// fillAtOutcome starts a desk on a disk of its own that is full from the moment on at which
// the next hop has its first acknowledgement, and reports whether the outcome was recorded
// all the same.
func fillAtOutcome(t *testing.T) (k *killable, hop *nextHop, disk func() string, recorded bool) {
	t.Helper()
	k, hop = openKillable(t)
	disk = k.ownDisk("size=72m")
	filled := make(chan error, 1)
	var once sync.Once
	hop.onMail = func() { once.Do(func() { filled <- fill(filepath.Join(disk(), "ballast")) }) }
	k.start()
	k.mustDeliver("first", 250)
	if err := <-filled; err != nil {
		t.Fatal(err)
	}
	k.eventually("the outcome is recorded, or cannot be", func() bool {
		log := k.log.String()
		recorded = strings.Contains(log, `msg="mail sent"`)
		return recorded || strings.Contains(log, "record outcome")
	})
	return k, hop, disk, recorded
}

// The tickets are garbage, the journal is not.
func TestT014DamagedDatabase(t *testing.T) {
	k, hop := openKillable(t)
	k.start()
	const mails = 30
	for i := range mails {
		k.mustDeliver(fmt.Sprintf("kept.%d", i), 250)
	}
	hop.await(t, mails)
	k.stop()
	before, raw := k.run("list", "--json"), k.rawMails()
	var page, size int64
	if err := k.database().QueryRowContext(t.Context(), "SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = 'ticket'").Scan(&page, &size); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(k.data(), "maildesk.db"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte(strings.Repeat("garbage ", int(size)/8)), (page-1)*size); err != nil {
		t.Fatal(err)
	}
	exit, out := k.refused()
	if exit != 1 || !strings.Contains(out, "the database is damaged") || !strings.Contains(out, "maildesk rebuild") {
		t.Fatalf("serve on a damaged database: exit code %d\n%s", exit, out)
	}
	if now := k.rawMails(); !maps.Equal(now, raw) || len(raw) != mails {
		t.Errorf("of %d raw mails %d are there", len(raw), len(now))
	}
	again := k.data() + ".rebuilt"
	if out, err := k.command("rebuild", again).CombinedOutput(); err == nil || !strings.Contains(string(out), fmt.Sprintf("holds %d mails and %d tickets", mails, mails)) {
		t.Fatalf("rebuild: %v\n%s", err, out)
	}
	if err := errors.Join(os.Rename(k.data(), k.data()+".damaged"), os.Rename(again, k.data())); err != nil {
		t.Fatal(err)
	}
	if after := k.run("list", "--json"); after != before {
		t.Errorf("the tickets were\n%s\nthey are\n%s", before, after)
	}
	if now := k.rawMails(); !maps.Equal(now, raw) {
		t.Error("the rebuilt journal holds other bytes")
	}
	k.sound()
	faulttest.Seen(t, "T014", "the page of the tickets is overwritten with garbage, then the desk starts",
		"exit code %d: the database is damaged, with the remedy, and no client was greeted meanwhile; all raw mails are whole; rebuild made all %d tickets anew from the journal, the list is the same", exit, mails)
}

// refused runs serve, which must end by itself, and greets nobody until then. It returns the exit
// code and what it said.
func (k *killable) refused() (exit int, said string) {
	k.t.Helper()
	var out logBuffer
	cmd := k.command("serve")
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait()
		close(ended)
	}()
	for {
		select {
		case <-ended:
			return cmd.ProcessState.ExitCode(), out.String()
		case <-time.After(5 * time.Millisecond):
		}
		c, err := net.Dial("tcp", k.addr)
		if err != nil {
			continue
		}
		if line, _ := io.ReadAll(io.LimitReader(c, 3)); string(line) == "220" {
			cmd.Process.Kill()
			k.t.Fatalf("a client is greeted; serve said\n%s", out.String())
		}
		c.Close()
	}
}

// rawMails returns the prints of the mails in the journal.
func (k *killable) rawMails() map[int64][sha256.Size]byte {
	k.t.Helper()
	rows, err := k.database().QueryContext(context.Background(), "SELECT mail, raw FROM mail_raw")
	if err != nil {
		k.t.Fatal(err)
	}
	defer rows.Close()
	prints := map[int64][sha256.Size]byte{}
	for rows.Next() {
		var id int64
		var raw []byte
		if err := rows.Scan(&id, &raw); err != nil {
			k.t.Fatal(err)
		}
		prints[id] = sha256.Sum256(raw)
	}
	if err := rows.Err(); err != nil {
		k.t.Fatal(err)
	}
	return prints
}
