package macro

import (
	"fmt"
	"reflect"
	"strings"
	"text/template"
	"text/template/parse"
	"unicode"
)

// Fields are what a text may insert, each as {{.Name}}, and ask for with {{if .Name}} …
// {{else}} … {{end}}. There is nothing else: no function, no loop, no variable.
type Fields struct {
	Number    int64  // of the request
	Subject   string // of the request
	Name      string // of the requester; empty: not known
	Requester string // address
	Agent     string // who sends it, as requesters know them
	Desk      string
	Category  string
	Queue     string
}

// names lists the fields, for errors.
func names() string {
	var all []string
	for f := range reflect.TypeFor[Fields]().Fields() {
		all = append(all, "{{."+f.Name+"}}")
	}
	return strings.Join(all, ", ")
}

// compile parses a text and refuses what it may not say, with file, line and column.
func compile(where, source string) (*template.Template, error) {
	t, err := template.New(where).Parse(strings.ReplaceAll(source, "\r\n", "\n"))
	if err != nil {
		return nil, fmt.Errorf("%s; a text may insert %s", strings.TrimPrefix(err.Error(), "template: "), names())
	}
	if len(t.Templates()) > 1 {
		return nil, fmt.Errorf("%s: {{define}} is not known here; a text may insert %s", where, names())
	}
	if t.Tree == nil {
		return nil, fmt.Errorf("%s: there is no text in it", where)
	}
	if bad := forbidden(t.Root); bad != nil {
		at, _ := t.ErrorContext(bad)
		return nil, fmt.Errorf("%s: %s is not known here; a text may insert %s", at, bad, names())
	}
	return t, nil
}

// forbidden returns the first node of a text that it may not have.
func forbidden(list *parse.ListNode) parse.Node {
	if list == nil {
		return nil
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.TextNode, *parse.CommentNode:
		case *parse.ActionNode:
			if !isField(n.Pipe) {
				return n
			}
		case *parse.IfNode:
			if !isField(n.Pipe) {
				return n
			}
			for _, inner := range []*parse.ListNode{n.List, n.ElseList} {
				if bad := forbidden(inner); bad != nil {
					return bad
				}
			}
		default:
			return n
		}
	}
	return nil
}

// isField reports whether a pipeline is one of the fields and nothing more.
func isField(p *parse.PipeNode) bool {
	if len(p.Decl) > 0 || len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 1 {
		return false
	}
	f, is := p.Cmds[0].Args[0].(*parse.FieldNode)
	if !is || len(f.Ident) != 1 {
		return false
	}
	_, known := reflect.TypeFor[Fields]().FieldByName(f.Ident[0])
	return known
}

// fill writes a text with the fields. What they hold is never a template, and stays on
// its line.
func (f Fields) fill(t *template.Template) string {
	for _, s := range []*string{&f.Subject, &f.Name, &f.Requester, &f.Agent, &f.Desk, &f.Category, &f.Queue} {
		*s = strings.Join(strings.FieldsFunc(*s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	}
	var b strings.Builder
	if err := t.Execute(&b, f); err != nil { // it has fields only, and they are there
		return ""
	}
	return strings.TrimSpace(b.String())
}
