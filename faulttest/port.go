package faulttest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync/atomic"
	"testing"
)

// The ports of FreeAddr: those below the ones that the system assigns by itself.
const firstPort, ports = 10_000, 20_000

var lastPort atomic.Uint32

func init() { lastPort.Store(rand.Uint32N(ports)) }

// FreeAddr returns an address on the loopback interface at which nobody listens. Nobody gets its
// port by chance afterwards, neither who listens at port 0 nor who calls another address, so that
// a test may take its time to listen there, or listen there again.
func FreeAddr() (string, error) {
	var failed error
	for range 100 {
		addr := fmt.Sprintf("127.0.0.1:%d", firstPort+lastPort.Add(1)%ports)
		ln, err := net.Listen("tcp", addr)
		if err == nil {
			return addr, ln.Close()
		}
		failed = err
	}
	return "", errors.Join(errors.New("no port is free"), failed)
}

// FreePort is FreeAddr for a test.
func FreePort(t testing.TB) string {
	t.Helper()
	addr, err := FreeAddr()
	if err != nil {
		t.Fatal(err)
	}
	return addr
}
