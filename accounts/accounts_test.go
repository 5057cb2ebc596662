package accounts

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/faulttest"
)

var client = netip.MustParseAddr("192.0.2.7")

func TestLogin(t *testing.T) {
	path := filepath.Join(t.TempDir(), "accounts")
	if names, err := Names(path); err != nil || len(names) > 0 {
		t.Errorf("Names without a file = %v, %v", names, err)
	}
	for _, name := range []string{"bob", "alice"} {
		if err := Set(path, name, "correct horse "+name); err != nil {
			t.Fatal(err)
		}
	}
	if err := Set(path, "Alice", "another secret"); err != nil { // the same account
		t.Fatal(err)
	}
	if names, err := Names(path); err != nil || !slices.Equal(names, []string{"Alice", "bob"}) {
		t.Errorf("Names = %v, %v", names, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if data, err := os.ReadFile(path); err != nil || strings.Contains(string(data), "secret") || strings.Contains(string(data), "horse") {
		t.Errorf("a password is in the file: %s, %v", data, err)
	}
	l := Open(path)
	for _, tt := range []struct {
		name, password string
		want           error
	}{
		{"alice", "another secret", nil},
		{"ALICE", "another secret", nil},
		{"alice", "correct horse alice", ErrWrong},
		{"alice", "another secret ", ErrWrong},
		{"alice", "", ErrWrong},
		{"bob", "correct horse bob", nil},
		{"carol", "another secret", ErrWrong},
		{"", "another secret", ErrWrong},
		{"bob", strings.Repeat("x", 1<<20), ErrWrong},
	} {
		if err := l.Login(t.Context(), client, tt.name, tt.password); !errors.Is(err, tt.want) {
			t.Errorf("Login(%q, %.20q) = %v, want %v", tt.name, tt.password, err, tt.want)
		}
	}
	if there, err := Remove(path, "BOB"); !there || err != nil {
		t.Errorf("Remove = %t, %v", there, err)
	}
	if err := l.Login(t.Context(), client, "bob", "correct horse bob"); !errors.Is(err, ErrWrong) {
		t.Errorf("Login after Remove = %v", err)
	}
	if there, err := Remove(path, "bob"); there || err != nil {
		t.Errorf("Remove again = %t, %v", there, err)
	}
}

func TestSetRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "accounts")
	for _, tt := range []struct{ name, password string }{
		{"alice", "too short"}, {"alice", strings.Repeat("x", maxPassword+1)}, {"", "long enough"}, {"a:b", "long enough"}, {"a\nb", "long enough"}, {"a b", "long enough"},
	} {
		if err := Set(path, tt.name, tt.password); err == nil {
			t.Errorf("Set(%q, %.20q) = nil", tt.name, tt.password)
		}
	}
}

// A file that somebody else wrote lets nobody in, and takes no memory.
func TestOddFiles(t *testing.T) {
	const sum = "$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA"
	for _, line := range []string{
		"alice", "alice:", "alice:$argon2id$v=19$m=19456,t=2,p=1", "alice:$argon2i$v=19$m=19456,t=2,p=1" + sum, "alice:$argon2id$v=16$m=19456,t=2,p=1" + sum, "alice:$2y$10$abc",
		"alice:$argon2id$v=19$m=4194304,t=2,p=1" + sum, "alice:$argon2id$v=19$m=19456,t=1000,p=1" + sum, "alice:$argon2id$v=19$m=19456,t=2,p=200" + sum, "alice:$argon2id$v=19$m=0,t=0,p=0" + sum,
		"alice:$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$", "alice:$argon2id$v=19$m=19456,t=2,p=1$!$!",
	} {
		path := filepath.Join(t.TempDir(), "accounts")
		if err := os.WriteFile(path, []byte("# mine\n\n"+line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Open(path).Login(t.Context(), client, "alice", ""); err == nil || errors.Is(err, ErrWrong) {
			t.Errorf("%q: Login = %v, want a fault", line, err)
		}
	}
}

// TestT093Throttled: whoever tries passwords is stopped, from one network and at one account,
// and whose account is attacked still gets in from where they were.
func TestT093Throttled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "accounts")
		if err := Set(path, "alice", "correct horse"); err != nil {
			t.Fatal(err)
		}
		l := Open(path)
		try := func(from, password string) error {
			return l.Login(t.Context(), netip.MustParseAddr(from), "alice", password)
		}
		const home = "2001:db8:1::1"
		if err := try(home, "correct horse"); err != nil {
			t.Fatal(err)
		}
		tried := 0
		for range 50 {
			if errors.Is(try("192.0.2.7", "guess"), ErrWrong) {
				tried++
			}
		}
		if tried != fromNetwork || !errors.Is(try("192.0.2.7", "correct horse"), ErrThrottled) {
			t.Errorf("%d guesses from one address", tried)
		}
		for i := range 50 {
			if errors.Is(try(fmt.Sprintf("2001:db8:2::%x", i+1), "guess"), ErrWrong) {
				tried++
			}
		}
		if tried != 2*fromNetwork {
			t.Errorf("%d guesses from one address and one /64", tried)
		}
		for i := range 200 {
			if errors.Is(try(fmt.Sprintf("198.51.100.%d", i), "guess"), ErrWrong) {
				tried++
			}
		}
		if tried != atAccount || !errors.Is(try("203.0.113.1", "correct horse"), ErrThrottled) {
			t.Errorf("%d guesses at one account", tried)
		}
		if err := try(home, "correct horse"); err != nil {
			t.Errorf("the agent at home: %v", err)
		}
		time.Sleep(window)
		if err := try("203.0.113.1", "correct horse"); err != nil {
			t.Errorf("after the window: %v", err)
		}
		faulttest.Seen(t, "T093", "passwords guessed from one address, one /64 and 200 addresses", "%d, %d and %d guesses were tried within 15 minutes; the agent got in from a known network", fromNetwork, fromNetwork, atAccount)
	})
}

