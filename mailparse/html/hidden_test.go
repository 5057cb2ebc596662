package html

import (
	"strings"
	"testing"
)

// TestHiddenTextIsNoText: each way to keep text from the reader of a page.
func TestHiddenTextIsNoText(t *testing.T) {
	for _, tt := range []struct{ name, page string }{
		{"display", `<p style="display: none">HIDDEN</p>`},
		{"display, important", `<p style="DISPLAY:none !important">HIDDEN</p>`},
		{"visibility", `<p style="visibility:hidden">HIDDEN</p>`},
		{"visibility collapsed", `<p style="visibility:collapse">HIDDEN</p>`},
		{"the attribute", `<p hidden>HIDDEN</p>`},
		{"Office", `<p style="mso-hide:all">HIDDEN</p>`},
		{"no size", `<span style="font-size:0">HIDDEN<br>HIDDEN</span>`},
		{"no size by calc", `<span style="font-size:calc(0px)">HIDDEN</span>`},
		{"multiplied by none", `<span style="font-size:calc(12px * 0)">HIDDEN</span>`},
		{"the least", `<span style="font-size:min(0px, 12px)">HIDDEN</span>`},
		{"between none and none", `<span style="font-size:clamp(0px, 0.1vw, 1px)">HIDDEN</span>`},
		{"one pixel", `<span style="font-size:1px">HIDDEN</span>`},
		{"one point", `<span style="font-size: 1pt">HIDDEN</span>`},
		{"a hundredth", `<span style="font-size:0.01em">HIDDEN</span>`},
		{"one per cent", `<span style="font-size:1%">HIDDEN</span>`},
		{"in short", `<span style="font:0/0 a">HIDDEN</span>`},
		{"within what has no size", `<div style="font-size:0"><p><b>HIDDEN</b></p></div>`},
		{"white", `<span style="color:white">HIDDEN</span>`},
		{"white in figures", `<span style="color:#fff">HIDDEN</span>`},
		{"nearly white", `<span style="color:#FEFEFE">HIDDEN</span>`},
		{"white by a function", `<span style="color:rgb(255, 255, 255)">HIDDEN</span>`},
		{"white by font", `<font color="#ffffff">HIDDEN</font>`},
		{"equal colours", `<div style="background:#123456"><span style="color:#123456">HIDDEN</span></div>`},
		{"equal names", `<div style="background-color:navy;color:navy">HIDDEN</div>`},
		{"colour of a cell", `<table><tr><td bgcolor="#003366"><font color="#003366">HIDDEN</font></td></tr></table>`},
		{"transparent", `<span style="color:transparent">HIDDEN</span>`},
		{"transparent by a function", `<span style="color:rgba(0,0,0,0)">HIDDEN</span>`},
		{"opacity", `<span style="opacity:0">HIDDEN</span>`},
		{"opacity, nearly none", `<span style="opacity:0.01">HIDDEN</span>`},
		{"opacity by a filter", `<span style="filter:opacity(0%)">HIDDEN</span>`},
		{"left of the window", `<div style="position:absolute;left:-9999px">HIDDEN</div>`},
		{"above the window", `<div style="top:-5000px;position:fixed">HIDDEN</div>`},
		{"indented out", `<div style="text-indent:-9999px">HIDDEN</div>`},
		{"margin", `<div style="margin-left:-9999px">HIDDEN</div>`},
		{"no height", `<div style="height:0;overflow:hidden">HIDDEN</div>`},
		{"no height at most", `<div style="max-height:0px;overflow:hidden">HIDDEN</div>`},
		{"no width", `<div style="width:1px;height:1px;overflow:hidden">HIDDEN</div>`},
		{"clipped", `<div style="position:absolute;clip:rect(0,0,0,0)">HIDDEN</div>`},
		{"clipped by a path", `<div style="clip-path:inset(100%)">HIDDEN</div>`},
		{"scaled", `<div style="transform:scale(0)">HIDDEN</div>`},
		{"a class", `<style>.x {display:none}</style><p class="a x">HIDDEN</p>`},
		{"a class of a tag", `<style>p.x, p.y {font-size:0}</style><p class="y">HIDDEN</p>`},
		{"a class within tags", `<style>body div .x {opacity:0}</style><p class="x">HIDDEN</p>`},
		{"an id", `<style>/* a */ #x {visibility:hidden}</style><p id="x">HIDDEN</p>`},
		{"a tag", `<style>s {display:none}</style><s>HIDDEN</s>`},
		{"a class for all screens", `<style>@import "a"; @media screen {.x {display:none}}</style><p class="x">HIDDEN</p>`},
		{"a class in the head", `<html><head><title>HIDDEN</title><style><!-- .x{color:#fff} --></style></head><body><p class="x">HIDDEN</p></body></html>`},
		{"template", `<template>HIDDEN</template>`},
		{"title", `<title>HIDDEN</title>`},
		{"a comment", `<!-- HIDDEN -->`},
		{"a list of options", `<select><option>HIDDEN</option></select><datalist><option>HIDDEN</option></datalist>`},
		{"a frame", `<iframe>HIDDEN</iframe>`},
	} {
		if got := Text(tt.page + "<p>shown</p>"); got != "shown" {
			t.Errorf("%s: the text is %q, want \"shown\"", tt.name, got)
		}
	}
}

