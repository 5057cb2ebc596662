package plot

import (
	"bytes"
	"encoding/xml"
	"image/color"
	"image/png"
	"os"
	"strings"
	"testing"
)

func week() Chart {
	return Chart{Title: "Requests", Labels: []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}, Series: []Series{
		{"came", []float64{12, 18, 9, 22, 14, 1, 0}}, {"solved", []float64{10, 15, 12, 19, 17, 0, 0}},
	}}
}

// TestPicture draws a chart that is opaque, of the size promised, small, and the same each
// time; MAILDESK_PLOT names a folder in which to look at it.
func TestPicture(t *testing.T) {
	lines := week()
	lines.Lines = true
	year := Chart{Title: "Requests", Labels: []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}, Series: []Series{
		{"came", []float64{1820, 1640, 1901, 1712, 1655, 1488, 1302, 1411, 1876, 1990, 2034, 1517}}, {"solved", []float64{1790, 1655, 1880, 1725, 1640, 1501, 1310, 1399, 1850, 1984, 2001, 1560}},
	}}
	for name, c := range map[string]Chart{"bars": week(), "year": year, "lines": lines, "empty": {Title: "Nothing"}, "zeros": {Title: "Zeros", Labels: []string{"a"}, Series: []Series{{"x", []float64{0}}}}} {
		picture, err := c.PNG()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if again, _ := c.PNG(); !bytes.Equal(picture, again) {
			t.Errorf("%s: drawn twice, the bytes differ", name)
		}
		img, err := png.Decode(bytes.NewReader(picture))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if size := img.Bounds().Size(); size.X != 2*Width || size.Y != 2*Height {
			t.Errorf("%s: the picture has %v pixels", name, size)
		}
		if o, ok := img.(interface{ Opaque() bool }); !ok || !o.Opaque() {
			t.Errorf("%s: something can be seen through the picture", name)
		}
		if r, g, b, a := img.At(0, 0).RGBA(); (color.RGBA64{uint16(r), uint16(g), uint16(b), uint16(a)}) != (color.RGBA64{0xffff, 0xffff, 0xffff, 0xffff}) {
			t.Errorf("%s: the ground is not white", name)
		}
		if len(picture) > 60<<10 {
			t.Errorf("%s: the picture has %d bytes", name, len(picture))
		}
		if folder := os.Getenv("MAILDESK_PLOT"); folder != "" {
			os.WriteFile(folder+"/"+name+".png", picture, 0o644)
		}
	}
}

func TestSVG(t *testing.T) {
	svg, err := week().SVG()
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(svg, new(struct{})); err != nil || !strings.Contains(string(svg), "solved") {
		t.Errorf("no SVG with a legend: %v", err)
	}
}

func TestText(t *testing.T) {
	c := week()
	c.Labels, c.Series[0].Values, c.Series[1].Values = c.Labels[:2], []float64{12, 18}, []float64{10, 0.5}
	if got, want := c.Text(), "Requests. came: Mon 12, Tue 18. solved: Mon 10, Tue 0.5."; got != want {
		t.Errorf("Text = %q, want %q", got, want)
	}
}

func BenchmarkPNG(b *testing.B) {
	for b.Loop() {
		picture, err := week().PNG()
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(picture)), "bytes")
	}
}
