package health

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var metricName = regexp.MustCompile(`\bmaildesk_[a-z_]+`)

// metrics returns the names of all metrics, as the source declares them.
func metrics(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, file := range []string{"collect.go", "metrics.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range metricName.FindAllString(string(source), -1) {
			names[name] = true
			if strings.HasSuffix(name, "_seconds") {
				names[name+"_bucket"], names[name+"_count"], names[name+"_sum"] = true, true, true
			}
		}
	}
	return names
}

// TestPackagedMetrics: the alert rules and the dashboard ask for metrics that there are.
func TestPackagedMetrics(t *testing.T) {
	known := metrics(t)
	if len(known) < 20 {
		t.Fatalf("only %d metrics were found", len(known))
	}
	for _, file := range []string{"../packaging/prometheus/maildesk.rules.yml", "../packaging/grafana/maildesk.json"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := metricName.FindAllString(string(text), -1)
		if len(found) < 10 {
			t.Errorf("%s names %d metrics", file, len(found))
		}
		for _, name := range found {
			if !known[name] {
				t.Errorf("%s asks for %s, which there is not", file, name)
			}
		}
		if strings.HasSuffix(file, ".json") && !json.Valid(text) {
			t.Errorf("%s is no JSON", file)
		}
	}
}

// TestAlertRules: promtool plays a desk that is well and one in trouble.
func TestAlertRules(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		promtool, err = exec.LookPath("/var/cache/maildesk-test-tools/prometheus/usr/bin/promtool")
	}
	if err != nil {
		t.Skip("promtool is not there")
	}
	cmd := exec.Command(promtool, "test", "rules", "maildesk.test.yml")
	cmd.Dir = filepath.Join("..", "packaging", "prometheus")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("promtool says %v:\n%s", err, out)
	}
}

// TestEachAlertIsPlayed: there is a desk for which each rule speaks up.
func TestEachAlertIsPlayed(t *testing.T) {
	rules, err := os.ReadFile("../packaging/prometheus/maildesk.rules.yml")
	if err != nil {
		t.Fatal(err)
	}
	played, err := os.ReadFile("../packaging/prometheus/maildesk.test.yml")
	if err != nil {
		t.Fatal(err)
	}
	alerts := regexp.MustCompile(`(?m)^ +- alert: (\w+)$`).FindAllSubmatch(rules, -1)
	if len(alerts) < 10 {
		t.Errorf("the rules have %d alerts: this test reads them wrongly", len(alerts))
	}
	for _, alert := range alerts {
		if !regexp.MustCompile(`alertname: ` + string(alert[1]) + `\n +exp_alerts:\n +- exp_labels`).Match(played) {
			t.Errorf("no desk in the test has %s", alert[1])
		}
	}
}
