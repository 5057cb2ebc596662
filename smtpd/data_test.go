package smtpd

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/faulttest"
)

func TestT021EndOfDataVariants(t *testing.T) {
	for _, end := range []string{
		"\n.\n", "\n.\r\n", "\r.\r", "\r\n.\n", "\r\n.\r", "\r.\r\n", "\r\r\n.\r\r\n", "\r\n\x00.\r\n", "\r\n.\r\r\n",
	} {
		t.Run(fmt.Sprintf("%q", end), func(t *testing.T) {
			d := &fakeDesk{}
			c := greeted(t, serve(t, d, Config{}))
			c.begin()
			c.send("first" + end + "MAIL FROM:<evil@x.example>\r\nRCPT TO:<help@our.example>\r\nDATA\r\nsecond\r\n.\r\n")
			c.want("250 2.0.0 kept as 1")
			c.say("QUIT", "221")
			c.wantEnd()
			if mails := d.kept(); len(mails) != 1 || !strings.HasSuffix(mails[0].raw, "DATA\r\nsecond\r\n") {
				t.Errorf("kept %+v, want one mail with all of it", mails)
			}
		})
	}
	faulttest.Seen(t, "T021", "an embedded MAIL…DATA behind each of 9 odd ends of data", "one mail with all of the bytes each time, never two")
}

func TestDotsAreUnstuffedAndNothingElse(t *testing.T) {
	long := strings.Repeat("x", readBuffer-1)
	for _, tt := range []struct{ wire, want string }{
		{"..\r\n", ".\r\n"},
		{".a\r\n", "a\r\n"},
		{"a\r\n.\rX\r\n", "a\r\n\rX\r\n"},
		{"a\r\n..\n.b\r\n", "a\r\n.\n.b\r\n"},
		{long + "\r\n.\r\r\n", long + "\r\n\r\r\n"},           // CR at the end of the buffer
		{"x" + long + "\r\n..\r\n", "x" + long + "\r\n.\r\n"}, // CRLF behind a full buffer
		{long + long + ".\r\n", long + long + ".\r\n"},
	} {
		d := &fakeDesk{}
		c := greeted(t, serve(t, d, Config{}))
		c.begin()
		c.send(tt.wire + ".\r\n")
		c.want("250 2.0.0 kept as 1")
		if got := d.kept()[0].raw; got != tt.want {
			t.Errorf("%.20q… is kept as %.20q…, want %.20q…", tt.wire, got, tt.want)
		}
	}
}

func TestT022StalledBody(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, d *fakeDesk, c *client) {
		c.begin()
		c.send("Subject: slow\r\n")
		c.want("421 4.4.2")
		c.conn.Write([]byte("MAIL FROM:<evil@x.example>\r\nRCPT TO:<help@our.example>\r\nDATA\r\nsecond\r\n.\r\n"))
		c.wantEnd()
		if n := len(d.kept()); n != 0 {
			t.Errorf("%d mails kept, want none", n)
		}
	})
	faulttest.Seen(t, "T022", "a body stalls, then goes on with MAIL FROM…", "421 4.4.2, connection ended, 0 mails kept")
}

func TestT025Chunking(t *testing.T) {
	d := &fakeDesk{}
	c := dial(t, serve(t, d, Config{}))
	c.want("220")
	if caps := c.say("EHLO client.example", "250"); strings.Contains(caps, "CHUNKING") || strings.Contains(caps, "BINARYMIME") {
		t.Errorf("EHLO offers %q", caps)
	}
	c.say("MAIL FROM:<ana@client.example>", "250")
	c.say("RCPT TO:<help@our.example>", "250")
	c.send("BDAT 10 LAST\r\nhello")
	c.want("502 5.5.1")
	c.wantEnd()
	if n := len(d.kept()); n != 0 {
		t.Errorf("%d mails kept, want none", n)
	}
	faulttest.Seen(t, "T025", "BDAT 10 LAST with 5 bytes", "CHUNKING not offered, 502, connection ended, 0 mails kept")
}

func TestDataCutOff(t *testing.T) {
	d := &fakeDesk{}
	c := greeted(t, serve(t, d, Config{}))
	c.begin()
	c.send("Subject: cut\r\n\r\nhello\r\n.\r")
	c.conn.(interface{ CloseWrite() error }).CloseWrite()
	c.want("421 4.4.2")
	c.wantEnd()
	if n := len(d.kept()); n != 0 {
		t.Errorf("%d mails kept, want none", n)
	}
}

