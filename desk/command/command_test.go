package command

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
)

const secret = "The customer is difficult."

// plainNotes are spellings that are plainly #note.
var plainNotes = []string{
	"#note", "#Note", "#NOTE", "  #note", "\t#note  ", "\u00a0#note\u00a0", "\u3000#note", "#note:", "#Note.", "#note,", "#note!", "#note -", "#note –",
	"# note", "#\u00a0note", "#\u200bnote", "\u200b#note", "\ufeff#note", "\u200e#note", "\u200f#note\u200f", "\u2066#note\u2069", "\u202a#note\u202c", "\u00ad#note",
	"\u061c#note", "\u2060#note", "\u180e#note", "#no\u200dte", "#\ufe0fnote", "#\ufe0f\u20e3note", "\u2800#note",
	"＃note", "＃ｎｏｔｅ", "﹟note", "♯note", "#𝐧𝐨𝐭𝐞",
	`\#note`, `\\#note`, "*#note*", "**#note**", "_#note_", "__#note__", "`#note`", "```#note```", "~~#note~~", "***#note***",
	"- #note", "* #note", "• #note", "· #note", "– #note", "+ #note", "▪ #note", "‣#note",
	`"#note"`, "'#note'", "“#note”", "„#note“", "‚#note‘", "«#note»", "« #note »", "‹#note›", "[#note]", "(#note)", "{#note}", "<#note>", "[ #note ]", "**[#note]**",
	"&#35;note", "&num;note", "#&nbsp;note",
}

// doubtfulNotes may be meant as #note: their writer is asked.
var doubtfulNotes = []string{
	"##note", "## note", "# Note for my colleagues", "1. #note", "2) #note", "(a) #note", "👉 #note", "✏️#note", "| #note", ": #note", "} #note", "% #note", "%23note", "=23note", "»#note«", "→ #note",
	"[note]", "[NOTE]", "(note)", "<note>", "**Note**", "/note", "!note", "@note", "\\note", "&note", "[internal note]", "[Notiz]", "{nota interna}",
	"[EXTERNAL] #note", "CAUTION: do not click. #note", "Hi Bob #note", "Hi Bob, #note the customer", "Sent from my phone #note",
	"[internal] " + secret, "**[Internal note]** " + secret, "[intern] " + secret, "\u202eeton#", "\u202e eton #\u202c",
	"Nur intern:", "Nur intern: " + secret, "NUR FÜR INTERN", "Nur für den internen Gebrauch", "(intern) " + secret, "(Internal only) " + secret, "【Internal】" + secret,
	"For internal use only:", "Internal only – " + secret, "Strictly internal", "Interner Hinweis: " + secret, "Interner Vermerk", "Usage interne : " + secret,
	"À usage interne", "Remarque interne : " + secret, "Solo uso interno: " + secret, "Comentario interno:", "Uso interno: " + secret, "Apenas uso interno", "Alleen intern: " + secret,
	"Interne notitie:", "Notatka wewnętrzna: " + secret, "Kun internt: " + secret, "Endast internt", "Not for the customer: " + secret, "NOT FOR CUSTOMER", "Please don’t forward to the client: " + secret,
	"Nicht für den Kunden: " + secret, "Nicht an Kunden weiterleiten!", "Pas pour le client : " + secret, "No para el cliente: " + secret, "Niet voor de klant: " + secret, "Nie dla klienta:",
	"Hashtag note", "hashtag note " + secret, "Hash note", "Hash tag note.", "Hashtag Notiz", "Raute Notiz " + secret, "Hashtag resolve", "hashtag take!",
	"note", "Note:", "NOTE", "Internal note:", "Internal: " + secret, "Interne Notiz: " + secret, "Note interne : " + secret, "Nota interna: " + secret,
}

// wrongNotes begin with a number sign and are no command: they are refused.
var wrongNotes = []string{"#notes", "#noted", "#noet", "#not", "#nоte", "#nöte", "#notas", "#internal", "#note-to-self", "#", "#1042", "# heading"}

