package daemon

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"maildesk/durable"
	"maildesk/faulttest/pgserver"
	"maildesk/store"
)

// A daemon whose keys or configuration differ from those of the one with the clock says so, in its log, on /readyz and
// to who brings mail, who is to try again later. Once they are the same it takes part.
func TestDaemonThatDiffersStandsAside(t *testing.T) {
	t.Parallel()
	text := strings.Replace(firstConfig, "[desk]\n", fmt.Sprintf("[desk]\ndata = %q\n", pgserver.Database(t)), 1) + "[health]\nlisten = \"127.0.0.1:0\"\n"
	newer := text + "[[rule]]\nname = \"printers\"\nwhen = 'subject contains \"printer\"'\ntags = [\"printer\"]\n"
	paths := [2]string{filepath.Join(t.TempDir(), "maildesk.toml"), filepath.Join(t.TempDir(), "maildesk.toml")}
	for _, path := range paths {
		writeConfig(t, path, text)
	}
	first, _ := start(t, paths[0])
	for end := time.Now().Add(time.Minute); !first.local.Store.HoldsTerm(store.Clock); time.Sleep(10 * time.Millisecond) { // nobody is told
		if time.Now().After(end) {
			t.Fatal("the first daemon does not get the clock")
		}
	}
	second, log := start(t, paths[1]) // with keys of its own
	hups := [2]chan<- os.Signal{reloading(t, first, paths[0]), reloading(t, second, paths[1])}
	brings := func() error {
		return deliver(t, second.Addrs()[0], "ana@example.net", "support@example.org", "From: ana@example.net\r\nSubject: Lamp\r\n\r\nIt is dark.\r\n")
	}
	changes := 0
	standsAside := func(when string) {
		t.Helper()
		changes++
		log.awaitTimes(t, "mail is refused for the time being", changes)
		if code, said := get(t, second, "/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(said, "differ from those of the daemon that has the clock") {
			t.Errorf("%s /readyz says %d, %s", when, code, said)
		}
		if refused, is := errors.AsType[*smtp.SMTPError](brings()); !is || refused.Code/100 != 4 {
			t.Errorf("%s who brings mail is told %v, want to try again later", when, refused)
		}
	}
	takesPart := func(when string) {
		t.Helper()
		log.awaitTimes(t, "this daemon takes part again", changes)
		if code, said := get(t, second, "/readyz"); code != http.StatusOK {
			t.Errorf("%s /readyz says %d, %s", when, code, said)
		}
		if err := brings(); err != nil {
			t.Errorf("%s mail is refused: %v", when, err)
		}
	}
	standsAside("with other keys")
	if err := durable.Copy(filepath.Join(filepath.Dir(paths[0]), "data", "keys"), filepath.Join(filepath.Dir(paths[1]), "data", "keys")); err != nil {
		t.Fatal(err)
	}
	hups[1] <- syscall.SIGHUP
	takesPart("with the same keys")
	writeConfig(t, paths[1], newer)
	hups[1] <- syscall.SIGHUP
	standsAside("with a rule of its own")
	writeConfig(t, paths[0], newer)
	hups[0] <- syscall.SIGHUP
	takesPart("when all have the rule")
}
