// Package packaging_test holds what is packaged beside the program against the program.
package packaging_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"maildesk/config"
)

// documents returns the documents of a YAML file.
func documents(t *testing.T, path string) (all []map[string]any) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for d := yaml.NewDecoder(f); ; {
		var one map[string]any
		err := d.Decode(&one)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, one)
	}
}

// at returns what stands in nested maps and lists under a path, as "spec/containers/0/name".
func at(v any, path string) any {
	for step := range strings.SplitSeq(path, "/") {
		switch in := v.(type) {
		case map[string]any:
			v = in[step]
		case []any:
			v = in[int(step[0]-'0')]
		}
	}
	return v
}

// TestKubernetes: the example is read, its desk's configuration is right, one daemon owns
// the data, and its probes ask the pages that there are.
func TestKubernetes(t *testing.T) {
	byKind := map[string]map[string]any{}
	for _, d := range documents(t, "kubernetes/maildesk.yaml") {
		byKind[d["kind"].(string)] = d
	}
	text, _ := at(byKind["ConfigMap"], "data/maildesk.toml").(string)
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatalf("the configuration of the example: %v", err)
	}
	pod := at(byKind["StatefulSet"], "spec/template/spec")
	for _, tt := range []struct {
		path string
		want any
	}{
		{"containers/0/startupProbe/httpGet/path", "/healthz"},
		{"containers/0/livenessProbe/httpGet/path", "/healthz"},
		{"containers/0/readinessProbe/httpGet/path", "/readyz"},
		{"securityContext/runAsNonRoot", true},
	} {
		if got := at(pod, tt.path); got != tt.want {
			t.Errorf("%s is %v, want %v", tt.path, got, tt.want)
		}
	}
	if n := at(byKind["StatefulSet"], "spec/replicas"); n != uint64(1) {
		t.Errorf("there are %v daemons on the data, want one", n)
	}
	if cfg.Desk.Data != at(pod, "containers/0/volumeMounts/1/mountPath") || !strings.HasSuffix(cfg.Health.Listen, ":9125") {
		t.Errorf("data are kept in %s, health listens on %s: not where the pod has them", cfg.Desk.Data, cfg.Health.Listen)
	}
	// The passwords that the comment on top speaks of.
	if name := at(pod, "volumes/2/secret/secretName"); name == nil || name != at(byKind["Secret"], "metadata/name") || at(pod, "containers/0/volumeMounts/3/mountPath") != "/run/secrets/maildesk" {
		t.Errorf("the pod mounts the Secret %v, and there is %v", name, at(byKind["Secret"], "metadata/name"))
	}
}

// TestCompose: the example is read, and its paths are those of the image, and its health check asks the desk.
func TestCompose(t *testing.T) {
	all := documents(t, "compose/compose.yaml")
	for i, want := range []string{"./config:/etc/maildesk:ro", "data:/var/lib/maildesk"} {
		volumes, _ := at(all[0], "services/maildesk/volumes").([]any)
		if len(volumes) <= i || volumes[i] != want {
			t.Errorf("the volumes are %v, want %s at place %d", volumes, want, i)
		}
	}
	// The image has no other program that could ask.
	if got := fmt.Sprint(at(all[0], "services/maildesk/healthcheck/test")); got != "[CMD /usr/bin/maildesk ready]" {
		t.Errorf("the health check is %s", got)
	}
}

// TestAppArmor: the profile is one that the parser of AppArmor reads, is tied to no program, so that commands by hand
// are free, and is that which the unit of systemd names.
func TestAppArmor(t *testing.T) {
	parser, err := exec.LookPath("apparmor_parser")
	if err != nil {
		parser, err = exec.LookPath("/usr/sbin/apparmor_parser")
	}
	if err != nil {
		t.Skip("apparmor_parser is not there (Debian: apparmor)")
	}
	if out, err := exec.Command(parser, "-Q", "-K", "apparmor/maildesk").CombinedOutput(); err != nil {
		t.Errorf("apparmor_parser says %v:\n%s", err, out)
	}
	name, err := exec.Command(parser, "-N", "apparmor/maildesk").Output()
	if err != nil || string(name) != "maildesk\n" {
		t.Errorf("the profiles are %q, %v", name, err)
	}
	profile := readText(t, "apparmor/maildesk")
	if !strings.Contains(profile, "\nprofile maildesk {\n") {
		t.Error("the profile is tied to a program")
	}
	if unit := readText(t, "maildesk.service"); !strings.Contains(unit, "\nAppArmorProfile=-maildesk\n") {
		t.Error("the unit does not put the daemon into its profile")
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
