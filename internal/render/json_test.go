package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
)

const schemaFile = "../../docs/schema.json"

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// decoded checks a document against the schema and returns it as plain values.
func decoded(t *testing.T, s *jsonschema.Schema, document []byte) map[string]any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatalf("%v:\n%s", err, document)
	}
	if err := s.Validate(v); err != nil {
		t.Fatalf("%v\n%s", err, document)
	}
	var out map[string]any
	if err := json.Unmarshal(document, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func asJSON(t *testing.T, r preflight.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestJSONFitsSchema(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	reports := map[string]preflight.Report{"empty inspect": inspected(), "empty check": {Kind: preflight.KindCheck, Verdict: preflight.Skip}}
	for _, s := range scenes() {
		reports[s.name] = s.report
	}
	for name, r := range reports {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := decoded(t, schema, asJSON(t, r))
			if want := float64(r.Exit()); got["exit"] != want {
				t.Errorf("exit %v, want %v", got["exit"], want)
			}
		})
	}
}

func TestPlanJSONFitsSchema(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	var plans []remediate.Plan
	for _, s := range scenes() {
		for i := range s.report.Engines {
			plans = append(plans, remediate.NewPlan(remediate.Request{Report: s.report, Engine: i}))
		}
	}
	for _, list := range [][]remediate.Plan{nil, plans} {
		var b bytes.Buffer
		if err := PlanJSON(&b, scenes()[0].report, list, 2); err != nil {
			t.Fatal(err)
		}
		document := decoded(t, schema, b.Bytes())
		if got := document["plans"].([]any); len(got) != len(list) {
			t.Errorf("%d plans, want %d", len(got), len(list))
		}
		if document["verdict"] != string(scenes()[0].report.Verdict) || len(document["engines"].([]any)) != len(scenes()[0].report.Engines) {
			t.Errorf("verdict %v, engines %v", document["verdict"], document["engines"])
		}
	}
}

func TestErrorJSON(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	for _, f := range []*preflight.Failure{
		{Code: preflight.CodeUsage, Message: "there is no command \"chekc\"", Hint: "check"},
		{Code: preflight.CodeProject, Message: "services.es.ports must be a list", Location: preflight.Location{File: `C:\shop\compose.yaml`, Line: 7}},
		nil,
	} {
		var b bytes.Buffer
		if err := ErrorJSON(&b, f, "0.1.0"); err != nil {
			t.Fatal(err)
		}
		decoded(t, schema, b.Bytes())
	}
}

// Every word that reports may use is one that the schema allows.
func TestSchemaKnowsAllWords(t *testing.T) {
	t.Parallel()
	schema, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	words := 0
	for _, name := range []string{"container.go", "ending.go", "engine.go", "explanation.go", "need.go", "report.go", "sign.go", "value.go"} {
		for _, word := range constants(t, "../preflight/"+name) {
			words++
			if !bytes.Contains(schema, []byte(strconv.Quote(word))) {
				t.Errorf("%s: the schema does not know %q", name, word)
			}
		}
	}
	if words < 60 {
		t.Errorf("only %d words found", words)
	}
}

// constants are the strings that a file declares as constants, those of types
// that no document has left out.
func constants(t *testing.T, path string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || fmt.Sprint(spec.Type) == "HelperMode" || spec.Names[0].Name == "Setting" {
			return true
		}
		if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
			word, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			if word != "" {
				out = append(out, word)
			}
		}
		return true
	})
	return out
}

// A field that is not in the schema, and one that is missing, are seen.
func TestSchemaSeesDrift(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	var paths int
	for _, r := range []preflight.Report{ragflow(preflight.Fail, wsl2()), requirements(), inspected(traced())} {
		var document any
		if err := json.Unmarshal(asJSON(t, r), &document); err != nil {
			t.Fatal(err)
		}
		everyObject(document, "", func(path string, object map[string]any) {
			paths++
			object["surplus"] = 1.0
			if schema.Validate(document) == nil {
				t.Errorf("%s%s: a field too many is not seen", r.Kind, path)
			}
			delete(object, "surplus")
			for key, value := range object {
				delete(object, key)
				if schema.Validate(document) == nil {
					t.Errorf("%s%s: %s may be missing", r.Kind, path, key)
				}
				object[key] = value
			}
		})
	}
	if paths < 20 {
		t.Errorf("only %d objects", paths)
	}
}

