package html

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

// What HTML hides from its reader is no text: a person who answers or passes on
// such a page never saw it. An element can be hidden with all that it holds
// (display:none), or by how its letters look, which an element inside it may
// change again (font-size:0).

// look is how letters appear. It is inherited.
type look struct {
	size    float64 // of the letters, in pixels
	unseen  bool    // visibility:hidden
	ink     colour
	ground  colour
	painted bool // a picture is behind the letters: their ground is unknown
	named   bool // the page says what their ground is
}

// plainLook is that of a page that says nothing: black on white.
var plainLook = look{size: 16, ink: colour{name: "black"}, ground: colour{name: "white", r: 255, g: 255, b: 255}}

// hides reports whether letters that look so cannot be seen.
func (l *look) hides() bool {
	return l.unseen || l.size < minLetter || l.ink.clear || !l.painted && l.ink.near(l.ground)
}

// dim reports whether letters that cannot be seen are hidden by nothing but a ground
// which the page does not name: a dark program shows them.
func (l *look) dim() bool {
	return !l.unseen && l.size >= minLetter && !l.ink.clear && !l.named
}

const (
	minLetter   = 2    // pixels; preview texts of newsletters have 0 or 1
	faint       = 0.05 // opacity
	farAway     = 300  // pixels outside of the window
	nearColours = 24   // sum of the differences of red, green and blue
)

// declarations reads a style attribute, or what stands in the braces of a rule:
// names and values in lower case.
func declarations(s string, each func(name, value string)) {
	for declaration := range strings.SplitSeq(strings.ToLower(s), ";") {
		name, value, found := strings.Cut(declaration, ":")
		if !found {
			continue
		}
		value, _, _ = strings.Cut(value, "!") // !important
		each(strings.TrimSpace(name), strings.Join(strings.Fields(value), " "))
	}
}

// dress applies a style to an element, and says whether it is hidden with all
// that it holds.
func (l *look) dress(style string) (hidden bool) {
	var away, placed, clipped, flat bool
	declarations(style, func(name, value string) {
		switch name {
		case "display":
			hidden = hidden || value == "none"
		case "mso-hide":
			hidden = hidden || value == "all"
		case "opacity":
			hidden = hidden || isFaint(value)
		case "filter":
			opacity, is := strings.CutPrefix(value, "opacity(")
			hidden = hidden || is && isFaint(strings.TrimSuffix(opacity, ")"))
		case "transform":
			hidden = hidden || strings.HasPrefix(strings.ReplaceAll(value, " ", ""), "scale(0")
		case "clip-path":
			hidden = hidden || strings.HasPrefix(value, "inset(100%") || strings.HasPrefix(value, "inset(50%") || value == "circle(0)"
		case "clip":
			numbers := strings.Trim(strings.NewReplacer("px", "", ",", " ", "rect(", "", ")", "").Replace(value), " ")
			hidden = hidden || strings.HasPrefix(value, "rect(") && strings.Trim(numbers, "01 ") == ""
		case "position":
			placed = value == "absolute" || value == "fixed" || value == "relative"
		case "left", "top", "right", "bottom":
			n, ok := pixels(value, l.size)
			away = away || ok && (n <= -farAway || n >= 10*farAway)
		case "text-indent", "margin-left", "margin-top", "margin":
			n, ok := pixels(value, l.size)
			hidden = hidden || ok && n <= -farAway
		case "height", "max-height", "width", "max-width":
			n, ok := pixels(value, l.size)
			flat = flat || ok && n <= 1
		case "overflow", "overflow-x", "overflow-y":
			clipped = clipped || value == "hidden" || value == "clip"
		default:
			l.letters(name, value)
		}
	})
	return hidden || away && placed || flat && clipped
}

// letters applies what is inherited.
func (l *look) letters(name, value string) {
	switch name {
	case "visibility":
		l.unseen = value == "hidden" || value == "collapse"
	case "font-size":
		if n, ok := pixels(value, l.size); ok {
			l.size = n
		} else if value != "inherit" && value != "" {
			l.size = plainLook.size // small, large …
		}
	case "font":
		for word := range strings.FieldsSeq(value) {
			word, _, _ = strings.Cut(word, "/")
			if n, ok := pixels(word, l.size); ok && n < 100 { // 700 is a weight
				l.size = n
			}
		}
	case "color", "-webkit-text-fill-color":
		if value != "inherit" {
			l.ink = readColour(value)
		}
	case "background-color":
		l.paint(value)
	case "background":
		if strings.Contains(value, "url(") || strings.Contains(value, "gradient(") {
			l.painted = true
			return
		}
		l.paint(value)
	case "background-image":
		l.painted = l.painted || value != "none"
	}
}

