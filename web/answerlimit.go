package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
)

// A limited number of requests are answered at a time. A turn is held while an answer is made, never while
// a stranger takes their time to send a request or to read the answer: the form is read
// before the turn begins, and what was answered is sent when it is over.

const (
	maxForm = 8 << 10   // of what a request may send
	maxKept = 256 << 10 // of an answer, until the turn is over; a longer one is a file or a large mail
)

// turn is one of the answers that are made at the same time.
type turn struct {
	http.ResponseWriter
	server *Server
	held   chan struct{} // where it counts: turns, later sending; nil: it is over
	code   int           // of the answer, 0: none yet
	kept   bytes.Buffer
	passed bool // the answer is sent as it is made
}

// begin waits for a turn, and returns nil if ctx is done first.
func (s *Server) begin(ctx context.Context, w http.ResponseWriter) *turn {
	select {
	case s.turns <- struct{}{}:
		return &turn{ResponseWriter: w, server: s, held: s.turns}
	case <-ctx.Done():
		return nil
	}
}

// end lets others have the turn.
func (t *turn) end() {
	if t.held != nil {
		<-t.held
		t.held = nil
	}
}

// WriteHeader implements [http.ResponseWriter].
func (t *turn) WriteHeader(code int) {
	if t.code == 0 {
		t.code = code
	}
}

// Write implements [http.ResponseWriter].
func (t *turn) Write(p []byte) (int, error) {
	t.WriteHeader(http.StatusOK)
	if !t.passed && t.kept.Len()+len(p) <= maxKept {
		return t.kept.Write(p)
	}
	if !t.passed {
		t.pass()
	}
	return t.ResponseWriter.Write(p)
}

// pass streams a long answer. As long as few answers are being streamed, it gives up its turn
// for others: each has a file in memory, for an agent.
func (t *turn) pass() {
	select {
	case t.server.sending <- struct{}{}:
		t.end()
		t.held = t.server.sending
	default:
	}
	t.passed = true
	t.ResponseWriter.WriteHeader(t.code)
	_, _ = t.kept.WriteTo(t.ResponseWriter) // the browser may be gone
}

// send sends the answer, when the turn is over.
func (t *turn) send() {
	if t.passed || t.code == 0 {
		return
	}
	t.ResponseWriter.WriteHeader(t.code)
	_, _ = t.kept.WriteTo(t.ResponseWriter) // the browser may be gone
}

// readForm reads what a request sends, before its turn.
func readForm(w http.ResponseWriter, r *http.Request) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	form, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
	if err == nil {
		r.Body = io.NopCloser(bytes.NewReader(form))
		return nil
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		http.Error(w, "This form is too large.", http.StatusRequestEntityTooLarge)
	} else {
		http.Error(w, "The request came too slowly, or not whole.", http.StatusRequestTimeout)
	}
	return err
}
