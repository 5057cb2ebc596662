package tnef

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"
)

// attribute is one attribute of a container, without a true checksum.
func attribute(id uint16, data string) []byte {
	b := binary.LittleEndian.AppendUint16([]byte{1}, id)
	b = binary.LittleEndian.AppendUint32(append(b, 0, 0), uint32(len(data)))
	return append(append(b, data...), 0, 0)
}

// container is a whole one.
func container(attributes ...[]byte) []byte {
	head := binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint32(nil, signature), 1)
	return append(append(head, attribute(version, "\x00\x00\x01\x00")...), slices.Concat(attributes...)...)
}

func TestRead(t *testing.T) {
	whole := container(attribute(messageBody, "Hello\x00"), attribute(attachBegin, ""), attribute(attachTitle, "a.txt\x00"), attribute(attachData, "content"))
	m, err := Read(whole)
	if err != nil || m.Text != "Hello" || len(m.Files) != 1 {
		t.Fatalf("Read = %+v, %v, want a text and a file", m, err)
	}
	if f := m.Files[0]; f.Name != "a.txt" || f.Type != "application/octet-stream" || string(f.Content) != "content" {
		t.Errorf("the file is %+v", f)
	}
	m, err = Read(whole[:len(whole)-4])
	if !errors.Is(err, ErrBroken) || m == nil || m.Text != "Hello" || len(m.Files) != 1 || m.Files[0].Content != nil {
		t.Errorf("Read of a cut container = %+v, %v, want what stands before the cut and ErrBroken", m, err)
	}
	if m, err = Read([]byte("no container")); m != nil || !errors.Is(err, ErrBroken) {
		t.Errorf("Read of something else = %+v, %v, want nil and ErrBroken", m, err)
	}
}

// TestReadRTFOnly: the text in RTF is read only when there is no other.
func TestReadRTFOnly(t *testing.T) {
	packed := rtfMail(`{\rtf1 from RTF}`)
	property := binary.LittleEndian.AppendUint32(nil, 1) // one property: binary, one value
	property = append(property, 0x02, 0x01, 0x09, 0x10, 1, 0, 0, 0)
	property = append(binary.LittleEndian.AppendUint32(property, uint32(len(packed))), packed...)
	rtf := attribute(messageProps, string(property))
	for want, raw := range map[string][]byte{"from RTF": container(rtf), "plain": container(attribute(messageBody, "plain"), rtf)} {
		m, err := Read(raw)
		if err != nil {
			t.Fatal(err)
		}
		if m.ReadRTF(); m.Text != want {
			t.Errorf("the text is %q, want %q", m.Text, want)
		}
	}
}

// FuzzRead holds that nothing that looks like a container ends the process.
func FuzzRead(f *testing.F) {
	f.Add(container(attribute(messageBody, "Hello\x00"), attribute(attachBegin, ""), attribute(attachData, "content")))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Read(b)
		if m == nil {
			if !errors.Is(err, ErrBroken) {
				t.Errorf("Read = nil, %v", err)
			}
			return
		}
		m.ReadRTF()
		if len(m.Files) > maxFiles {
			t.Errorf("%d files, want %d at most", len(m.Files), maxFiles)
		}
	})
}
