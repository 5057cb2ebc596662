package desk_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/desk/trouble"
	"maildesk/ticket"
)

// invites sets up a rota whose shifts are mailed: alice and bob take turns of a week, handed
// over on Monday at 09:00 in Berlin.
func invites(s *settings.Settings) {
	nights(s)
	s.Routing.Rotas[0].Invite = true
	s.Routing.Rotas[0].Layers[0].Outside = ""
}

// calendarOf returns the calendar of a mail, unfolded.
func calendarOf(s sent) string {
	for _, a := range s.msg.Attachments {
		if a.Type == "text/calendar" {
			return strings.ReplaceAll(strings.ReplaceAll(string(a.Content), "\r\n", "\n"), "\n ", "")
		}
	}
	return ""
}

// field returns the value of a line of a calendar.
func field(calendar, name string) string {
	for line := range strings.Lines(calendar) {
		if value, is := strings.CutPrefix(strings.TrimSpace(line), name); is && value != "" && strings.ContainsAny(value[:1], ":;") {
			return value[1:]
		}
	}
	return ""
}

// invited returns the calendars of all mails about shifts since n: who, method, begin, end and
// sequence.
func (b *bench) invited(n int) (all []string) {
	for _, s := range b.outbox()[n:] {
		if s.Template != string(notify.TemplateShift) {
			continue
		}
		c := calendarOf(s)
		if c == "" {
			all = append(all, s.Recipient+" is told")
			continue
		}
		all = append(all, fmt.Sprintf("%s %s %s %s %s", s.Recipient, field(c, "METHOD"), field(c, "DTSTART"), field(c, "DTEND"), field(c, "SEQUENCE")))
	}
	return all
}

// answers lets an agent answer the last invitation to a shift that begins at a time.
func (b *bench) answersShift(who, begin, partstat string) ticket.Mail {
	b.t.Helper()
	organizer, uid := b.invitation(who, begin)
	return b.replies(who, organizer, uid, partstat, "")
}

// invitation returns who sent the last invitation to a shift that begins at a time, and its UID.
func (b *bench) invitation(who, begin string) (organizer, uid string) {
	b.t.Helper()
	for _, s := range slices.Backward(b.outbox()) {
		c := calendarOf(s)
		if s.Recipient != who || field(c, "DTSTART") != begin || field(c, "METHOD") != "REQUEST" {
			continue
		}
		_, organizer, _ := strings.Cut(field(c, "ORGANIZER"), "mailto:")
		return organizer, field(c, "UID")
	}
	b.t.Fatalf("%s has no invitation for %s: %q", who, begin, b.invited(0))
	return "", ""
}

func (b *bench) replies(who, organizer, uid, partstat, client string) ticket.Mail {
	l := reply(who, organizer, uid, partstat)
	l.client = client
	return b.take(l)
}

// reply is what a calendar sends for somebody who answers an invitation.
func reply(who, organizer, uid, partstat string) letter {
	partstat, comment, said := strings.Cut(partstat, " ")
	if said {
		comment = "COMMENT:" + comment + "\n"
	}
	return letter{
		from: who, to: organizer, subject: "Accepted: on call", header: "MIME-Version: 1.0\nContent-Type: text/calendar; method=REPLY; charset=utf-8\n",
		text: "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:" + uid + "\nDTSTAMP:20000105T100000Z\nATTENDEE;PARTSTAT=" + partstat + ":mailto:" + who + "\n" + comment + "END:VEVENT\nEND:VCALENDAR\n",
	}
}

// onCall returns who is on call at a time in Berlin.
func (b *bench) onCall(at string) (agent string) {
	b.t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04", at, zone(b.t, "Europe/Berlin"))
	if err != nil {
		b.t.Fatal(err)
	}
	b.view(func(r ticket.Reader) error {
		rotas, away, err := decision.Rotas(b.Settings(), r)
		if err == nil {
			agent = rotas[0].At(moment, away)
		}
		return err
	})
	return agent
}

// The turns of the rota, in UTC: the clock in Berlin goes forward on 2000-03-26.
const (
	week3, week4, week5 = "20000117T080000Z", "20000124T080000Z", "20000131T080000Z"
)

