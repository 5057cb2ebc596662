package desk_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestUndoMeansTheMailOfItsCopy: in answer to a copy, or by its link, the mail of that copy
// is taken back, though the agent has written again since; a second time takes nothing back.
func TestUndoMeansTheMailOfItsCopy(t *testing.T) {
	for _, link := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b := open(t, undoWindow(time.Hour))
			b.request()
			b.agentWrites(alices, notify.TemplateNewTicket, "Please update it to 5.1.\n")
			first := b.last(notify.TemplateSending, alices)
			b.agentWrites(alices, notify.TemplateNewTicket, "And restart it.\n")
			second := b.last(notify.TemplateSending, alices)
			undo := func(of sent) string {
				l := letter{from: alices, to: of.answer(), subject: "Re: x", text: "UNDO\n", header: "In-Reply-To: " + of.MessageID + "\n"}
				if link {
					l = letter{from: alices, to: actionOf(t, of, "undo"), subject: "[Example IT #1]"}
				}
				b.take(l)
				return b.last(notify.TemplateUndo, alices).msg.Text
			}
			if told := undo(first); !strings.Contains(told, "5.1") {
				t.Errorf("link %t: in answer to the first copy alice is told\n%s", link, told)
			}
			if told := undo(first); !strings.Contains(told, "was taken back already") {
				t.Errorf("link %t: asked again, alice is told\n%s", link, told)
			}
			b.agentWrites(alices, notify.TemplateNewTicket, "UNDO\n")
			if told := b.last(notify.TemplateUndo, alices).msg.Text; !strings.Contains(told, "restart") {
				t.Errorf("link %t: without a copy alice is told\n%s", link, told)
			}
			if told := undo(second); !strings.Contains(told, "was taken back already") {
				t.Errorf("link %t: in answer to the second copy alice is told\n%s", link, told)
			}
			b.pass(2 * time.Hour)
			if left := b.leftFor(ana, notify.TemplateReply); len(left) > 0 {
				t.Errorf("link %t: ana gets %q", link, left)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestSecondUndo: what was before the mail that was taken back stays.
func TestSecondUndo(t *testing.T) {
	b := open(t)
	of := b.request()
	b.agentWrites(alices, notify.TemplateNewTicket, "#priority low\n")
	b.agentWrites(alices, notify.TemplateNewTicket, "#category network\n#kind question\n")
	for range 2 {
		b.agentWrites(alices, notify.TemplateNewTicket, "#undo\n")
	}
	if got := b.ticket(of.ID); got.Priority != ticket.PriorityLow || got.Kind != of.Kind {
		t.Errorf("the ticket has priority %s and is a %s; want low, and what it was", got.Priority, got.Kind)
	}
	if told := b.last(notify.TemplateUndo, alices).msg.Text; !strings.Contains(told, "answer its copy") {
		t.Errorf("the second time alice is told\n%s", told)
	}
	b.sameRebuilt()
}

// TestFilesComeBack: the files of an answer that was kept in go back to its writer.
func TestFilesComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, undoWindow(time.Hour))
		b.request()
		n := b.last(notify.TemplateNewTicket, alices)
		b.take(letter{from: alices, to: n.answer(), subject: "Re: x", header: "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\nIn-Reply-To: " + n.MessageID + "\n",
			text: "--b\nContent-Type: text/plain\n\nThe drawing is attached.\n--b\nContent-Type: application/pdf; name=plan.pdf\nContent-Disposition: attachment; filename=plan.pdf\n\n%PDF drawing\n--b--\n"})
		b.agentWrites(alices, notify.TemplateSending, "UNDO\n")
		back := b.last(notify.TemplateUndo, alices).msg
		if len(back.Attachments) != 1 || back.Attachments[0].Name != "plan.pdf" || !strings.Contains(string(back.Attachments[0].Content), "%PDF drawing") || !strings.Contains(back.Text, "The drawing is attached.") {
			t.Errorf("alice gets back %d files and\n%s", len(back.Attachments), back.Text)
		}
		b.agentWrites(alices, notify.TemplateNewTicket, "Without a drawing.\n")
		b.pass(2 * time.Hour)
		b.agentWrites(alices, notify.TemplateNewTicket, "UNDO\n")
		if late := b.last(notify.TemplateUndo, alices).msg; len(late.Attachments) != 0 {
			t.Errorf("of what has left %d files come back", len(late.Attachments))
		}
	})
}
