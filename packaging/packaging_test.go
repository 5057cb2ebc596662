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

// kubernetes reads an example for Kubernetes, by kinds, and loads its desk's configuration as a pod has it, whose Secret is
// a folder.
func kubernetes(t *testing.T, path, secret string) (byKind map[string]map[string]any, cfg *config.Config) {
	t.Helper()
	byKind = map[string]map[string]any{}
	for _, d := range documents(t, path) {
		byKind[d["kind"].(string)] = d
	}
	text, _ := at(byKind["ConfigMap"], "data/maildesk.toml").(string)
	file := filepath.Join(t.TempDir(), "maildesk.toml")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, "/run/secrets/maildesk", secret)), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(file)
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
		{"containers/0/volumeMounts/0/mountPath", "/etc/maildesk"}, // where the image looks
		{"containers/0/volumeMounts/1/mountPath", cfg.Desk.Data},
		{"containers/0/volumeMounts/3/mountPath", "/run/secrets/maildesk"}, // as the comment on top says
		{"securityContext/runAsNonRoot", true},
	} {
		if got := at(pod, tt.path); got != tt.want {
			t.Errorf("%s is %v, want %v", tt.path, got, tt.want)
		}
	}
	for what, listens := range map[string]string{"0": cfg.SMTP.Listen[0], "1": cfg.Health.Listen} {
		if port := at(pod, "containers/0/ports/"+what+"/containerPort"); listens != fmt.Sprint("0.0.0.0:", port) {
			t.Errorf("the desk listens at %s, and the pod has port %v", listens, port)
		}
	}
	return byKind, cfg
}

// TestKubernetes: the example is read, its desk's configuration is right, one daemon owns
// the data, and its probes ask the pages that there are.
func TestKubernetes(t *testing.T) {
	byKind, cfg := kubernetes(t, "kubernetes/maildesk.yaml", "/run/secrets/maildesk")
	if n := at(byKind["StatefulSet"], "spec/replicas"); n != uint64(1) || cfg.Desk.OnServer() {
		t.Errorf("there are %v daemons on %s, want one on a folder", n, cfg.Desk.Place())
	}
	if name := at(byKind["StatefulSet"], "spec/template/spec/volumes/2/secret/secretName"); name == nil || name != at(byKind["Secret"], "metadata/name") {
		t.Errorf("the pod mounts the Secret %v, and there is %v", name, at(byKind["Secret"], "metadata/name"))
	}
}

// TestKubernetesOnPostgreSQL: so is that of several daemons on one database, whose password is in the Secret. A pod
// takes the keys of the Secret whenever these have changed, and leaves those alone that its desk has added to.
func TestKubernetesOnPostgreSQL(t *testing.T) {
	secret := t.TempDir()
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o440); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(secret, "database"), "password\n")
	byKind, cfg := kubernetes(t, "kubernetes/postgresql.yaml", secret)
	if n, _ := at(byKind["StatefulSet"], "spec/replicas").(uint64); n < 2 || !cfg.Desk.OnServer() || cfg.Desk.DatabasePassword != "password" {
		t.Errorf("there are %d daemons on %s with the password %q, want several on a server", n, cfg.Desk.Place(), string(cfg.Desk.DatabasePassword))
	}
	first := at(byKind["StatefulSet"], "spec/template/spec/initContainers/0")
	script, _ := at(first, "args/0").(string)
	folder := t.TempDir()
	script = strings.NewReplacer("/run/secrets/maildesk", secret, "/var/lib/maildesk", folder).Replace(script)
	for _, tt := range []struct{ does, secret, desk, want string }{
		{does: "the first start", secret: "first", want: "first"},
		{does: "a start after the desk has added an epoch", desk: "first, epoch", want: "first, epoch"},
		{does: "a start with other keys in the Secret", secret: "second", want: "second"},
	} {
		if tt.secret != "" {
			os.Remove(filepath.Join(secret, "keys"))
			write(filepath.Join(secret, "keys"), tt.secret)
		}
		if tt.desk != "" {
			os.Remove(filepath.Join(folder, "keys"))
			if err := os.WriteFile(filepath.Join(folder, "keys"), []byte(tt.desk), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if out, err := exec.Command("sh", "-euc", script).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", tt.does, err, out)
		}
		info, err := os.Stat(filepath.Join(folder, "keys"))
		if err != nil {
			t.Fatal(err)
		}
		if got := readText(t, filepath.Join(folder, "keys")); got != tt.want || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("after %s the keys are %q with mode %s, want %q", tt.does, got, info.Mode(), tt.want)
		}
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
