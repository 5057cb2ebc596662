package threading

import (
	"slices"
	"strings"
	"testing"

	"maildesk/faulttest"
)

func TestT059FindTags(t *testing.T) {
	const name = "Example IT"
	for _, tt := range []struct {
		name, subject string
		want          []int64
	}{
		{"plain", "Re: [Example IT #1042] Printer", []int64{1042}},
		{"lower case", "re: [example it #1042] printer", []int64{1042}},
		{"upper case", "RE: [EXAMPLE IT #1042] PRINTER", []int64{1042}},
		{"non-breaking spaces", "[Example\u00a0IT\u00a0#1042]", []int64{1042}},
		{"full-width digits", "[Example IT #１０４２]", []int64{1042}},
		{"full-width all", "［Ｅｘａｍｐｌｅ　ＩＴ　＃１０４２］", []int64{1042}},
		{"folded lines left spaces", "[Example  IT \t #1042]", []int64{1042}},
		{"no space", "[Example IT#1042]", []int64{1042}},
		{"space at the ends", "[ Example IT # 1042 ]", []int64{1042}},
		{"zero width", "[Example\u200b IT #10\u00ad42]", []int64{1042}},
		{"T058 two", "[Example IT #7] Re: [Example IT #8]", []int64{7, 8}},
		{"T058 of two desks", "[Other #7] Re: [Example IT #8]", []int64{8}},
		{"twice the same", "[Example IT #7] [Example IT #7]", []int64{7}},
		{"nested", "[Example IT [Example IT #7]", []int64{7}},
		{"other desk", "[Example Ltd #1042]", nil},
		{"longer name", "[Example IT2 #1042]", nil},
		{"no brackets", "Example IT #1042", []int64{1042}},
		{"no number", "[Example IT #]", nil},
		{"zero", "[Example IT #0]", nil},
		{"negative", "[Example IT #-3]", nil},
		{"plus", "[Example IT #+3]", nil},
		{"hexadecimal", "[Example IT #0x3]", nil},
		{"too large", "[Example IT #9223372036854775808]", nil},
		{"a space in the number", "[Example IT #10 42]", nil},
		{"open", "[Example IT #1042", []int64{1042}},
		{"beyond what is looked at", strings.Repeat("x", 1000) + "[Example IT #1042]", nil},
		{"empty", "", nil},
		{"invalid UTF-8", "\xff[Example IT #3]\xfe", []int64{3}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := FindTags(name, tt.subject); !slices.Equal(got, tt.want) {
				t.Errorf("FindTags(%q, %q) = %d, want %d", name, tt.subject, got, tt.want)
			}
		})
	}
	faulttest.Seen(t, "T059", "tags in other scripts' digits, other case, with odd spaces, folded, among brackets", "found where they are tags, else none")
}

func TestFindTagsOfOddNames(t *testing.T) {
	for _, name := range []string{"Caf\u00e9 Support", "Cafe\u0301 Support", "Straße", "サポート", "C# [dev]", "R&D #1", "Поддержка", "헬프"} {
		if got := FindTags(name, "Re: "+Tag(name, 12)+" x"); !slices.Equal(got, []int64{12}) {
			t.Errorf("FindTags(%q, with its own tag) = %d, want [12]", name, got)
		}
	}
	if got := FindTags("Cafe\u0301", "[CAF\u00c9 #3]"); !slices.Equal(got, []int64{3}) {
		t.Errorf("FindTags does not compare composed with decomposed: %d, want [3]", got)
	}
}

