package store

import (
	"errors"
	"strings"
	"testing"

	"maildesk/ticket"
)

// checked is what a check found.
var checked = ticket.Authentication{
	At: noon, SPF: "softfail", SPFDomain: "example.net", DKIM: "pass", DMARC: "pass", Policy: "reject", PolicyAt: "example.org", Signer: "mail.example.org", Fault: "none to speak of",
	Signatures: []ticket.Signature{{Domain: "example.com", Result: "fail", Reason: "body hash did not verify"}, {Domain: "mail.example.org", Result: "pass"}},
}

// What was found of a mail is kept once, beside it or with it.
func TestAuthentication(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		later, raw := testMail("a")
		first, _, err := appendMail(db, later, raw)
		if err != nil {
			t.Fatal(err)
		}
		read := func(id ticket.MailID) (a ticket.Authentication, err error) {
			err = db.View(t.Context(), func(r ticket.Reader) error {
				a, err = r.Authentication(id)
				return err
			})
			return a, err
		}
		if _, err := read(first); !errors.Is(err, ticket.ErrNotFound) {
			t.Errorf("Authentication of a mail that was not checked: %v", err)
		}
		other := checked
		other.SPF = "fail"
		for _, a := range []ticket.Authentication{checked, other} {
			if err := db.KeepAuthentication(t.Context(), first, a); err != nil {
				t.Fatal(err)
			}
		}
		with, raw := testMail("b")
		with.Envelope.Checked = &checked
		second, _, err := appendMail(db, with, raw)
		if err != nil {
			t.Fatal(err)
		}
		none, raw := testMail("c")
		none.Envelope.Checked = &ticket.Authentication{}
		third, _, err := appendMail(db, none, raw)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []ticket.MailID{first, second} {
			got, err := read(id)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "Authentication", got, checked)
		}
		if _, err := read(third); !errors.Is(err, ticket.ErrNotFound) {
			t.Errorf("Authentication of a mail with a zero one: %v", err)
		}
		if err := db.KeepAuthentication(t.Context(), 99, checked); err == nil {
			t.Error("what was found of a mail that is not there is kept")
		}
	})
}

// The first mail of which a signature is kept has it; a later one with the same names the first.
func TestSignatureOnce(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		by := checked
		by.Signed = &ticket.Signed{By: "alice", Form: "OpenPGP", Result: ticket.SignedHolds, Key: "0123456789ABCDEF", At: noon, Digest: strings.Repeat("5a", 32)}
		broken := checked
		broken.Signed = &ticket.Signed{By: "alice", Form: "S/MIME", Result: ticket.SignedBroken, Detail: "digest"}
		var ids []ticket.MailID
		for _, text := range []string{"a", "b", "c"} {
			m, raw := testMail(text)
			id, _, err := appendMail(db, m, raw)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		for i, a := range []ticket.Authentication{by, broken, by, by} { // of the second mail first
			id := []ticket.MailID{ids[1], ids[2], ids[0], ids[1]}[i]
			if err := db.KeepAuthentication(t.Context(), id, a); err != nil {
				t.Fatal(err)
			}
		}
		again := *by.Signed
		again.First = ids[1]
		second := checked
		second.Signed = &again
		for i, want := range []ticket.Authentication{second, by, broken} {
			err := db.View(t.Context(), func(r ticket.Reader) error {
				got, err := r.Authentication(ids[i])
				equal(t, "Authentication", got, want)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if !by.Signed.Holds() || again.Holds() || broken.Signed.Holds() || by.Signed.First != 0 {
			t.Error("which of them holds is not known")
		}
		bad := by
		bad.Signed = &ticket.Signed{Result: ticket.SignedHolds, Digest: "5a"}
		if err := db.KeepAuthentication(t.Context(), ids[0], bad); err == nil {
			t.Error("a signature without a digest is kept")
		}
	})
}
