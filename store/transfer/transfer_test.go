package transfer_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"maildesk/faulttest/pgserver"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/store/postgres"
	"maildesk/store/tables/schematest"
	"maildesk/store/transfer"
)

const (
	rowsEach = 11
	perBatch = 6
)

// Every table has rows, with references to rows that come later, and every value arrives on
// PostgreSQL, and back.
func TestThereAndBack(t *testing.T) {
	folder, server, back := filled(t), engineOf(t, pgserver.Database(t)), t.TempDir()
	there := finish(t, fromFolder(t, folder), intoServer(t, server, "a"))
	for table, sum := range there {
		want := int64(rowsEach)
		if table == "search_alike_cursor" {
			want = 1
		}
		if sum.Rows != want {
			t.Errorf("%s has %d rows, want %d", table, sum.Rows, want)
		}
	}
	again := finish(t, fromServer(t, server), intoFolder(t, back, "b"))
	if !maps.Equal(there, again) {
		t.Errorf("on the way back the rows are others:\n%v\n%v", there, again)
	}
	for _, index := range []string{"search", "search_article", "search_alike"} {
		if first, last := number(t, folder, `SELECT count(*) FROM `+index+`_docsize`), number(t, back, `SELECT count(*) FROM `+index+`_docsize`); last == 0 || index == "search_alike" && last != rowsEach {
			t.Errorf("%s has %d texts, %d at first", index, last, first)
		}
	}
	if a, b := given(t, folder), given(t, back); !maps.Equal(a, b) {
		t.Errorf("the numbers that were given are %v, want %v", b, a)
	}
	// The next number of a table that numbers its rows by itself.
	pool := server.Pool(0)
	defer pool.Close()
	var next int64
	if err := pool.QueryRowContext(t.Context(), `SELECT nextval(pg_get_serial_sequence('entry', 'id'))`).Scan(&next); err != nil || next != rowsEach+1 {
		t.Errorf("the next entry is %d (%v), want %d", next, err, rowsEach+1)
	}
}

