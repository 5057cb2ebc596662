package compose

import (
	"slices"
	"strings"
	"testing"
)

// TestPictures: what the HTML shows goes with it, once, and only that.
func TestPictures(t *testing.T) {
	m := acknowledgement()
	m.Words.HTML = `<p>Look: <img src="cid:a@desk.example.org"> <img src="cid:a@desk.example.org"> cid:b@desk.example.org</p>`
	for _, id := range []string{"a@desk.example.org", "a@desk.example.org", "b@desk.example.org", "", "c d@x\r\nBcc: eve@example.net"} {
		m.Attachments = append(m.Attachments, Attachment{Name: "x.png", Type: "image/png", Content: []byte("PNG"), ContentID: id})
	}
	checkLaw(t, m, mustBytes(t, m))
	body := m.body()
	page := body.parts[0].parts[1]
	if got := page.fields[0].value; !strings.HasPrefix(got, "multipart/related") || len(page.parts) != 2 {
		t.Fatalf("the HTML is a %s of %d parts", got, len(page.parts))
	}
	want := []field{{"Content-Type", "image/png"}, {"Content-Disposition", "inline; filename=x.png"}, {"Content-ID", "<a@desk.example.org>"}}
	if !slices.Equal(page.parts[1].fields, want) {
		t.Errorf("the picture has the fields %v, want %v", page.parts[1].fields, want)
	}
	if len(body.parts) != 5 {
		t.Errorf("%d parts beside the text, want 4", len(body.parts)-1)
	}
}
