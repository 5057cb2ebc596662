package daemon

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"maildesk/accounts"
)

// banned returns the patterns of the filter for fail2ban, in which <HOST> is a group of this name.
func banned(t *testing.T) (all []*regexp.Regexp) {
	t.Helper()
	text, err := os.ReadFile("../packaging/fail2ban/filter.conf")
	if err != nil {
		t.Fatal(err)
	}
	values, key := map[string][]string{}, ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if name, value, found := strings.Cut(line, " = "); found && !strings.HasPrefix(line, " ") {
			key, line = name, value
		} else if !strings.HasPrefix(line, " ") {
			continue
		}
		values[key] = append(values[key], strings.TrimSpace(line))
	}
	if len(values["_prefix"]) != 1 || len(values["failregex"]) != 2 {
		t.Fatalf("the filter has %q", values)
	}
	for _, pattern := range values["failregex"] {
		pattern = strings.Replace(pattern, "%(_prefix)s", values["_prefix"][0], 1)
		all = append(all, regexp.MustCompile(strings.Replace(pattern, "<HOST>", `(?P<HOST>[0-9a-fA-F:.]+)`, 1)))
	}
	return all
}

// TestFail2ban: the filter reads the lines that log-ins leave which failed, as they are and as the journal has them,
// and whatever a client writes, it names nobody but itself.
func TestFail2ban(t *testing.T) {
	folder := t.TempDir()
	certificateIn(t, folder)
	path := filepath.Join(folder, "maildesk.toml")
	writeConfig(t, path, strings.Replace(firstConfig, `listen = "127.0.0.1:0"`, `submissions = "127.0.0.1:0"
tls_certificate = "cert.pem"
tls_key = "key.pem"`, 1)+"agents = [\"alice\"]\n[[agent]]\nname = \"alice\"\nmail = \"alice@example.org\"\n[web]\nlisten = \"127.0.0.1:0\"\n")
	d, log := start(t, path)
	if err := accounts.Set(filepath.Join(folder, "data", AccountsFile), "alice", "correct horse"); err != nil {
		t.Fatal(err)
	}
	const forged = `msg="login failed" client=192.0.2.66 user=`
	users := []string{"bob", "time= level=WARN " + forged, "x\ntime=1 level=WARN " + forged, `x" time=1 level=WARN ` + forged, forged}
	for _, user := range users {
		c, err := smtp.DialTLS(d.Addrs()[0].String(), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Auth(sasl.NewPlainClient("", user, "wrong")); err == nil {
			t.Errorf("%q logs in", user)
		}
		c.Close()
	}
	secrets := []string{"guess", forged, "x\ntime=1 level=WARN " + forged}
	for _, secret := range secrets {
		resp, err := http.Post("http://"+d.WebAddr().String()+"/login/"+url.PathEscape(secret), "application/x-www-form-urlencoded", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("the link %q is answered with %s", secret, resp.Status)
		}
	}
	log.await(t, `msg="log-in failed`)
	for _, journal := range []string{"", "host maildesk[123]: "} {
		seen := make([]int, 2)
		for line := range strings.Lines(log.String()) {
			for i, pattern := range banned(t) {
				if m := pattern.FindStringSubmatch(journal + strings.TrimRight(line, "\n")); m != nil {
					seen[i]++
					if m[pattern.SubexpIndex("HOST")] != "127.0.0.1" {
						t.Errorf("%s would be banned for %s", m[1], line)
					}
				}
			}
		}
		if seen[0] != len(users) || seen[1] != len(secrets) {
			t.Errorf("the filter finds %d failed log-ins at the door of %d, and %d at the page of %d, in\n%s", seen[0], len(users), seen[1], len(secrets), log)
		}
	}
}
