package smtpd

import (
	"strings"
	"testing"
)

// TestCommandOrder: a command that is known and out of order is 503 (RFC 5321
// section 4.1.4), never 502.
func TestCommandOrder(t *testing.T) {
	const ehlo, mail, rcpt = "EHLO client.example", "MAIL FROM:<ana@client.example>", "RCPT TO:<help@our.example>"
	for _, tt := range []struct {
		before  []string
		command string
	}{
		{nil, mail},
		{nil, rcpt},
		{nil, "DATA"},
		{[]string{ehlo}, rcpt},
		{[]string{ehlo}, "DATA"},
		{[]string{ehlo, mail}, mail},
		{[]string{ehlo, mail}, "DATA"},
		{[]string{ehlo, mail, rcpt, "RSET"}, rcpt},
		{[]string{ehlo, mail, rcpt, "RSET"}, "DATA"},
		{[]string{ehlo, mail, rcpt, ehlo}, "DATA"},
		{[]string{ehlo, mail, rcpt, "HELO client.example"}, rcpt},
	} {
		c := dial(t, serve(t, &fakeDesk{}, Config{}))
		c.want("220")
		for _, command := range tt.before {
			c.say(command, "250")
		}
		c.say(tt.command, "503 5.5.1 Bad sequence of commands")
		c.say("QUIT", "221")
	}
	c := greeted(t, serve(t, &fakeDesk{}, Config{}))
	c.say(mail, "250")
	c.say("RCPT TO:<nobody@our.example>", "550 5.1.1")
	c.say("DATA", "503 5.5.1 Bad sequence of commands: there is no recipient")
}

// TestReplies: the words of RFC 5321, this host's name first (section 4.1.1.1),
// and nothing of what the peer said.
func TestReplies(t *testing.T) {
	for _, tt := range []struct{ command, want string }{
		{"HELO client.example", "250 our.example"},
		{"EHLO client.example", "250-our.example"},
		{"EHLO [192.0.2.1]", "250-our.example"},
		{"EHLO under_score..odd", "250-our.example"},
		{"EHLO", "501 5.5.2"},
		{"EHLO  ", "501 5.5.2"},
		{"EHLO cli\tent", "501 5.5.2 Control character in a command"},
		{"EHLO cli\u009bent", "501 5.5.2 Control character in a command"},
		{"EHLO cli\u202eent", "501 5.5.2 Control character in a command"},
		{"EHLO cli\x9bent", "501 5.5.2 Control character in a command"},
		{"HELO cli\u0085ent", "501 5.5.2 Control character in a command"},
		{"NOOP echo-me", "250 2.0.0 OK"},
		{"RSET", "250 2.0.0 OK"},
		{"VRFY echo-me", "252 2.5.0 Cannot VRFY user, but will accept message and attempt delivery"},
		{"MAIL FROM:<echo-me@client.example>", "250 2.1.0 OK"},
		{"MAIL FROM:<a@client.example> ECHO-ME=1", "555 5.5.4"},
		{"MAIL TO:<echo-me@client.example>", "501 5.5.2"},
		{"EXPN echo-me", "502 5.5.1 Command not implemented"},
		{"AUTH PLAIN echo-me", "502 5.5.1 Command not implemented"},
		{"STARTTLS", "502 5.5.1 Command not implemented"},
		{"FROB echo-me", "500 5.5.2 Syntax error, command unrecognized"},
		{"ECHO-ME now", "500 5.5.2 Syntax error, command unrecognized"},
		{"QUIT", "221 2.0.0 our.example Service closing transmission channel"},
	} {
		c := dial(t, serve(t, &fakeDesk{}, Config{}))
		c.want("220 our.example ESMTP Service Ready")
		if !strings.HasPrefix(tt.command, "HELO") && !strings.HasPrefix(tt.command, "EHLO") {
			c.say("HELO client.example", "250 our.example")
		}
		c.send(tt.command + "\r\n")
		got, _, _ := strings.Cut(c.want(""), "\r\n")
		if !strings.HasPrefix(got, tt.want) || strings.HasPrefix(tt.want, "250") && got != tt.want {
			t.Errorf("%q is answered %q, want %q", tt.command, got, tt.want)
		}
		for _, said := range []string{"echo", "ECHO", "client"} {
			if strings.Contains(got, said) {
				t.Errorf("%q is answered %q, which echoes it", tt.command, got)
			}
		}
	}
	c := greeted(t, serve(t, &fakeDesk{}, Config{}))
	c.say("MAIL FROM:<ana@client.example>", "250 2.1.0 OK")
	c.say("RCPT TO:<help@our.example> X=1", "555 5.5.4")
	c.say("RCPT TO:<help@our.example>", "250 2.1.5 OK")
	c.say("DATA", "354 Start mail input; end with <CRLF>.<CRLF>")
	c.say(".", "250 2.0.0 kept as 1")
}
