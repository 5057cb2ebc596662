// Package dnsserver is a DNS server on the loopback for tests: it answers with the
// records it is given, and badly where it is told to.
package dnsserver

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"
)

// Fault is how the server answers badly about a name.
type Fault int

// The faults.
const (
	Silent   Fault = iota + 1 // no answer ever comes
	ServFail                  // SERVFAIL
	Refused                   // REFUSED
	WrongID                   // answers to questions that nobody asked
	WrongQuestion
	Garbage  // bytes that are no message
	Loop     // a CNAME to the name itself
	Huge     // hundreds of records, by TCP
	CutShort // the header says that records follow, and none do
)

// Server is a DNS server.
type Server struct {
	Addr string // "host:port" of UDP and TCP

	mu      sync.Mutex
	records map[string][]dns.RR // by lower-case name with a dot at the end
	faults  map[string]Fault    // "" is any name
	asked   []string            // "TXT example.org."
}

// Start starts a server with records as in a zone file, one a line: `example.org. TXT
// "v=spf1 -all"`. It ends with the test.
func Start(t testing.TB, records ...string) *Server {
	t.Helper()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Addr: udp.LocalAddr().String(), records: map[string][]dns.RR{}, faults: map[string]Fault{}}
	s.Add(t, records...)
	tcp, err := net.Listen("tcp", s.Addr)
	if err != nil {
		udp.Close()
		t.Skipf("no port is free for UDP and TCP: %v", err)
	}
	var running sync.WaitGroup
	t.Cleanup(running.Wait) // after both were told to end
	for _, server := range []*dns.Server{{PacketConn: udp, Handler: dns.HandlerFunc(s.serve)}, {Listener: tcp, Handler: dns.HandlerFunc(s.serve)}} {
		started := make(chan struct{})
		server.NotifyStartedFunc = func() { close(started) }
		running.Go(func() { server.ActivateAndServe() })
		<-started
		t.Cleanup(func() { server.Shutdown() })
	}
	return s
}

// Add adds records.
func (s *Server) Add(t testing.TB, records ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range records {
		rr, err := dns.NewRR(line)
		if err != nil || rr == nil {
			t.Fatalf("record %q: %v", line, err)
		}
		name := strings.ToLower(rr.Header().Name)
		s.records[name] = append(s.records[name], rr)
	}
}

// TXT returns the line of a TXT record, however long its text is.
func TXT(name, text string) string {
	var parts []string
	for len(text) > 250 {
		parts, text = append(parts, fmt.Sprintf("%q", text[:250])), text[250:]
	}
	return name + ". TXT " + strings.Join(append(parts, fmt.Sprintf("%q", text)), " ")
}

// Fail lets the server answer badly about names; none is all names.
func (s *Server) Fail(f Fault, names ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(names) == 0 {
		names = []string{""}
	}
	for _, name := range names {
		if name != "" {
			name = dns.Fqdn(strings.ToLower(name))
		}
		s.faults[name] = f
	}
}

// Asked returns the questions so far, each as "TXT example.org.".
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.asked...)
}

func (s *Server) serve(w dns.ResponseWriter, q *dns.Msg) {
	if len(q.Question) != 1 {
		return
	}
	question := q.Question[0]
	name := strings.ToLower(question.Name)
	s.mu.Lock()
	s.asked = append(s.asked, dns.TypeToString[question.Qtype]+" "+name)
	fault, is := s.faults[name]
	if !is {
		fault = s.faults[""]
	}
	records, there := s.find(name, question.Qtype)
	s.mu.Unlock()
	reply := new(dns.Msg).SetReply(q)
	reply.RecursionAvailable = true
	reply.Answer = records
	if !there {
		reply.Rcode = dns.RcodeNameError
	}
	if fault != 0 {
		s.answerBadly(w, reply, fault)
		return
	}
	send(w, reply)
}

// find returns the records of a type that a name has, by its CNAMEs and with these, and whether the name at their end is there.
func (s *Server) find(name string, kind uint16) (found []dns.RR, there bool) {
	for range 9 {
		next := ""
		all, is := s.records[name]
		for _, rr := range all {
			alias, isAlias := rr.(*dns.CNAME)
			if isAlias && kind != dns.TypeCNAME {
				next = strings.ToLower(alias.Target)
			}
			if isAlias || rr.Header().Rrtype == kind {
				found = append(found, rr)
			}
		}
		if there = is; next == "" {
			break
		}
		name = next
	}
	return found, there
}

// send sends a reply, shortened where UDP has no room for it.
func send(w dns.ResponseWriter, reply *dns.Msg) {
	if w.RemoteAddr().Network() == "udp" {
		reply.Truncate(dns.MinMsgSize)
	}
	w.WriteMsg(reply)
}

func (s *Server) answerBadly(w dns.ResponseWriter, reply *dns.Msg, f Fault) {
	name := reply.Question[0].Name
	switch f {
	case Silent:
		return
	case ServFail:
		reply.Rcode, reply.Answer = dns.RcodeServerFailure, nil
	case Refused:
		reply.Rcode, reply.Answer = dns.RcodeRefused, nil
	case WrongID:
		reply.Id++
	case WrongQuestion:
		reply.Question[0].Name = "other.example."
	case Garbage:
		w.Write([]byte("no message of the DNS"))
		return
	case Loop:
		reply.Rcode, reply.Answer = dns.RcodeSuccess, []dns.RR{&dns.CNAME{Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeCNAME, Class: dns.ClassINET, Ttl: 60}, Target: name}}
	case Huge:
		reply.Rcode, reply.Compress = dns.RcodeSuccess, true // 64 KiB are the most that a message may have
		for range 500 {
			reply.Answer = append(reply.Answer, &dns.TXT{Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeTXT, Class: dns.ClassINET, Ttl: 60}, Txt: []string{strings.Repeat("x", 100)}})
		}
	case CutShort:
		wire, err := reply.Pack()
		if err != nil {
			return
		}
		wire[7] += 9 // ANCOUNT
		w.Write(wire)
		return
	}
	send(w, reply)
}
