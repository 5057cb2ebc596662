package daemon

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"maildesk/config"
	"maildesk/faulttest"
)

var withAdmin = strings.Replace(firstConfig, "fallback =", "admin = \"boss@example.org\"\nfallback =", 1) + withHealth

// TestT148RefusedReload: a broken file is told in log, figures, /readyz and
// one mail for the same mistakes.
func TestT148RefusedReload(t *testing.T) {
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	writeConfig(t, path, withAdmin)
	d, log := start(t, path)
	hup := reloading(t, d, path)
	reload := func(text string) {
		t.Helper()
		if text == "" {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		} else { // at once, as nobody should read half of it
			writeConfig(t, path+".new", text)
			if err := os.Rename(path+".new", path); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 { // the second waits for the end of the first
			hup <- syscall.SIGHUP
		}
	}
	bad := strings.ReplaceAll(withAdmin, `name = "first-line"`, `nmae = "first-line"`)
	worse := bad + "[unheard]\n"
	for _, step := range []struct {
		text   string
		alarms int
		ready  string
		words  string // in log and mail
	}{
		{bad, 1, "degraded", `maildesk.toml:12:1: unknown key \"nmae\"`},
		{bad, 1, "degraded", ""},
		{worse, 2, "degraded", `unknown key \"unheard\"`},
		{withAdmin, 3, "ready", ""}, // it is over
		{bad, 4, "degraded", ""},
		{"", 5, "degraded", "no such file"},
		{withAdmin, 6, "ready", ""},
	} {
		reload(step.text)
		if step.words != "" {
			log.await(t, step.words)
		}
		hup <- syscall.SIGHUP // all before it is done
		if got := alarms(t, d); len(got) != step.alarms {
			t.Errorf("after %q: %d mails to the admin, want %d", step.words, len(got), step.alarms)
		} else if step.words != "" {
			checkAlarm(t, got[len(got)-1], strings.ReplaceAll(step.words, `\`, ""), "the configuration was refused")
		}
		code, body := get(t, d, "/readyz")
		if code != 200 || !strings.Contains(body, `"status": "`+step.ready+`"`) || step.ready == "degraded" && !strings.Contains(body, `"name": "config"`) {
			t.Errorf("/readyz = %d %s, want 200 %s", code, body, step.ready)
		}
		if err := deliver(t, d.Addrs()[0], "u@example.net", "support@example.org", mailOf(step.alarms, "still taken", "")); err != nil {
			t.Errorf("mail while the configuration is broken: %v", err)
		}
	}
	f := figures(t, d)
	if f["maildesk_config_reloads_total refused"] < 5 || f["maildesk_config_reloads_total ok"] < 3 || f["maildesk_degraded config"] != 0 {
		t.Errorf("figures: refused %v, ok %v, degraded %v", f["maildesk_config_reloads_total refused"], f["maildesk_config_reloads_total ok"], f["maildesk_degraded config"])
	}
	faulttest.Seen(t, "T148", "a running desk gets a broken file (2 contents, the first twice), none at all, and good ones between", "refused each time by log, figure and /readyz; a mail to the admin for the same mistakes, and one each time that it is over; mail is taken all the time")
}

// TestT149StartWithABrokenFile: the last good copy is in force, and the admin is told.
func TestT149StartWithABrokenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	writeConfig(t, path, withAdmin)
	if _, _, err := Load(filepath.Join(filepath.Dir(path), "other.toml")); err == nil {
		t.Fatal("Load of no file = nil, want an error")
	}
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	first, err := Open(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	breaks := map[string]func() error{
		"a wrong key":  func() error { return os.WriteFile(path, []byte(withAdmin+"[unheard]\n"), 0o600) },
		"half written": func() error { return os.Truncate(path, 40) },
		"removed":      func() error { return os.Remove(path) },
	}
	for name, breakIt := range breaks {
		t.Run(name, func(t *testing.T) {
			writeConfig(t, path, withAdmin)
			if err := breakIt(); err != nil {
				t.Fatal(err)
			}
			d, log := startWith(t, path)
			log.await(t, "configuration is broken")
			if got := d.Desk().Settings().Name; got != "Example IT" {
				t.Errorf("the desk is %q, want the last good Example IT", got)
			}
			if err := deliver(t, d.Addrs()[0], "u@example.net", "support@example.org", mailOf(len(name), "taken", "")); err != nil {
				t.Errorf("mail to a desk with a broken file: %v", err)
			}
			_, ready := get(t, d, "/readyz")
			if !strings.Contains(ready, `"name": "config"`) {
				t.Errorf("/readyz says %s, want config", ready)
			}
			if got := alarms(t, d); len(got) == 0 {
				t.Error("no mail to the admin")
			} else {
				checkAlarm(t, got[len(got)-1], "the configuration was refused")
			}
		})
	}
	// Broken texts of the admin's own are no reason to stand still either.
	t.Run("a template", func(t *testing.T) {
		folder := filepath.Join(filepath.Dir(path), "mails", "en")
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		writeConfig(t, path, strings.Replace(withAdmin, "fallback =", "templates = \"mails\"\nfallback =", 1))
		d, err := config.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Keep(d.Desk.Data); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "acknowledgement.txt"), []byte("{{.Nonsense}}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		running, log := startWith(t, path)
		log.await(t, "acknowledgement.txt")
		if err := deliver(t, running.Addrs()[0], "u@example.net", "support@example.org", mailOf(99, "taken", "")); err != nil {
			t.Errorf("mail to a desk with a broken template: %v", err)
		}
	})
	faulttest.Seen(t, "T149", "started with a file that is wrong, half written, removed, or with a broken template", "the last good copy is in force; log, /readyz and a mail to the admin say so; mail is taken in all %d cases", len(breaks)+1)
}

// TestPrivateQueueGone: a configuration without a queue that was private is refused by a
// running desk and by one that starts, until the queue was open.
func TestPrivateQueueGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	hr := func(name, private string) string {
		return withAdmin + "[[queue]]\nname = \"" + name + "\"\nprivate = " + private + "\n"
	}
	writeConfig(t, path, hr("hr", "true"))
	d, log := start(t, path)
	hup := reloading(t, d, path)
	for i, text := range []string{hr("people", "true"), withAdmin} {
		writeConfig(t, path+".new", text)
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second waits for the end of the first
			hup <- syscall.SIGHUP
		}
		if !d.Desk().Settings().IsPrivate("hr") {
			t.Errorf("%d: hr is open", i)
		}
		kept, refused, err := Load(path) // as at a start
		if err != nil || refused == nil || !kept.Routing.Queues[len(kept.Routing.Queues)-1].Private {
			t.Errorf("%d: Load = %v, refused %v", i, err, refused)
		}
	}
	log.await(t, `the queue \"hr\" is gone`)
	checkAlarm(t, alarms(t, d)[0], `the queue "hr" is gone`, "the configuration was refused")
	for _, text := range []string{hr("hr", "false"), withAdmin} {
		writeConfig(t, path+".new", text)
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			hup <- syscall.SIGHUP
		}
	}
	if _, there := d.Desk().Settings().Queue("hr"); there {
		t.Errorf("hr is there still:\n%s", log)
	}
}
