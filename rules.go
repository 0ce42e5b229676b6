package mapcount

import (
	"embed"
	"path"
	"slices"
	"strings"
)

//go:embed docs/rules/*.md
var rulePages embed.FS

// rulesFolder holds a page per rule, named for it; README.md is their index.
const rulesFolder = "docs/rules"

// Rules returns the ids of the rules that have a page, sorted.
func Rules() []string {
	entries, _ := rulePages.ReadDir(rulesFolder) // embedded: cannot fail
	var ids []string
	for _, e := range entries {
		if id := strings.TrimSuffix(e.Name(), ".md"); id != "README" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// RulePage returns the page of a rule as it stands in docs/rules, in Markdown.
func RulePage(id string) (string, bool) {
	if !slices.Contains(Rules(), id) {
		return "", false
	}
	content, err := rulePages.ReadFile(path.Join(rulesFolder, id+".md"))
	return string(content), err == nil
}
