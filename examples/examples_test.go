// Package examples holds complete desks to begin with. Its test sends a table
// of mails through each.
package examples

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pelletier/go-toml/v2"

	"maildesk/config"
	"maildesk/daemon"
	"maildesk/desk"
)

// expectation is one [[mail]] of an expect.toml. What is nil is not looked at.
type expectation struct {
	File         string    `toml:"file"`
	ReversePath  *string   `toml:"reverse_path"` // default: not known, as with a file
	To           []string  `toml:"to"`           // envelope
	Client       string    `toml:"client"`
	Received     time.Time `toml:"received"` // default: Tuesday, 24 November 2026, 10:00 UTC
	Disposition  *string   `toml:"disposition"`
	Queue        *string   `toml:"queue"`
	Level        *int      `toml:"level"`
	Category     *string   `toml:"category"`
	Kind         *string   `toml:"kind"`
	Priority     *string   `toml:"priority"`
	Language     *string   `toml:"language"` // of the acknowledgement
	Acknowledged *bool     `toml:"acknowledged"`
	Rules        *[]string `toml:"rules"`
	Tags         *[]string `toml:"tags"`
	Onlookers    *[]string `toml:"onlookers"`
}

func TestDesks(t *testing.T) {
	files, err := filepath.Glob("*/expect.toml")
	if err != nil || len(files) < 3 {
		t.Fatalf("there are %d desks with an expect.toml (%v), want 3 or more", len(files), err)
	}
	for _, file := range files {
		name := filepath.Dir(file)
		t.Run(name, func(t *testing.T) {
			cfg := load(t, filepath.Join(name, "maildesk.toml"))
			mails := expectations(t, file)
			for i, want := range mails {
				t.Run(fmt.Sprintf("%d %s", i+1, filepath.Base(want.File)), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { check(t, cfg, name, want) })
				})
			}
			everyMailIsUsed(t, name, mails)
		})
	}
}

// load reads a config that must have neither mistakes nor warnings.
func load(t *testing.T, path string) *config.Config {
	t.Helper()
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatalf("Load(%s):\n%v", path, err)
	}
	for _, w := range cfg.Warnings {
		t.Errorf("Load(%s) warns: %s", path, w)
	}
	return cfg
}

func expectations(t *testing.T, path string) []expectation {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all struct {
		Mail []expectation `toml:"mail"`
	}
	if err := toml.NewDecoder(f).DisallowUnknownFields().Decode(&all); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return all.Mail
}

// everyMailIsUsed finds mails that the table forgot.
func everyMailIsUsed(t *testing.T, name string, mails []expectation) {
	t.Helper()
	used := map[string]bool{}
	for _, m := range mails {
		used[filepath.Join(name, m.File)] = true
	}
	files, err := filepath.Glob(filepath.Join(name, "mails", "*.eml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no mails (%v)", name, err)
	}
	for _, f := range files {
		if !used[f] {
			t.Errorf("%s is in no line of %s/expect.toml", f, name)
		}
	}
}

// check sends one mail through a new desk and compares what is named. It runs
// in a bubble whose clock begins in the year 2000.
func check(t *testing.T, cfg *config.Config, name string, want expectation) {
	if want.Received.IsZero() {
		want.Received = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	}
	time.Sleep(time.Until(want.Received))
	bench, err := daemon.OpenScratch(t.Context(), cfg)
	if err != nil {
		t.Fatalf("OpenScratch = %v", err)
	}
	defer bench.Close()
	raw, err := os.ReadFile(filepath.Join(name, want.File))
	if err != nil {
		t.Fatal(err)
	}
	env := desk.Envelope{Source: desk.SourceSMTP, Client: want.Client, ForwardPaths: want.To, Unknown: want.ReversePath == nil}
	if want.ReversePath != nil {
		env.ReversePath = *want.ReversePath
	}
	v, err := bench.Desk.Explain(t.Context(), env, raw)
	if err != nil {
		t.Fatalf("Explain(%s) = %v", want.File, err)
	}
	differs := func(what string, got, wanted any) {
		t.Errorf("Explain(%s): %s = %v, want %v", want.File, what, got, wanted)
	}
	if want.Disposition != nil && string(v.Disposition) != *want.Disposition {
		differs("disposition", v.Disposition, *want.Disposition)
	}
	if want.Acknowledged != nil && acknowledged(v) != *want.Acknowledged {
		differs("acknowledged", acknowledged(v), *want.Acknowledged)
	}
	if want.Language != nil && language(v) != *want.Language {
		differs("language", language(v), *want.Language)
	}
	compareRoute(v, want, differs)
	if t.Failed() {
		for _, trial := range v.Trials {
			t.Logf("rule %s: fired %t, %s", trial.Rule, trial.Fired, trial.Why)
		}
	}
}

// compareRoute compares what the rules decided.
func compareRoute(v desk.Verdict, want expectation, differs func(what string, got, want any)) {
	got := v.Route
	if got == nil {
		if want.Queue != nil || want.Rules != nil && len(*want.Rules) > 0 {
			differs("route", "none", *want.Rules)
		}
		return
	}
	if len(got.Problems) > 0 {
		differs("problems", got.Problems, "none")
	}
	if want.Level != nil && got.Level != *want.Level {
		differs("level", got.Level, *want.Level)
	}
	for _, text := range []struct {
		what string
		got  string
		want *string
	}{
		{"queue", got.Queue, want.Queue}, {"category", got.Category, want.Category}, {"kind", got.Kind, want.Kind}, {"priority", got.Priority, want.Priority},
	} {
		if text.want != nil && text.got != *text.want {
			differs(text.what, text.got, *text.want)
		}
	}
	for _, list := range []struct {
		what string
		got  []string
		want *[]string
	}{
		{"rules", got.Rules, want.Rules}, {"tags", got.Tags, want.Tags}, {"onlookers", got.Onlookers, want.Onlookers},
	} {
		if list.want != nil && (len(list.got) > 0 || len(*list.want) > 0) && !reflect.DeepEqual(list.got, *list.want) {
			differs(list.what, list.got, *list.want)
		}
	}
}

func acknowledged(v desk.Verdict) bool {
	for _, m := range v.Mails {
		if m.Template == desk.TemplateAcknowledgement && m.Suppressed == "" {
			return true
		}
	}
	return false
}

// language gives the language of the acknowledgement, sent or not.
func language(v desk.Verdict) string {
	for _, m := range v.Mails {
		if m.Template == desk.TemplateAcknowledgement {
			return m.Language
		}
	}
	return ""
}