// TestShownTextIsText: what looks much the same, and is seen.
func TestShownTextIsText(t *testing.T) {
	for _, tt := range []struct{ name, page string }{
		{"white on blue", `<a style="background:#06c;color:#fff">SHOWN</a>`},
		{"white on a dark cell", `<table bgcolor="#222222"><tr><td style="color:white">SHOWN</td></tr></table>`},
		{"white on a picture", `<div style="background:url(a.png);color:white">SHOWN</div>`},
		{"letters of a size within a frame without", `<td style="font-size:0"><div style="font-size:14px">SHOWN</div></td>`},
		{"visible within what is not", `<div style="visibility:hidden"><p style="visibility:visible">SHOWN</p></div>`},
		{"small print", `<font size="1" style="font-size:8px">SHOWN</font>`},
		{"a size that grows", `<span style="font-size:clamp(0px, 2vw, 18px)">SHOWN</span>`},
		{"a sum", `<span style="font-size:calc(0px + 1rem)">SHOWN</span>`},
		{"the greatest", `<span style="font-size:max(0px, 12px)">SHOWN</span>`},
		{"a size of its own name", `<span style="font-size:var(--x)">SHOWN</span>`},
		{"size in words", `<span style="font-size:small">SHOWN</span>`},
		{"half seen", `<span style="opacity:.6">SHOWN</span>`},
		{"a little out", `<div style="position:relative;left:-2px;text-indent:-18pt">SHOWN</div>`},
		{"hanging", `<p style="margin-left:36.0pt;text-indent:-18.0pt">SHOWN</p>`},
		{"overflow alone", `<div style="overflow:hidden;height:20px">SHOWN</div>`},
		{"hidden on telephones only", `<style>@media (max-width:600px) {.x {display:none}}</style><p class="x">SHOWN</p>`},
		{"hidden within another class", `<style>.a .x {display:none}</style><p class="x">SHOWN</p>`},
		{"hidden while the mouse is there", `<style>.x:hover {display:none}</style><p class="x">SHOWN</p>`},
		{"after what was hidden", `<p><span style="font-size:0"></span>SHOWN</p>`},
		{"black on white", `<body bgcolor="white" text="black"><p>SHOWN</p></body>`},
		{"grey on white", `<span style="color:#999">SHOWN</span>`},
		{"inherited", `<span style="color:inherit;background:inherit">SHOWN</span>`},
	} {
		if got := Text(tt.page); got != "SHOWN" {
			t.Errorf("%s: the text is %q, want \"SHOWN\"", tt.name, got)
		}
	}
}

// TestStyleSheetsAreBounded: what a sheet costs does not depend on its size.
func TestStyleSheetsAreBounded(t *testing.T) {
	var s sheet
	s.add(strings.Repeat(".a{color:red}", 100_000) + ".x{display:none}")
	s.add(strings.Repeat(".b{color:red}", 100_000))
	if s.read > maxSheet || len(s.rules[".a"]) > 4000 || s.rules[".x"] != "" {
		t.Errorf("%d bytes were read, %d are kept for one class", s.read, len(s.rules[".a"]))
	}
	for _, odd := range []string{"{", "}", "@media", "a{", "/*", "@media x{{{", "}}}", "a,{}", "@;"} {
		s := sheet{}
		s.add(odd) // comes to an end
	}
}

// TestWhiteLettersOfADarkProgram: whoever writes in a dark window sends white letters, and no
// ground. They are what she wrote where there is nothing else.
func TestWhiteLettersOfADarkProgram(t *testing.T) {
	const quoted = `<blockquote type="cite"><p>QUOTED</p></blockquote>`
	for _, tt := range []struct{ name, page, want string }{
		{"a style", `<p style="color:white">WRITTEN</p>`, "WRITTEN"},
		{"figures", `<div style="color:rgb(255,255,255)">WRITTEN</div>`, "WRITTEN"},
		{"font", `<font color="#ffffff">WRITTEN</font>`, "WRITTEN"},
		{"the body", `<body text="#FFFFFF"><p>WRITTEN</p></body>`, "WRITTEN"},
		{"a class", `<style>p{color:#fff}</style><p>WRITTEN</p>`, "WRITTEN"},
		{"above a quote", `<p style="color:white">WRITTEN</p>` + quoted, "WRITTEN\n\n> QUOTED"},
		{"above a signature", `<p style="color:white">WRITTEN</p><div class="moz-signature">Ana</div>`, "WRITTEN\n\nAna"},
		{"beside a drawn line", `<p style="color:white">WRITTEN</p><hr>`, "WRITTEN\n\n---"},
		{"with hidden letters", `<p style="color:white">WRITTEN <span style="display:none">HIDDEN</span><span style="font-size:0">HIDDEN</span></p>`, "WRITTEN"},
		{"beside what is seen", `<p style="color:white">HIDDEN</p><p>WRITTEN</p>`, "WRITTEN"},
		{"on a ground that is named white", `<div style="background:#fff"><p style="color:white">HIDDEN</p></div>`, ""},
		{"transparent", `<p style="color:transparent">HIDDEN</p>`, ""},
		{"invisible", `<p style="color:white;visibility:hidden">HIDDEN</p>`, ""},
	} {
		if got := Text(tt.page); got != tt.want {
			t.Errorf("%s: the text is %q, want %q", tt.name, got, tt.want)
		}
	}
}