// paint sets the colour behind the letters; a transparent one changes nothing.
func (l *look) paint(value string) {
	if c := readColour(value); !c.clear && value != "inherit" && value != "none" && value != "" {
		l.ground, l.painted, l.named = c, false, true
	}
}

func isFaint(value string) bool {
	scale := 1.0
	if number, percent := strings.CutSuffix(value, "%"); percent {
		value, scale = number, 100
	}
	n, err := strconv.ParseFloat(value, 64)
	return err == nil && n/scale <= faint
}

// pixels reads a length; of is the size of the letters around it.
func pixels(value string, of float64) (float64, bool) {
	if name, arguments, is := strings.Cut(value, "("); is {
		return computed(name, arguments, of)
	}
	value, _, _ = strings.Cut(value, " ")
	for _, unit := range []struct {
		name  string
		pixel float64
	}{{"px", 1}, {"pt", 4.0 / 3}, {"rem", 16}, {"em", of}, {"ex", of / 2}, {"%", of / 100}, {"vw", 10}, {"vh", 10}, {"in", 96}, {"cm", 38}, {"", 1}} {
		if number, found := strings.CutSuffix(value, unit.name); found {
			n, err := strconv.ParseFloat(number, 64)
			return n * unit.pixel, err == nil
		}
	}
	return 0, false
}

// computed returns what a function of CSS comes to, as far as it shows without arithmetic: the
// least of its lengths for min(), none where something is multiplied by none, else the greatest.
func computed(name, arguments string, of float64) (float64, bool) {
	if name != "calc" && name != "min" && name != "max" && name != "clamp" || strings.ContainsAny(arguments, "-/") {
		return 0, false
	}
	words := strings.FieldsFunc(arguments, func(r rune) bool { return strings.ContainsRune(" ,+*()", r) })
	var all []float64
	for _, w := range words {
		n, ok := pixels(w, of)
		if !ok {
			return 0, false
		}
		all = append(all, n)
	}
	switch {
	case len(all) == 0:
		return 0, false
	case name == "min", strings.Contains(arguments, "*") && slices.Min(all) <= 0:
		return slices.Min(all), true
	}
	return slices.Max(all), true
}

// colour is a colour of CSS, as far as it matters here.
type colour struct {
	name    string // as written, where it is not one of those with figures
	r, g, b int
	clear   bool // transparent
}

// whites are names of colours that nobody sees on white. All other names are
// compared by their letters.
var whites = map[string]colour{
	"white": {r: 255, g: 255, b: 255}, "snow": {r: 255, g: 250, b: 250}, "ivory": {r: 255, g: 255, b: 240}, "ghostwhite": {r: 248, g: 248, b: 255},
	"floralwhite": {r: 255, g: 250, b: 240}, "mintcream": {r: 245, g: 255, b: 250}, "azure": {r: 240, g: 255, b: 255}, "whitesmoke": {r: 245, g: 245, b: 245},
}

func readColour(value string) colour {
	value = strings.ToLower(strings.TrimSpace(value))
	if c, ok := whites[value]; ok {
		c.name = value
		return c
	}
	if value == "black" {
		return colour{name: value}
	}
	if value == "transparent" {
		return colour{name: value, clear: true}
	}
	if hex, ok := strings.CutPrefix(value, "#"); ok {
		return hexColour(value, hex)
	}
	name, inner, ok := strings.Cut(strings.TrimSuffix(value, ")"), "(")
	if !ok || name != "rgb" && name != "rgba" {
		return colour{name: value, r: -1000} // near no other but itself
	}
	var n [4]float64
	n[3] = 1
	parts := strings.FieldsFunc(inner, func(r rune) bool { return r == ',' || r == ' ' || r == '/' })
	for i, part := range parts[:min(len(parts), 4)] {
		number, percent := strings.CutSuffix(part, "%")
		n[i], _ = strconv.ParseFloat(number, 64)
		if percent && i < 3 {
			n[i] *= 2.55
		}
	}
	return colour{name: "rgb", r: int(n[0]), g: int(n[1]), b: int(n[2]), clear: n[3] <= faint}
}

