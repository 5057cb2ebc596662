package daemon

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"maildesk/faulttest/pgserver"
)

// Rules of which the other daemons cannot be told do not come into force; the ones before stay.
func TestRulesThatCannotBeSharedWait(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	text := strings.Replace(withAdmin, "[desk]\n", fmt.Sprintf("[desk]\ndata = %q\n", pgserver.Database(t)), 1)
	writeConfig(t, path, text)
	d, log := start(t, path)
	hup := reloading(t, d, path)
	before := d.Desk().Settings().Rules.Version()
	keys := filepath.Join(filepath.Dir(path), "data", "keys")
	if err := os.Rename(keys, keys+".away"); err != nil {
		t.Fatal(err)
	}
	writeConfig(t, filepath.Join(filepath.Dir(path), "vip.txt"), "dean@example.org\n")
	writeConfig(t, path, text+"[[list]]\nname = \"vip\"\nfile = \"vip.txt\"\n[[rule]]\nname = \"printers\"\nwhen = 'subject contains \"printer\"'\ntags = [\"printer\"]\n")
	reload := func() {
		for range 2 { // the second waits for the end of the first
			hup <- syscall.SIGHUP
		}
	}
	reload()
	log.await(t, "the other daemons cannot be told of it")
	hup <- syscall.SIGHUP // all before it is done
	if got := alarms(t, d); len(got) != 1 {
		t.Errorf("%d mails to the admin, want one once it was tried again", len(got))
	} else {
		checkAlarm(t, got[0], "Nothing is wrong with the file", "the configuration was refused")
	}
	if f := figures(t, d); f["maildesk_config_reloads_total refused"] != 0 {
		t.Error("what waits counts as refused")
	}
	if got := d.Desk().Settings().Rules.Version(); got != before {
		t.Error("rules are in force that the other daemons do not know")
	}
	if _, body := get(t, d, "/readyz"); !strings.Contains(body, `"name": "config"`) {
		t.Errorf("/readyz says %s, want config", body)
	}
	if err := os.Rename(keys+".away", keys); err != nil {
		t.Fatal(err)
	}
	reload()
	log.await(t, "configuration reloaded")
	if got := d.Desk().Settings().Rules.Version(); got == before {
		t.Error("the new rules are not in force, though the others can be told of them")
	}
}
