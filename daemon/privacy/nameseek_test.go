package privacy

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

// Each phrase is digested once, however many texts have it; names are found in all of them, as they stand there.
func TestNamesAreSoughtOnce(t *testing.T) {
	var records []erasureRecord
	for i := range 20 {
		records = append(records, newErasureRecord(int64(i), fmt.Sprintf("u%d@example.net", i), "alice", time.Now(), fmt.Sprintf("Person Number%c", 'a'+i), "Ana Maria Berg"))
	}
	seek := newNameSeek(records)
	for i := range 1000 {
		seek.in([]string{"The printer on the second floor is out of paper again.", fmt.Sprintf("Ask person  NUMBER%c, or Ana  Maria Berg.", 'a'+i%3)})
	}
	if most := 60; seek.digested > most { // some twenty of two words, and as many of three
		t.Errorf("%d phrases are digested, more than %d", seek.digested, most)
	}
	for i, found := range seek.found {
		want := map[string]bool{"ana maria berg": true}
		if i < 3 {
			want[fmt.Sprintf("person number%c", 'a'+i)] = true
		}
		if !reflect.DeepEqual(found, want) {
			t.Errorf("of record %d the texts have %v, want %v", i, found, want)
		}
	}
}
