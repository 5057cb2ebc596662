package desk_test

import (
	"fmt"
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestRebuildGoesByTheOrderOfCommits: of two decisions that were made side by side the one
// that was committed first knew nothing of the other, also where it was begun later. A
// rebuild makes them in that order.
func TestRebuildGoesByTheOrderOfCommits(t *testing.T) {
	for _, command := range []string{"#link 2\n", "#merge 2\n"} {
		for _, tt := range []struct {
			order   []int // the request that becomes #2 is begun first
			refused bool
		}{{[]int{0, 1}, false}, {[]int{1, 0}, true}} {
			t.Run(fmt.Sprint(command, tt.order), func(t *testing.T) {
				s := newStage(t)
				one := s.opens(ana, 1)
				_, opens := s.post(letter{from: gus, to: support, subject: "Scanner", text: "The scanner of the farm is broken.\n"})
				id, commands := s.post(s.answerOf("alice@example.org", s.noticeOf(one, notify.TemplateNewTicket, "alice@example.org"), command))
				s.perform([]actor{opens, commands}, tt.order)
				if got := s.mail(id); (got.Reason == "refused-command") != tt.refused {
					t.Fatalf("%s is %s (%s), want it refused: %t", command, got.Disposition, got.Reason, tt.refused)
				}
				linked := 0
				s.view(func(r ticket.Reader) error {
					events, err := r.Events(one, ticket.EventLinked, ticket.EventMerged)
					linked = len(events)
					return err
				})
				now := s.rebuilt()
				again := 0
				now.view(func(r ticket.Reader) error {
					events, err := r.Events(one, ticket.EventLinked, ticket.EventMerged)
					again = len(events)
					return err
				})
				if again != linked || now.mail(id).Reason != s.mail(id).Reason {
					t.Errorf("#1 was in %d links and merges and the mail was %s; rebuilt it is in %d, and the mail is %s", linked, s.mail(id).Reason, again, now.mail(id).Reason)
				}
				s.sameRebuilt()
			})
		}
	}
}
