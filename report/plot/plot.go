// Package plot draws charts: as PNG for mails, at twice the displayed size and on
// white, since mail clients darken what is transparent; as SVG for pages. It knows no
// tickets.
package plot

import (
	"fmt"
	"math"
	"strings"

	"github.com/go-analyze/charts"
)

// Chart is what is drawn: a value for each label and series.
type Chart struct {
	Title  string   // stands in [Chart.Text] alone: a page has it above the picture
	Labels []string // below the axis: days, weeks
	Series []Series // at most three
	Lines  bool     // lines instead of bars
}

// Series is one row of values, as many as there are labels.
type Series struct {
	Name   string
	Values []float64
}

// Width and Height are those of the picture as it is shown, in CSS pixels.
const (
	Width  = 600
	Height = 240
	scale  = 2 // of a PNG, for screens with a high density
)

// The colours differ in lightness too, so that they can be told apart in grey.
var (
	colors = []charts.Color{{R: 0x1a, G: 0x5f, B: 0xb4, A: 255}, {R: 0x8f, G: 0xc1, B: 0x9c, A: 255}, {R: 0xc0, G: 0x6c, B: 0x1e, A: 255}}
	ink    = charts.Color{R: 0x3c, G: 0x40, B: 0x43, A: 255}
	faint  = charts.Color{R: 0xe3, G: 0xe5, B: 0xe8, A: 255}
	white  = charts.Color{R: 255, G: 255, B: 255, A: 255}
)

// PNG returns the chart as a picture of [Width]*2 × [Height]*2 pixels.
func (c Chart) PNG() ([]byte, error) { return c.draw(charts.ChartOutputPNG, scale) }

// SVG returns the chart as an SVG document.
func (c Chart) SVG() ([]byte, error) { return c.draw(charts.ChartOutputSVG, 1) }

// Text returns what the picture shows in words, for those who cannot see it: the numbers
// of each series.
func (c Chart) Text() string {
	var all []string
	for _, s := range c.Series {
		var values []string
		for i, v := range s.Values {
			values = append(values, fmt.Sprintf("%s %g", c.Labels[i], v))
		}
		all = append(all, s.Name+": "+strings.Join(values, ", "))
	}
	return strings.Join(append([]string{c.Title}, all...), ". ") + "."
}

func (c Chart) draw(format string, scale float64) ([]byte, error) {
	theme := charts.GetTheme(charts.ThemeLight).WithSeriesColors(colors).WithBackgroundColor(white).WithTextColor(ink).
		WithXAxisColor(faint).WithYAxisColor(faint).WithAxisSplitLineColor(faint)
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: format, Width: int(Width * scale), Height: int(Height * scale), Theme: theme})
	font := charts.NewFontStyleWithSize(12 * scale)
	var values [][]float64
	var names []string
	for _, s := range c.Series {
		values, names = append(values, s.Values), append(names, s.Name)
	}
	padding := charts.NewBoxEqual(int(8 * scale))
	legend := charts.LegendOption{SeriesNames: names, FontStyle: font, Offset: charts.OffsetRight}
	axis := charts.ValueAxisOption{Min: charts.Ptr(0.0), Max: charts.Ptr(c.top()), LabelFontStyle: font, ValueFormatter: whole, LabelCount: ticks + 1}
	labels := charts.CategoryAxisOption{Labels: c.Labels, LabelFontStyle: font, BoundaryGap: charts.Ptr(true)}
	var err error
	if c.Lines {
		err = p.LineChart(charts.LineChartOption{
			Theme: theme, Padding: padding, SeriesList: charts.NewSeriesListLine(values), XAxis: labels, YAxis: []charts.ValueAxisOption{axis},
			Legend: legend, LineStrokeWidth: 2 * scale, FillArea: charts.Ptr(true), FillOpacity: 40,
		})
	} else {
		err = p.BarChart(charts.BarChartOption{
			Theme: theme, Padding: padding, SeriesList: charts.NewSeriesListBar(values), CategoryAxis: labels, ValueAxis: []charts.ValueAxisOption{axis},
			Legend: legend,
		})
	}
	if err != nil {
		return nil, fmt.Errorf("draw %q: %w", c.Title, err)
	}
	return p.Bytes()
}

// ticks is how many steps the axis has.
const ticks = 4

// top returns where the axis ends, so that each of its steps is a whole number.
func (c Chart) top() float64 {
	most := 1.0
	for _, s := range c.Series {
		for _, v := range s.Values {
			most = max(most, v)
		}
	}
	return math.Ceil(most/ticks) * ticks
}

// whole formats the numbers of the axis, which count things: between them there is
// nothing.
func whole(v float64) string {
	if v != float64(int(v)) {
		return ""
	}
	return fmt.Sprint(int(v))
}
