package quote_test

import (
	"fmt"

	"maildesk/mailparse/quote"
)

func ExamplePlain() {
	parts := quote.Plain("It works now, thank you.\n\n-- \nAna\n\nOn Mon, 3 Nov 2025 at 10:12, Desk <desk@example.org> wrote:\n> Does it work?\n", quote.Answer)
	fmt.Println(parts.Written)
	fmt.Println(parts.Origin)
	fmt.Println(parts.Signature)
	fmt.Println(parts.Quoted)
	// Output:
	// It works now, thank you.
	// own
	// Ana
	// On Mon, 3 Nov 2025 at 10:12, Desk <desk@example.org> wrote:
	// > Does it work?
}

// The HTML beside a plain text marks what is quoted where the text does not.
func ExampleBoth() {
	text := "Yes.\n\nDoes it work?\n"
	page := []quote.Line{{Text: "Yes."}, {Text: "Does it work?", Depth: 1}}
	fmt.Println(quote.Plain(text, quote.Answer).Written)
	fmt.Println("with HTML:", quote.Both(text, page, quote.Answer).Written)
	// Output:
	// Yes.
	//
	// Does it work?
	// with HTML: Yes.
}
