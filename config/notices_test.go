package config

import (
	"strings"
	"testing"
)

// TestNoticesMistakes: what is wrong with quiet hours, digests and gathered notices, where,
// and what to write.
func TestNoticesMistakes(t *testing.T) {
	agent := func(line string) string {
		return strings.Replace(minimal, `mail = "a@example.org"`, "mail = \"a@example.org\"\n"+line, 1)
	}
	desk := func(line string) string {
		return strings.Replace(minimal, `name = "Example"`, "name = \"Example\"\n"+line, 1)
	}
	for _, tt := range []struct{ config, want string }{
		{desk(`digest = "8 o'clock"`), `:4:10: "8 o'clock" is not a time of day; write when agents are told what waits, as in "8:00", or "none"`},
		{desk(`digest = "25:00"`), `"25:00" is not a time of day`},
		{desk(`ratings = "no"`), `:4:11: `},
		{desk(`suggestions = "off"`), `:4:15: `},
		{agent(`digest = "soon"`), `:13:10: "soon" is not a time of day`},
		{agent(`quiet = ["18:00-8:00", "evenings"]`), `:13:24: "evenings" is not a time from one hour to another; write when it begins and when it ends, as in "18:00-8:00"`},
		{agent(`quiet = "8:00-8:00"`), `"8:00-8:00" is not a time from one hour to another`},
		{minimal + "[notices]\nmany = -1\n", `:18:8: `},
		{minimal + "[notices]\nwithin = \"10s\"\n", `:18:10: 10s is not a time for which notices can be gathered; write something between "1m" and "12h", as "10m"`},
		{minimal + "[notices]\nurgent = \"soon\"\n", `:18:10: there is no priority "soon"; write one of low, normal, high, urgent, or "none"`},
		{minimal + "[notices]\nquiet = \"18:00-8:00\"\n", `:18:1: `},
	} {
		path := write(t, "maildesk.toml", tt.config)
		_, err := Load(path)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Load of\n%s\nreturns %v, want %s", tt.config, err, tt.want)
		}
	}
	c, err := Load(write(t, "maildesk.toml", desk("digest = \"8:00\"")+"[[agent]]\nname = \"b\"\ndigest = \"none\"\nquiet = [\"12:00-13:00\", \"22:30-6:00\"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	if a := c.Agents[0].Digest; a != (Clock{true, 8, 0}) || c.Agents[1].Digest.Set || len(c.Agents[1].Quiet) != 2 {
		t.Errorf("the agents are %+v", c.Agents)
	}
}