// A copy that is broken off after any batch goes on there, in both directions.
func TestGoesOn(t *testing.T) {
	folder, server, back := filled(t), engineOf(t, pgserver.Database(t)), t.TempDir()
	goOn(t, "there", func() *transfer.Source { return fromFolder(t, folder) }, func() *transfer.Target { return intoServer(t, server, "a") })
	goOn(t, "back", func() *transfer.Source { return fromServer(t, server) }, func() *transfer.Target { return intoFolder(t, back, "b") })
	from := fromFolder(t, folder)
	defer from.Close()
	into := fromFolder(t, back)
	defer into.Close()
	want, err := from.Sums(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := into.Sums(t.Context())
	if err != nil || !maps.Equal(want, got) {
		t.Errorf("after all that the rows are %v (%v), want %v", got, err, want)
	}
}

// goOn copies with an end after each batch.
func goOn(t *testing.T, name string, from func() *transfer.Source, into func() *transfer.Target) {
	t.Helper()
	broken := errors.New("broken off")
	seen, ends := map[string]int64{}, 0
	for {
		s, to := from(), into()
		err := transfer.Copy(t.Context(), s, to, transfer.Options{Batch: perBatch, After: func(what string, rows int64) error {
			if rows <= seen[what] && rows > 0 {
				t.Errorf("%s: %s was copied twice (%d rows)", name, what, rows)
			}
			seen[what] = rows
			return broken
		}})
		if !errors.Is(err, broken) {
			if err != nil {
				t.Fatalf("%s: Copy = %v", name, err)
			}
			if _, err := transfer.Verify(t.Context(), s, to); err != nil {
				t.Errorf("%s: Verify = %v", name, err)
			}
			if err := errors.Join(to.Seal(t.Context()), s.Close(), to.Close()); err != nil {
				t.Fatal(err)
			}
			break
		}
		ends++
		if err := errors.Join(s.Close(), to.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if ends < 60 {
		t.Errorf("%s: broken off %d times, want more", name, ends)
	}
}

// What has something else in it is not filled, and a row that was changed is found.
func TestRefusals(t *testing.T) {
	folder, server := filled(t), engineOf(t, pgserver.Database(t))
	first := intoServer(t, server, "a")
	if _, err := transfer.IntoServer(t.Context(), engineOf(t, server.url).Engine, "a"); err == nil || !strings.Contains(err.Error(), "another daemon") {
		t.Errorf("while it is filled: IntoServer = %v", err)
	}
	first.Close()
	if _, err := transfer.IntoServer(t.Context(), server.Engine, "b"); !errors.Is(err, transfer.ErrNotEmpty) {
		t.Errorf("of another copy: IntoServer = %v, want ErrNotEmpty", err)
	}
	if _, err := store.Open(t.Context(), t.TempDir(), store.Options{Exclusive: true, Database: server.url}); !errors.Is(err, datafolder.ErrUnfinished) {
		t.Errorf("before the end: Open = %v, want ErrUnfinished", err)
	}
	if _, err := transfer.IntoFolder(t.Context(), folder, "a"); !errors.Is(err, transfer.ErrNotEmpty) {
		t.Errorf("into a desk: IntoFolder = %v, want ErrNotEmpty", err)
	}
	from, into := fromFolder(t, folder), intoServer(t, server, "a")
	defer from.Close()
	defer into.Close()
	if err := transfer.Copy(t.Context(), from, into, transfer.Options{}); err != nil {
		t.Fatal(err)
	}
	pool := server.Pool(0)
	defer pool.Close()
	if _, err := pool.ExecContext(t.Context(), `UPDATE entry SET text = text || ' ' WHERE id = 3`); err != nil {
		t.Fatal(err)
	}
	if _, err := transfer.Verify(t.Context(), from, into); err == nil || !strings.Contains(err.Error(), "the table entry") {
		t.Errorf("after a change Verify = %v, want that entry differs", err)
	}
}

// A text that PostgreSQL does not keep is named.
func TestTextWithNUL(t *testing.T) {
	for name, text := range map[string]string{"NUL": `'a' || char(0) || 'b'`, "no UTF-8": `CAST(x'61FF62' AS TEXT)`} {
		folder := filled(t)
		change(t, folder, `UPDATE ticket SET subject = `+text+` WHERE id = 2`)
		from, into := fromFolder(t, folder), intoServer(t, engineOf(t, pgserver.Database(t)), "a")
		err := transfer.Copy(t.Context(), from, into, transfer.Options{})
		if err == nil || !strings.Contains(err.Error(), "subject of the row with id = 2") {
			t.Errorf("%s: Copy = %v, want the row", name, err)
		}
		if err := errors.Join(from.Close(), into.Close()); err != nil {
			t.Error(err)
		}
	}
}

// finish copies all, compares, and ends both.
func finish(t *testing.T, from *transfer.Source, into *transfer.Target) map[string]transfer.Sum {
	t.Helper()
	err := transfer.Copy(t.Context(), from, into, transfer.Options{Batch: perBatch})
	if err != nil {
		t.Fatalf("Copy = %v", err)
	}
	sums, err := transfer.Verify(t.Context(), from, into)
	if err != nil {
		t.Fatalf("Verify = %v", err)
	}
	if err := errors.Join(into.Seal(t.Context()), into.Close(), from.Close()); err != nil {
		t.Fatal(err)
	}
	return sums
}

// engine is one of PostgreSQL, with its URL.
type engine struct {
	*postgres.Engine
	url string
}

func engineOf(t *testing.T, url string) engine {
	t.Helper()
	e, err := postgres.Open(url, "")
	if err != nil {
		t.Fatal(err)
	}
	return engine{e, url}
}

func fromFolder(t *testing.T, folder string) *transfer.Source {
	t.Helper()
	s, err := transfer.FromFolder(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func fromServer(t *testing.T, e engine) *transfer.Source {
	t.Helper()
	s, err := transfer.FromServer(t.Context(), e.Engine)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func intoServer(t *testing.T, e engine, id string) *transfer.Target {
	t.Helper()
	to, err := transfer.IntoServer(t.Context(), e.Engine, id)
	if err != nil {
		t.Fatal(err)
	}
	return to
}

func intoFolder(t *testing.T, folder, id string) *transfer.Target {
	t.Helper()
	to, err := transfer.IntoFolder(t.Context(), folder, id)
	if err != nil {
		t.Fatal(err)
	}
	return to
}

func change(t *testing.T, folder, statement string) {
	t.Helper()
	db := schematest.Plain(t, folder)
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func number(t *testing.T, folder, query string) (n int64) {
	t.Helper()
	db := schematest.Plain(t, folder)
	defer db.Close()
	if err := db.QueryRow(query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// given returns the numbers that are out, and that of mails.
func given(t *testing.T, folder string) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	for table, schema := range map[string]string{"ticket": "main", "participant": "main", "outbox": "main", "mail": "journal"} {
		all[table] = number(t, folder, `SELECT seq FROM `+schema+`.sqlite_sequence WHERE name = '`+table+`'`)
	}
	return all
}

// filled returns a data folder with rows in every table, which keep no law of a desk but those
// of the schema.
func filled(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	empty, err := store.Open(t.Context(), folder, store.Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := empty.Close(); err != nil {
		t.Fatal(err)
	}
	db := schematest.Plain(t, folder)
	defer db.Close()
	schematest.Fill(t, db, rowsEach)
	// Numbers of rows that are gone stay given.
	for table, schema := range map[string]string{"ticket": "main", "participant": "main", "outbox": "main", "mail": "journal"} {
		if _, err := db.Exec(`UPDATE ` + schema + `.sqlite_sequence SET seq = 40 WHERE name = '` + table + `'`); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
