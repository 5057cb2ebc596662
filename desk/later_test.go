package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/calendar"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// officeHours is a desk in Berlin that works from Monday to Friday.
func officeHours(s *settings.Settings) {
	s.Location, _ = time.LoadLocation("Europe/Berlin")
	s.Routing.Calendars = []calendar.Calendar{{Name: "office", Timezone: "Europe/Berlin", Hours: []string{"mon-fri 09:00-17:00"}}}
	s.TokenLife = 24 * time.Hour
}

// runTo lets the clock strike and mails go out, by the hour, until a time in the desk's
// zone: "2000-01-05 09:30".
func (b *bench) runTo(at string) {
	b.t.Helper()
	end, err := time.ParseInLocation("2006-01-02 15:04", at, b.Settings().Zone())
	if err != nil {
		b.t.Fatal(err)
	}
	for time.Now().Before(end) {
		time.Sleep(min(time.Hour, time.Until(end)))
		b.due(time.Now())
		b.deliver()
	}
}

// got returns the templates of what somebody outside was sent since the first n mails,
// each with the day and hour on which it was made.
func (b *bench) got(who string, n int) (all []string) {
	b.t.Helper()
	for _, m := range b.outbox()[n:] {
		if m.Recipient == who {
			all = append(all, m.Template+" "+m.CreatedAt.In(b.Settings().Zone()).Format("Mon 15:04"))
		}
	}
	return all
}

// onMonday returns a desk on which Ana has asked something, on Monday at ten.
func onMonday(t *testing.T, change ...func(*settings.Settings)) (*bench, ticket.Ticket, int) {
	t.Helper()
	b := open(t, append([]func(*settings.Settings){officeHours}, change...)...)
	b.runTo("2000-01-03 10:00")
	of := b.request()
	b.deliver()
	return b, of, len(b.summary())
}

// TestLater: a text goes out when its writer wants it to, once, and not before; what ends
// the matter then ends it then.
func TestLater(t *testing.T) {
	for _, tt := range []struct {
		text, want string
		becomes    ticket.Status
	}{
		{"#later Wednesday 9:00\n\nThe part is here.\n", "reply Wed 09:00", ticket.StatusOpen},
		{"#später Mittwoch 9 Uhr\n\nThe part is here.\n", "reply Wed 09:00", ticket.StatusOpen},
		{"#later Wednesday\n\nThe part is here.\n", "reply Wed 09:00", ticket.StatusOpen},
		{"#later 3h\n\nThe part is here.\n", "reply Mon 13:00", ticket.StatusOpen},
		{"#later 5 days\n\nThe part is here.\n", "reply Mon 09:00", ticket.StatusOpen}, // Saturday
		{"#later Saturday 9:00\n\nThe part is here.\n", "reply Sat 09:00", ticket.StatusOpen},
		{"#resolve\n#later Wednesday 9:00\n\nThe part is here.\n", "resolution Wed 09:00", ticket.StatusResolved},
		{"#later Wednesday 9:00\n#close\n\nThe part is here.\n", "closing Wed 09:00", ticket.StatusClosed},
		{"#ifsilent 3d\n\nThe part is here.\n", "reply Thu 10:00", ticket.StatusOpen},
		{"#sansréponse vendredi\n#pending\n\nThe part is here.\n", "reply Fri 09:00", ticket.StatusPending},
	} {
		t.Run(tt.text, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, of, n := onMonday(t, undoWindow(20*time.Second))
				b.agentWrites(alices, notify.TemplateNewTicket, tt.text)
				told := b.last(notify.TemplateTranscript, alices).msg.Text
				if !strings.Contains(told, "goes out") || !strings.Contains(told, "The part is here.") || !strings.Contains(told, "UNDO") {
					t.Errorf("alice is told\n%s", told)
				}
				got := b.ticket(of.ID)
				if len(b.got(ana, n)) > 0 || got.PlanAt.IsZero() || got.Assignee != "alice" || got.Status == ticket.StatusResolved {
					t.Errorf("at once ana gets %q, and the ticket is %s of %q, looked at %s", b.got(ana, n), got.Status, got.Assignee, got.PlanAt)
				}
				b.sameRebuilt()
				b.runTo("2000-01-14 12:00")
				b.due(time.Now())
				got = b.ticket(of.ID)
				equal(t, "what ana gets", b.got(ana, n), []string{tt.want})
				if text := b.outbox()[len(b.outbox())-1].msg.Text; !strings.Contains(strings.Join(b.leftFor(ana, notify.TemplateReply, notify.TemplateResolution, notify.TemplateClosing), ""), "The part is here.") {
					t.Errorf("the last mail says %q", text)
				}
				if got.Status != tt.becomes || !got.PlanAt.IsZero() {
					t.Errorf("the ticket is %s, and looked at %s; want %s", got.Status, got.PlanAt, tt.becomes)
				}
				kinds := ""
				for _, e := range b.entries(of.ID) {
					kinds += string(e.Kind) + " "
				}
				if kinds != "message note reply " {
					t.Errorf("the entries are %s", kinds)
				}
				b.sound()
				b.sameRebuilt()
				if tt.becomes == ticket.StatusClosed {
					return
				}
				b.agentWrites(alices, notify.TemplateTranscript, "UNDO\n")
				if told := b.last(notify.TemplateUndo, alices).msg.Text; !strings.Contains(told, "too late") && !strings.Contains(told, "was told before") {
					t.Errorf("asked to take it back, alice is told\n%s", told)
				}
				b.sameRebuilt()
			})
		})
	}
}

