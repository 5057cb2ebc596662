package templates

import (
	"testing"

	"maildesk/desk/notify"
)

func TestPicturesStandInThePlaceOfTheirNames(t *testing.T) {
	const img1, img2 = `<img src="cid:1@x" alt="a.png" style="max-width:100%">`, `<img src="cid:2@x" alt="a.png" style="max-width:100%">`
	one, two := notify.Picture{Name: "a.png", ContentID: "1@x"}, notify.Picture{Name: "a.png", ContentID: "2@x"}
	for _, tt := range []struct {
		name, text string
		pictures   []notify.Picture
		want       string
	}{
		{"in the text", "see [a.png] here", []notify.Picture{one}, "see " + img1 + " here<br>"},
		{"two of one name", "[a.png] then [a.png]", []notify.Picture{one, two}, img1 + " then " + img2 + "<br>"},
		{"more places than pictures", "[a.png] [a.png]", []notify.Picture{one}, img1 + " [a.png]<br>"},
		{"not in the text", "see", []notify.Picture{one}, "see<br>"},
		{"a name that is escaped", "[<b>&\"]", []notify.Picture{{Name: `<b>&"`, ContentID: "1@x"}}, `<img src="cid:1@x" alt="&lt;b&gt;&amp;&#34;" style="max-width:100%"><br>`},
		{"a name within a name", "[x[a.png]y]", []notify.Picture{{Name: "x[a.png]y", ContentID: "3@x"}, one}, `<img src="cid:3@x" alt="x[a.png]y" style="max-width:100%"><br>`},
		{"none", "[a.png]", nil, "[a.png]<br>"},
		{"a name over two lines", "[a\nb]", []notify.Picture{{Name: "a\nb", ContentID: "1@x"}}, "[a<br>b]<br>"},
	} {
		if got := fillPart(t, "news", map[string]any{"Text": tt.text, "Pictures": tt.pictures}); got != prewrap(tt.want) {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}
