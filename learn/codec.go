package learn

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

// format is how the bytes of a model begin. It changes with whatever makes old weights
// mean something else: features, places, parameters.
const format = "maildesk learnt 1\n"

// ErrFormat is wrapped by the errors of [Decode].
var ErrFormat = errors.New("not a model that can be read")

// head is what stands before the weights.
type head struct {
	Mark   string
	Labels []counted
}

// counted is a label with how many examples of it there were. They stand in the order in
// which they came.
type counted struct {
	Field, Value string
	Examples     int
}

// Encode returns a model as bytes, with a mark of the caller's: up to where it has learnt.
func (m *Model) Encode(mark string) ([]byte, error) {
	h := head{Mark: mark}
	for _, field := range slices.Sorted(maps.Keys(m.fields)) {
		for _, value := range m.fields[field] {
			h.Labels = append(h.Labels, counted{field, value, m.counts[Label{field, value}]})
		}
	}
	text, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("encode model: %w", err)
	}
	b := make([]byte, 0, len(format)+4+len(text)+8*slots+sha256.Size)
	b = append(b, format...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	b = append(b, text...)
	for _, all := range [][]float32{m.z, m.n} {
		for _, f := range all {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(f))
		}
	}
	sum := sha256.Sum256(b)
	return append(b, sum[:]...), nil
}

// Decode returns the model and the mark of what Encode returned. Its error wraps
// [ErrFormat]: then all has to be learnt anew.
func Decode(b []byte) (m *Model, mark string, err error) {
	rest, ok := bytes.CutPrefix(b, []byte(format))
	if !ok || len(rest) < 4+sha256.Size {
		return nil, "", fmt.Errorf("%w: it begins with something else", ErrFormat)
	}
	end := len(b) - sha256.Size
	if sum := sha256.Sum256(b[:end]); !bytes.Equal(sum[:], b[end:]) {
		return nil, "", fmt.Errorf("%w: it is not as it was written", ErrFormat)
	}
	n := int(binary.LittleEndian.Uint32(rest))
	rest = rest[4 : len(rest)-sha256.Size]
	if len(rest) != n+8*slots {
		return nil, "", fmt.Errorf("%w: it has another size", ErrFormat)
	}
	var h head
	if err := json.Unmarshal(rest[:n], &h); err != nil {
		return nil, "", fmt.Errorf("%w: %w", ErrFormat, err)
	}
	m = New()
	for _, l := range h.Labels {
		m.fields[l.Field] = append(m.fields[l.Field], l.Value)
		m.counts[Label{l.Field, l.Value}] = l.Examples
	}
	rest = rest[n:]
	for _, all := range [][]float32{m.z, m.n} {
		for i := range all {
			all[i] = math.Float32frombits(binary.LittleEndian.Uint32(rest[4*i:]))
		}
		rest = rest[4*slots:]
	}
	return m, h.Mark, nil
}
