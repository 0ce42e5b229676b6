package project

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/template"

	"docker-mapcount/internal/preflight"
)

// doubling are variables of which each holds the one before twice.
func doubling(lines int) string {
	var b strings.Builder
	b.WriteString("A0=0123456789\n")
	for i := 1; i < lines; i++ {
		fmt.Fprintf(&b, "A%d=${A%d}${A%d}\n", i, i-1, i-1)
	}
	return b.String()
}

// nested is a document with levels of lists below the service's two mappings.
func nested(levels int) string {
	return "services:\n  a:\n    image: x\n    x-deep: " + strings.Repeat("[", levels) + strings.Repeat("]", levels) + "\n"
}

// chained is a document of mappings, each by alias in the next one.
func chained(levels int) string {
	var b strings.Builder
	b.WriteString("x-0: &a0 {k: v}\n")
	for i := 1; i < levels; i++ {
		fmt.Fprintf(&b, "x-%d: &a%d {k: *a%d}\n", i, i, i-1)
	}
	return b.String() + "services: {a: {image: x}}\n"
}

// TestBounds: what would cost the loader time or memory without end is a clear
// error with its place, and what is just below is loaded.
func TestBounds(t *testing.T) {
	t.Parallel()
	service := func(s string) string { return "services:\n  a:\n    image: x\n    " + s + "\n" }
	command := func(n int) string { return service("command: " + strings.Repeat("x", n)) }
	half := strings.Repeat("x", maxFilledIn/2)
	for name, c := range map[string]boundsCase{
		"nesting":                    {map[string]string{"compose.yaml": nested(490)}, "", ""},
		"too much nesting":           {map[string]string{"compose.yaml": nested(600)}, "compose.yaml:4", "nested deeper than 500 levels"},
		"nesting by aliases":         {map[string]string{"compose.yaml": chained(90)}, "", ""},
		"too much of it":             {map[string]string{"compose.yaml": chained(600)}, "compose.yaml:501", "nested deeper than 500 levels"},
		"an alias to itself":         {map[string]string{"compose.yaml": "x-a: &a [*a]\n"}, "compose.yaml", ""},
		"bomb of aliases":            {map[string]string{"compose.yaml": bomb()}, "compose.yaml:1", "excessive aliasing"},
		"documents":                  {map[string]string{"compose.yaml": strings.Repeat("---\n", 900) + service("")}, "compose.yaml", ""},
		"too many documents":         {map[string]string{"compose.yaml": strings.Repeat("---\na: 1\n", 1002)}, "compose.yaml:2002", "more than 1000 documents"},
		"nested in an included file": {map[string]string{"compose.yaml": "include: [b.yaml]\n", "b.yaml": nested(600)}, "b.yaml:4", "nested deeper"},
		"nested in an extended file": {map[string]string{"compose.yaml": service("extends: {file: b.yaml, service: a}"), "b.yaml": nested(600)}, "b.yaml:4", "nested deeper"},
		"a long command":             {map[string]string{"compose.yaml": command(50 << 10)}, "", ""},
		"too long a command":         {map[string]string{"compose.yaml": command(129 << 10)}, "compose.yaml:4", "a command is longer than 131072 bytes"},
		"a large file":               {map[string]string{"compose.yaml": strings.Repeat("#", maxFile+1)}, "compose.yaml", "larger than 8 MiB"},
		"a large included file":      {map[string]string{"compose.yaml": "include: [b.yaml]\n", "b.yaml": strings.Repeat("#", maxFile+1)}, "b.yaml", "larger than 8 MiB"},
		"many large files": {map[string]string{
			"compose.yaml": "include: [b.yaml, c.yaml, d.yaml, e.yaml]\n" + strings.Repeat("#", maxFile-100),
			"b.yaml":       strings.Repeat("#", maxFile), "c.yaml": strings.Repeat("#", maxFile), "d.yaml": strings.Repeat("#", maxFile), "e.yaml": strings.Repeat("#", maxFile),
		}, "e.yaml", "larger than 32 MiB together"},
		"too many files":                  {map[string]string{"compose.yaml": "include: [" + strings.Repeat("b.yaml,", 2001) + "]\n", "b.yaml": service("")}, "compose.yaml", "more than 2000 files"},
		"files included too deep":         chainOfFiles(120),
		"files that include one another":  {map[string]string{"compose.yaml": "include: [b.yaml]\n", "b.yaml": "include: [compose.yaml]\n"}, "b.yaml:1", "goes round in a circle"},
		"services that extend each other": {map[string]string{"compose.yaml": "services: {a: {extends: b}, b: {extends: a}}\n"}, "compose.yaml:1", "goes round in a circle"},
		"variables in .env":               {map[string]string{"compose.yaml": service(`labels: {l: "$A10"}`), ".env": doubling(11)}, "", ""},
		"doubling variables in .env":      {map[string]string{"compose.yaml": service(""), ".env": doubling(40)}, ".env:14", "more than 128 KiB when its variables"},
		"doubling variables in env_file":  {map[string]string{"compose.yaml": service("env_file: e"), "e": doubling(40)}, "e:14", "more than 128 KiB when its variables"},
		"in an included env_file":         {map[string]string{"compose.yaml": "include: [{path: b.yaml, env_file: e}]\n", "b.yaml": service(""), "e": doubling(40)}, "e:14", "more than 128 KiB when its variables"},
		"doubling variables of labels":    {map[string]string{"compose.yaml": service("label_file: e"), "e": doubling(40)}, "e:14", "more than 128 KiB when its variables"},
		"many large variables":            {map[string]string{"compose.yaml": service("env_file: e"), "e": "A=" + half + "\n" + strings.Repeat("B=$A\n", 1100)}, "e:1025", "more than 64 MiB when their variables"},
		"a large value with a variable":   {map[string]string{"compose.yaml": service("labels: {l: '$A" + half + half + half + "'}"), ".env": "A=1\n"}, "", ""},
		"a value that grows":              {map[string]string{"compose.yaml": service(`labels: {l: "$A$A$A"}`), ".env": "A=" + half + "\n"}, "compose.yaml:4", "more than 128 KiB when its variables"},
		"many values that grow":           {map[string]string{"compose.yaml": service("labels: [" + strings.Repeat("$A,", 1100) + "]"), ".env": "A=" + half + "\n"}, "compose.yaml:4", "more than 64 MiB when their variables"},
		"defaults within defaults":        {map[string]string{"compose.yaml": service("user: '" + strings.Repeat("${A:-", 99) + "u" + strings.Repeat("}", 99) + "'")}, "", ""},
		"too many of them":                {map[string]string{"compose.yaml": service("user: '" + strings.Repeat("${A:-", 2000) + "u" + strings.Repeat("}", 2000) + "'")}, "compose.yaml:4", "more than 100 defaults"},
		"as many side by side":            {map[string]string{"compose.yaml": service("user: '" + strings.Repeat("${A:-u}", 2000) + "'")}, "", ""},
		"ranges of ports":                 {map[string]string{"compose.yaml": service("ports: ['1000-2000:1000-2000', '53:53/udp']")}, "", ""},
		"too many ports":                  {map[string]string{"compose.yaml": service("ports:\n" + strings.Repeat("      - 1-65535\n", 5))}, "compose.yaml:9", "more than 262144 ports"},
		"too many by extends":             {map[string]string{"compose.yaml": service("ports: ['1-65535']") + extending(5)}, "compose.yaml:4", "more than 262144 ports"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkBounds(t, c.files, c.place, c.want)
		})
	}
}

