package charset

import "slices"

// minThai is how many letters of Thai tell that a text is.
const minThai = 4

// isThai reports whether 8-bit text can be Thai in TIS-620 or windows-874: each vowel and tone
// mark stands where the script has it, and there are as many of them as words have.
func isThai(b []byte) bool {
	high, marks, kana, joined := 0, 0, 0, 0
	prev := byte(0)
	for _, c := range append(slices.Clone(b[:min(len(b), 4096)]), ' ') {
		if c == 0xa0 || c == 0x85 || c >= 0x91 && c <= 0x97 { // blank, and marks of windows-874
			c = ' '
		}
		if !thaiFollows(prev, c) {
			return false
		}
		switch {
		case c >= 0x80:
			high++
			if c == 0xa4 || c == 0xa5 {
				kana++ // every other byte of Japanese in EUC
			}
			if c >= 0xd0 && c <= 0xda || c >= 0xe0 && c <= 0xee {
				marks++
			}
		case prev >= 0x80 && c > '@' && c < 0x7f:
			joined++ // every other byte of Chinese in Big5 can be ASCII
		}
		prev = c
	}
	return high >= minThai && 5*marks >= high && 3*marks <= 2*high && 3*kana <= high && 8*joined <= high && ofPairs(b) != "euc-kr"
}

// thaiFollows reports whether a byte can stand behind another one in Thai.
func thaiFollows(prev, c byte) bool {
	consonant := func(c byte) bool { return c >= 0xa1 && c <= 0xce }
	tone := func(c byte) bool { return c >= 0xe8 && c <= 0xec }
	above := func(c byte) bool { return c == 0xd1 || c >= 0xd4 && c <= 0xd9 }
	switch {
	case prev >= 0xe0 && prev <= 0xe4: // vowels before their consonant
		return consonant(c)
	case c < 0x80, consonant(c), c == 0xcf, c == 0xdf, c >= 0xe0 && c <= 0xe4, c == 0xe6, c >= 0xef && c <= 0xfb:
		return true
	case above(c), c == 0xda, c == 0xe7:
		return consonant(prev)
	case tone(c), c == 0xed, c == 0xee:
		return consonant(prev) || above(prev)
	case c == 0xd0:
		return consonant(prev) || tone(prev) || prev == 0xd2 || prev == 0xe7
	case c == 0xd2, c == 0xd3, c == 0xe5:
		return consonant(prev) || tone(prev)
	}
	return false
}