func TestCleanSubject(t *testing.T) {
	const name = "Example IT"
	for _, tt := range []struct{ subject, want string }{
		{"Printer", "Printer"},
		{"Re: [Example IT #1042] Printer", "Printer"},
		{"[Example IT #1042] Re: AW: Printer", "Printer"},
		{"AW: WG: Antwort: SV: Printer", "Printer"},
		{"Re[2]: RE(3): re^4: Printer", "Printer"},
		{"RE : Imprimante", "Imprimante"},
		{"RE\u00a0: TR\u00a0: Rép. réseau", "Rép. réseau"},
		{"RÉP: Imprimante", "Imprimante"},
		{"回复：打印机", "打印机"},
		{"返信: プリンター", "プリンター"},
		{"Ответ: Принтер", "Принтер"},
		{"ΑΠ: Εκτυπωτής", "Εκτυπωτής"},
		{"Vá: nyomtató", "nyomtató"},
		{"ＲＥ：Printer", "Printer"},
		{"Regarding: Printer", "Regarding: Printer"},
		{"Restore: file", "Restore: file"},
		{"Printer re: toner", "Printer re: toner"},
		{"Re Printer", "Re Printer"},
		{"[list] Printer", "[list] Printer"},
		{"Printer  [Example IT #7] [Example IT #8]  jams", "Printer jams"},
		{"ﬁle ™ stays as it is", "ﬁle ™ stays as it is"},
		{"Re:", ""},
		{"  Re:\tRe: ", ""},
		{"[Exa[Example IT #1] mple IT #2]", "[Exa mple IT #2]"},
		{"[Example[Example IT #1] IT #2]", ""},
		{"Re\xff", "Re\uFFFD"},
	} {
		if got := CleanSubject(name, tt.subject); got != tt.want {
			t.Errorf("CleanSubject(%q, %q) = %q, want %q", name, tt.subject, got, tt.want)
		}
	}
}

func TestEveryPrefixIsFound(t *testing.T) {
	for line := range strings.Lines(prefixList) {
		prefix := strings.TrimSpace(line)
		if prefix == "" || prefix[0] == '#' {
			continue
		}
		for _, written := range []string{prefix + ": x", strings.ToUpper(prefix) + ":x", prefix + " ： x"} {
			if got := CleanSubject("Desk", written); got != "x" {
				t.Errorf("CleanSubject(%q) = %q, want %q", written, got, "x")
			}
		}
	}
}

func FuzzSubject(f *testing.F) {
	f.Add("Example IT", "Re: [Example IT #1042] Printer")
	f.Add("Straße", "［STRASSE ＃１２] 回复：x")
	f.Add("a", "[a[a #1] #2]")
	f.Add("A", "A#1")
	f.Fuzz(func(t *testing.T, name, subject string) {
		clean := CleanSubject(name, subject)
		if again := CleanSubject(name, clean); again != clean {
			t.Errorf("CleanSubject(%q, %q) = %q, and of that %q", name, subject, clean, again)
		}
		if tags := tagsIn(name, fold(clean)); len(tags) > 0 { // one without brackets may be anybody's words
			t.Errorf("CleanSubject(%q, %q) = %q, which still has the tags %+v", name, subject, clean, tags)
		}
		if len(clean) > 3*maxSubject {
			t.Errorf("CleanSubject(%q, %d bytes) has %d bytes", name, len(subject), len(clean))
		}
		if strings.ContainsAny(name, "[]") || len(name) > 100 {
			return
		}
		if tags := FindTags(name, Tag(name, 12)+subject); len(tags) == 0 || tags[0] != 12 {
			t.Errorf("FindTags(%q, its own tag + %q) = %d, want 12 first", name, subject, tags)
		}
	})
}

func TestBareTags(t *testing.T) {
	for subject, want := range map[string][]int64{
		"Re: Example IT #12 printer":           {12},
		"Re: (Example IT #12) printer":         {12},
		"[Example_IT_#12]":                     {12},
		"ExAmple it#12":                        {12},
		"Re: Old IT # 12":                      {12},
		"[Example IT #3] and [Old IT #4]":      {3, 4},
		"My Example IT #12":                    {12},
		"MyExample IT #12":                     nil,
		"Example IT #12th":                     nil,
		"Example IT 12":                        nil,
		"Example ITs #12":                      nil,
		"Example IT #0":                        nil,
		"Example IT #99999999999999999999":     nil,
		"the old it department, ticket #12":    nil,
		"Example IT Example IT #7 Example IT ": {7},
	} {
		if got := FindTags("Example IT", subject, "Old IT"); !slices.Equal(got, want) {
			t.Errorf("FindTags(%q) = %v, want %v", subject, got, want)
		}
	}
}
