package doctor

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/faulttest/pgserver"
	"maildesk/store/postgres"
)

// goodServer is a server with which nothing is wrong.
func goodServer() postgres.Server {
	return postgres.Server{Version: "17.2", Number: 170002, Connections: 12, Settings: map[string]string{
		"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "synchronous_standby_names": "", "server_encoding": "UTF8", "data_checksums": "on", "max_connections": "100",
		"superuser_reserved_connections": "3", "autovacuum": "on",
	}}
}

// What a server says of itself that is wrong is found, with what to do; what is right is not.
func TestServerGrades(t *testing.T) {
	set := func(name, value string) func(*postgres.Server) {
		return func(s *postgres.Server) { s.Settings[name] = value }
	}
	standbys := func(names string, all ...postgres.Standby) func(*postgres.Server) {
		return func(s *postgres.Server) { s.Settings["synchronous_standby_names"], s.Standbys = names, all }
	}
	follows := postgres.Standby{Name: "b", State: "streaming", Sync: "sync"}
	for name, tt := range map[string]struct {
		change func(*postgres.Server)
		grade  Grade
		want   string // empty: nothing is found
	}{
		"as it should be":      {func(*postgres.Server) {}, "", ""},
		"a standby that waits": {standbys("b", follows), "", ""},
		"a standby":            {func(s *postgres.Server) { s.IsStandby = true }, Bad, "takes no changes"},
		"version 12":           {func(s *postgres.Server) { s.Number = 120022 }, Bad, "too old"},
		"version 13":           {func(s *postgres.Server) { s.Number = 130022 }, Odd, "no more corrections"},
		"Latin-1":              {set("server_encoding", "LATIN1"), Bad, "encoding LATIN1"},
		"no fsync":             {set("fsync", "off"), Bad, "fsync = off"},
		"torn pages":           {set("full_page_writes", "off"), Bad, "full_page_writes = off"},
		"no checksums":         {set("data_checksums", "off"), Odd, "data_checksums = off"},
		"no vacuum":            {set("autovacuum", "off"), Odd, "autovacuum = off"},
		"few connections":      {set("max_connections", "30"), Odd, "15 are free"},
		"another clock":        {func(s *postgres.Server) { s.Ahead = -3 * time.Minute }, Odd, "3m0s apart"},
		"commits that are not": {set("synchronous_commit", "off"), Odd, "synchronous_commit = off"},
		"commits here alone":   {func(s *postgres.Server) { standbys("b", follows)(s); s.Settings["synchronous_commit"] = "local" }, Odd, "does not wait"},
		"commits half there":   {func(s *postgres.Server) { standbys("b", follows)(s); s.Settings["synchronous_commit"] = "remote_write" }, Odd, "may lack mails"},
		"nobody follows":       {standbys("b"), Bad, "no commit ends"},
		"nobody waits":         {standbys("", postgres.Standby{Name: "b", State: "streaming", Sync: "async"}), Odd, "no 250 waits"},
		"nothing to be seen":   {standbys("b", postgres.Standby{}), Unknown, "sees nothing"},
		"in clear text":        {func(s *postgres.Server) { s.Unverified = []string{"db.example.org"} }, Odd, "in clear text"},
		"of anybody":           {func(s *postgres.Server) { s.TLS, s.Unverified = "TLS 1.3", []string{"db.example.org"} }, Odd, "over TLS 1.3, and nothing proves"},
		"far behind":           {standbys("b", postgres.Standby{Name: "b", State: "streaming", Sync: "sync", Lag: time.Hour, Bytes: 3 << 30}), Odd, "b is 1h0m0s and 3072 MiB behind"},
	} {
		s := goodServer()
		tt.change(&s)
		v := &visit{}
		v.gradeWay(s)
		v.gradeServer(s)
		v.gradeStandbys(s)
		switch {
		case tt.want == "" && len(v.found) > 0:
			t.Errorf("%s: found %v", name, v.found)
		case tt.want != "" && (len(v.found) != 1 || v.found[0].Grade != tt.grade || !strings.Contains(v.found[0].What, tt.want) || v.found[0].Remedy == ""):
			t.Errorf("%s: found %v, want %s: %s", name, v.found, tt.grade, tt.want)
		}
	}
}

// A real server that is set wrong.
func TestServerSetWrong(t *testing.T) {
	url := pgserver.Database(t)
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() }) // after the cleanup below
	exec := func(statement string) {
		t.Helper()
		if _, err := db.ExecContext(context.Background(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	var name string
	if err := db.QueryRow(`SELECT current_database()`).Scan(&name); err != nil {
		t.Fatal(err)
	}
	wrong := map[string]string{"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "synchronous_standby_names": "gone"}
	settle := func(want map[string]string) {
		exec(`SELECT pg_reload_conf()`)
		for setting, value := range want { // the reload reaches each process when it gets to it
			for got := "?"; got != value; {
				if err := db.QueryRow(`SELECT setting FROM pg_settings WHERE name = $1`, setting).Scan(&got); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	was := map[string]string{}
	for setting := range wrong {
		var value string
		if err := db.QueryRow(`SELECT setting FROM pg_settings WHERE name = $1`, setting).Scan(&value); err != nil {
			t.Fatal(err)
		}
		was[setting] = value
	}
	exec(`ALTER DATABASE ` + name + ` SET synchronous_commit = local`)
	for setting, value := range wrong {
		exec(`ALTER SYSTEM SET ` + setting + ` = ` + value)
	}
	t.Cleanup(func() { // before the database goes, which is a commit
		for setting := range wrong {
			exec(`ALTER SYSTEM RESET ` + setting)
		}
		settle(was)
	})
	settle(maps.Clone(wrong))
	v := &visit{cfg: &config.Config{}}
	v.cfg.Desk.Database = url
	v.database(t.Context())
	for _, want := range []string{"fsync = off", "full_page_writes = off", "autovacuum = off", "synchronous_commit = local", "synchronous_standby_names = gone"} {
		if !strings.Contains(fmt.Sprint(v.found), want) {
			t.Errorf("found %v, want %s", v.found, want)
		}
	}
	v = &visit{cfg: &config.Config{}}
	v.cfg.Desk.Database = strings.Replace(url, "/"+name, "/nothing", 1)
	v.database(t.Context())
	if len(v.found) != 1 || v.found[0].Grade != Bad || !strings.Contains(v.found[0].What, "createdb") {
		t.Errorf("no such database: found %v", v.found)
	}
}
