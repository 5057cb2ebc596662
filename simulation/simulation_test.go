package simulation

import (
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"maildesk/simulation/rare"
	"maildesk/templates"
)

var (
	seeds = flag.Int("seeds", 24, "how many seeds are played")
	first = flag.Uint64("first", 1, "the first of them")
	diary = flag.Bool("diary", false, "print what happened in each play")
)

// enough is how many seeds must take every rare path together.
const enough = 1000

// TestSeeds plays many seeds, and wants every law to hold in each of them, and every
// rare path to be taken in one of them.
func TestSeeds(t *testing.T) {
	stage := newStage(t)
	var mu sync.Mutex
	seen := rare.Sightings{}
	t.Run("seed", func(t *testing.T) {
		for seed := *first; seed < *first+uint64(*seeds); seed++ {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				result := playIn(t, seed, stage)
				mu.Lock()
				defer mu.Unlock()
				seen.Add(result.Seen)
			})
		}
	})
	for _, r := range rare.All {
		t.Logf("%6d times: %s", seen[r], r)
	}
	if missing := seen.Missing(); len(missing) > 0 && *seeds >= enough {
		t.Errorf("in %d seeds it never happened that: %s", *seeds, strings.Join(asText(missing), "; "))
	}
}

// TestTheSameAgain: a seed that is played again is the same play.
func TestTheSameAgain(t *testing.T) {
	stage := newStage(t)
	for _, seed := range []uint64{4, 7, 11, 15} { // with kills and decisions that overtake each other, and one that learns
		a, b := playIn(t, seed, stage), playIn(t, seed, stage)
		if a.Print != b.Print {
			t.Errorf("seed %d: it was\n%s\nand now is\n%s", seed, strings.Join(a.Diary, "\n"), strings.Join(b.Diary, "\n"))
		}
	}
}

func asText(all []rare.Path) (list []string) {
	for _, r := range all {
		list = append(list, string(r))
	}
	return list
}

// newStage makes the stage of a test.
func newStage(t *testing.T) *Stage {
	t.Helper()
	words, err := templates.New("")
	if err != nil {
		t.Fatal(err)
	}
	stage, err := NewStage(t.Context(), memory(t), words, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return stage
}

// playIn plays a seed in a bubble, and fails the test when a law is broken.
func playIn(t *testing.T, seed uint64, stage *Stage) (result Result) {
	t.Helper()
	test := "TestSeeds"
	if stage.Database != "" {
		test = "TestSeedsOnServer"
	}
	folder := memory(t)
	synctest.Test(t, func(t *testing.T) {
		var err error
		result, err = stage.Play(t.Context(), folder, seed)
		if err != nil {
			t.Errorf("the play could not go on: %v", err)
		}
	})
	if *diary {
		t.Logf("what happened:\n%s", strings.Join(result.Diary, "\n"))
	}
	if b := result.Breach; b != nil {
		t.Errorf("seed %d breaks a law: %s\n%s\n%s\nto repeat it: go test ./simulation -run '^%s$' -first %d -seeds 1 -server 1 -diary", seed, b.Law, b.What, b.Story, test, seed)
	}
	return result
}

// memory returns a folder in memory, where there is such a thing: what is played here
// is when something is on the disk, not the disk.
func memory(t *testing.T) string {
	t.Helper()
	const inMemory = "/dev/shm"
	if info, err := os.Stat(inMemory); err != nil || !info.IsDir() {
		return t.TempDir()
	}
	folder, err := os.MkdirTemp(inMemory, "maildesk-simulation-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}
