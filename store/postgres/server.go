package postgres

import (
	"context"
	"crypto/tls"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/stdlib"

	"maildesk/store/sqlrow"
)

// Server is what a server says of itself, for those who look after it.
type Server struct {
	Version string // "15.14"
	Number  int    // 150014

	// Settings as they are for the desk's user, by their names; those that a version does not
	// know are missing.
	Settings map[string]string

	Connections int           // that are open, of all
	Ahead       time.Duration // by how much its clock is ahead of ours
	IsStandby   bool
	TLS         string   // "TLS 1.3"; empty: what is said goes over the wire as it is
	Unverified  []string // hosts; see [Engine.Unverified]
	Standbys    []Standby
}

// Standby is a server that follows.
type Standby struct {
	Name  string
	State string // "streaming"; empty: this user may not see it
	Sync  string // "sync", "quorum", "potential" or "async"
	Lag   time.Duration
	Bytes int64 // of the log that it has not replayed
}

// lookedAt are the settings that matter to a desk.
var lookedAt = []string{"fsync", "full_page_writes", "synchronous_commit", "synchronous_standby_names", "server_encoding", "data_checksums", "max_connections", "superuser_reserved_connections", "reserved_connections", "autovacuum"}

// Look asks a server what it says of itself. It connects also to one on which a desk would not
// start.
func (e *Engine) Look(ctx context.Context) (s Server, err error) {
	config := *e.config.Copy()
	config.ValidateConnect = nil
	pool := readers(config)
	defer pool.Close()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return s, Explain(err)
	}
	defer conn.Close()
	s.Unverified = e.Unverified()
	err = conn.Raw(func(c any) error {
		if secured, is := c.(*stdlib.Conn).Conn().PgConn().Conn().(*tls.Conn); is {
			s.TLS = tls.VersionName(secured.ConnectionState().Version)
		}
		return nil
	})
	if err != nil {
		return s, err
	}
	s.Settings = map[string]string{}
	_, err = sqlrow.Collect(func(row sqlrow.Scanner) (_ struct{}, err error) {
		var name, value string
		err = row.Scan(&name, &value)
		s.Settings[name] = value
		return struct{}{}, err
	})(conn.QueryContext(ctx, `SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY ($1)`, lookedAt))
	if err != nil {
		return s, fmt.Errorf("settings of the server: %w", err)
	}
	// Of others' sessions a user who is no superuser sees no kind, but their database; none has one
	// that is the server's own but the autovacuum's, and those are few.
	asked := time.Now()
	var micros int64
	err = conn.QueryRowContext(ctx, `SELECT current_setting('server_version'), current_setting('server_version_num')::bigint, pg_is_in_recovery(),
		(SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'), (extract(epoch FROM clock_timestamp()) * 1000000)::bigint`).
		Scan(&s.Version, &s.Number, &s.IsStandby, &s.Connections, &micros)
	if err != nil {
		return s, fmt.Errorf("state of the server: %w", err)
	}
	answered := time.Now()
	s.Ahead = time.UnixMicro(micros).Sub(asked.Add(answered.Sub(asked) / 2))
	if s.IsStandby {
		return s, nil
	}
	s.Standbys, err = sqlrow.Collect(func(row sqlrow.Scanner) (b Standby, err error) {
		var lag int64
		err = row.Scan(&b.Name, &b.State, &b.Sync, &lag, &b.Bytes)
		b.Lag = time.Duration(lag) * time.Microsecond
		return b, err
	})(conn.QueryContext(ctx, `SELECT coalesce(application_name, ''), coalesce(state, ''), coalesce(sync_state, ''),
		coalesce((extract(epoch FROM replay_lag) * 1000000)::bigint, 0), coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint, 0) FROM pg_stat_replication ORDER BY 1`))
	if err != nil {
		return s, fmt.Errorf("standbys of the server: %w", err)
	}
	return s, nil
}
