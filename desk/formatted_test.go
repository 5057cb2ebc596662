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

// TestPicturesKeepTheirPlace: the pictures of a request stand in the HTML of the notice
// where its writer put them, those of an answer in that of the reader; a logo below, or
// a picture of the quoted mail, does not come back.
func TestPicturesKeepTheirPlace(t *testing.T) {
	b := open(t)
	page := func(html string, pictures ...string) (header, text string) {
		text = "--r\nContent-Type: text/html; charset=utf-8\n\n" + html + "\n"
		for _, p := range pictures {
			text += "--r\nContent-Type: image/png; name=\"" + p + ".png\"\nContent-Disposition: inline; filename=\"" + p + ".png\"\nContent-ID: <" + p + "@INTERNAL>\n\nPNG of " + p + "\n"
		}
		return "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=r\n", text + "--r--\n"
	}
	header, text := page(`<p>This comes up:</p><p><img src="cid:error@INTERNAL"></p><p>What now?</p>`, "error")
	b.take(letter{from: ana, to: support, subject: "Error", header: header, text: text})
	notice := b.last(notify.TemplateNewTicket, alices)
	shown := func(html, above, below string) bool {
		_, rest, _ := strings.Cut(html, above)
		between, _, found := strings.Cut(rest, below)
		return found && strings.Contains(between, ` src="cid:`)
	}
	if !shown(notice.msg.HTML, "This comes up:", "What now?") || !strings.Contains(notice.msg.Text, "[error.png]") {
		t.Errorf("the agent does not see the picture in its place:\n%s\n%s", notice.msg.Text, notice.msg.HTML)
	}
	header, text = page(`<div>#take</div><p>Dear Ana,</p><p>click here:</p><p><img src="cid:click@INTERNAL"></p><p>and then on OK.</p><div class="gmail_signature">Alice <img src="cid:logo@INTERNAL"></div>`+
		`<blockquote type="cite"><p>This comes up:</p><img src="cid:error@INTERNAL"></blockquote>`, "click", "logo", "error")
	b.take(letter{from: alices, to: notice.answer(), subject: "Re: Error", header: header, text: text})
	got := b.last(notify.TemplateReply, ana).msg
	if !shown(got.HTML, "click here:", "and then on OK.") || !strings.Contains(got.Text, "[click.png]") {
		t.Errorf("Ana does not see the picture in its place:\n%s\n%s", got.Text, got.HTML)
	}
	if strings.Contains(got.HTML, "INTERNAL") || strings.Count(got.HTML, "cid:") != 1 {
		t.Errorf("there are more pictures than hers:\n%s", got.HTML)
	}
	for _, a := range got.Attachments {
		if a.Name == "error.png" || a.Name == "click.png" && (!a.Inline || !strings.HasSuffix(a.ContentID, "@desk.example.org")) {
			t.Errorf("file %s (inline: %t, %s)", a.Name, a.Inline, a.ContentID)
		}
	}
}