// TestInvitedToShifts: who is invited, and what their answers do.
func TestInvitedToShifts(t *testing.T) {
	const first = "2000-01-19 12:00" // in the turn that begins on the 17th, alice's
	request := func(who, from, to string, sequence int) string {
		return fmt.Sprintf("%s REQUEST %s %s %d", who, from, to, sequence)
	}
	cancel := func(who, from, to string, sequence int) string {
		return fmt.Sprintf("%s CANCEL %s %s %d", who, from, to, sequence)
	}
	for _, tt := range []struct {
		name string
		does func(b *bench)
		want []string // the mails about shifts
		has  string   // who is on call in that week
	}{
		{"nothing changes", func(b *bench) {}, nil, "alice"},
		{"accepted", func(b *bench) { b.answersShift(alice, week3, "ACCEPTED") }, nil, "alice"},
		{"perhaps", func(b *bench) { b.answersShift(alice, week3, "TENTATIVE") }, nil, "alice"},
		{"declined", func(b *bench) { b.answersShift(alice, week3, "DECLINED") },
			[]string{alice + " is told", request(bobAt, week3, week4, 1)}, "bob"},
		{"declined twice", func(b *bench) { b.answersShift(alice, week3, "DECLINED"); b.answersShift(alice, week3, "DECLINED") },
			[]string{alice + " is told", request(bobAt, week3, week4, 1)}, "bob"},
		{"declined by both", func(b *bench) {
			b.answersShift(alice, week3, "DECLINED")
			b.due(time.Now())
			b.answersShift(bobAt, week3, "DECLINED")
		}, []string{alice + " is told", request(bobAt, week3, week4, 1), bobAt + " is told"}, "bob"},
		{"declined, and taken back", func(b *bench) {
			b.answersShift(alice, week3, "DECLINED")
			b.due(time.Now())
			b.answersShift(alice, week3, "ACCEPTED")
		}, []string{alice + " is told", request(bobAt, week3, week4, 1), cancel(bobAt, week3, week4, 2)}, "alice"},
		{"declined, and accepted by the other", func(b *bench) {
			b.answersShift(alice, week3, "DECLINED")
			b.due(time.Now())
			b.answersShift(bobAt, week3, "ACCEPTED")
			b.answersShift(alice, week3, "ACCEPTED")
		}, []string{alice + " is told", request(bobAt, week3, week4, 1), alice + " is told"}, "bob"},
		{"another's shift", func(b *bench) {
			b.replies(alice, control, "nights-947491200@desk.example.org", "DECLINED", "192.0.2.7") // bob's
		}, nil, "alice"},
		{"#oncall", func(b *bench) { b.question(alice, "#oncall bob from 2000-01-17 9:00 until 2000-01-24 9:00\n") },
			[]string{cancel(alice, week3, week4, 1), request(bobAt, week3, week4, 2)}, "bob"},
		{"#oncall for a part", func(b *bench) { b.question(alice, "#oncall bob from 2000-01-19 9:00 until 2000-01-24 9:00\n") },
			[]string{request(alice, week3, "20000119T080000Z", 1), request(bobAt, "20000119T080000Z", week4, 0)}, "bob"},
		{"#away", func(b *bench) { b.question(alice, "#away until 2000-01-31\n") },
			[]string{
				cancel(alice, week3, week4, 1), cancel(alice, week5, "20000207T080000Z", 1),
				request(bobAt, week3, week4, 2), request(bobAt, week5, "20000131T230000Z", 2), request(alice, "20000131T230000Z", "20000207T080000Z", 0),
			}, "bob"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, invites)
				b.until("2000-01-05 12:00")
				equal(t, "first invitations", b.invited(0), []string{
					request(alice, "20000103T080000Z", "20000110T080000Z", 0), request(bobAt, "20000110T080000Z", week3, 0), request(alice, week3, week4, 0), request(bobAt, week4, week5, 0), request(alice, week5, "20000207T080000Z", 0),
				})
				n := len(b.outbox())
				tt.does(b)
				for range 2 {
					b.due(time.Now())
				}
				equal(t, "mails", b.invited(n), tt.want)
				if got := b.onCall(first); got != tt.has {
					t.Errorf("%s is on call, want %s", got, tt.has)
				}
				b.sound()
				b.sameRebuilt()
			})
		})
	}
}

// TestInvitationAnsweredOnce: an agent's answer to an invitation acts once, also where it comes to another
// address of the desk before, and no more after they have answered otherwise.
func TestInvitationAnsweredOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, invites)
		b.until("2000-01-05 12:00")
		i := slices.IndexFunc(b.outbox(), func(s sent) bool {
			return s.Recipient == alice && field(calendarOf(s), "DTSTART") == week3
		})
		c := calendarOf(b.outbox()[i])
		_, organizer, _ := strings.Cut(field(c, "ORGANIZER"), "mailto:")
		l := reply(alice, organizer, field(c, "UID"), "ACCEPTED")
		l.header, l.id = "Cc: "+support+"\n"+l.header, "<accepted@example.org>"
		l.rcpt = []string{support}
		if m := b.takeRaw(l, l.bytes()); m.Reason != "invitation" {
			t.Fatalf("the answer is %s (%s)", m.Disposition, m.Reason)
		}
		l.rcpt = nil
		again := func() {
			t.Helper()
			if m := b.takeRaw(l, l.bytes()); m.Disposition != ticket.DispositionDuplicate {
				t.Errorf("at the control address the answer is %s (%s)", m.Disposition, m.Reason)
			}
		}
		again()
		b.answersShift(alice, week3, "DECLINED")
		again()
		if got := b.onCall("2000-01-19 12:00"); got != "bob" {
			t.Errorf("%s is on call, though alice has declined", got)
		}
		b.sound()
		b.sameRebuilt()
	})
}

