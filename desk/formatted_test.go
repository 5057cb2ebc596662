package desk_test

import (
	"strings"
	"testing"

	"maildesk/desk/notify"
)

// TestFormattedAnswers: what an agent formatted reaches the reader as it was, and
// nothing that is not in the text: no quote, no command, no internal address.
func TestFormattedAnswers(t *testing.T) {
	for _, tt := range []struct {
		name, plain, page string
		want, never       []string
	}{
		{"a list", "#take\n\nDear Ana,\n\n1. unplug *it*\n2. wait\n\n> INTERNAL\n",
			`<div>#take</div><p>Dear Ana,</p><ol><li>unplug <b>it</b></li><li>wait</li></ol><blockquote type="cite">INTERNAL</blockquote>`,
			[]string{"<ol><li>unplug <b>it</b></li><li>wait</li></ol>"}, []string{"INTERNAL", "#take"}},
		{"a solution", "#resolve\nIt is *done*.\n", `<div>#resolve</div><div>It is <b>done</b>.</div>`, []string{"It is <b>done</b>."}, []string{"#resolve"}},
		{"words that the text has not", "Dear Ana,\n\nunplug *it*\n", `<p>Dear Ana,</p><p>INTERNAL</p><p>unplug <b>it</b></p>`, []string{"unplug *it*"}, []string{"INTERNAL", "<b>"}},
		{"an address by which agents act", "See *here*\n", `<p>See <a href="mailto:ADDRESS"><b>here</b></a></p>`, []string{"See *here*"}, []string{"ADDRESS", "<b>"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			b.request()
			notice := b.last(notify.TemplateNewTicket, alices)
			page := strings.ReplaceAll(tt.page, "ADDRESS", notice.answer())
			b.take(letter{from: alices, to: notice.answer(), subject: "Re: VPN", header: "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n",
				text: "--b\nContent-Type: text/plain; charset=utf-8\n\n" + tt.plain + "--b\nContent-Type: text/html; charset=utf-8\n\n" + page + "\n--b--\n"})
			template := notify.TemplateReply
			if strings.Contains(tt.plain, "#resolve") {
				template = notify.TemplateResolution
			}
			got := b.last(template, ana).msg
			for _, w := range tt.want {
				if !strings.Contains(got.HTML, w) {
					t.Errorf("%q is not in\n%s", w, got.HTML)
				}
			}
			for _, w := range append(tt.never, notice.answer()) {
				if strings.Contains(got.HTML, w) {
					t.Errorf("%q is in\n%s", w, got.HTML)
				}
			}
		})
	}
}