// TestLaterWithFiles: what goes out later has the files and the format of the mail.
func TestLaterWithFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, of, _ := onMonday(t)
		n := b.last(notify.TemplateNewTicket, alices)
		b.take(letter{from: alices, to: n.answer(), subject: "Re: x", header: "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\nIn-Reply-To: " + n.MessageID + "\n",
			text: "--b\nContent-Type: text/plain\n\n#later 3h\n\nThe drawing is attached.\n--b\nContent-Type: application/pdf; name=plan.pdf\nContent-Disposition: attachment; filename=plan.pdf\n\n%PDF drawing\n--b--\n"})
		b.runTo("2000-01-03 15:00")
		reply := b.last(notify.TemplateReply, ana)
		if len(reply.msg.Attachments) != 1 || reply.msg.Attachments[0].Name != "plan.pdf" || strings.Contains(reply.msg.Text, "#later") {
			t.Errorf("ana gets %v with\n%s", reply.msg.Attachments, reply.msg.Text)
		}
		if e := b.entries(of.ID); e[len(e)-1].Text != "The drawing is attached." {
			t.Errorf("the entry says %q", e[len(e)-1].Text)
		}
	})
}

// TestPlanIsOff: what is planned does not go out once there is no reason for it, and its
// writer learns of that.
func TestPlanIsOff(t *testing.T) {
	const later, silent, chase = "#later Friday 9:00\n\nThe part is here.\n", "#ifsilent 4d\n\nThe part is here.\n", "#chase 2x2d\n\nWhich version?\n"
	anaWrites := func(text string) func(*bench) {
		return func(b *bench) {
			b.take(letter{from: ana, to: b.last(notify.TemplateAcknowledgement, ana).answer(), subject: "Re: x", text: text})
		}
	}
	agent := func(text string) func(*bench) {
		return func(b *bench) { b.agentWrites("bob@example.org", notify.TemplateNewTicket, text) }
	}
	undo := func(word string) func(*bench) {
		return func(b *bench) { b.agentWrites(alices, notify.TemplateTranscript, word+"\n") }
	}
	for _, tt := range []struct {
		name, text string
		does       func(*bench)
		goes       bool
		told       notify.Template
		says       string
	}{
		{"an answer does not stop a text for a time", later, anaWrites("It is version 4."), true, notify.TemplateMessage, "goes out all the same"},
		{"an answer", silent, anaWrites("It is version 4."), false, notify.TemplateMessage, "stays in, as there is an answer"},
		{"thanks", silent, anaWrites("Thank you!"), false, notify.TemplateMessage, "stays in, as there is an answer"},
		{"an answer to a chase", chase, anaWrites("It is version 4."), false, notify.TemplateMessage, "Nobody is reminded any more"},
		{"a note of absence", silent, func(b *bench) {
			b.take(letter{from: ana, envelope: null(), to: b.last(notify.TemplateAcknowledgement, ana).answer(), subject: "Out of office", header: "Auto-Submitted: auto-replied\n", text: "I am back on Monday.\n"})
		}, true, "", ""},
		{"taken back", later, undo("UNDO"), false, notify.TemplateUndo, "what was planned is off"},
		{"taken back by stop", silent, undo("stop"), false, notify.TemplateUndo, "what was planned is off"},
		{"a chase taken back", chase, undo("stop"), false, notify.TemplateUndo, "what was planned is off"},
		{"taken back when there is an answer", later, func(b *bench) {
			anaWrites("It is version 4.")(b)
			b.agentWrites(alices, notify.TemplateMessage, "#take\n")
			b.agentWrites(alices, notify.TemplateMessage, "UNDO\n")
		}, false, notify.TemplateUndo, "what was planned is off"},
		{"resolved by a colleague", later, agent("#resolve\n#anyway\n\nIt works.\n"), false, notify.TemplateNote, "the request was resolved before"},
		{"resolved, a chase", chase, agent("#resolve\n#anyway\n\nIt works.\n"), false, "", ""},
		{"closed as spam", silent, agent("#spam\n#anyway\n"), false, notify.TemplateNote, "the request was resolved before"},
		{"merged", later, func(b *bench) {
			other := b.take(letter{from: "ben@example.net", to: support, subject: "Other", text: "Something else is broken here.\n"})
			b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#take\n")
			n := b.last(notify.TemplateTranscript, alices)
			b.take(letter{from: alices, to: n.answer(), subject: "Re: x", text: fmt.Sprintf("#merge %d\n", other.Ticket), header: "In-Reply-To: " + n.MessageID + "\n"})
		}, false, notify.TemplateNote, "worked on in #2"},
		{"the question came back", chase, func(b *bench) {
			reply := b.last(notify.TemplateReply, ana)
			if err := b.Outcome(b.ctx, ticket.Attempt{Outbox: reply.ID, At: time.Now(), State: ticket.OutboxFailed, Host: "mx", Code: 550, Text: "5.1.1 no such user"}); err != nil {
				b.t.Fatal(err)
			}
		}, false, notify.TemplateNote, "the question did not arrive"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, of, n := onMonday(t)
				b.agentWrites(alices, notify.TemplateNewTicket, tt.text)
				if tt.name != "the question came back" {
					b.runTo("2000-01-03 12:30")
				}
				tt.does(b)
				b.runTo("2000-01-14 12:00")
				sent := slices.DeleteFunc(b.got(ana, n), func(m string) bool {
					return !strings.HasPrefix(m, "reply ") && !strings.HasPrefix(m, "reminder ") && !strings.HasPrefix(m, "unanswered ") || m == "reply Mon 10:00"
				})
				if (len(sent) > 0) != tt.goes {
					t.Errorf("ana gets %q", sent)
				}
				if tt.told != "" && !strings.Contains(strings.Join(strings.Fields(b.last(tt.told, alices).msg.Text), " "), tt.says) {
					t.Errorf("alice is told\n%s\nwant %q", b.last(tt.told, alices).msg.Text, tt.says)
				}
				if at := b.ticket(of.ID).PlanAt; !at.IsZero() {
					t.Errorf("the clock looks at it again at %s", at)
				}
				b.sound()
				b.sameRebuilt()
			})
		})
	}
}