func TestSpellingsOfNote(t *testing.T) {
	for _, line := range plainNotes {
		for _, text := range []string{line + "\n\n" + secret, "\n" + line + "\r\n" + secret + "\r\n"} {
			m := Read(text)
			if len(m.Commands) != 1 || m.Commands[0] != (Command{Name: "note"}) || m.Text != secret || len(m.Doubts) > 0 {
				t.Errorf("%q is read as %+v, want the command and the text", line, m)
			}
		}
	}
	for _, line := range doubtfulNotes {
		if m := Read(line + "\n\n" + secret); len(m.Commands) > 0 || len(m.Doubts) != 1 || m.Doubts[0] != (Doubt{line, Nearly}) || !strings.HasSuffix(m.Text, secret) {
			t.Errorf("%q is read as %+v, want one doubt", line, m)
		}
	}
	for _, line := range wrongNotes {
		m := Read(line + "\n\n" + secret)
		if len(m.Commands) != 1 || m.Text != secret {
			t.Errorf("%q is read as %+v, want a command", line, m)
			continue
		}
		if _, known := Lookup(m.Commands[0].Name); known {
			t.Errorf("%q is taken for #%s", line, m.Commands[0].Name)
		}
	}
}

// TestNoteThatIsNotOnTop: whatever stands above it, it is found.
func TestNoteThatIsNotOnTop(t *testing.T) {
	above := []string{"Hi Bob,", "Guten Tag,", "> How are you?", "Sent from my phone", "CAUTION: This email originated from outside of the organization.",
		"[EXTERNAL EMAIL]", "Achtung: Diese E-Mail kommt von einem externen Absender.", "Attention : ce message provient de l'extérieur.", "Precaución: correo externo.",
		"Attenzione: mittente esterno.", "Atenção: remetente externo.", "Let op: externe afzender.", "Varning: extern avsändare.", "Uwaga: nadawca zewnętrzny.", "Внимание: внешний отправитель.", "注意：外部からのメールです。",
		"You don't often get email from alice@example.org. Learn why this is important <https://aka.example.com/x>", "| CAUTION |", "---"}
	for _, line := range append(plainNotes, "#notes", "#noted", "#nоte", "#nöte", "#notiz", "#nota", "#internal", "#note-to-self") {
		for _, first := range above {
			m := Read(first + "\n\n" + line + "\n\n" + secret)
			if len(m.Commands) > 0 || len(m.Doubts) == 0 {
				t.Errorf("%q below %q is read as %+v, want a doubt", line, first, m)
			}
		}
		if len(Doubts("-- \nAlice\n"+line)) != 1 {
			t.Errorf("%q in a signature is not found", line)
		}
	}
}

