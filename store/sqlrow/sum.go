package sqlrow

import (
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"hash/crc64"
)

var crcTable = crc64.MakeTable(crc64.ECMA)

// Sum returns the checksum of values, as they are written or as they are read.
func Sum(values ...any) int64 {
	var crc uint64
	var head [9]byte
	add := func(kind byte, n uint64, text []byte) {
		head[0] = kind
		binary.BigEndian.PutUint64(head[1:], n)
		crc = crc64.Update(crc64.Update(crc, crcTable, head[:]), crcTable, text)
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
	return int64(crc)
}