// TestChase: whoever does not answer is reminded on working days, the set number of times, and
// then told that the request is closed and how it is opened again.
func TestChase(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"#chase 3x2d\n\nWhich version do you have?\n", []string{"reply Mon 10:00", "reminder Wed 10:00", "reminder Fri 10:00", "reminder Tue 10:00", "unanswered Thu 10:00"}},
		{"#nachfassen 1 mal jede Woche\n\nWhich version do you have?\n", []string{"reply Mon 10:00", "reminder Mon 10:00", "unanswered Mon 10:00"}},
		{"#relancer 2x12h\n\nWhich version do you have?\n", []string{"reply Mon 10:00", "reminder Tue 14:00", "reminder Thu 10:00", "unanswered Fri 14:00"}},
	} {
		t.Run(tt.text, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, of, n := onMonday(t)
				b.agentWrites(alices, notify.TemplateNewTicket, tt.text)
				if got := b.ticket(of.ID); got.Status != ticket.StatusPending {
					t.Errorf("the ticket is %s, want pending", got.Status)
				}
				if told := b.last(notify.TemplateTranscript, alices).msg.Text; !strings.Contains(told, "reminders") {
					t.Errorf("alice is told\n%s", told)
				}
				b.runTo("2000-01-05 12:00")
				b.sameRebuilt()
				b.runTo("2000-01-18 12:00")
				equal(t, "what ana gets", b.got(ana, n), tt.want)
				reminder, over := b.last(notify.TemplateReminder, ana).msg, b.last(notify.TemplateUnanswered, ana).msg
				if !strings.Contains(reminder.Text, "Which version do you have?") || reminder.Header.Get("Auto-Submitted") == "" || strings.Contains(reminder.Text, "#") && strings.Contains(reminder.Text, "#chase") {
					t.Errorf("the reminder says\n%s", reminder.Text)
				}
				if !strings.Contains(over.Text, "no answer to our question") || !strings.Contains(over.Text, "14\u00a0days") {
					t.Errorf("the last mail says\n%s", over.Text)
				}
				if told := b.last(notify.TemplateNote, alices).msg.Text; !strings.Contains(told, "so the request is resolved") {
					t.Errorf("in the end alice is told\n%s", told)
				}
				if got := b.ticket(of.ID); got.Status != ticket.StatusResolved || !got.Informed() || !got.PlanAt.IsZero() {
					t.Errorf("the ticket is %s, informed %t, looked at %s", got.Status, got.Informed(), got.PlanAt)
				}
				b.sound()
				b.sameRebuilt()
				b.take(letter{from: ana, to: b.last(notify.TemplateUnanswered, ana).answer(), subject: "Re: x", text: "Sorry, I was away. Version 4.\n"})
				if got := b.ticket(of.ID); got.Status != ticket.StatusOpen {
					t.Errorf("after her answer the ticket is %s", got.Status)
				}
				b.sameRebuilt()
			})
		})
	}
}

