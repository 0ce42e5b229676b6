package mapcount

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every rule that a finding or a need can name in the code has a page, every page
// is about such a rule, and the index names them all.
func TestEveryRuleHasAPage(t *testing.T) {
	t.Parallel()
	index, err := os.ReadFile("docs/rules/README.md")
	if err != nil {
		t.Fatal(err)
	}
	named := rulesInCode(t)
	for _, id := range named {
		page, ok := RulePage(id)
		if !ok || !strings.HasPrefix(page, "# ") {
			t.Errorf("there is no page for rule %s", id)
		}
		for _, heading := range []string{"\n## Why\n", "\n## What to do\n", "\n## Source\n"} {
			if !strings.Contains(page, heading) {
				t.Errorf("the page of %s has no section %q", id, strings.TrimSpace(heading))
			}
		}
		if !strings.Contains(string(index), "("+id+".md)") {
			t.Errorf("the index does not name %s", id)
		}
	}
	for _, id := range Rules() {
		if !slices.Contains(named, id) {
			t.Errorf("no code names rule %s", id)
		}
	}
	if _, ok := RulePage("README"); ok {
		t.Error("the index counts as a rule")
	}
	if _, ok := RulePage("../plugin"); ok {
		t.Error("a page outside the folder can be had")
	}
}

// rulesInCode are the texts that stand for a rule.
func rulesInCode(t *testing.T) []string {
	t.Helper()
	var ids []string
	err := filepath.WalkDir("internal/preflight", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			for _, value := range ruleValues(n) {
				if id := spelled(value); id != "" && !slices.Contains(ids, id) {
					ids = append(ids, id)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || len(ids) < 6 {
		t.Fatalf("rules in the code: %v: %v", ids, err)
	}
	return append(ids, rulesInCatalog(t)...)
}

// rulesInCatalog are the rules of findings that the catalog states.
func rulesInCatalog(t *testing.T) []string {
	t.Helper()
	products, err := os.ReadFile("internal/preflight/catalog/products.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, m := range regexp.MustCompile(`(?m)^      - rule: (\S+)$`).FindAllStringSubmatch(string(products), -1) {
		ids = append(ids, m[1])
	}
	if len(ids) == 0 {
		t.Error("no rule is found in the catalog")
	}
	return ids
}

// ruleValues are the field Rule of a literal, and constants whose names start
// with "rule".
func ruleValues(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Rule" {
			return []ast.Expr{n.Value}
		}
	case *ast.ValueSpec:
		if strings.HasPrefix(n.Names[0].Name, "rule") {
			return n.Values
		}
	}
	return nil
}

// spelled is the text of a literal; empty when it is something else.
func spelled(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return ""
	}
	text, _ := strconv.Unquote(literal.Value)
	return text
}