func TestT032Size(t *testing.T) {
	const limit = 100_000
	d := &fakeDesk{}
	addr := serve(t, d, Config{MaxMessageBytes: limit})
	c := greeted(t, addr)
	c.say("MAIL FROM:<ana@client.example> SIZE=4000000000", "552 5.3.4")
	c.say(fmt.Sprintf("MAIL FROM:<ana@client.example> SIZE=%d", limit+1), "552 5.3.4")
	c.say(fmt.Sprintf("MAIL FROM:<ana@client.example> SIZE=%d", limit), "250")
	c.say("RSET", "250")
	for _, tt := range []struct {
		size  int
		reply string
	}{
		{limit - 1, "250 2.0.0 kept as 1"},
		{limit, "250 2.0.0 kept as 2"},
		{limit + 1, "552 5.3.4"},
	} {
		c.say("MAIL FROM:<ana@client.example> SIZE=10", "250") // a lie
		c.say("RCPT TO:<help@our.example>", "250")
		c.say("DATA", "354")
		c.send(strings.Repeat("x", tt.size-2) + "\r\n.\r\n")
		c.want(tt.reply)
	}
	mails := d.kept()
	if len(mails) != 2 || len(mails[0].raw) != limit-1 || len(mails[1].raw) != limit {
		t.Errorf("%d mails kept, want the two within the limit", len(mails))
	}
	faulttest.Seen(t, "T032", "SIZE of 4 GB and limit + 1; bodies of limit − 1, limit, limit + 1 under a lying SIZE", "552 at MAIL; 250, 250, 552; %d kept", len(mails))
}

func TestT033TooBigKeepsSync(t *testing.T) {
	d := &fakeDesk{}
	c := greeted(t, serve(t, d, Config{MaxMessageBytes: 1000}))
	c.begin()
	c.send(strings.Repeat("x", 1200) + "\r\n..\r\nMAIL FROM:<evil@x.example>\r\nRCPT TO:<help@our.example>\r\nDATA\r\n..\r\n.\r\n")
	c.want("552 5.3.4")
	c.begin()
	c.send("small\r\n.\r\n")
	c.want("250 2.0.0 kept as 1")
	c.begin()
	c.send(strings.Repeat(strings.Repeat("x", 98)+"\r\n", 100)) // no end of it
	c.want("552 5.3.4")
	c.wantEnd()
	if mails := d.kept(); len(mails) != 1 || mails[0].raw != "small\r\n" {
		t.Errorf("kept %+v, want the small one", mails)
	}
	faulttest.Seen(t, "T033", "a mail over the limit with dots and commands in it", "552 once, none of it run; the next mail kept; an endless one ended")
}

func TestT034LongLines(t *testing.T) {
	d := &fakeDesk{}
	c := greeted(t, serve(t, d, Config{}))
	for i, n := range []int{3000, 100_000, 1_000_000, 5_000_000} {
		c.begin()
		raw := "Subject: long\r\n\r\n" + strings.Repeat("é", n/2) + "\r\n"
		c.send(raw + ".\r\n")
		c.want(fmt.Sprintf("250 2.0.0 kept as %d", i+1))
		if d.kept()[i].raw != raw {
			t.Errorf("a line of %d bytes is not kept as it came", n)
		}
	}
	faulttest.Seen(t, "T034", "single lines of 3 kB, 100 kB, 1 MB and 5 MB", "%d mails kept byte-exact", len(d.kept()))
}

func TestT035OddMails(t *testing.T) {
	d := &fakeDesk{}
	c := greeted(t, serve(t, d, Config{}))
	for i, raw := range []string{
		"", "\r\n", "no header at all\r\n", "Subject: only a header\r\n", "Subject: a\r\n\r\n",
		"Subject: NUL \x00\r\n\r\n\x00\x00\r\n", "Subject: \xfc\xe4 \xff\r\n\r\n8-bit \xe9\r\n", "Betreff: größe ✓\r\nFrom: jörg@exämple.example\r\n\r\n✓\r\n",
		": no name\r\n folded nothing\r\n\r\n", "\xef\xbb\xbfSubject: BOM\r\n\r\n",
	} {
		c.begin()
		c.send(raw + ".\r\n")
		c.want(fmt.Sprintf("250 2.0.0 kept as %d", i+1))
		if got := d.kept()[i].raw; got != raw {
			t.Errorf("%q is kept as %q", raw, got)
		}
	}
	faulttest.Seen(t, "T035", "NUL, 8-bit header, UTF-8 without SMTPUTF8, no header, empty body, empty mail", "%d mails kept byte-exact", len(d.kept()))
}

