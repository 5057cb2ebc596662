package author

import (
	"testing"

	"maildesk/desk/settings"
	"maildesk/ticket"
)

// TestAuthorBehindSender: whose mail it is that a list or a form sends.
func TestAuthorBehindSender(t *testing.T) {
	s := &settings.Settings{
		Addresses: []settings.Address{{Mail: "support@example.org"}},
		Agents:    []settings.Agent{{Name: "alice", Mail: []string{"alice@example.org"}}},
	}
	const (
		marta = "marta@clinic.example.com"
		list  = "it@lists.example.net"
		reply = "Reply-To: Marta <" + marta + ">\n"
	)
	for _, tt := range []struct{ name, sender, header, want string }{
		{"a list that puts itself into From", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\n" + reply + "List-Id: IT <it.lists.example.net>\nPrecedence: list\n", marta},
		{"the same by its List-Post", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\n" + reply + "List-Id: <4711.example.net>\nList-Post: <mailto:" + list + ">\n", marta},
		{"the same by X-BeenThere", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\n" + reply + "X-BeenThere: " + list + "\n", marta},
		{"an answer on that list", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\n" + reply + "List-Id: <it.lists.example.net>\nIn-Reply-To: <1@clinic.example.com>\n", marta},
		{"a list that leaves its author in From", "it-bounces@lists.example.net", "From: Marta <" + marta + ">\nReply-To: <" + list + ">\nList-Id: <it.lists.example.net>\n", marta},
		{"a list with its author nowhere", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\nList-Id: <it.lists.example.net>\n", list},
		{"somebody who is no list", "otto@lists.example.net", "From: Otto <otto@lists.example.net>\n" + reply + "List-Id: <it.lists.example.net>\n", "otto@lists.example.net"},
		{"a form in the name of the house", "www-data@web1.example.org", "From: Web <web@example.org>\n" + reply, marta},
		{"a form in an agent's name", "www-data@web1.example.org", "From: Alice <alice@example.org>\n" + reply, marta},
		{"an agent's own mail", "alice@example.org", "From: Alice <alice@example.org>\n" + reply, "alice@example.org"},
		{"an agent's own mail from elsewhere", "alice@post.example.net", "From: Alice <alice@example.org>\n" + reply, "alice@example.org"},
		{"an agent's answer", "www-data@web1.example.org", "From: Alice <alice@example.org>\n" + reply + "In-Reply-To: <1@example.org>\n", "alice@example.org"},
	} {
		raw := []byte(tt.header + "To: support@example.org\nSubject: Scanner\nMessage-ID: <2@clinic.example.com>\n\nThe scanner is dark.\n")
		msg, _ := Parse(s, ticket.Mail{Envelope: ticket.Envelope{ReversePath: tt.sender, ForwardPaths: []string{"support@example.org"}}}, raw)
		if msg.From.Address != tt.want {
			t.Errorf("%s: the author is %s, want %s", tt.name, msg.From.Address, tt.want)
		}
	}
}
