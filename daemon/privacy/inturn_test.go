package privacy

import (
	"sync/atomic"
	"testing"
	"testing/synctest"

	"maildesk/daemon/localdesk"
)

// Of two erasures from one folder the second begins when the first has ended; a dry run waits for none.
func TestErasuresInTurn(t *testing.T) {
	b := &localdesk.Local{Folder: t.TempDir()}
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
