package sqlrow

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"hash/crc64"
)

var crcTable = crc64.MakeTable(crc64.ECMA)

// Sum returns the checksum of values, as they are written or as they are read.
func Sum(values ...any) int64 {
	var crc uint64
	encode(values, func(part []byte) { crc = crc64.Update(crc, crcTable, part) })
	return int64(crc)
}

// Salted returns the SHA-256 of values, as they are written or as they are read, behind a salt of
// 16 bytes: without it nobody can try whether it is that of values that they guess.
func Salted(salt []byte, values ...any) (sum [32]byte) {
	hash := sha256.New()
	hash.Write(salt)
	encode(values, func(part []byte) { hash.Write(part) })
	hash.Sum(sum[:0])
	return sum
}

// encode passes on the bytes of values, each behind its kind and length.
func encode(values []any, write func([]byte)) {
	var head [9]byte
	add := func(kind byte, n uint64, text []byte) {
		head[0] = kind
		binary.BigEndian.PutUint64(head[1:], n)
		write(head[:])
		write(text)
	}
	for _, v := range Clean(values) {
		kept, err := driver.DefaultParameterConverter.ConvertValue(v)
		if err != nil {
			panic(err) // no statement would take it
		}
		switch v := kept.(type) {
		case nil:
			add('n', 0, nil)
		case int64:
			add('i', uint64(v), nil)
		case string:
			add('t', uint64(len(v)), []byte(v))
		case []byte:
			if v == nil { // as a function of SQLite is given NULL
				add('n', 0, nil)
				continue
			}
			add('b', uint64(len(v)), v)
		default:
			panic(fmt.Sprintf("a %T is kept in no table", v))
		}
	}
}
