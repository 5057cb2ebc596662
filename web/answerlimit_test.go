package web

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
)

// stalled is a browser that reads nothing until its channel is closed.
type stalled struct {
	*httptest.ResponseRecorder
	until chan struct{}
}

func (s stalled) Write(p []byte) (int, error) {
	<-s.until
	return s.ResponseRecorder.Write(p)
}

// TestSlowStrangersHoldNoTurn: as many as there are turns send their form, or read their
// answer, as slowly as they can; others are answered at once.
func TestSlowStrangersHoldNoTurn(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer int  // bytes
		sends  bool // the form is slow, else the reader
	}{
		{"forms", 100, true},
		{"readers of pages", 100, false},
		{"readers of long pages", maxKept, false},
		{"readers of files", maxKept + 1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &Server{turns: make(chan struct{}, maxRequests), sending: make(chan struct{}, maxSending)}
				page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodPost || r.URL.Path == "/long" {
						w.WriteHeader(http.StatusAccepted)
						for _, part := range bytes.SplitAfter(bytes.Repeat([]byte("x"), tt.answer), nil) {
							w.Write(part)
						}
					}
				})
				serve := func(w http.ResponseWriter, r *http.Request) {
					if readForm(w, r) == nil {
						s.inTurn(w, r, page)
					}
				}
				until := make(chan struct{})
				var slow []*httptest.ResponseRecorder
				for range maxRequests {
					w := httptest.NewRecorder()
					slow = append(slow, w)
					if tt.sends {
						body, end := io.Pipe()
						go serve(w, httptest.NewRequest(http.MethodPost, "/login", body))
						go func() { <-until; end.Close() }()
					} else {
						go serve(stalled{w, until}, httptest.NewRequest(http.MethodGet, "/long", nil))
					}
				}
				synctest.Wait()
				if n := len(s.turns); n != 0 {
					t.Errorf("%d slow strangers hold %d turns", maxRequests, n)
				}
				w := httptest.NewRecorder()
				serve(w, httptest.NewRequest(http.MethodGet, "/", nil))
				if w.Code != http.StatusOK {
					t.Errorf("another is answered %d", w.Code)
				}
				close(until)
				synctest.Wait()
				for i, w := range slow {
					if w.Code != http.StatusAccepted || w.Body.Len() != tt.answer {
						t.Errorf("slow stranger %d is answered %d with %d bytes, want %d", i, w.Code, w.Body.Len(), tt.answer)
					}
				}
				if n := len(s.turns) + len(s.sending); n != 0 {
					t.Errorf("%d turns are held in the end", n)
				}
			})
		})
	}
}

// TestManyLongAnswers: more files than may be sent at once wait as answers that are made.
func TestManyLongAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Server{turns: make(chan struct{}, maxRequests), sending: make(chan struct{}, maxSending)}
		file := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, strings.Repeat("x", maxKept+1)) })
		until := make(chan struct{})
		for range maxSending + 3 {
			go s.inTurn(stalled{httptest.NewRecorder(), until}, httptest.NewRequest(http.MethodGet, "/", nil), file)
		}
		synctest.Wait()
		if len(s.sending) != maxSending || len(s.turns) != 3 {
			t.Errorf("%d are sent, %d are made, want %d and 3", len(s.sending), len(s.turns), maxSending)
		}
		close(until)
		synctest.Wait()
		if n := len(s.turns) + len(s.sending); n != 0 {
			t.Errorf("%d turns are held in the end", n)
		}
	})
}

// TestFormTooLarge: what is no form is refused before it has a turn.
func TestFormTooLarge(t *testing.T) {
	w := httptest.NewRecorder()
	if err := readForm(w, httptest.NewRequest(http.MethodPost, "/login", strings.NewReader(strings.Repeat("x", maxForm+1)))); err == nil || w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a form of more than %d bytes is answered %d, %v", maxForm, w.Code, err)
	}
}