// TestAnswerInTheirName: what somebody else answers in an agent's name does nothing, and
// the agent is told once.
func TestAnswerInTheirName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, invites)
		b.until("2000-01-05 12:00")
		n := len(b.outbox())
		var seen []string
		b.OnSighting(func(_ context.Context, s trouble.Sighting) { seen = append(seen, s.What+" "+s.Name) })
		for range 2 {
			if m := b.replies(alice, control, "nights-948096000@desk.example.org", "DECLINED", ""); m.Disposition != ticket.DispositionMachine || m.Reason != "invitation-unproven" {
				t.Errorf("the answer is %s (%s)", m.Disposition, m.Reason)
			}
		}
		equal(t, "mails", b.invited(n), []string{alice + " is told"})
		equal(t, "security events", seen, []string{trouble.InvitationForeign + " alice", trouble.InvitationForeign + " alice"})
		if got := b.onCall("2000-01-19 12:00"); got != "alice" {
			t.Errorf("%s is on call", got)
		}
		b.sameRebuilt()
	})
}

// TestAnswerThroughAList: a list says that an agent answered an invitation, and has its address.
func TestAnswerThroughAList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, invites)
		b.until("2000-01-05 12:00")
		organizer, uid := b.invitation(alice, week3)
		l := reply(alice, organizer, uid, "DECLINED")
		l.from, l.header = "Alice via L <l@evil.example>", l.header+"X-BeenThere: l@evil.example\nX-Original-From: "+alice+"\n"
		if m := b.take(l); m.Reason != "invitation-unproven" {
			t.Errorf("the answer is %s (%s)", m.Disposition, m.Reason)
		}
		if got := b.onCall("2000-01-19 12:00"); got != "alice" {
			t.Errorf("%s is on call", got)
		}
	})
}

// TestWordsWithAnAnswer: what an agent writes with their answer reaches whoever has the shift
// then; where nobody has it because of them, they hear that nobody reads it.
func TestWordsWithAnAnswer(t *testing.T) {
	const passed, returned = "alice declined the shift from", "Nobody else reads what you wrote"
	for _, tt := range []struct {
		name, answer string
		does         func(b *bench)
		bob, alice   string // what they read, "": nothing of it
	}{
		{name: "declined", answer: "DECLINED My son is ill\\, sorry", bob: passed, alice: "What you wrote with it was passed on."},
		{name: "accepted", answer: "ACCEPTED My son is ill\\, sorry", alice: returned},
		{name: "perhaps", answer: "TENTATIVE My son is ill\\, sorry", alice: returned},
		{name: "declined, and nobody is left", answer: "DECLINED My son is ill\\, sorry", alice: returned, does: func(b *bench) { b.question(bobAt, "#away until 2000-02-29\n") }},
		{name: "declined without words", answer: "DECLINED"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, invites, func(s *settings.Settings) { s.Language = "en" })
				b.until("2000-01-05 12:00")
				if tt.does != nil {
					tt.does(b)
				}
				n := len(b.outbox())
				b.answersShift(alice, week3, tt.answer)
				read := map[string]string{}
				for _, s := range b.outbox()[n:] {
					read[s.Recipient] += strings.Join(strings.Fields(s.msg.Text), " ") + "\n"
				}
				for who, want := range map[string]string{bobAt: tt.bob, alice: tt.alice} {
					if got := read[who]; want != "" && !strings.Contains(got, want) || want == "" && (strings.Contains(got, passed) || strings.Contains(got, returned) || strings.Contains(got, "passed on")) {
						t.Errorf("%s reads %q, want %q", who, got, want)
					}
					if want == passed || want == returned {
						if !strings.Contains(read[who], "“My son is ill, sorry”") {
							t.Errorf("%s does not read the words: %q", who, read[who])
						}
					}
				}
				b.sameRebuilt()
			})
		})
	}
}

// TestAnswerToAnotherMeeting: whoever answers the invitation to something else at the control
// address hears that nothing was done.
func TestAnswerToAnotherMeeting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, invites, func(s *settings.Settings) { s.Language = "en" })
		b.until("2000-01-05 12:00")
		for _, uid := range []string{"040000008200E00074C5B7101A82E00800000000", "lunch@example.net", "days-947491200@desk.example.org", "nights-947491200@elsewhere.example.org"} {
			n := len(b.outbox())
			m := b.replies(alice, control, uid, "ACCEPTED I am there", "192.0.2.7")
			sent := b.outbox()[n:]
			if m.Reason != "invitation" || len(sent) != 1 || sent[0].Recipient != alice || !says(sent[0], "about no shift that is still to come") || !says(sent[0], "“I am there”") {
				t.Errorf("an answer about %q is %s, and sent are %d mails", uid, m.Reason, len(sent))
			}
		}
	})
}

