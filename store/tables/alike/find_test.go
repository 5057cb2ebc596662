package alike

import (
	"reflect"
	"testing"

	"maildesk/similar"
)

// TestDocumentOf: a text is read as it was kept, with the words of its answer apart.
func TestDocumentOf(t *testing.T) {
	for _, want := range []similar.Document{
		{},
		{Title: []similar.Hash{1, 2}, Body: []similar.Hash{3, 4}},
		{Title: []similar.Hash{1}, Body: []similar.Hash{3}, Answer: []similar.Hash{5, 6}},
	} {
		got := DocumentOf(bytesOf(want.Title), bytesOf(joined(want)))
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%v is read as %v", want, got)
		}
	}
}
