package privacy

import (
	"testing"
	"time"
)

// TestTakeErasures: the list of a backup is added to that of the data, each person once, and
// a record knows its address in any case.
func TestTakeErasures(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	ana := newErasureRecord(1, "ana@example.net", "alice", time.Now())
	if err := addErasures(from, []erasureRecord{ana, newErasureRecord(2, "bob@example.net", "alice", time.Now())}); err != nil {
		t.Fatal(err)
	}
	if err := addErasures(to, []erasureRecord{ana}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := TakeErasures(from, to); err != nil {
			t.Fatal(err)
		}
	}
	all, err := readErasures(to)
	if err != nil || len(all) != 2 || !all[0].is("ANA@example.net") || !all[1].is("bob@example.net") || all[1].is("ana@example.net") {
		t.Errorf("the list is %+v, %v", all, err)
	}
}
