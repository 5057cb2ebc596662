package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/mailparse"
)

// TestT002KillAtPlannedSending ends the desk with kill -9 when a planned answer and the
// digest of the day are due: when the mails stand at the next hop, before and after it has
// answered, and at random times just after it has begun again. Each is written once;
// where the desk died between the answer of the next hop and its own commit, the second
// copy has the very same bytes.
func TestT002KillAtPlannedSending(t *testing.T) {
	t.Parallel() // it waits for a minute to pass
	kills := 4
	if os.Getenv(faulttest.Variable) == "long" {
		kills = 20
	}
	const ana, alice = "ana@example.net", "alice@example.org"
	const drawing, waiting = "The drawing is on your desk.", "What is waiting"
	hop := &smarthost{arrived: map[string][][]byte{}}
	k := openKillableTo(t, hop)
	around := fmt.Sprintf("Etc/GMT%+d", time.Now().UTC().Hour()-12) // about noon, so that the digest is due today
	rewrite(t, k.config, "level = 1\n", "level = 1\nagents = [\"alice\"]\n[[agent]]\nname = \"alice\"\nmail = [\""+alice+"\"]\n[[calendar]]\nname = \"always\"\ntimezone = \""+around+"\"\nhours = [\"mon-sun 00:00-24:00\"]\n")
	k.start()

	if err := sendMail(k.addr, ana, "support@example.org", []byte("From: "+ana+"\r\nTo: support@example.org\r\nSubject: a drawing\r\nMessage-ID: <drawing@example.net>\r\n\r\nWhere is it?\r\n")); err != nil {
		t.Fatal(err)
	}
	notice := mailparse.Parse(hop.next(t, alice, "a drawing")[0], mailparse.Envelope{})
	answer := fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: Re: a drawing\r\nMessage-ID: <planned@example.org>\r\nIn-Reply-To: %s\r\n\r\n#later 1 minute\r\n\r\n%s\r\n", alice, notice.ReplyTo[0].Address, notice.MessageID, drawing)
	if err := sendMail(k.addr, alice, notice.ReplyTo[0].Address, []byte(answer)); err != nil {
		t.Fatal(err)
	}
	hop.next(t, alice, drawing) // what goes out when
	due := time.Now().Add(time.Minute)
	k.kill()
	rewrite(t, k.config, "[desk]\n", "[desk]\ndigest = \"10:00\"\n")
	time.Sleep(time.Until(due.Add(time.Second)))

	struck := 0 // kills that came while a mail stood at the next hop
	for _, at := range []string{"dot", "answered"} {
		stands, killed := make(chan struct{}), make(chan struct{})
		once := sync.Once{}
		hop.set(func(step, to string) error {
			if step == at && (to == ana || to == alice) {
				once.Do(func() { close(stands); <-killed })
			}
			return nil
		})
		k.start()
		select {
		case <-stands:
			struck++
		case <-time.After(time.Minute): // all has left before
		}
		k.kill()
		close(killed)
		hop.set(nil)
	}
	if struck == 0 {
		t.Error("no kill came while a mail stood at the next hop")
	}
	for range kills {
		k.start()
		time.Sleep(time.Duration(rand.IntN(120)) * time.Millisecond)
		k.kill()
	}
	k.start()
	planned, digest := hop.next(t, ana, drawing), hop.next(t, alice, waiting)
	k.cmd.Process.Signal(syscall.SIGTERM)
	if err := k.cmd.Wait(); err != nil {
		t.Errorf("the desk ended with %v", err)
	}
	k.sound()
	for _, copies := range [][][]byte{planned, digest} {
		for _, c := range copies {
			if !bytes.Equal(c, copies[0]) {
				t.Errorf("a second copy differs:\n%s\nfrom\n%s", c, copies[0])
			}
		}
	}
	out := k.run("outbox", "--all")
	if replies, digests := strings.Count(out, "reply"), strings.Count(out, "digest"); replies != 1 || digests != 1 {
		t.Errorf("%d answers and %d digests were written, want 1 of each:\n%s", replies, digests, out)
	}
	if out := k.run("rebuild", k.data()+".rebuilt"); !strings.Contains(out, "; 0 differences") {
		t.Errorf("rebuild says %s", out)
	}
	faulttest.Seen(t, "T002", fmt.Sprintf("kill -9 %d times when a planned answer and a digest are due, %d of them while one stands at the next hop", kills+2, struck),
		"one of each in the outbox; %d and %d copies came, byte for byte the same", len(planned), len(digest))
}

// next waits until a recipient has a mail with some words in its subject or text, and returns
// all such mails of theirs. Others may come twice: a kill may strike between the answer of the
// next hop and the commit of any of them.
func (h *smarthost) next(t *testing.T, to, words string) (found [][]byte) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		for _, raw := range h.copies(to) {
			if m := mailparse.Parse(raw, mailparse.Envelope{}); strings.Contains(m.Subject+"\n"+m.Text, words) {
				found = append(found, raw)
			}
		}
		if found != nil {
			return found
		}
	}
	t.Fatalf("%s got %d mails, none of them with %q", to, len(h.copies(to)), words)
	return nil
}

// rewrite replaces a part of a file that stands there once.
func rewrite(t *testing.T, path, old, with string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), old) != 1 {
		t.Fatalf("%q is not once in %s", old, text)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), old, with, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}