// TestSeveralAnswersInOneMail: each of them counts, and the words of each reach somebody.
func TestSeveralAnswersInOneMail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, invites, func(s *settings.Settings) { s.Language = "en" })
		b.until("2000-01-05 12:00")
		n := len(b.outbox())
		var events string
		for _, e := range []struct{ uid, words string }{
			{"nights-948096000@desk.example.org", "My son is ill"}, {"nights-949305600@desk.example.org", "I am on holiday"}, {"lunch@example.net", "I am not hungry"},
		} {
			events += "BEGIN:VEVENT\nUID:" + e.uid + "\nDTSTAMP:20000105T100000Z\nATTENDEE;PARTSTAT=DECLINED:mailto:" + alice + "\nCOMMENT:" + e.words + "\nEND:VEVENT\n"
		}
		b.take(letter{
			client: "192.0.2.7", from: alice, to: control, subject: "Declined", header: "MIME-Version: 1.0\nContent-Type: text/calendar; method=REPLY; charset=utf-8\n",
			text: "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\nMETHOD:REPLY\n" + events + "END:VCALENDAR\n",
		})
		read := map[string]string{}
		for _, s := range b.outbox()[n:] {
			read[s.Recipient] += strings.Join(strings.Fields(s.msg.Text), " ") + "\n"
		}
		for _, words := range []string{"“My son is ill”", "“I am on holiday”"} {
			if !strings.Contains(read[bobAt], words) {
				t.Errorf("bob does not read %s: %q", words, read[bobAt])
			}
		}
		if got := read[alice]; strings.Count(got, "You declined") != 2 || !strings.Contains(got, "“I am not hungry”") {
			t.Errorf("alice reads %q", got)
		}
		for _, at := range []string{"2000-01-19 12:00", "2000-02-02 12:00"} {
			if got := b.onCall(at); got != "bob" {
				t.Errorf("%s is on call at %s", got, at)
			}
		}
		b.sameRebuilt()
	})
}

// TestInvitedOverSummerTime: a shift begins and ends at the same time of the clock on the
// wall, and its invitation says the moments; nights of a week are one invitation.
func TestInvitedOverSummerTime(t *testing.T) {
	for _, tt := range []struct {
		outside string
		want    []string
	}{
		{"", []string{bobAt + " REQUEST 20000320T080000Z 20000327T070000Z 0", alice + " REQUEST 20000327T070000Z 20000403T070000Z 0"}},
		{"office", []string{bobAt + " REQUEST 20000320T160000Z 20000327T070000Z 0", alice + " REQUEST 20000327T150000Z 20000403T070000Z 0"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := open(t, invites, func(s *settings.Settings) { s.Routing.Rotas[0].Layers[0].Outside = tt.outside })
			time.Sleep(time.Until(time.Date(2000, 3, 14, 12, 0, 0, 0, time.UTC)))
			b.due(time.Now())
			equal(t, "invitations", b.invited(0)[:2], tt.want)
			says1 := b.last(notify.TemplateShift, alice)
			if !says(says1, "You are on call from") || says1.msg.Subject == "" {
				t.Errorf("alice reads\n%s", says1.msg.Text)
			}
		})
	}
}

// TestInvitedByChoice: nobody is invited where the rota does not say so, nor in their quiet
// hours.
func TestInvitedByChoice(t *testing.T) {
	for _, change := range []func(*settings.Settings){
		func(s *settings.Settings) { s.Routing.Rotas[0].Invite = false },
		func(s *settings.Settings) { s.Control = "" },
	} {
		synctest.Test(t, func(t *testing.T) {
			b := open(t, invites, change)
			b.until("2000-01-05 12:00")
			if got := b.invited(0); len(got) > 0 {
				t.Errorf("sent were %q", got)
			}
		})
	}
}

// TestAnswerToNoShift: what stands in a UID may be any number, and is answered at once.
func TestAnswerToNoShift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, invites)
		for _, begin := range []string{"0", "-1", "1", "-62135596800", "-9223372036854775808", "9223372036854775807", "67767976233532799", "253402300800", "99999999999999999999", "", "x"} {
			if m := b.replies(alice, control, "nights-"+begin+"@desk.example.org", "DECLINED", "192.0.2.7"); m.Reason != "invitation" {
				t.Errorf("an answer to the shift at %q is %s, %s", begin, m.Disposition, m.Reason)
			}
		}
		if got := b.onCall("2000-01-19 12:00"); got != "alice" {
			t.Errorf("on call is %q, want alice", got)
		}
	})
}