func TestBigMailsShareTheirMemory(t *testing.T) {
	const limit = 4 << 20
	d := &fakeDesk{}
	addr := serve(t, d, Config{MaxMessageBytes: limit, BigMailMemory: limit})
	big := strings.Repeat(strings.Repeat("x", 1022)+"\r\n", 3<<10) // 3 MiB
	begin := func() *client {
		c := greeted(t, addr)
		c.say(fmt.Sprintf("MAIL FROM:<ana@client.example> SIZE=%d", len(big)), "250")
		c.say("RCPT TO:<help@our.example>", "250")
		c.say("DATA", "354")
		return c
	}
	first, second := begin(), begin()
	first.send(big)
	sent := make(chan struct{})
	go func() {
		second.conn.Write([]byte(big + ".\r\n")) // waits for the room of the first
		close(sent)
	}()
	small := greeted(t, addr)
	small.begin()
	small.send("small\r\n.\r\n")
	small.want("250 2.0.0 kept as")
	first.send(".\r\n")
	first.want("250 2.0.0 kept as")
	<-sent
	second.want("250 2.0.0 kept as")
	sizes := map[int]int{}
	for _, m := range d.kept() {
		sizes[len(m.raw)]++
	}
	if sizes[len(big)] != 2 || sizes[len("small\r\n")] != 1 {
		t.Errorf("kept mails by size: %v, want two of %d bytes and the small one", sizes, len(big))
	}
}

// A mail of a medium size that stalls gives its place to one that waits, and
// mails of a usual size come in beside them.
func TestMediumMailsShareTheirPlaces(t *testing.T) {
	inBubble(t, Config{MediumMails: 1}, func(t *testing.T, d *fakeDesk, c *client) {
		body := strings.Repeat(strings.Repeat("x", 1022)+"\r\n", 80)
		begin := func() *client {
			c := another(t, d)
			c.want("220")
			c.say("EHLO client.example", "250")
			c.begin()
			return c
		}
		c.begin()
		c.send(body)    // and stalls
		synctest.Wait() // it has the place
		second, small := begin(), begin()
		go second.conn.Write([]byte(body + ".\r\n")) // waits for the place
		small.send("small\r\n.\r\n")
		small.want("250 2.0.0 kept as 1")
		small.conn.Close()
		began := time.Now()
		c.want("421 4.3.2 Too busy")
		if took := time.Since(began); took > 2*roomPatience {
			t.Errorf("the stalled mail was ended after %v, want %v at most", took, 2*roomPatience)
		}
		second.want("250 2.0.0 kept as 2")
		second.conn.Close()
	})
}

// Two who bring their big mails a few bytes at a time do not shut out a third.
func TestSlowBigMailsGiveWay(t *testing.T) {
	inBubble(t, Config{MaxMessageBytes: 2 << 20, BigMailMemory: 4 << 20}, func(t *testing.T, d *fakeDesk, first *client) {
		line := strings.Repeat("x", 16<<10-2) + "\r\n"
		bring := func(c *client) {
			for range 65 {
				c.send(line)
			}
		}
		var slow []*client
		for range 2 {
			c := another(t, d)
			c.want("220")
			c.say("EHLO slow.example", "250")
			c.begin()
			bring(c)
			synctest.Wait() // it has its room
			defer drip(c, time.Second, strings.Repeat("x", 998)+"\r\n")()
			slow = append(slow, c)
		}
		time.Sleep(time.Minute)
		began := time.Now()
		first.begin()
		go func() { bring(first); first.send(".\r\n") }()
		first.want("250 2.0.0 kept as 1")
		if took := time.Since(began); took > 2*roomPatience {
			t.Errorf("the quick mail was kept after %v, want %v at most", took, 2*roomPatience)
		}
		lines := make(chan string, len(slow))
		for _, c := range slow {
			go func() { line, _ := c.r.ReadString('\n'); lines <- line }()
		}
		if got := <-lines; !strings.HasPrefix(got, "421 4.3.2 Too busy") {
			t.Errorf("the slow one is told %q, want 421", got)
		}
		for _, c := range slow {
			c.conn.Close() // one of them may stay, as there is room for it
		}
	})
}

// A big mail must come at the rate that brings the biggest one in within its time.
func TestBigMailMustNotDawdle(t *testing.T) {
	inBubble(t, Config{MaxMessageBytes: 36 << 20}, func(t *testing.T, d *fakeDesk, c *client) {
		line := strings.Repeat("x", 16<<10-2) + "\r\n"
		c.begin()
		for range 65 {
			c.send(line)
		}
		defer drip(c, time.Second, strings.Repeat("x", 8000)+"\r\n")()
		begin := time.Now()
		c.want("421 4.4.2 Too slow")
		if took := time.Since(begin); took > 4*time.Minute {
			t.Errorf("cut after %v, want 4 min at the latest", took)
		}
		c.wantEnd()
	})
}
