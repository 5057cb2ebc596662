package mailparse

import (
	"strings"
	"testing"
)

const (
	answerHTML = `<div dir="ltr">Yes, it works now.<br><br>Thanks,<br>Ana</div>`
	answerText = "Yes, it works now.\n\nThanks,\nAna"
	olderHTML  = `<div>Does it <b>work</b>?</div><div>Your desk</div>`
)

// TestReplyFromHTML: each mail program's way to set older mail apart.
func TestReplyFromHTML(t *testing.T) {
	for _, tt := range []struct{ name, page string }{
		{"nothing older", answerHTML},
		{"gmail", answerHTML + `<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, 3 Nov 2025 at 10:12, Desk &lt;<a href="mailto:d@example.org">d@example.org</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">` + olderHTML + `</blockquote></div>`},
		{"gmail in no known language", answerHTML + `<div class="gmail_quote"><div class="gmail_attr">Xyzzy foo Desk bar quux:<br></div><blockquote class="gmail_quote">` + olderHTML + `</blockquote></div>`},
		{"gmail with signature", answerHTML + `<br clear="all"><div><br></div>-- <br><div dir="ltr" class="gmail_signature">Ana<br>Room 12</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, 3 Nov 2025 Desk wrote:<br></div><blockquote class="gmail_quote">` + olderHTML + `</blockquote></div>`},
		{"outlook web", answerHTML + `<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>Von:</b> Desk<br><b>Gesendet:</b> Montag<br></font></div>` + olderHTML},
		{"outlook web, passed on by hotmail", answerHTML + `<div id="x_divRplyFwdMsg"><b>Xyzzy:</b> Desk</div>` + olderHTML},
		{"outlook", `<div class="WordSection1"><p class="MsoNormal">Yes, it works now.<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">Thanks,<o:p></o:p></p><p class="MsoNormal">Ana<o:p></o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal"><b>From:</b> Desk &lt;d@example.org&gt; <br><b>Sent:</b> Monday, November 3, 2025 10:12 AM<br><b>To:</b> Ana<br><b>Subject:</b> printer<o:p></o:p></p></div></div>` + olderHTML + `</div>`},
		{"outlook mobile", answerHTML + `<div id="ms-outlook-mobile-signature" dir="ltr">Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div><div id="mail-editor-reference-message-container"><hr><div id="divRplyFwdMsg"><b>From:</b> Desk</div>` + olderHTML + `</div>`},
		{"outlook for mac", answerHTML + `<span id="OLK_SRC_BODY_SECTION"><div><span>From: </span>Desk</div>` + olderHTML + `</span>`},
		{"hotmail", answerHTML + `<hr id="stopSpelling">Date: Mon, 3 Nov 2025<br>Subject: printer<br>` + olderHTML},
		{"apple mail", `<html><body>Yes, it works now.<div><br></div><div>Thanks,</div><div>Ana<br><div><br><blockquote type="cite"><div>On 3 Nov 2025, at 10:12, Desk &lt;d@example.org&gt; wrote:</div><br class="Apple-interchange-newline"><div>` + olderHTML + `</div></blockquote></div></div></body></html>`},
		{"iphone", answerHTML + `<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Von meinem iPhone gesendet</div><div dir="ltr"><br><blockquote type="cite">Am 03.11.2025 um 10:12 schrieb Desk &lt;d@example.org&gt;:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">` + olderHTML + `</div></blockquote>`},
		{"yahoo", answerHTML + `<div id="yahoo_quoted_123" class="yahoo_quoted"><div>On Monday, November 3, 2025 at 10:12:00 AM GMT+1, Desk &lt;d@example.org&gt; wrote: </div>` + olderHTML + `</div>`},
		{"thunderbird", answerHTML + `<div class="moz-cite-prefix">Am 03.11.25 um 10:12 schrieb Desk:<br></div><blockquote type="cite" cite="mid:1@example.org">` + olderHTML + `</blockquote><br>`},
		{"thunderbird with signature", answerHTML + `<pre class="moz-signature" cols="72">-- 
Ana, Room 12</pre>`},
		{"proton", answerHTML + `<div class="protonmail_signature_block">Sent with Proton Mail secure email.</div><div class="protonmail_quote">On Monday, November 3rd, 2025 at 10:12 AM, Desk wrote:<br><blockquote class="protonmail_quote" type="cite">` + olderHTML + `</blockquote></div>`},
		{"tutanota", answerHTML + `<div>3 Nov 2025, 10:12 by d@example.org:<br></div><blockquote class="tutanota_quote">` + olderHTML + `</blockquote>`},
		{"zoho", answerHTML + `<div class="zmail_extra"><div id="Zm-_Id_-Sgn1">---- On Mon, 03 Nov 2025 10:12:00 +0100 <b>Desk</b> wrote ----</div><blockquote>` + olderHTML + `</blockquote></div>`},
		{"zimbra", answerHTML + `<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>From: </b>"Desk"<br></div>` + olderHTML},
		{"gmx", answerHTML + `<div name="quote" style="margin:10px 5px 5px 10px;border-left:2px solid #C3D9E5;"><div style="margin:0 0 10px 0;"><b>Gesendet:</b>&nbsp;Montag<br/><b>Von:</b>&nbsp;Desk</div><div name="quoted-content">` + olderHTML + `</div></div>`},
		{"qq", answerHTML + `<div><br></div><div style="font-size:12px;padding:2px 0 2px 0;">------------------&nbsp;原始邮件&nbsp;------------------</div><div style="background:#efefef;"><div><b>发件人:</b>&nbsp;"Desk"</div></div>` + olderHTML},
		{"netease", answerHTML + `<div id="isReplyContent">At 2025-11-03 10:12:00, "Desk" &lt;d@example.org&gt; wrote:<br>` + olderHTML + `</div>`},
		{"samsung", answerHTML + `<div><br></div><div style="font-size:100%;color:#000000"><div>-------- Original message --------</div><div>From: Desk &lt;d@example.org&gt; </div><div>Date: 03/11/2025 10:12 (GMT+01:00) </div></div>` + olderHTML},
		{"spark", answerHTML + `<div name="messageReplySection">On 3 Nov 2025, 10:12 +0100, Desk, wrote:<br><blockquote type="cite">` + olderHTML + `</blockquote></div>`},
		{"roundcube", answerHTML + `<p id="reply-intro">On 2025-11-03 10:12, Desk wrote:</p><blockquote type="cite" style="padding:0 0.4em;border-left:#1010ff 2px solid;margin:0">` + olderHTML + `</blockquote>`},
		{"mail.ru", answerHTML + `<br><br>Понедельник, 3 ноября 2025, 10:12 +03:00 от Desk &lt;d@example.org&gt;:<br><blockquote style="border-left:1px solid #0857A6; margin:10px; padding:0 0 0 10px;">` + olderHTML + `</blockquote>`},
		{"notes", answerHTML + `<font size="2">-----Desk &lt;d@example.org&gt; wrote: -----</font><div style="padding-left:5px;"><div>To: Ana</div></div>` + olderHTML},
		{"groupwise", answerHTML + `<div>&gt;&gt;&gt; Desk &lt;d@example.org&gt; 11/3/2025 10:12 AM &gt;&gt;&gt;</div>` + olderHTML},
		{"groupwise, later", answerHTML + `<div>&gt;&gt;&gt; On 11/3/2025 at 10:12 AM, in message &lt;1@example.org&gt;, Desk &lt;d@example.org&gt; wrote:</div>` + olderHTML},
		{"yahoo, below", `<div class="yahoo_quoted"><div>On Monday, November 3, 2025, 10:12:00 AM GMT+1, Desk &lt;d@example.org&gt; wrote:</div>` + olderHTML + `</div>` + answerHTML},
		{"gmx on a phone", answerHTML + `<div class="mail_android_quote">Xyzzy Desk:<br>` + olderHTML + `</div>`},
		{"gmx, new", answerHTML + `<div id="sub-body-container"><div class="bodyquoted">Xyzzy Desk` + olderHTML + `</div></div>`},
		{"infomaniak", answerHTML + `<div class="editorUserSignature">Ana, Room 12</div><div class="ik_mail_quote">Xyzzy Desk` + olderHTML + `</div>`},
		{"blackberry", answerHTML + `<div id="_signaturePlaceholder">Sent from my BlackBerry 10 smartphone.</div><div id="_originalContent">Xyzzy Desk` + olderHTML + `</div>`},
		{"inotes", answerHTML + `<div class="iNotesHistory">Xyzzy Desk` + olderHTML + `</div>`},
		{"139", answerHTML + `<div id="reply139content">Xyzzy Desk` + olderHTML + `</div>`},
		{"spark with signature", answerHTML + `<div name="messageSignatureSection"><div>Ana, Room 12</div></div><div name="messageReplySection">Xyzzy Desk<blockquote type="cite">` + olderHTML + `</blockquote></div>`},
		{"mailspring", answerHTML + `<div class="gmail_quote_attribution">Xyzzy Desk:</div><blockquote>` + olderHTML + `</blockquote>`},
		{"unknown program with a quote", answerHTML + `<p>Xyzzy 3.11.2025 Desk:</p><blockquote>` + olderHTML + `</blockquote>`},
	} {
		m := Parse([]byte(htmlMail(tt.page)), Envelope{})
		if m.Reply != answerText {
			t.Errorf("%s: Reply = %q, want %q", tt.name, m.Reply, answerText)
		}
		checkLaws(t, m)
	}
}

