package person

import "testing"

func TestScrub(t *testing.T) {
	who := NewTraces("Ana@Example.net", []string{"Ana Bérg", "Ana"}, nil, []string{"my printer burns since this morning", "Thanks a lot"})
	for _, tt := range []struct{ name, text, far, near string }{
		{"an address", "Write to ANA@example.net, please", "Write to [erased], please", "Write to [erased], please"},
		{"at the end of a sentence", "It is ana@example.net.", "It is [erased].", "It is [erased]."},
		{"another's that ends alike", "diana@example.net x.ana@example.net", "diana@example.net x.ana@example.net", "diana@example.net x.ana@example.net"},
		{"another's that goes on", "ana@example.net.au ana@example.network", "ana@example.net.au ana@example.network", "ana@example.net.au ana@example.network"},
		{"in a reverse-path and a link", "bounce+ana=example.net@x mailto:ana%40example.net", "bounce+[erased]@x mailto:[erased]", "bounce+[erased]@x mailto:[erased]"},
		{"in a result of SPF", "spf=pass smtp.mailfrom=ana@example.net;", "spf=pass smtp.mailfrom=[erased];", "spf=pass smtp.mailfrom=[erased];"},
		{"a list in JSON", `["ana@example.net","bob@example.net"]`, `["[erased]","bob@example.net"]`, `["[erased]","bob@example.net"]`},
		{"a whole name", "Hello ana  bérg!", "Hello [erased]!", "Hello [erased]!"},
		{"a name over two lines", "Ana\nBérg", "[erased]", "[erased]"},
		{"a name of one word", "Hello Ana, banana", "Hello Ana, banana", "Hello [erased], banana"},
		{"a quoted line", "> > My answer\n> my printer  burns since this morning, really\n", "> > My answer\n> my printer  burns since this morning, really\n", "> > My answer\n[erased]\n"},
		{"a greeting is nobody's", "Thanks a lot\n", "Thanks a lot\n", "Thanks a lot\n"},
	} {
		if got := who.Scrub(tt.text); got != tt.far {
			t.Errorf("%s: Scrub(%q) = %q, want %q", tt.name, tt.text, got, tt.far)
		}
		if got := who.ScrubNear(tt.text); got != tt.near {
			t.Errorf("%s: ScrubNear(%q) = %q, want %q", tt.name, tt.text, got, tt.near)
		}
		if got, want := who.In(tt.text), tt.far != tt.text; got != want {
			t.Errorf("%s: In(%q) = %t, want %t", tt.name, tt.text, got, want)
		}
	}
}

// TestScrubSubject: subjects of requests and names that begin alike, or of which one stands in
// another, are found each, as far as they stand alone.
func TestScrubSubject(t *testing.T) {
	who := Case{Address: "ana@example.net", Names: []string{"Ana Berg", "Ana Berg-Meyer", "Li Wu"},
		Subjects: []string{"Ana", "Ana Berg: notice of divorce", "Help", "Help with", "Help with my divorce", "VPN", "VPN-Zugang gesperrt", "Wu"}}.Traces()
	for _, tt := range []struct{ name, text, want string }{
		{"one with a name in it", "Re: Ana Berg: notice of divorce", "Re: [erased]"},
		{"one that is part of a name", "Re: Li Wu has left", "Re: [erased] has left"},
		{"one that goes on after another", "Re: help with  my divorce", "Re: [erased]"},
		{"one that goes on without a space", "AW: VPN-Zugang gesperrt", "AW: [erased]"},
		{"the shorter, where the longer does not stand alone", "Help without end", "[erased] without end"},
		{"each of several", "VPN-Zugang gesperrt, VPN, Help", "[erased], [erased], [erased]"},
		{"a word of others that goes on", "VPN-Client", "VPN-Client"},
	} {
		if got := who.ScrubSubject(tt.text); got != tt.want {
			t.Errorf("%s: ScrubSubject(%q) = %q, want %q", tt.name, tt.text, got, tt.want)
		}
		raw := []byte("From: bob@example.net\r\nSubject: " + tt.text + "\r\n\r\nx\r\n")
		if got, want := who.InMailNear(raw), tt.want != tt.text; got != want {
			t.Errorf("%s: InMailNear of a mail %q = %t, want %t", tt.name, tt.text, got, want)
		}
	}
	for text, want := range map[string]string{
		"> *Betreff:* Re: [Example IT #2] VPN-Zugang gesperrt\n> Hello\n": "> *Betreff:* Re: [Example IT #2] [erased]\n> Hello\n",
		"Subject: Help\r\nTo: x\r\n":                                      "Subject: [erased]\r\nTo: x\r\n",
		"PS: I have no VPN\nHelp\nNote: Help wanted\n":                    "PS: I have no VPN\nHelp\nNote: Help wanted\n",
	} {
		if got := who.ScrubNear(text); got != want {
			t.Errorf("ScrubNear(%q) = %q, want %q", text, got, want)
		}
	}
	if got := who.Scrub("Dear Ana Berg-Meyer, Ana Berg"); got != "Dear [erased], [erased]" {
		t.Errorf("of two names that begin alike stays %q", got)
	}
}

