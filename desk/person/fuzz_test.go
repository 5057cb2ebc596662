package person

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"maildesk/mailparse"
	"maildesk/ticket"
)

// fuzzed is a person whose words, names and address are known.
func fuzzed() Case {
	return Case{
		Erasure: 7, Address: "ana@example.net", Names: []string{"Ana Bérg", "Zoë O'Quill-Feather"}, Doubtful: []string{"Best Regards"},
		Lines:    slices.Collect(strings.Lines("Whenever it rains the café in our cellar drowns, and nobody comes to help us.\nMy PIN is 4711-99.\nOpen sesame\n")),
		Subjects: []string{"Help with my divorce"}, Near: []ticket.ID{2}, Beside: []ticket.MailID{22}, Alone: []ticket.ID{1},
	}
}

// FuzzScrub: from any text what is the person's is gone, a second time changes nothing, and what is left stands as
// it came, in its order.
func FuzzScrub(f *testing.F) {
	for _, text := range []string{
		"", "ana@example.net", "Ana\n> Bérg", "> Whenever it rains the café in our\n> cellar drowns\n> > x\n", "My PIN is 4711-99. Open sesame", "Berg, Ana; Bérg, Ana", "zoe%20ana%40example.net",
		"Subject: Re: Help with my divorce\nOn Monday Ana wrote:\n> x\n\n> y", "SRS0=x=example.net=ana@y", "\xff\u00adAna\u200b Bérg", "| Ana |\n|>", "On\nMonday\nAna:\n>\n>>\n> >a\n",
	} {
		f.Add(text)
	}
	who := fuzzed().Traces()
	f.Fuzz(func(t *testing.T, text string) {
		for name, scrub := range map[string]func(string) string{"Scrub": who.Scrub, "ScrubNear": who.ScrubNear, "ScrubFar": who.ScrubFar, "ScrubSubject": who.ScrubSubject} {
			got := scrub(text)
			if again := scrub(got); again != got {
				t.Fatalf("%s(%q) is %q, and a second time %q", name, text, got, again)
			}
			if who.In(got) {
				t.Fatalf("%s(%q) leaves %q, which has the person", name, text, got)
			}
			if spans := who.own.spans(got); name == "ScrubNear" && len(spans) > 0 {
				t.Fatalf("%s(%q) leaves %q, which has words of the person", name, text, got)
			}
			rest := text
			for i, part := range strings.Split(got, Gone) {
				at := strings.Index(rest, part)
				if at < 0 || i == 0 && at > 0 {
					t.Fatalf("%s(%q) is %q, of which %q did not stand there", name, text, got, part)
				}
				rest = rest[at+len(part):]
			}
		}
	})
}

// FuzzCut: of any mail of somebody else nothing of the person is left, a second time changes nothing, and it reads as
// the same mail: who wrote it, what it answers, its files but those that go.
func FuzzCut(f *testing.F) {
	const head = "From: Bob <bob@example.com>\nMessage-ID: <b@example.com>\nReferences: <a@example.net>\nSubject: Re: lamp\nMIME-Version: 1.0\n"
	for _, raw := range []string{
		"", head + "\nMine, too.\n\nOn Monday Ana Bérg <ana@example.net> wrote:\n> My PIN is 4711-99.\n",
		head + "Content-Type: text/html; charset=utf-8\n\n<p>Ana <b>B</b>&eacute;rg</p><blockquote>My PIN is 4711-99.</blockquote>\n",
		head + "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nAna Bérg\n--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename=\"ana@example.net.txt\"\n\nx\n--x\nContent-Disposition: attachment; filename=y\n\nz\n--x--\n",
		"From: Bob <bøb@exåmple.com>\nMessage-ID: <bøb@example.com>\nSubject: Ana Bérg\n\nx", "From: Ana Bérg <bob@example.com>\nSubject: =?utf-8?q?Ana_B=C3=A9rg?=\n\nx\n", "From: a\n b: c\n\n\x00", "From:\x13<0@0>\nContent-Transfer-Encoding: base64\n\nYW5hQGV4YW1wbGUubmV0", "x\nContent-Type:My PIN is 4711 99", "From: \nMessage-ID:>My PIN is 4711 99 <0>\n\nx", head + "Content-Transfer-Encoding: base64\n\nYW5hQGV4YW1wbGUubmV0\n",
		"From: AnA Bérg <000@00000000000>\nSuBjeCt: =?00000\xde0 000\x84?q?000 B=C3=89rg?= \n00",
		"Message-ID:0é<\xe4\xf8\xbe\xf2\x95\xbe>\nMY PIN is 4711 99", "Message-ID: <=?utf-8?q?a?=@example.com>\n\nMY PIN is 4711 99",
	} {
		f.Add([]byte(raw))
	}
	e := NewEraser(fuzzed(), func(string) bool { return false }, nil)
	f.Fuzz(func(t *testing.T, raw []byte) {
		for id, near := range map[ticket.MailID]bool{22: true, 23: false} {
			e.Closed = nil
			c, changed := e.Change(Row{Table: "mail_raw", ID: int64(id), Mail: id, Bytes: raw})
			if !changed {
				continue
			}
			if c.How != ticket.ErasedCut {
				t.Fatalf("%q is %s", raw, c.How)
			}
			if again, changed := e.Change(Row{Table: "mail_raw", ID: int64(id), Mail: id, Bytes: c.Raw}); changed {
				t.Fatalf("near %t: of %q is left %q, and a second time %q", near, raw, c.Raw, again.Raw)
			}
			was, is := mailparse.Parse(raw, mailparse.Envelope{}), mailparse.Parse(c.Raw, mailparse.Envelope{})
			scrub := e.scrubOf(raw, near)
			if was.From.Address != is.From.Address && scrub(was.From.Address) == was.From.Address && scrub(was.Header.Get("From")) == was.Header.Get("From") {
				t.Fatalf("near %t: the writer of %q was %q and is %q", near, raw, was.From.Address, is.From.Address)
			}
			if was.MessageID != is.MessageID && !strings.Contains(was.MessageID, " ") && scrub(was.Header.Get("Message-ID")) == was.Header.Get("Message-ID") {
				t.Fatalf("near %t: the Message-ID of %q was %q and is %q", near, raw, was.MessageID, is.MessageID)
			}
			n := 0
			for _, a := range is.Attachments {
				for n < len(was.Attachments) && !bytes.Equal(was.Attachments[n].Content, a.Content) {
					n++
				}
				if n == len(was.Attachments) {
					t.Fatalf("near %t: the file %q of %q is not one of those before", near, a.Name, raw)
				}
				n++
			}
		}
	})
}
