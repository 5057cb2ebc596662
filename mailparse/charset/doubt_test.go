package charset

import (
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// TestDoubt: text in another charset than it says is read, and text that is what it says
// is left as it is, however odd.
func TestDoubt(t *testing.T) {
	const (
		russian  = "Здравствуйте, принтер на третьем этаже не печатает. Помогите, пожалуйста."
		chinese  = "您好，三楼的打印机从今天早上开始无法连接，请帮忙看看。谢谢"
		taiwan   = "您好，三樓的印表機從今天早上開始無法連線，請幫忙看看。謝謝"
		hangul   = "안녕하세요, 삼층 프린터가 오늘 아침부터 연결되지 않습니다. 도와주세요."
		japan    = "お世話になっております。三階のプリンターが今朝から接続できません。ご確認ください。"
		czech    = "Tiskárna ve třetím patře netiskne, děkuji. Žluťoučký kůň"
		french   = "Été à l'hôpital où ça a été réparé : déjà évoqué à la réunion."
		shouting = "ПРИНТЕР НА ТРЕТЬЕМ ЭТАЖЕ НЕ ПЕЧАТАЕТ, ПОМОГИТЕ"
	)
	for _, tt := range []struct {
		declared string
		is       encoding.Encoding
		text     string
	}{
		{"iso-8859-1", charmap.Windows1251, russian},
		{"iso-8859-1", charmap.KOI8R, russian},
		{"windows-1251", charmap.KOI8R, russian},
		{"koi8-r", charmap.Windows1251, russian},
		{"windows-1251", charmap.Windows1251, shouting},
		{"koi8-r", charmap.KOI8R, shouting},
		{"iso-8859-1", simplifiedchinese.GBK, chinese},
		{"windows-1252", traditionalchinese.Big5, taiwan},
		{"iso-8859-1", korean.EUCKR, hangul},
		{"iso-8859-1", japanese.ShiftJIS, japan},
		{"shift_jis", japanese.EUCJP, japan},
		{"iso-2022-jp", japanese.ShiftJIS, japan},
		{"iso-8859-1", japanese.ISO2022JP, japan},
		{"shift_jis", japanese.ISO2022JP, japan},
		{"gb2312", simplifiedchinese.GB18030, "打印机㐀镕𠀀"},
		{"iso-8859-2", charmap.Windows1250, czech},
		{"iso-8859-2", charmap.ISO8859_2, czech},
		{"iso-8859-1", charmap.Windows1252, french},
		{"", simplifiedchinese.GBK, "手机价格表单打印.xls"},
		{"", korean.EUCKR, "프린터 사용자 설명서.pdf"},
		{"", charmap.Windows1252, french},
		{"windows-1251", charmap.Windows1251, "Почему мой ящик пуст?"},
		{"windows-1251", charmap.Windows1251, "Не могу получить почту"},
		{"windows-1251", charmap.Windows1251, "Къде е моят пропуск"},
		{"koi8-r", charmap.KOI8R, "Къде е моят пропуск"},
		{"windows-1252", charmap.Windows1252, "I can’t print and it doesn’t say why.\n————————————————————"},
		{"windows-1252", charmap.Windows1252, "papier 12,50\u00a0€, toner 49,90\u00a0€, stylos 8\u00a0€, agrafes 3,20\u00a0€"},
		{"windows-1252", charmap.Windows1252, "Name ········ Ana, Room ········ 5"},
		{"iso-8859-1", charmap.ISO8859_1, "21°, 22°, 21°, 23°, 22°, 21°, 20°, 22°, 23°"},
	} {
		raw, err := tt.is.NewEncoder().Bytes([]byte(tt.text))
		if err != nil {
			t.Fatal(err)
		}
		if got, problem := ToUTF8(raw, tt.declared); got != tt.text {
			t.Errorf("ToUTF8(%v, declared as %q) = %q (%s), want %q", tt.is, tt.declared, got, problem, tt.text)
		}
	}
	const escaped = "\x1b$)C\x0eGA80EM0!\x0f 5"
	if got, _ := ToUTF8([]byte(escaped), "iso-2022-kr"); got != "프린터가 5" {
		t.Errorf("ToUTF8 of ISO-2022-KR = %q", got)
	}
	if got := Escaped("\x1b$B%W%j%s%?\x1b(B"); got != "プリンタ" {
		t.Errorf("Escaped = %q", got)
	}
}
