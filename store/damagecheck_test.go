package store

import (
	"bufio"
	"fmt"
	"testing"
	"time"
)

// A command changes something beside a daemon that writes all the time.
func TestCommandBesideABusyDaemon(t *testing.T) {
	sites(t, func(t *testing.T, at site) {
		cmd := child(t, "append", at)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		if !lines.Scan() {
			t.Fatal("the daemon does not work")
		}
		kept := make(chan int)
		go func() {
			n := 0
			for lines.Scan() {
				n++
			}
			kept <- n
		}()
		const changes = 10
		var worst time.Duration
		for i := range changes {
			db, err := Open(t.Context(), at.folder, at.options(Options{}))
			if err != nil {
				t.Fatal(err)
			}
			begun := time.Now()
			update(t, db, insert(fmt.Sprint("from the command ", i)))
			worst = max(worst, time.Since(begun))
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		}
		cmd.Process.Kill()
		cmd.Wait()
		if n := <-kept; n == 0 {
			t.Error("the daemon wrote nothing beside the commands")
		} else {
			t.Logf("%d changes by commands, the slowest in %s, beside %d mails of the daemon", changes, worst, n)
		}
		equal(t, "kept", len(subjects(t, at.open(t, Options{}))), changes)
	})
}
