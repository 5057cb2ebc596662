package skew

import (
	"encoding/binary"
	"fmt"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Possible says whether a clock can be set wrong here.
const Possible = true

// clockGettime is the function of the kernel by which Go's runtime reads the clocks of the machine.
//
//go:linkname clockGettime runtime.vdsoClockgettimeSym
var clockGettime uintptr

// FromEnvironment sets the clock of this process wrong by the duration in the variable, if there
// is one: what time.Now returns. How long something lasts is measured as ever.
func FromEnvironment() {
	text := os.Getenv(Variable)
	if text == "" {
		return
	}
	by, err := time.ParseDuration(text)
	if err == nil {
		err = shift(int32(by / time.Second))
	}
	if err != nil {
		panic(fmt.Sprintf("%s=%s: %v", Variable, text, err)) // else the test would prove nothing
	}
}

// shift puts a function in the place of the kernel's that adds seconds to the time of day:
//
//	mov  eax, 228 (clock_gettime)
//	syscall
//	test edi, edi (CLOCK_REALTIME)
//	jne  out
//	add  qword [rsi], seconds
//	out: ret
func shift(seconds int32) error {
	code := []byte{0xb8, 228, 0, 0, 0, 0x0f, 0x05, 0x85, 0xff, 0x75, 0x07, 0x48, 0x81, 0x06}
	code = append(binary.LittleEndian.AppendUint32(code, uint32(seconds)), 0xc3)
	page, err := unix.Mmap(-1, 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		return err
	}
	copy(page, code)
	if err := unix.Mprotect(page, unix.PROT_READ|unix.PROT_EXEC); err != nil {
		return err
	}
	clockGettime = uintptr(unsafe.Pointer(unsafe.SliceData(page)))
	return nil
}
