//go:build linux

package e2e

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"docker-mapcount/test/tools"
)

// document is the part of the JSON output that the tests look at.
type document struct {
	Schema  int
	Kind    string
	Verdict string
	Exit    int
	Need    *struct{ Minimum, Target int64 }
	Engines []struct {
		Context, Endpoint, Provider, Verdict string
		Failing                              []string
		Error                                *failure
		Reading                              struct {
			Live   *int64
			Source string
			Boot   struct {
				State    string
				Value    *int64
				Evidence []struct {
					Kind, On, File string
					Line           int
					Value          *int64
					Applies        bool
				}
			}
		}
	}
	Services []service
	Next     []struct{ Command, Why string }
	Error    *failure
}

type failure struct{ Code, Message, Hint string }

type service struct {
	Service, Product, Level, Basis, Verdict string
	Minimum                                 *int64
	Location                                place
	Because                                 []struct {
		Setting, Effect, File string
		Line                  int
	}
}

type place struct {
	File string
	Line int
}

// document reads the standard output and holds it against docs/schema.json.
func (r result) document(t *testing.T) document {
	t.Helper()
	var d document
	if err := json.Unmarshal([]byte(r.stdout), &d); err != nil {
		t.Fatalf("no JSON: %v\n%s", err, r)
	}
	if err := r.validate(); err != nil {
		t.Errorf("not as docs/schema.json says: %v", err)
	}
	if d.Kind != "error" && d.Kind != "requirements" && d.Exit != r.status {
		t.Errorf("the document says exit %d, the process %d", d.Exit, r.status)
	}
	return d
}

func (r result) validate() error {
	schema, err := schema()
	if err != nil {
		return err
	}
	content, err := jsonschema.UnmarshalJSON(strings.NewReader(r.stdout))
	if err != nil {
		return err
	}
	return schema.Validate(content)
}

var schema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	root, err := tools.Root()
	if err != nil {
		return nil, err
	}
	return jsonschema.NewCompiler().Compile(filepath.Join(root, "docs", "schema.json"))
})

func (d document) names() []string {
	names := []string{}
	for _, s := range d.Services {
		names = append(names, s.Service)
	}
	slices.Sort(names)
	return names
}

// service returns the entry of that service; its zero value when there is none.
func (d document) service(name string) service {
	i := slices.IndexFunc(d.Services, func(s service) bool { return s.Service == name })
	if i < 0 {
		return service{}
	}
	return d.Services[i]
}