// TestInMail: an address is found in a mail however it is encoded.
func TestInMail(t *testing.T) {
	who := NewTraces("ana@example.net", []string{"Ana Bérg"}, nil, nil)
	const head = "From: Bob <bob@example.net>\nMIME-Version: 1.0\n"
	for name, raw := range map[string]string{
		"header":               head + "Cc: <Ana@example.net>\n\nx\n",
		"encoded word":         head + "To: =?iso-8859-1?q?Ana_B=E9rg?= <x@example.net>\n\nx\n",
		"base64":               head + "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nYW5hQGV4YW1wbGUubmV0IGNhbGxz\n",
		"quoted-printable":     head + "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nana=40exam=\nple.net\n",
		"HTML":                 head + "Content-Type: text/html; charset=utf-8\n\n<p>ana&#64;example.net</p>\n",
		"attachment":           head + "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\nAGFuYUBleGFtcGxlLm5ldAA=\n",
		"attached mail":        head + "Content-Type: message/rfc822\n\nFrom: x@example.net\nMIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\nYW5hQGV4YW1wbGUubmV0IGNhbGxz\n",
		"charset of two bytes": head + "Content-Type: text/plain; charset=utf-16be\nContent-Transfer-Encoding: base64\n\nAGEAbgBhAEAAZQB4AGEAbQBwAGwAZQAuAG4AZQB0\n",
	} {
		if !who.InMail([]byte(raw)) {
			t.Errorf("%s: not found in\n%s", name, raw)
		}
	}
	if raw := head + "To: diana@example.net\n\nbanana\n"; who.InMail([]byte(raw)) {
		t.Errorf("found in\n%s", raw)
	}
}

// TestScrubSpellings: an address is found in each way in which its domain and its local part
// are written.
func TestScrubSpellings(t *testing.T) {
	const apart = "jo\u0308rg@mu\u0308ller.example"
	for _, address := range []string{"jörg@müller.example", "Jörg@XN--mller-kva.example", apart} {
		traces := NewTraces(address, nil, nil, nil)
		for _, text := range []string{"jörg@müller.example", "JÖRG@MÜLLER.EXAMPLE", "jörg@xn--mller-kva.example", apart} {
			if got := traces.Scrub("Write to " + text + " please"); got != "Write to "+Gone+" please" {
				t.Errorf("the traces of %s leave %q", address, got)
			}
			if !traces.InBytes("\x00" + text + "x") {
				t.Errorf("the traces of %s do not find %s in a file", address, text)
			}
		}
		if traces.In("Write to jorg@muller.example please") {
			t.Errorf("the traces of %s find somebody else", address)
		}
	}
}
