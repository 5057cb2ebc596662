package templates

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"maildesk/desk/notify"
)

// What a reader must be able to make out (WCAG 2.2, level AA).
const (
	leastOfText = 4.5 // 1.4.3
	leastOfEdge = 3.0 // 1.4.11: what shows that something is a button
)

// TestContrast computes the contrast of every text and of every button's edge, on
// white and on the black of dark screens, from the colours that the mails carry.
func TestContrast(t *testing.T) {
	w := newTemplates(t, "")
	dark := darkColours(t, render(t, w, sample(notify.TemplateNewTicket, "en")).HTML)
	seen := map[string]bool{}
	for _, template := range notify.Templates() {
		root, err := html.Parse(strings.NewReader(render(t, w, sample(template, "en")).HTML))
		if err != nil {
			t.Fatal(err)
		}
		for mode, p := range map[string]paint{
			"light": {text: rgb{0, 0, 0}, ground: rgb{255, 255, 255}},
			"dark":  {text: rgb{255, 255, 255}, ground: rgb{0x12, 0x12, 0x12}, classes: dark},
		} {
			p.each(root, func(where string, p paint) {
				if got := contrast(p.text, p.ground); got < leastOfText {
					t.Errorf("%s, %s: %s has a contrast of %.2f, want %.1f", template, mode, where, got, leastOfText)
				}
				if p.edged && contrast(p.edge, p.behind) < leastOfEdge {
					t.Errorf("%s, %s: the edge of %s has a contrast of %.2f, want %.1f", template, mode, where, contrast(p.edge, p.behind), leastOfEdge)
				}
				seen[fmt.Sprint(mode, p.text, p.ground)] = true
			})
		}
	}
	if len(seen) < 10 { // plain, muted, alarm, good, button, first button, in both modes
		t.Errorf("only %d pairs of colours were seen: %v", len(seen), seen)
	}
}

// TestContrastOfKnownPairs: the formula, by pairs from the standard's own tables.
func TestContrastOfKnownPairs(t *testing.T) {
	for _, tt := range []struct {
		a, b rgb
		want float64
	}{
		{rgb{0, 0, 0}, rgb{255, 255, 255}, 21}, {rgb{255, 255, 255}, rgb{255, 255, 255}, 1}, {rgb{0x76, 0x76, 0x76}, rgb{255, 255, 255}, 4.54}, {rgb{255, 255, 255}, rgb{0x94, 0x94, 0x94}, 3.03},
	} {
		if got := contrast(tt.a, tt.b); math.Abs(got-tt.want) > 0.01 {
			t.Errorf("contrast(%v, %v) = %.2f, want %.2f", tt.a, tt.b, got, tt.want)
		}
	}
}

type rgb [3]uint8

// contrast is the ratio of two relative luminances (WCAG 2.2, "contrast ratio").
func contrast(a, b rgb) float64 {
	light, dark := luminance(a), luminance(b)
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

func luminance(c rgb) float64 {
	var linear [3]float64
	for i, v := range c {
		s := float64(v) / 255
		if linear[i] = s / 12.92; s > 0.04045 {
			linear[i] = math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*linear[0] + 0.7152*linear[1] + 0.0722*linear[2]
}

// paint is how an element is drawn. Its colours are those that it inherits.
type paint struct {
	text, ground, behind, edge rgb
	edged                      bool                         // it is a link with a border
	classes                    map[string]map[string]string // class → property → colour, over those of style
}

// each calls check for every element with a text of its own.
func (p paint) each(n *html.Node, check func(where string, p paint)) {
	if n.Type == html.ElementNode {
		style := declarations(attribute(n, "style"))
		if style["display"] == "none" || n.Data == "head" {
			return
		}
		for _, class := range strings.Fields(attribute(n, "class")) {
			for property, colour := range p.classes[class] {
				style[property] = colour
			}
		}
		p = p.under(style)
		p.edged = n.Data == "a" && style["border"] != ""
	}
	for child := range n.ChildNodes() {
		if child.Type == html.TextNode && strings.TrimSpace(child.Data) != "" {
			check(fmt.Sprintf("%q in <%s class=%q>", child.Data, n.Data, attribute(n, "class")), p)
		}
		p.each(child, check)
	}
}

// under returns the paint of an element with a style.
func (p paint) under(style map[string]string) paint {
	p.behind = p.ground
	if c, is := colour(style["color"]); is {
		p.text = c
	}
	if c, is := colour(style["background"]); is {
		p.ground = c
	}
	for _, property := range []string{"border", "border-color"} {
		if c, is := colour(style[property]); is {
			p.edge = c
		}
	}
	return p
}

var hex = regexp.MustCompile(`#[0-9a-f]{6}\b`)

func colour(value string) (rgb, bool) {
	digits := hex.FindString(value)
	if digits == "" {
		return rgb{}, false
	}
	n, err := strconv.ParseUint(digits[1:], 16, 32)
	return rgb{uint8(n >> 16), uint8(n >> 8), uint8(n)}, err == nil
}

func declarations(style string) map[string]string {
	all := map[string]string{}
	for declaration := range strings.SplitSeq(style, ";") {
		if property, value, is := strings.Cut(declaration, ":"); is {
			all[strings.TrimSpace(property)] = strings.TrimSpace(strings.ReplaceAll(value, "!important", ""))
		}
	}
	return all
}

func attribute(n *html.Node, key string) string {
	if i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key }); i >= 0 {
		return n.Attr[i].Val
	}
	return ""
}

// darkColours reads the rules for dark screens from a mail's style element.
func darkColours(t *testing.T, document string) map[string]map[string]string {
	t.Helper()
	_, style, _ := strings.Cut(document, "(prefers-color-scheme: dark) {")
	style, _, _ = strings.Cut(style, "</style>")
	classes := map[string]map[string]string{}
	for _, rule := range regexp.MustCompile(`\.([a-z]+) \{([^}]*)\}`).FindAllStringSubmatch(style, -1) {
		classes[rule[1]] = declarations(rule[2])
	}
	if len(classes) < 5 {
		t.Fatalf("only %d rules for dark screens in %q", len(classes), style)
	}
	return classes
}