// TestChaseOfAnEarlierQuestion: a #chase without a text is about what was asked before.
func TestChaseOfAnEarlierQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _, n := onMonday(t)
		b.agentWrites(alices, notify.TemplateNewTicket, "#chase 1x1d\n")
		if told := b.last(notify.TemplateRefusal, alices).msg.Text; !strings.Contains(told, "nothing was asked") {
			t.Errorf("with no question alice is told\n%s", told)
		}
		b.agentWrites(alices, notify.TemplateNewTicket, "Which version do you have?\n")
		b.agentWrites(alices, notify.TemplateNewTicket, "#chase 1x1d\n")
		b.runTo("2000-01-06 12:00")
		equal(t, "what ana gets", b.got(ana, n), []string{"reply Mon 10:00", "reminder Tue 10:00", "unanswered Wed 10:00"})
		if text := b.last(notify.TemplateReminder, ana).msg.Text; !strings.Contains(text, "> Which version") && !strings.Contains(text, "Which version") {
			t.Errorf("the reminder says\n%s", text)
		}
		b.sameRebuilt()
	})
}

// TestPlansForVendors: a question to a vendor goes out later, or if they are silent, and
// they are reminded; the end of that is an agent's work, not the requester's.
func TestPlansForVendors(t *testing.T) {
	for _, tt := range []struct {
		text    string
		answers bool
		want    []string
	}{
		{"#later Wednesday 9:00\n#ask " + vera + " Toner alarm\n\nIs there a newer release?\n", false, []string{"question Wed 09:00"}},
		{"#ask " + vera + " Toner alarm\n#chase 2x1d\n\nIs there a newer release?\n", false, []string{"question Mon 10:00", "vendor-reminder Tue 10:00", "vendor-reminder Wed 10:00"}},
		{"#ask " + vera + " Toner alarm\n#chase 2x1d\n\nIs there a newer release?\n", true, []string{"question Mon 10:00"}},
	} {
		t.Run(tt.text, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, of, n := onMonday(t, func(s *settings.Settings) { s.VendorWithin = 24 * time.Hour })
				b.agentWrites(alices, notify.TemplateNewTicket, tt.text)
				if tt.answers {
					b.take(letter{from: veraAt, to: b.last(notify.TemplateQuestion, vera).answer(), subject: "Re: x", text: "Yes, 5.2.\n"})
					if told := b.last(notify.TemplateVendor, alices).msg.Text; !strings.Contains(told, "Nobody is reminded any more") {
						t.Errorf("alice is told\n%s", told)
					}
				}
				b.runTo("2000-01-14 12:00")
				equal(t, "what the vendor gets", b.got(vera, n), tt.want)
				equal(t, "what ana gets", b.got(ana, n), nil)
				asked := b.last(notify.TemplateQuestion, vera).msg
				if got := asked.Subject; got != fmt.Sprintf("[Example IT #%d] Toner alarm", of.ID) || !strings.Contains(asked.Text, "newer release") || strings.Contains(asked.Text, "→") {
					t.Errorf("the vendor is asked under %q\n%s", got, asked.Text)
				}
				late := strings.Count(strings.Join(b.summary(), "\n"), "vendor-late")
				if chased := strings.Contains(tt.text, "#chase") && !tt.answers; chased && late != 1 {
					t.Errorf("alice is told %d times that the vendor is late", late)
				} else if chased {
					if text := b.last(notify.TemplateVendorReminder, vera).msg.Text; !strings.Contains(text, "newer release") || strings.Contains(text, "ana") {
						t.Errorf("the vendor is reminded\n%s", text)
					}
				}
				if got := b.ticket(of.ID); got.Status == ticket.StatusResolved {
					t.Errorf("the ticket is %s", got.Status)
				}
				b.sound()
				b.sameRebuilt()
			})
		})
	}
}