// boundsCase are files, and where loading them fails with what.
type boundsCase struct {
	files map[string]string
	place string // empty: it is loaded
	want  string
}

// chainOfFiles is a file that includes one that includes one, and so on.
func chainOfFiles(n int) boundsCase {
	files := map[string]string{"compose.yaml": "include: [1.yaml]\n"}
	for i := range n {
		files[fmt.Sprintf("%d.yaml", i)] = fmt.Sprintf("include: [%d.yaml]\n", i+1)
	}
	return boundsCase{files, "100.yaml:1", "more than 100 files include one another"}
}

func extending(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  b%d: {extends: a}\n", i)
	}
	return b.String()
}

// bomb is a document in which every list holds the one before ten times.
func bomb() string {
	var b strings.Builder
	b.WriteString("x-0: &a0 [k]\n")
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&b, "x-%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10), ","))
	}
	return b.String() + "services: {a: {image: x, x-b: *a11}}\n"
}

func checkBounds(t *testing.T, files map[string]string, place, want string) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Load(t.Context(), Options{WorkingDirectory: dir})
	var f *preflight.Failure
	switch {
	case place == "" && err != nil:
		t.Errorf("not loaded: %v", err)
	case place == "":
	case !errors.As(err, &f):
		t.Errorf("got %v, want a failure at %s", err, place)
	default:
		got, _ := filepath.Rel(dir, f.Location.File)
		if f.Location.Line > 0 && strings.Contains(place, ":") {
			got = fmt.Sprintf("%s:%d", got, f.Location.Line)
		}
		if got != place || !strings.Contains(f.Message, want) || len(f.Message) > 1000 {
			t.Errorf("%s: %.300s\nwant %s: …%s…", got, f.Message, place, want)
		}
	}
}

// FuzzFilledIn holds that the bound is one: nothing becomes larger than was said.
func FuzzFilledIn(f *testing.F) {
	f.Add("${A:-${B}}$$A$A", "x", "${A}${A}")
	f.Add("$A${B-$A}${A:+$B}${B?e}", "$B", "")
	f.Add(strings.Repeat("${A:-", 80)+strings.Repeat("}", 80), "aaaa", "$")
	f.Fuzz(func(t *testing.T, value, a, b string) {
		known := map[string]string{"A": a, "B": b}
		size, err := filledIn(value, func(name string) int { return len(known[name]) })
		if err != nil {
			return
		}
		lookup := func(name string) (string, bool) { v, ok := known[name]; return v, ok }
		if out, err := template.Substitute(value, lookup); err == nil && len(out) > size {
			t.Errorf("%q became %d bytes, at most %d were expected", value, len(out), size)
		}
		text := []byte("A=" + a + "\nB=" + b + "\nC=" + value + "\n")
		if boundedVariables(text, lookup) != nil {
			return
		}
		out, err := dotenv.ParseWithLookup(strings.NewReader(string(text)), lookup)
		for name, v := range out {
			if err == nil && len(v) > maxFilledIn+len(text) {
				t.Errorf("%q: %s became %d bytes", text, name, len(v))
			}
		}
	})
}