// TestCommands: what stands behind a name, and what follows.
func TestCommands(t *testing.T) {
	for _, tt := range []struct{ text, commands, rest, doubts string }{
		{"", "", "", ""},
		{"Hello.", "", "Hello.", ""},
		{"#take\n#priority high\n\nHello.\n\nAlice", "#take #priority high", "Hello.\n\nAlice", ""},
		{"#resolve The PIN is changed.\n\nAlice", "#resolve", "The PIN is changed.\n\nAlice", ""},
		{"#Resolve: The PIN is changed.", "#resolve", "The PIN is changed.", ""},
		{"**#resolve** The PIN is changed.", "#resolve", "The PIN is changed.", ""},
		{"#note " + secret + "\nAsk the vendor.", "#note", secret + "\nAsk the vendor.", ""},
		{"#note " + secret + "\n#take\nAsk.", "#note #take", secret + "\nAsk.", ""},
		{"#assign bob", "#assign bob", "", ""},
		{"#assign @bob.", "#assign @bob", "", ""},
		{"#Assign: bob", "#assign bob", "", ""},
		{"- #assign <bob>", "#assign bob", "", ""},
		{"#away until 2026-12-24", "#away until 2026-12-24", "", ""},
		{"#pending 2d", "#pending 2d", "", ""},
		{"#escalate Grüße, das ist *sehr* eilig!", "#escalate Grüße, das ist *sehr* eilig!", "", ""},
		{"＃escalate es ist eilig", "#escalate es ist eilig", "", ""},
		{"#hold the vendor is slow", "#hold the vendor is slow", "", "#hold the vendor is slow (behind)"},
		{"#take this one\nHello.", "#take this one", "Hello.", "#take this one (behind)"},
		{"#frobnicate x\nHello.", "#frobnicate x", "Hello.", ""},
		{"Hello.\n#resolve\n\nAlice", "", "Hello.\n#resolve\n\nAlice", "#resolve (not-on-top)"},
		{"Hello.\n\n- **#assign** bob", "", "Hello.\n\n- **#assign** bob", "- **#assign** bob (not-on-top)"},
		{"#take\nHello.\n#resolved\n", "#take", "Hello.\n#resolved", "#resolved (nearly)"},
		{"Done. #resolve", "", "Done. #resolve", "Done. #resolve (nearly)"},
		{"I see.\n> #resolve\nNo.", "", "I see.\n> #resolve\nNo.", ""},
		{"    indented\n    twice", "", "indented\n    twice", ""},
	} {
		m := Read(tt.text)
		commands, doubts := "", ""
		for _, c := range m.Commands {
			commands += " " + c.String()
		}
		for _, d := range m.Doubts {
			doubts += fmt.Sprintf(" %s (%s)", d.Line, d.Kind)
		}
		if strings.TrimSpace(commands) != tt.commands || m.Text != tt.rest || strings.TrimSpace(doubts) != tt.doubts {
			t.Errorf("%q is read as%s, text %q, doubts%s", tt.text, commands, m.Text, doubts)
		}
	}
}

// TestCovered: marks of a quote before commands alone, above a text, are doubtful; older mail
// and a quote without a text below are not.
func TestCovered(t *testing.T) {
	for text, want := range map[string]int{
		"> #note\nHello.":                       1,
		"\n>\n>> #note\n> #take\n\nHello.":      2,
		"\u00a0> #Notiz:\nHello.":               1,
		"> #note":                               0,
		"#note\nHello.":                         0,
		"Hello.\n> #note\nBye.":                 0,
		"> #note\n> The lamp is dark.\nHello.":  0,
		"> The lamp is dark.\n> #note\nHello.":  0,
		"Ana wrote:\n> #close\nI closed it.":    0,
		"> #3 in the list\nIt is closed.":       0,
		"> #closed\nHello.":                     0,
		strings.Repeat("> #note\n", 30) + "Hi.": 0,
	} {
		if got := Covered(text); len(got) != want {
			t.Errorf("%q: %v, want %d", text, got, want)
		}
	}
}

// TestTextIsNoCommand: what people write to requesters is sent without a question.
func TestTextIsNoCommand(t *testing.T) {
	for _, held := range []string{"/note he is difficult, so please ask the vendor of the lamp about it first", "№note\n\n" + secret, "№ note: " + secret, "/resolve", "INTERNAL - " + secret, "Internal note – " + secret, "Private | " + secret} {
		if m := Read(held); len(m.Commands) > 0 || len(m.Doubts) == 0 {
			t.Errorf("%q is read as %+v, want a doubt", held, m)
		}
	}
	for _, text := range []string{
		"Your printer is #3 in the list.", "see\n#1042", "Our plan:\n\n# Network\n\nThe switch is new.\n\n# Next steps\n\nWe test.", "see\n#printer\n#network", "C# and F#\n#!/bin/sh",
		"Note: the printer is in room 3.", "Please note\nthat it is closed.", "If it is settled, answer with the single line #close", "It is solved: answer #close.", "https://example.org/page#note",
		"<https://example.org/#note>", "Take care,\nAlice", "[1] see below\n[internals] of C", "- take it\n- hold it\n- close it", "- note the number\n- help", "Hello,\n\nhelp is on its way.", "1. back\n2. next", "(see back of the page)",
		"See ticket #1042.", "color: #fff;\ncolor: #aabbcc", "#include <stdio.h>\nis missing."[10:], "A private matter: call me.", "/notes/a.txt is the file", "/etc/passwd", "№ 5 is ready.", "A private matter - call me.", "Note - the printer is in room 3.", "Anmerkung: bitte neu starten.", "Hi\n> note\n> #note",
	} {
		if m := Read("Hello,\n\n" + text); len(m.Doubts) > 0 {
			t.Errorf("%q is held for %q", text, m.Doubts)
		}
	}
}