// hexColour reads #rgb, #rrggbb and the same with the opacity behind.
func hexColour(name, hex string) colour {
	if len(hex) == 3 || len(hex) == 4 {
		wide := ""
		for _, c := range hex {
			wide += string(c) + string(c)
		}
		hex = wide
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	switch {
	case err != nil:
	case len(hex) == 6:
		return colour{name: "rgb", r: int(n >> 16), g: int(n >> 8 & 255), b: int(n & 255)}
	case len(hex) == 8:
		return colour{name: "rgb", r: int(n >> 24), g: int(n >> 16 & 255), b: int(n >> 8 & 255), clear: n&255 < 13}
	}
	return colour{name: name, r: -1000}
}

// near reports whether nobody can tell two colours apart.
func (c colour) near(other colour) bool {
	if c.r < 0 || other.r < 0 {
		return c.name == other.name
	}
	distance := 0
	for _, d := range []int{c.r - other.r, c.g - other.g, c.b - other.b} {
		distance += max(d, -d)
	}
	return distance <= nearColours
}

// Rules of <style> elements that hide what bears a class, an id or a tag.

const (
	maxSheet = 64 << 10 // bytes of style sheets that are read of a page
	maxRules = 1000
)

// sheet is what style sheets say, by a selector of one part: ".name", "#name",
// "tag", "tag.name". Whatever needs more than that is not read.
type sheet struct {
	rules map[string]string
	read  int // bytes
}

// add reads the text of a <style> element.
func (s *sheet) add(css string) {
	css = css[:min(len(css), maxSheet-s.read)]
	s.read += len(css)
	css = strings.NewReplacer("<!--", "", "-->", "").Replace(uncommented(css))
	for css != "" && len(s.rules) < maxRules {
		selectors, rest, found := strings.Cut(css, "{")
		if !found {
			return
		}
		selectors = strings.TrimSpace(selectors)
		if at := strings.LastIndexByte(selectors, ';'); at >= 0 {
			selectors = strings.TrimSpace(selectors[at+1:]) // @import "a";
		}
		if strings.HasPrefix(selectors, "@") {
			media := strings.Fields(strings.ToLower(selectors))
			if len(media) == 2 && media[0] == "@media" && (media[1] == "all" || media[1] == "screen") {
				css = rest // its rules hold for every reader
				continue
			}
			css = afterBlock(rest)
			continue
		}
		body, after, _ := strings.Cut(rest, "}")
		for selector := range strings.SplitSeq(selectors, ",") {
			if selector = lastPart(selector); selector != "" {
				s.put(selector, body)
			}
		}
		css = strings.TrimLeft(after, "} \t\r\n")
	}
}

func (s *sheet) put(selector, body string) {
	if s.rules == nil {
		s.rules = map[string]string{}
	}
	if have := s.rules[selector]; len(have)+len(body) < 4000 {
		s.rules[selector] = have + ";" + body
	}
}

// lastPart returns the only part of a selector, or the last one where those before
// it are names of tags, which nearly every page has; empty for all others.
func lastPart(selector string) string {
	parts := strings.Fields(strings.ToLower(strings.ReplaceAll(selector, ">", " ")))
	if len(parts) == 0 || len(parts) > 4 {
		return ""
	}
	for i, part := range parts {
		if strings.ContainsAny(part, ":[]()*+~@") || i < len(parts)-1 && strings.ContainsAny(part, ".#") {
			return ""
		}
	}
	return parts[len(parts)-1]
}

func uncommented(css string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(css, "/*")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, css, _ = strings.Cut(rest, "*/")
	}
}

// afterBlock returns what follows the block whose opening brace was read.
func afterBlock(css string) string {
	depth := 1
	for i := range len(css) {
		switch css[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return css[i+1:]
			}
		}
	}
	return ""
}

// styleOf returns what the sheets say of an element by its tag, classes and id.
func (s *sheet) styleOf(tag, classes, id string) string {
	if len(s.rules) == 0 {
		return ""
	}
	style := s.rules[tag]
	for class := range strings.FieldsSeq(strings.ToLower(classes)) {
		style += ";" + s.rules["."+class] + ";" + s.rules[tag+"."+class]
	}
	if id = strings.ToLower(id); id != "" {
		style += ";" + s.rules["#"+id] + ";" + s.rules[tag+"#"+id]
	}
	return style
}

// neverShown are elements whose text is no part of the page.
func neverShown(tag atom.Atom) bool {
	switch tag {
	case atom.Style, atom.Script, atom.Title, atom.Template, atom.Noscript, atom.Select, atom.Datalist, atom.Textarea, atom.Iframe, atom.Noframes, atom.Noembed, atom.Dialog:
		return true
	}
	return false
}
