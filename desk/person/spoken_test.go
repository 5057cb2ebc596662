package person

import (
	"testing"

	"maildesk/mailparse"
	"maildesk/ticket"
)

// TestSpokenAddress: an address that is written for people and not for robots goes, and what only looks like it stays.
func TestSpokenAddress(t *testing.T) {
	who := NewTraces("ana.berg@mail.example.net", nil, nil, nil)
	info := NewTraces("info@example.net", nil, nil, nil)
	for _, form := range []string{
		"ana.berg [at] mail.example.net", "ana.berg(at)mail.example.net", "ana.berg [at] mail [dot] example [dot] net", "ANA.BERG (AT) MAIL (DOT) EXAMPLE (DOT) NET",
		"ana dot berg at mail dot example dot net", "ana.berg @ mail.example.net", "ana.berg @ mail . example . net", "ana[.]berg[@]mail[.]example[.]net", "ana.berg{at}mail.example.net",
		"ana.berg_at_mail.example.net", "ana.berg -at- mail.example.net", "ana.berg <at> mail.example.net", "ana Punkt berg bei mail Punkt example Punkt net", "ana.berg [ät] mail.example.net",
		"ana.berg [arroba] mail [punto] example [punto] net", "ana.berg (chez) mail (point) example (point) net", "ana.berg [a] mail.example.net", "ana.berg [at]\nmail.example.net", "ana.berg\u00a0[at]\u00a0mail.example.net",
	} {
		for before, behind := range map[string]string{"": "", "Write to ": ", please.", "(": ").", "> ": "\n"} {
			if got, want := who.Scrub(before+form+behind), before+Gone+behind; got != want {
				t.Errorf("of %q is left %q", before+form+behind, got)
			}
		}
		if !who.InBytes("x" + form + "y") {
			t.Errorf("%q is not found in a file", form)
		}
	}
	for _, other := range []string{
		"ana.berg at mail", "We met ana, berg at mail.example.net", "diana.berg [at] mail.example.net", "ana.berg [at] mail.example.network", "ana.berg [at] example.net", "ana.berg [at] mail.example.net.au", "ana berg at work", "the mail at example dot net", "ana.berg at mail.example.org",
	} {
		if got := who.Scrub(other); got != other {
			t.Errorf("of %q, which is nobody's or somebody else's, is left %q", other, got)
		}
	}
	for _, other := range []string{"There is more info at example.net", "more info at\nexample.net.", "info, at example dot net"} {
		if got := info.Scrub(other); got != other {
			t.Errorf("of %q, which is no address, is left %q", other, got)
		}
	}
}

// TestSpokenAddressInProof: the proof of an erasure finds such an address in a row and in a mail.
func TestSpokenAddressInProof(t *testing.T) {
	e := NewEraser(fuzzed(), func(string) bool { return false }, nil)
	raw := []byte("From: Bob <bob@example.com>\nSubject: x\n\nAsk ana [at] example [dot] net.\n")
	c, changed := e.Change(Row{Table: "mail_raw", ID: 23, Mail: 23, Bytes: raw})
	if !changed || mailparse.Parse(c.Raw, mailparse.Envelope{}).Text != "Ask "+Gone+"." {
		t.Errorf("the mail is changed: %t, to %q", changed, c.Raw)
	}
	row := Row{Table: "entry", ID: 1, Ticket: 9, Texts: map[string]string{"text": "Her address is ana(at)example.net", "author": "bob@example.com"}, Kind: string(ticket.EntryMessage)}
	if !fuzzed().Traces().In(row.Texts["text"]) {
		t.Error("it is not found in an entry")
	}
	if _, changed := e.Change(row); !changed {
		t.Error("the entry stays")
	}
}