func everyObject(v any, path string, visit func(string, map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(path, v)
		for key, below := range v {
			everyObject(below, path+"/"+key, visit)
		}
	case []any:
		for i, below := range v {
			everyObject(below, fmt.Sprintf("%s/%d", path, i), visit)
		}
	}
}

func TestJSONSays(t *testing.T) {
	t.Parallel()
	got := decoded(t, compiled(t), asJSON(t, ragflow(preflight.Fail, wsl2())))
	for path, want := range map[string]any{
		"/verdict":                                 "fail",
		"/exit":                                    2.0,
		"/need/minimum":                            262144.0,
		"/need/recommended":                        nil,
		"/project/files/0":                         "docker-compose.yml",
		"/project/directory":                       dir,
		"/engines/0/error":                         nil,
		"/engines/0/failing/0":                     "ragflow-cpu",
		"/engines/0/reading/live":                  65530.0,
		"/engines/0/reading/boot/evidence/0/on":    "client",
		"/engines/0/reading/boot/evidence/0/file":  "C:/Users/ada/.wslconfig",
		"/engines/0/reading/boot/evidence/0/value": nil,
		"/services/3/minimum":                      262144.0,
		"/services/3/basis":                        "documented",
		"/services/3/location/file":                "docker-compose.yml",
		"/services/3/location/line":                21.0,
		"/services/0/level":                        "waived",
		"/services/0/minimum":                      nil,
		"/services/0/because/0/effect":             "waives",
		"/services/0/because/0/number":             262144.0,
		"/services/0/because/0/file":               "docker-compose-base.yml",
		"/services/4/service":                      "redis",
		"/services/4/level":                        "none",
		"/next/0/command":                          "docker mapcount fix",
	} {
		if v, ok := lookup(got, path); !ok || !reflect.DeepEqual(v, want) {
			t.Errorf("%s is %v, want %v", path, v, want)
		}
	}
	if _, ok := decoded(t, compiled(t), asJSON(t, requirements()))["verdict"]; ok {
		t.Error("requirements has a verdict")
	}
}

// Numbers stand on required and recommended services only.
func TestJSONOfWaivedHasNoNumbers(t *testing.T) {
	t.Parallel()
	r := ragflow(preflight.Pass, linux())
	r.Services[0].Min, r.Services[0].Advised, r.Services[0].Maximum = 262144, 1048576, 5
	got := decoded(t, compiled(t), asJSON(t, r))
	for _, name := range []string{"minimum", "recommended", "maximum"} {
		if v, ok := lookup(got, "/services/0/"+name); !ok || v != nil {
			t.Errorf("%s is %v", name, v)
		}
	}
}

func lookup(v any, path string) (any, bool) {
	for key := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		switch at := v.(type) {
		case map[string]any:
			next, ok := at[key]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(at) {
				return nil, false
			}
			v = at[i]
		default:
			return nil, false
		}
	}
	return v, true
}

func TestJSONIsCleanAndReadable(t *testing.T) {
	t.Parallel()
	r := ragflow(preflight.Fail, wsl2())
	r.Services[0].Reason = "a & b <c>\x1b[2J\u202e ##[error]x"
	r.Engines[0].Name = "\xff"
	out := string(asJSON(t, r))
	for _, want := range []string{`a & b <c>\\x1b[2J\\u202e #\u0023[error]x`, `"name": "\\xff"`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
	if strings.Contains(out, "##[") || strings.Contains(out, `\u003c`) {
		t.Error("a command for a runner, or escaped HTML")
	}
}

func TestJSONOfHostileReport(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	for _, evil := range evils() {
		got := decoded(t, schema, asJSON(t, hostile(evil)))
		everyString(got, func(s string) {
			if diff := cmp.Diff(Clean(s), s); diff != "" {
				t.Errorf("%q is not clean:\n%s", evil, diff)
			}
		})
	}
}

func everyString(v any, visit func(string)) {
	switch v := v.(type) {
	case string:
		visit(v)
	case map[string]any:
		for _, below := range v {
			everyString(below, visit)
		}
	case []any:
		for _, below := range v {
			everyString(below, visit)
		}
	}
}

func TestUnknownKind(t *testing.T) {
	t.Parallel()
	if JSON(&bytes.Buffer{}, preflight.Report{}) == nil || Pretty(&bytes.Buffer{}, preflight.Report{}, Options{}) == nil {
		t.Error("a report of no kind was rendered")
	}
}

func TestSchemaFileEndsWithNewline(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasSuffix(b, []byte("}\n")) {
		t.Error("no newline at the end of the file")
	}
}
