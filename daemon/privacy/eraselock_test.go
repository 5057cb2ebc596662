package privacy

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"maildesk/daemon/localdesk"
	"maildesk/faulttest/pgserver"
	"maildesk/store"
)

// Of two erasures from one folder the second begins when the first has ended; a dry run waits for none.
func TestErasuresInTurn(t *testing.T) {
	b := &localdesk.Local{Folder: t.TempDir()}
	var err error
	if b.Store, err = store.Open(t.Context(), b.Folder, store.Options{Exclusive: true}); err != nil {
		t.Fatal(err)
	}
	defer b.Store.Close()
	synctest.Test(t, func(t *testing.T) {
		begun, ended := map[string]*atomic.Bool{"first": {}, "second": {}, "dry run": {}}, make(chan error)
		erase := func(name string, do bool, meanwhile func()) {
			_, err := inTurn(t.Context(), b, true, EraseOptions{Do: do}, func() (Erased, error) {
				begun[name].Store(true)
				meanwhile()
				return Erased{}, nil
			})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		nothing := func() {}
		erase("first", true, func() {
			go func() {
				erase("second", true, nothing)
				ended <- nil
			}()
			synctest.Wait()
			if begun["second"].Load() {
				t.Error("the second begins before the first has ended")
			}
			erase("dry run", false, nothing)
		})
		<-ended
		if second, dry := begun["second"].Load(), begun["dry run"].Load(); !second || !dry {
			t.Errorf("begun are the second: %t, the dry run: %t", second, dry)
		}
	})
}

// told passes on what is logged.
type told chan string

func (c told) Write(line []byte) (int, error) {
	c <- string(line)
	return len(line), nil
}

// From two folders of one database, however that is reached, an erasure waits for the other one, and a desk
// that starts leaves its own for later. Whoever dies has no turn any more.
func TestErasuresOfTwoMachinesInTurn(t *testing.T) {
	for name, reached := range map[string]func(testing.TB, string) string{
		"by the server": func(_ testing.TB, url string) string { return url },
		"by a pooler":   func(t testing.TB, url string) string { return pgserver.Pooled(t, "session", url) },
	} {
		t.Run(name, func(t *testing.T) {
			url := reached(t, pgserver.Database(t))
			machine := func() *localdesk.Local {
				folder := t.TempDir()
				db, err := store.Open(t.Context(), folder, store.Options{Exclusive: true, Database: url})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { db.Close() }) // one that has died is closed
				return &localdesk.Local{Folder: folder, Store: db}
			}
			first, second := machine(), machine()
			said, ended := make(told, 1), make(chan error, 1)
			log := slog.New(slog.NewTextHandler(said, nil))
			begun := filepath.Join(second.Folder, CaseFile)
			if err := os.WriteFile(begun, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := inTurn(t.Context(), first, true, EraseOptions{Do: true}, func() (Erased, error) {
				if _, err := EraseAgain(t.Context(), second, true, log); err != nil {
					t.Error(err)
				}
				if line := <-said; !strings.Contains(line, "erased at the next start") {
					t.Errorf("a desk that starts says %s", line)
				}
				go func() {
					_, err := EraseAgain(t.Context(), second, false, log)
					ended <- err
				}()
				if line := <-said; !strings.Contains(line, "waiting for its end") {
					t.Errorf("who waits says %s", line)
				}
				select {
				case err := <-ended:
					t.Errorf("the second does not wait for the first (%v)", err)
				default:
				}
				return Erased{}, os.Remove(begun) // while the second waits
			})
			if err := errors.Join(err, <-ended); err != nil {
				t.Fatal(err)
			}
			_, err = inTurn(t.Context(), first, true, EraseOptions{Do: true}, func() (Erased, error) {
				_, err := EraseAgain(t.Context(), second, true, log)
				select {
				case line := <-said:
					t.Errorf("a desk that has nobody to erase says %s", line)
				default:
				}
				return Erased{}, err
			})
			if err != nil {
				t.Fatal(err)
			}
			if end, err := tryTurn(t.Context(), first); err != nil || end == nil {
				t.Fatalf("the turn was not given back: %t, %v", end != nil, err)
			}
			if end, err := tryTurn(t.Context(), second); err != nil || end != nil {
				t.Errorf("while the first has the turn the second gets it: %t, %v", end != nil, err)
			}
			if err := first.Store.Close(); err != nil {
				t.Error(err)
			}
			end, err := takeTurn(t.Context(), second)
			if err == nil {
				err = end()
			}
			if err != nil {
				t.Errorf("when the first has died: %v", err)
			}
		})
	}
}