// TestInlineAnswersFromHTML: answers between quotes stay with what they answer.
func TestInlineAnswersFromHTML(t *testing.T) {
	page := `<div class="gmail_quote"><div class="gmail_attr">On Mon, 3 Nov 2025 Desk wrote:<br></div><blockquote class="gmail_quote"><div>Which printer?</div></blockquote><div>The one upstairs.</div><blockquote class="gmail_quote"><div>Since when?</div></blockquote><div>Monday.</div><blockquote class="gmail_quote"><div>Your desk</div></blockquote></div>`
	want := "> Which printer?\n\nThe one upstairs.\n\n> Since when?\n\nMonday."
	if got := Parse([]byte(htmlMail(page)), Envelope{}).Reply; got != want {
		t.Errorf("Reply = %q, want %q", got, want)
	}
}

// TestAnswerBelowAMark: what is written below older mail is an answer, too.
func TestAnswerBelowAMark(t *testing.T) {
	page := `<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>From: </b>"Desk" &lt;d@example.org&gt;<br><b>To: </b>ana@example.net<br><b>Sent: </b>Monday, 3 November, 2025 10:12:00<br><b>Subject: </b>printer</div><blockquote>` + olderHTML + `</blockquote>` + answerHTML
	if got := Parse([]byte(htmlMail(page)), Envelope{}).Reply; !strings.HasSuffix(got, answerText) {
		t.Errorf("Reply = %q, want the answer below the older mail", got)
	}
}

// TestReplyPrefersStructure: the plain text beside HTML often does not show
// what is quoted; the HTML does.
func TestReplyPrefersStructure(t *testing.T) {
	raw := hostileHeader + "Content-Type: multipart/alternative; boundary=xyz\r\n\r\n--xyz\r\nContent-Type: text/plain\r\n\r\nYes, it works now.\r\n\r\nXyzzy Desk quux\r\n\r\nDoes it work?\r\n" +
		"--xyz\r\nContent-Type: text/html\r\n\r\n<div>Yes, it works now.</div><div id=divRplyFwdMsg>Xyzzy Desk quux</div><div>Does it work?</div>\r\n--xyz--\r\n"
	m := Parse([]byte(raw), Envelope{})
	if want := "Yes, it works now."; m.Reply != want {
		t.Errorf("Reply = %q, want %q", m.Reply, want)
	}
}
