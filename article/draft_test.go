package article_test

import (
	"strings"
	"testing"

	"maildesk/article"
	"maildesk/ticket"
)

// TestDraft: an article has the problem in the words of who asked, and the solution.
func TestDraft(t *testing.T) {
	text, removed := article.Draft(article.Solved{
		Title: "Ana Lima: printer  jams", Known: known("en"),
		Problem:  "Hello,\n\nthe printer says:\n#1 Error 0x13\nplease help\n\nThanks\nAna",
		Solution: "Open tray 2.\n\nBest regards,\nBob Brown-Smith",
	})
	want := ticket.Text{Language: "en", Title: "[name]: printer jams", Body: "## Problem\n\nthe printer says:\\\n\\#1 Error 0x13\\\nplease help\n\n## Solution\n\nOpen tray 2."}
	if text != want {
		t.Errorf("Draft = %+v\nwant %+v", text, want)
	}
	if len(removed) != 4 { // a name, a greeting, two signatures
		t.Errorf("removed are %v", removed)
	}
	if got := article.Answer(text); got != "Open tray 2." {
		t.Errorf("Answer = %q", got)
	}
	if text, _ = article.Draft(article.Solved{Title: "x", Solution: "y", Known: known("de")}); text.Body != "## Lösung\n\ny" {
		t.Errorf("without a problem: %q", text.Body)
	}
}

// TestCorrected: what a reviewer writes is the text, with its own title or the same.
func TestCorrected(t *testing.T) {
	was := ticket.Text{Language: "en", Title: "Old", Body: "x"}
	for _, tt := range []struct{ written, title, body string }{
		{article.Written(was), "Old", "x"}, {"# New\r\n\r\nText\r\n", "New", "Text"}, {"Only text\n## Solution", "Old", "Only text\n## Solution"}, {"# \ntext", "Old", "# \ntext"},
		{"    # New\n\n    Text\n        code", "New", "Text\n    code"},
	} {
		if got := article.Corrected(was, tt.written); got.Title != tt.title || got.Body != tt.body || got.Language != "en" {
			t.Errorf("Corrected(%q) = %+v", tt.written, got)
		}
	}
}

// TestAnswer: Markdown reads as plain text.
func TestAnswer(t *testing.T) {
	for _, tt := range []struct{ body, want string }{
		{"Open **tray 2** and *wait*.", "Open tray 2 and wait."},
		{"One\\\ntwo\nthree", "One\ntwo three"},
		{"# Steps\n\n1. Open `cmd`\n2. Type\n\n       ipconfig /flushdns\n\n3. Wait", "Steps\n\n1. Open cmd\n\n2. Type\n\n       ipconfig /flushdns\n\n3. Wait"},
		{"- a\n- b\n  - c\n\nd", "- a\n- b\n  - c\n\n\nd"},
		{"See [the manual](https://docs.example.com/a) or <https://x.example>.", "See the manual (https://docs.example.com/a) or https://x.example."},
		{"```\nipconfig\n  /all\n```", "ipconfig\n      /all"},
		{"> careful", "> careful"},
		{"\\#1 \\* x <b>bold</b>", "#1 * x bold"},
		{"| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2"},
	} {
		if got := article.Answer(ticket.Text{Language: "en", Body: tt.body}); got != tt.want {
			t.Errorf("Answer(%q) = %q, want %q", tt.body, got, tt.want)
		}
	}
}

// TestHTML: what somebody wrote into an article runs nothing.
func TestHTML(t *testing.T) {
	for _, body := range []string{"<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>", "![x](javascript:alert(1))", "<iframe src=//x></iframe>"} {
		page, err := article.HTML(body)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"<script", "javascript:", "onerror", "<iframe"} {
			if strings.Contains(string(page), bad) {
				t.Errorf("HTML(%q) = %s", body, page)
			}
		}
	}
	if page, _ := article.HTML("Open **tray 2**:\n\n| a |\n|---|\n| b |"); !strings.Contains(string(page), "<strong>tray 2</strong>") || !strings.Contains(string(page), "<table>") {
		t.Errorf("HTML = %s", page)
	}
}
