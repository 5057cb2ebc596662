package check

import (
	"context"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode"

	"github.com/miekg/dns"

	"maildesk/mailauth/resolver"
	"maildesk/ticket"
)

// rawServer answers every question with a header and the question itself, and behind these bytes of a test's.
type rawServer struct {
	addr  string
	asked atomic.Int64

	mu      sync.Mutex
	code    byte    // the response code
	counts  [6]byte // of the records
	records []byte
	sound   bool // some answer was a message
}

func startRaw(f *testing.F) *rawServer {
	f.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { conn.Close() })
	s := &rawServer{addr: conn.LocalAddr().String()}
	go func() {
		packet := make([]byte, 1<<12)
		for {
			n, from, err := conn.ReadFrom(packet)
			if err != nil {
				return
			}
			s.asked.Add(1)
			if question := new(dns.Msg); question.Unpack(packet[:n]) == nil {
				conn.WriteTo(s.reply(question), from)
			}
		}
	}()
	return s
}

func (s *rawServer) reply(question *dns.Msg) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := new(dns.Msg).SetReply(question)
	m.RecursionAvailable, m.Rcode = true, int(s.code&0xf)
	wire, _ := m.Pack()
	copy(wire[6:12], s.counts[:])
	wire = append(wire, s.records...)
	if read := new(dns.Msg); read.Unpack(wire) == nil && len(read.Answer) > 0 && read.Rcode == dns.RcodeSuccess {
		s.sound = true
	}
	return wire
}

// FuzzAnswers: the bytes of an answer of the DNS make no mail pass unless they are a message with an answer;
// whatever they are, the work is bounded, and the words about it are one line.
func FuzzAnswers(f *testing.F) {
	s := startRaw(f)
	seed := func(records ...string) {
		m := new(dns.Msg)
		m.SetQuestion("football.example.com.", dns.TypeTXT)
		m.Compress = true // the name of the records is that of the question, whichever it is
		for _, record := range records {
			rr, err := dns.NewRR(record)
			if err != nil {
				f.Fatal(err)
			}
			m.Answer = append(m.Answer, rr)
		}
		wire, err := m.Pack()
		if err != nil {
			f.Fatal(err)
		}
		behind := wire[12+len("\x08football\x07example\x03com\x00")+4:]
		f.Add(byte(0), wire[6:12], behind)
		f.Add(byte(0), wire[6:12], behind[:max(len(behind)-3, 0)])
		f.Add(byte(0), []byte{0, 9}, behind)
		f.Add(byte(2), wire[6:12], behind)
	}
	seed()
	seed(`football.example.com. TXT "v=spf1 -all"`)
	seed(`football.example.com. TXT "v=spf1 include:football.example.com include:football.example.com -all"`)
	seed(`football.example.com. TXT "v=spf1 +all"`)
	seed(`football.example.com. TXT "` + keyEd25519 + `"`)
	seed(`football.example.com. TXT "v=DMARC1; p=none"`, `football.example.com. CNAME football.example.com.`)
	f.Add(byte(0), []byte{0, 1}, []byte("no record of the DNS"))
	mail := crlf(vectorEd25519 + vectorMail)
	env := ticket.Envelope{Source: ticket.SourceSMTP, Client: "192.0.2.1", Helo: "football.example.com", ReversePath: "joe@football.example.com"}
	f.Fuzz(func(t *testing.T, code byte, counts, records []byte) {
		s.mu.Lock()
		s.code, s.counts, s.records, s.sound = code, [6]byte{}, records[:min(len(records), 1<<10)], false
		copy(s.counts[:], counts)
		s.mu.Unlock()
		s.asked.Store(0)
		const most = 100 * time.Millisecond
		start := time.Now()
		a := New(resolver.New(resolver.Config{Server: s.addr, Timeout: most / 5}), most).Check(context.Background(), env, mail, "football.example.com", true)
		if took := time.Since(start); took > most+5*time.Second {
			t.Errorf("it took %s", took)
		}
		if n := s.asked.Load(); n > 4*(maxSPFLookups+maxKeyLookups+maxPolicyLookups) {
			t.Errorf("%d questions", n)
		}
		if strings.ContainsFunc(a.Words(), unicode.IsControl) {
			t.Errorf("the words are %q", a.Words())
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if (a.SPF == "pass" || a.DMARC == "pass" || a.DKIM == "pass" || a.Signer != "") && !s.sound {
			t.Errorf("%x passes: %s", records, a.Words())
		}
	})
}