// TestThrottledAmongColleagues: on one network whoever has an account guesses a colleague's password
// no faster for it, also with many tries at once, and a mail program with an old password locks nobody out but its owner.
func TestThrottledAmongColleagues(t *testing.T) {
	for _, known := range []bool{true, false} { // whether the one whose password is guessed has been there
		synctest.Test(t, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "accounts")
			for _, name := range []string{"alice", "bob", "carol"} {
				if err := Set(path, name, "correct horse of "+name); err != nil {
					t.Fatal(err)
				}
			}
			l := Open(path)
			office := netip.MustParseAddr("192.0.2.7")
			try := func(name, password string) error { return l.Login(t.Context(), office, name, password) }
			right := func(name string) error { return try(name, "correct horse of "+name) }
			if err := right("alice"); err != nil {
				t.Fatal(err)
			}
			if err := right("bob"); known && err != nil {
				t.Fatal(err)
			}
			if !known {
				l = Open(path)
				if err := right("alice"); err != nil {
					t.Fatal(err)
				}
			}
			guessed := 0
			for range 60 {
				if errors.Is(try("bob", "guess"), ErrWrong) {
					guessed++
				}
				if err := right("alice"); err != nil {
					t.Fatalf("alice, beside %d guesses: %v", guessed, err)
				}
			}
			if guessed != atPair {
				t.Errorf("known: %t: %d guesses at bob's password", known, guessed)
			}
			if err := right("carol"); err != nil { // for the first time
				t.Errorf("known: %t: carol, after guesses at bob's password: %v", known, err)
			}
			time.Sleep(window)
			if err := right("bob"); err != nil {
				t.Errorf("known: %t: bob, after the window: %v", known, err)
			}
			results := make(chan error, 60)
			for range cap(results) {
				go func() { results <- try("bob", "guess") }()
			}
			guessed = 0
			for range cap(results) {
				if errors.Is(<-results, ErrWrong) {
					guessed++
				}
			}
			if guessed != atPair {
				t.Errorf("known: %t: %d guesses at once", known, guessed)
			}
		})
	}
}

// TestManyLogInAtOnce: as after a restart, when nobody is known: who has the right password gets in.
func TestManyLogInAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "accounts")
	if err := Set(path, "alice", "correct horse"); err != nil {
		t.Fatal(err)
	}
	l := Open(path)
	results := make(chan error, 2*fromNetwork)
	for range cap(results) {
		go func() { results <- l.Login(t.Context(), netip.MustParseAddr("192.0.2.7"), "alice", "correct horse") }()
	}
	for range cap(results) {
		if err := <-results; err != nil {
			t.Errorf("one of %d at once: %v", cap(results), err)
		}
	}
}

// What is remembered of failures is bounded.
func TestForgetsFailures(t *testing.T) {
	m := map[string]failures{}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for i := range 3 * maxTracked {
		count(m, fmt.Sprint(i), now)
	}
	if len(m) > maxTracked {
		t.Errorf("%d are remembered", len(m))
	}
}

// FuzzParseHash: what is taken for a hash is within its bounds and written the same.
func FuzzParseHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA")
	f.Add("$argon2id$v=19$m=1,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := parseHash(text)
		if err != nil {
			return
		}
		if h.memory > mostMemory || h.time > mostTime || h.time < 1 || h.lanes > mostLanes || h.lanes < 1 || len(h.sum) < 16 {
			t.Errorf("parseHash(%q) = %+v", text, h)
		}
		if again, err := parseHash(h.String()); err != nil || again.String() != h.String() {
			t.Errorf("%q is written as %q: %v", text, h, err)
		}
	})
}