// TestPlanMistakes: what cannot be planned so is said, and nothing is sent or kept for
// later.
func TestPlanMistakes(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"#later Friday\n", "the text that goes out then is missing"},
		{"#later\n\nHello.\n", "a time is needed, as in #later Monday 9:00"},
		{"#ifsilent soon\n\nHello.\n", "is not a time"},
		{"#later 2000-01-01\n\nHello.\n", "is over"},
		{"#later 2090-01-01\n\nHello.\n", "more than 3 years away"},
		{"#later Friday\n#ifsilent 2d\n\nHello.\n", "write one of #later, #ifsilent and #chase"},
		{"#chase\n\nHello.\n", "as in #chase 3x2d"},
		{"#chase 30x2d\n\nHello.\n", "at most 10 reminders"},
		{"#chase 3x2d\n#resolve\n\nHello.\n", "reminders keep the request open"},
		{"#later Friday\n#note\n\nHello.\n", "goes to nobody"},
		{"#later Friday\n#assign bob\n\nHello.\n", "goes to nobody"},
		{"#later Friday\n#spam\n\nHello.\n", "in another email than #merge"},
	} {
		b := open(t)
		before := b.request()
		b.agentWrites(alices, notify.TemplateNewTicket, tt.text)
		if told := strings.Join(strings.Fields(b.last(notify.TemplateRefusal, alices).msg.Text), " "); !strings.Contains(told, tt.want) {
			t.Errorf("%q: alice is told\n%s", tt.text, told)
		}
		b.unchanged(tt.text, before)
	}
}

// TestLaterOverTheChangeOfTheClock: nine o'clock is nine o'clock, also where the clock is
// put forward or back in between.
func TestLaterOverTheChangeOfTheClock(t *testing.T) {
	for _, tt := range []struct{ now, text, want string }{
		{"2000-03-24 10:00", "#later 26.3.2000 9:00\n\nThe part is here.\n", "2000-03-26 07:00"},
		{"2000-10-27 10:00", "#later 29.10.2000 9:00\n\nThe part is here.\n", "2000-10-29 08:00"},
		{"2000-03-24 10:00", "#chase 1x1d\n\nWhich version?\n", "2000-03-27 08:00"},
		{"2000-10-27 10:00", "#chase 1x1d\n\nWhich version?\n", "2000-10-30 09:00"},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := open(t, officeHours)
			at, err := time.ParseInLocation("2006-01-02 15:04", tt.now, b.Settings().Zone())
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Until(at))
			of := b.request()
			b.agentWrites(alices, notify.TemplateNewTicket, tt.text)
			if got := b.ticket(of.ID).PlanAt.UTC().Format("2006-01-02 15:04"); got != tt.want {
				t.Errorf("%s, %q: %s in UTC, want %s", tt.now, tt.text, got, tt.want)
			}
		})
	}
}

// TestAnswerBeforeTheClock: an answer that comes after the time, and before the clock has
// struck, ends the plan; a rebuild, whose clock strikes at other times, finds the same.
func TestAnswerBeforeTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, of, n := onMonday(t)
		b.agentWrites(alices, notify.TemplateNewTicket, "#ifsilent 2h\n\nDoes it work now?\n")
		b.deliver()
		time.Sleep(2*time.Hour + 30*time.Minute) // no clock: the desk was off
		b.take(letter{from: ana, to: b.last(notify.TemplateAcknowledgement, ana).answer(), subject: "Re: x", text: "It drops still.\n"})
		b.runTo("2000-01-04 12:00")
		equal(t, "what ana gets", b.got(ana, n), nil)
		if got := b.ticket(of.ID); got.Status != ticket.StatusOpen || !got.PlanAt.IsZero() {
			t.Errorf("the ticket is %s, looked at %s", got.Status, got.PlanAt)
		}
		b.sameRebuilt()
	})
}
