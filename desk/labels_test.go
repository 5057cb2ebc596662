package desk_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// TestLabels: commands that say what a request is about, each in words of other languages
// too; what they change goes back, and a rebuild finds the same.
func TestLabels(t *testing.T) {
	for _, tt := range []struct {
		text   string
		kind   ticket.Kind
		tags   string
		events []string
		wrong  string
	}{
		{text: "#kind question", kind: ticket.KindQuestion, events: []string{"kind: incident → question"}},
		{text: "#art Serviceanfrage", kind: ticket.KindServiceRequest},
		{text: "#nature demande de service", kind: ticket.KindServiceRequest},
		{text: "#kind service", kind: ticket.KindServiceRequest},
		{text: "#kind nonsense", wrong: `there is no kind "nonsense". Kinds: incident, service request, question`},
		{text: "#kind", wrong: "the kind is missing"},
		{text: "#tag vip, needs parts", tags: "vip|needs parts", events: []string{"tagged: vip", "tagged: needs parts"}},
		{text: "#tag VIP\n#tag vip", tags: "VIP"},
		{text: "#tag vip, old\n#tag -old", tags: "vip"},
		{text: "#tag vip, old\n#tag –old", tags: "vip"},
		{text: "#tag - vip", tags: "vip"},
		{text: "#tag: vip.", tags: "vip"},
		{text: "#tag vip\n#untag VIP"},
		{text: "#schlagwort vip", tags: "vip"},
		{text: "#tag", wrong: "a tag is needed, as in #tag vip"},
		{text: "#untag vip", wrong: "this request has no tags"},
		{text: "#tag a\n#untag b", wrong: `this request has no tag "b"; the tags are: a`},
		{text: "#tag spam", wrong: "#spam files a request as spam"},
		{text: "#tag " + strings.Repeat("x", 51), wrong: "the longest has 50 characters"},
		{text: "#time 1h30\n#time 15", events: []string{"worked: 1 h 45 min"}},
		{text: "#zeit 15 Minuten", events: []string{"worked: 15 min"}},
		{text: "#time 2 days", wrong: "a time of work is needed"},
		{text: "#time", wrong: "a time of work is needed"},
		{text: "#subject", wrong: "the new subject is missing"},
		{text: "#subject " + strings.Repeat("x", 201), wrong: "the longest has 200 characters"},
	} {
		t.Run(tt.text, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, undoWindow(20*time.Second))
				before := b.request()
				b.agentWrites(alices, notify.TemplateNewTicket, tt.text+"\n")
				got := b.ticket(before.ID)
				if tt.wrong != "" {
					if told := strings.Join(strings.Fields(b.last(notify.TemplateRefusal, alices).msg.Text), " "); !strings.Contains(told, tt.wrong) {
						t.Errorf("alice is told\n%s\nwant %q", told, tt.wrong)
					}
					b.unchanged("refused", before)
					return
				}
				if tt.kind != "" && got.Kind != tt.kind || strings.Join(got.Tags, "|") != tt.tags {
					t.Errorf("the ticket is a %q with the tags %q", got.Kind, got.Tags)
				}
				for _, e := range tt.events {
					if all := strings.Join(b.events(before.ID), "\n"); !strings.Contains(all, e) {
						t.Errorf("no %q in\n%s", e, all)
					}
				}
				b.sameRebuilt()
				if plainly(got) == plainly(before) && got.Kind == before.Kind && len(tt.events) == 0 {
					return
				}
				b.agentWrites(alices, notify.TemplateTranscript, "UNDO\n")
				b.unchanged("taken back", before)
				if got := b.ticket(before.ID).Kind; got != before.Kind {
					t.Errorf("taken back, the kind is %q, was %q", got, before.Kind)
				}
				b.view(func(r ticket.Reader) error {
					events, err := r.Events(before.ID)
					if booked := history.Worked(events); booked != 0 {
						t.Errorf("taken back, %s are booked", booked)
					}
					return err
				})
				b.sound()
				b.sameRebuilt()
			})
		})
	}
}

