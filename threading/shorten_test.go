package threading

import (
	"net/url"
	"strings"
	"testing"
)

func TestShorten(t *testing.T) {
	keys, err := NewKeyring(GenerateKeys())
	if err != nil {
		t.Fatal(err)
	}
	for _, round := range []int64{0, 3} {
		token := Token{Ticket: 1042, Participant: 77, Role: "agent", Kind: Internal, Round: round}
		reply, _ := keys.ReplyAddress("support@example.org", token)
		bounce, _ := keys.BounceAddress("support@example.org", 1042, 77)
		control, _ := keys.ControlAddress("desk@example.org", "alice", 1042)
		id := keys.MessageID(token, "note.1.2", "desk.example.org")
		for _, word := range []string{reply, strings.ToUpper(reply), bounce, control, id, url.QueryEscape(reply)} {
			for _, text := range []string{word, "550 5.1.1 <" + word + ">: no such user", "a " + word + ", " + word + " b"} {
				got := Shorten(text)
				_, _, address := keys.ParseReplyAddress(got)
				if len(got) > len(text)-12 || address || strings.Contains(got, word) || !strings.Contains(got, "1042") || !strings.Contains(strings.ToLower(got), "example.org") {
					t.Errorf("Shorten(%q) = %q", text, got)
				}
				if Shorten(got) != got {
					t.Errorf("Shorten(%q) is shortened once more", got)
				}
			}
		}
	}
	for _, text := range []string{"", "support@example.org", "support+t1042@example.org", "ana+tag-1@example.net", "<1.2.3@example.net>", "t1042.", "C++ and t1-x"} {
		if got := Shorten(text); got != text {
			t.Errorf("Shorten(%q) = %q, want the same", text, got)
		}
	}
}
