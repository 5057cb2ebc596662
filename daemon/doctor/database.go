package doctor

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"maildesk/store/postgres"
)

// Bounds of what is fine on a server.
const (
	oldestServer  = 130000 // PostgreSQL 13
	oldServer     = 140000 // older ones get no more corrections
	clockApart    = 2 * time.Second
	standbyBehind = time.Minute
	standbyBytes  = 1 << 30
	// A daemon, and a command beside it.
	connectionsNeeded = postgres.DaemonConns + postgres.CommandConns
)

// database looks at the server on which the data are.
func (v *visit) database(ctx context.Context) {
	if !v.cfg.Desk.OnServer() {
		return
	}
	e, err := postgres.Open(v.cfg.Desk.Database, string(v.cfg.Desk.DatabasePassword))
	var s postgres.Server
	if err == nil {
		err = e.Answered(ctx, func(ctx context.Context) error {
			s, err = e.Look(ctx)
			return err
		})
	}
	if err != nil {
		v.add("database", Bad, fmt.Sprintf("the server cannot be asked: %v", err), "without it no mail is taken: senders try again for some days")
		return
	}
	before := len(v.found)
	v.gradeWay(s)
	v.gradeServer(s)
	v.gradeStandbys(s)
	if len(v.found) == before {
		v.add("database", Fine, fmt.Sprintf("PostgreSQL %s keeps what it commits (synchronous_commit = %s), checks its pages, and has %d of %s connections open; it is spoken to %s", s.Version,
			s.Settings["synchronous_commit"], s.Connections, s.Settings["max_connections"], spokenTo(s)), "")
	}
}

// gradeServer says what is wrong with the settings of a server.
func (v *visit) gradeServer(s postgres.Server) {
	set := s.Settings
	const inFile = ", then SELECT pg_reload_conf()"
	if s.IsStandby {
		v.add("database", Bad, "this server is a standby, which takes no changes", "name the primary in [desk] data, or both and target_session_attrs=read-write")
	}
	switch {
	case s.Number < oldestServer:
		v.add("database", Bad, "PostgreSQL "+s.Version+" is too old: the desk does not start", "take 13 or newer")
	case s.Number < oldServer:
		v.add("database", Odd, "PostgreSQL "+s.Version+" gets no more corrections", "go to a newer one (pg_upgradecluster)")
	}
	if set["server_encoding"] != "UTF8" {
		v.add("database", Bad, "the database has the encoding "+set["server_encoding"]+": the desk does not start", "make another one with createdb --encoding=UTF8 --template=template0")
	}
	if set["fsync"] == "off" {
		v.add("database", Bad, "fsync = off: what was accepted is lost with the power, and the desk does not start", "ALTER SYSTEM SET fsync = on"+inFile)
	}
	if set["full_page_writes"] == "off" {
		v.add("database", Bad, "full_page_writes = off: a page that the power cuts in two damages the database for good", "ALTER SYSTEM SET full_page_writes = on"+inFile+"; only a file system such as ZFS goes without")
	}
	if set["data_checksums"] == "off" {
		v.add("database", Odd, "data_checksums = off: nobody notices what a disk has changed", "stop the server, and pg_checksums --enable")
	}
	if set["autovacuum"] == "off" {
		v.add("database", Odd, "autovacuum = off: tables grow, and become slow", "ALTER SYSTEM SET autovacuum = on"+inFile)
	}
	if free := number(set["max_connections"]) - number(set["superuser_reserved_connections"]) - number(set["reserved_connections"]) - s.Connections; free < connectionsNeeded {
		v.add("database", Odd, fmt.Sprintf("%d of %s connections are open, and %d are free; a desk with its commands wants %d", s.Connections, set["max_connections"], max(free, 0), connectionsNeeded),
			"ALTER SYSTEM SET max_connections to more, and restart the server; or find out who holds them (pg_stat_activity)")
	}
	if s.Ahead.Abs() > clockApart {
		v.add("database", Odd, fmt.Sprintf("its clock and that of this machine are %v apart", s.Ahead.Abs().Round(100*time.Millisecond)), "run systemd-timesyncd or chrony on both")
	}
}

// gradeWay says what is wrong with the way to a server.
func (v *visit) gradeWay(s postgres.Server) {
	if len(s.Unverified) == 0 {
		return
	}
	v.add("database", Odd, fmt.Sprintf("the server is spoken to %s, and nothing proves that it is %s: who is in the way can read the password and all mail, or pretend to be it", spokenTo(s), strings.Join(s.Unverified, " or ")),
		"write sslmode=verify-full in the URL of [desk] data, and sslrootcert=FILE where no public authority has signed its certificate")
}

// spokenTo tells whether a connection is encrypted.
func spokenTo(s postgres.Server) string {
	if s.TLS == "" {
		return "in clear text, without TLS"
	}
	return "over " + s.TLS
}

// number reads a setting; a version that does not know it has none.
func number(value string) int {
	n, _ := strconv.Atoi(value)
	return n
}

// gradeStandbys says what a "250" means when the server is lost.
func (v *visit) gradeStandbys(s postgres.Server) {
	commit, names := s.Settings["synchronous_commit"], s.Settings["synchronous_standby_names"]
	waits := slices.ContainsFunc(s.Standbys, func(b postgres.Standby) bool { return b.Sync == "sync" || b.Sync == "quorum" })
	hidden := slices.ContainsFunc(s.Standbys, func(b postgres.Standby) bool { return b.State == "" })
	const remedyLevel = `ALTER ROLE … RESET synchronous_commit, or set it to on`
	switch {
	case commit == "off":
		v.add("database", Odd, "synchronous_commit = off for this user: the desk's own connections have it on, what others write may be lost with the power", remedyLevel)
	case commit == "local" && names != "":
		v.add("database", Odd, "synchronous_commit = local: a 250 does not wait for the standbys, which may lack mails when one of them takes over", remedyLevel)
	case commit == "remote_write" && names != "":
		v.add("database", Odd, "synchronous_commit = remote_write: a standby whose machine fails with the primary may lack mails", remedyLevel)
	}
	switch {
	case hidden:
		v.add("database", Unknown, "standbys are connected, of which this user sees nothing", "GRANT pg_monitor to the desk's user")
		return
	case names != "" && !waits:
		v.add("database", Bad, fmt.Sprintf("synchronous_standby_names = %s, and none of these is connected: no commit ends, no mail is taken", names),
			"start the standby, or take it out: ALTER SYSTEM SET synchronous_standby_names, then SELECT pg_reload_conf()")
	case names == "" && len(s.Standbys) > 0:
		v.add("database", Odd, "a standby is connected, but no 250 waits for it: when it takes over, the last mails are lost", "name it in synchronous_standby_names; with one standby alone mail is then taken only while it runs")
	}
	var late []string
	for _, b := range s.Standbys {
		if b.Lag > standbyBehind || b.Bytes > standbyBytes {
			late = append(late, fmt.Sprintf("%s is %v and %d MiB behind", b.Name, b.Lag.Round(time.Second), b.Bytes>>20))
		}
	}
	if len(late) > 0 {
		v.add("database", Odd, strings.Join(late, ", "), "look at its disks and its log: a takeover takes that much longer")
	}
}
