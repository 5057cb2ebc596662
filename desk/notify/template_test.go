package notify_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"maildesk/desk/notify"
)

// TestEachTemplateHasARow reads the constants from the source: one without a row
// would be sent to nobody's audience.
func TestEachTemplateHasARow(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "template.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var declared []notify.Template
	ast.Inspect(file, func(n ast.Node) bool {
		spec, is := n.(*ast.ValueSpec)
		if !is {
			return true
		}
		if kind, is := spec.Type.(*ast.Ident); !is || kind.Name != "Template" {
			return true
		}
		name, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		declared = append(declared, notify.Template(name))
		return true
	})
	slices.Sort(declared)
	if rows := notify.Templates(); len(declared) == 0 || !slices.Equal(rows, declared) {
		t.Errorf("the table has rows for %v, the constants are %v", rows, declared)
	}
	for _, template := range declared {
		if a := template.Audience(); a != notify.AudienceRequester && a != notify.AudienceAgent && a != notify.AudienceVendor {
			t.Errorf("%s: audience %q", template, a)
		}
	}
}

// TestRowsAgree holds what no row may say, whatever templates there will be.
func TestRowsAgree(t *testing.T) {
	for _, template := range notify.Templates() {
		requester := template.Audience() == notify.AudienceRequester
		for _, rule := range []struct {
			broken bool
			what   string
		}{
			{template.Audience() == notify.AudienceVendor && (template.Internal() || template.TellsStory() || template.Waited() || template.AnswersMail()), "a vendor sees nothing of the ticket"},
			{requester && template.Internal(), "an answer of a requester cannot stay among agents"},
			{requester && template.TellsStory(), "the story has internal notes in it"},
			{template.Bare() && template.CarriesFiles(), "a mail without a word of anybody carries no files of theirs"},
			{template.AnswersMail() && (template.TellsStory() || template.CarriesFiles() && template != notify.TemplateFile && template != notify.TemplateUndo), "an answer shows nothing else"},
			{template.Waited() && (!requester || template.Bare()), "a ticket waits for what tells its requester that it is solved"},
			{template.Bare() && !requester, "an agent reads everything"},
		} {
			if rule.broken {
				t.Errorf("%s: %s", template, rule.what)
			}
		}
	}
}