// TestLabelsOfNotes: a label below a greeting is one, too; what only has words of labels is a text.
func TestLabelsOfNotes(t *testing.T) {
	for _, label := range []string{"Internal: " + secret, "Nur intern:\n" + secret, "[intern] " + secret, "Nicht für den Kunden: " + secret, "Not for the client\n" + secret} {
		for _, above := range []string{"", "Hi Bob,\n", "#take\n\nHi Bob,\n\n"} {
			if m := Read(above + label); len(m.Doubts) != 1 {
				t.Errorf("%q below %q: %v, want one doubt", label, above, m.Doubts)
			}
		}
	}
	for _, text := range []string{
		"Internal numbers: 4711 and 4712.", "The internal use of the lamp is fine.", "Intern wird das geklärt: morgen.", "Internal errors: the server says 500.", "Not for you: the lamp.", "No: the customer number is on the bill.",
		"For the customer: please sign.", "Für den Kunden: bitte unterschreiben.", "Please send to the client: form 12.", "Confidential", "Vertraulich: Ihr PIN ist da.", "Pour le client : signez ici.", "Only for you: a new lamp.",
		"Hello,\n\nNote:\nthe lamp is new.", "Hello,\n\nKommentar:\nbitte neu starten.", "Hello,\n\nThe lamp is new.\n\nInternal: 4711", "(internal modem) is broken",
		"Hash table and hash note are words of books.", "Raute und Kreuz", "hash browns", "Hash the note, please.", "hashtag lamps", "hash help me with this",
	} {
		if m := Read(text); len(m.Doubts) > 0 || len(m.Commands) > 0 {
			t.Errorf("%q is held for %v", text, m.Doubts)
		}
	}
}

// TestReadIsBounded: a long text is read in one pass.
func TestReadIsBounded(t *testing.T) {
	for _, piece := range []string{"#", "# ", "#note ", "\u200b#", "[[", "x#note\n", "#x\n", "> \n", "＃", "&#35;", "%23"} {
		m := Read("x\n" + strings.Repeat(piece, 1<<20/len(piece)))
		if len(m.Doubts) > maxDoubts {
			t.Errorf("%q: %d doubts", piece, len(m.Doubts))
		}
	}
}

// FuzzRead: no command comes from a text whose first line is none, and no word of
// a text is lost.
func FuzzRead(f *testing.F) {
	for _, s := range append(append(plainNotes, doubtfulNotes...), wrongNotes...) {
		f.Add(s, secret)
	}
	f.Fuzz(func(t *testing.T, line, text string) {
		if m := Read("Hello\n" + line + "\n" + text); len(m.Commands) > 0 {
			t.Errorf("%q below a greeting runs %q", line, m.Commands)
		}
		want := strings.TrimRightFunc("Hello.\n"+strings.ReplaceAll(text, "\r\n", "\n"), unicode.IsSpace)
		if m := Read(line + "\nHello.\n" + text); !strings.HasSuffix(m.Text, want) {
			t.Errorf("%q, %q: the text is %q", line, text, m.Text)
		}
	})
}