// TestSubjectIsChanged: mails carry the new subject, with the tag, in the same thread; who
// writes under the old one is known by it.
func TestSubjectIsChanged(t *testing.T) {
	b := open(t, func(s *settings.Settings) { s.SameWithin = 72 * time.Hour })
	of := b.request()
	first := b.last(notify.TemplateAcknowledgement, ana)
	b.agentWrites(alices, notify.TemplateNewTicket, "#subject [Example IT #1] Tunnel to the\tsecond office\n#time 10m\n\nWhich version do you have?\n")
	reply := b.last(notify.TemplateReply, ana)
	if got, want := reply.msg.Subject, "Re: [Example IT #1] Tunnel to the second office"; got != want {
		t.Errorf("ana gets %q, want %q", got, want)
	}
	equal(t, "what it answers", reply.msg.References, first.msg.References)
	b.take(letter{from: ana, to: reply.answer(), subject: "Re: VPN drops", text: "Version 5, and it drops again.\n"})
	if notice := b.last(notify.TemplateMessage, alices).msg; strings.Contains(notice.Text, "New ticket") || !strings.Contains(notice.Text, "10\u00a0minutes") {
		t.Errorf("under the old subject she seems to begin something new, or nobody sees the time booked:\n%s", notice.Text)
	}
	m := b.take(letter{from: ana, to: support, subject: "VPN drops", text: "It drops still, every ten minutes, please help me now.\n"})
	if same := b.last(notify.TemplateNewTicket, alices).msg.Text; m.Ticket == of.ID || !strings.Contains(same, "#1") {
		t.Errorf("a new mail under the old subject is not shown as one about the same:\n%s", same)
	}
	b.sameRebuilt()
}

// TestHistoryByMail: #history brings everything, and does not stand in the way of a reply.
func TestHistoryByMail(t *testing.T) {
	for _, text := range []string{"#history\n", "#verlauf\n", "#history\n\nWhich version do you have?\n"} {
		b := open(t)
		other := b.take(letter{from: ana, to: support, subject: "Older matter", text: "The scanner is slow.\n"})
		b.request()
		b.agentWrites(alices, notify.TemplateNewTicket, text)
		got := b.last(notify.TemplateShow, alices).msg.Text
		if !strings.Contains(got, "Older matter") || !strings.Contains(got, "drops every ten minutes") || other.Ticket == 0 {
			t.Errorf("%q brings\n%s", text, got)
		}
		if replied := len(b.leftFor(ana, notify.TemplateReply)) + strings.Count(strings.Join(b.summary(), "\n"), "reply "+ana); (replied > 0) != strings.Contains(text, "version") {
			t.Errorf("%q sends ana %d replies", text, replied)
		}
		if strings.Contains(strings.Join(b.summary(), "\n"), "transcript") {
			t.Errorf("%q is answered twice: %q", text, b.summary())
		}
		b.sameRebuilt()
	}
}

// TestLabelsOnANewMail: they say it of the request that the mail opens.
func TestLabelsOnANewMail(t *testing.T) {
	b := open(t, func(s *settings.Settings) { s.AuthServers = []string{"mx.example.org"} })
	m := b.take(letter{from: alices, to: support, subject: "Call", header: "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n",
		text: "#for " + ana + "\n#channel phone\n#kind question\n#tag vip\n#time 15m\n#subject Price of a licence\n\nShe asks what it costs.\n"})
	got := b.ticket(m.Ticket)
	if got.Kind != ticket.KindQuestion || strings.Join(got.Tags, " ") != "vip phone" || got.Subject != "Price of a licence" || got.Requester != ana {
		t.Errorf("the ticket is %+v", got)
	}
	if all := strings.Join(b.events(got.ID), "\n"); !strings.Contains(all, "worked: 15 min") {
		t.Errorf("no time is booked:\n%s", all)
	}
	b.sameRebuilt()
}
