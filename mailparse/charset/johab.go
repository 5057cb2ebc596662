package charset

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/transform"
)

// johab is the charset of KS X 1001 annex 3, which old programs in Korea write and no library
// here reads: the syllables are made of the numbers of their letters, and the rest are the signs
// of EUC-KR in another order.
type johab struct{ transform.NopResetter }

func (johab) NewDecoder() *encoding.Decoder { return &encoding.Decoder{Transformer: johab{}} }

func (johab) NewEncoder() *encoding.Encoder { return encoding.Replacement.NewEncoder() }

// Transform decodes as much of src as is whole.
func (johab) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		r, size := rune(src[nSrc]), 1
		if src[nSrc] >= 0x80 {
			if nSrc+1 == len(src) && !atEOF {
				return nDst, nSrc, transform.ErrShortSrc
			}
			r = '\ufffd'
			if nSrc+1 < len(src) && src[nSrc+1] > ' ' {
				r, size = johabLetter(src[nSrc], src[nSrc+1]), 2
			}
		}
		letter := string(r)
		if nDst+len(letter) > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += copy(dst[nDst:], letter)
		nSrc += size
	}
	return nDst, nSrc, nil
}

// Letters of their own, in the order in which they begin and end a syllable.
var (
	firstJamo = []rune("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")
	lastJamo  = []rune("ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
)

// johabLetter returns what two bytes stand for, U+FFFD where that is nothing.
func johabLetter(a, b byte) rune {
	if a >= 0xd9 && a != 0xdf {
		return johabSign(int(a), int(b))
	}
	code := int(a)<<8 | int(b)
	first, vowel, last := code>>10&31-2, johabVowel(code>>5&31), code&31-1
	if last > 16 {
		last-- // one number is left out
	}
	switch {
	case first < -1 || first > 18 || vowel < -1 || last < 0 || last > 27 || code&31 == 18:
		return '\ufffd'
	case first >= 0 && vowel >= 0:
		return rune(0xac00 + (first*21+vowel)*28 + last)
	case first >= 0 && last == 0:
		return firstJamo[first]
	case first < 0 && vowel >= 0 && last == 0:
		return rune(0x314f + vowel)
	case first < 0 && vowel < 0 && last > 0:
		return lastJamo[last-1]
	}
	return '\ufffd'
}

// johabVowel returns the place of a vowel among the 21, -1 for none, -2 for a number that is
// none.
func johabVowel(n int) int {
	switch {
	case n == 2:
		return -1
	case n >= 3 && n <= 7:
		return n - 3
	case n >= 10 && n <= 15:
		return n - 5
	case n >= 18 && n <= 23:
		return n - 7
	case n >= 26 && n <= 29:
		return n - 9
	}
	return -2
}

// johabSign returns a sign or a Chinese letter.
func johabSign(a, b int) rune {
	row, column := 2*(a-0xd9), b-0x31
	if a >= 0xe0 {
		row = 2*a - 0x197
	}
	if b >= 0x91 {
		column = b - 0x43
	}
	if column < 0 || b > 0x7e && b < 0x91 || column > 187 {
		return '\ufffd'
	}
	row, column = row+column/94, column%94
	for _, r := range Decode(korean.EUCKR, []byte{byte(row + 0xa1), byte(column + 0xa1)}) {
		return r
	}
	return '\ufffd'
}
