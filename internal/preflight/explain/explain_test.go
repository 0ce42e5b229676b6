package explain

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
)

// factFile finds a file of the project's shared reference folder.
func factFile(t *testing.T, name string) []byte {
	t.Helper()
	for dir, _ := filepath.Abs("."); ; dir = filepath.Dir(dir) {
		if data, err := os.ReadFile(filepath.Join(dir, "shared", "reference", name)); err == nil {
			return data
		}
		if dir == filepath.Dir(dir) {
			t.Skipf("no shared/reference/%s beside the repository", name)
		}
	}
}

var errNone = errors.New("no such container")

// fake is an engine by what it answers.
type fake struct {
	containers []preflight.Container
	more       int
	images     string
	down       *preflight.Failure
	live       int64
	asked      *[]string
}

func (f fake) note(what string) error {
	*f.asked = append(*f.asked, what)
	if f.down != nil {
		return f.down
	}
	return nil
}

func (f fake) Containers(_ context.Context, project, service string) ([]preflight.Container, int, error) {
	return f.containers, f.more, f.note("containers " + project + " " + service)
}

func (f fake) Container(_ context.Context, ref string) (preflight.Container, error) {
	if err := f.note("container " + ref); err != nil {
		return preflight.Container{}, err
	}
	for _, c := range f.containers {
		if c.Name == ref {
			return c, nil
		}
	}
	return preflight.Container{}, errNone
}

func (f fake) ContainerNames(context.Context) ([]string, error) {
	var names []string
	for _, c := range f.containers {
		names = append(names, c.Name)
	}
	return names, f.note("names")
}

func (f fake) HoldsImage(_ context.Context, ref string) (bool, error) {
	return strings.Contains(" "+f.images+" ", " "+ref+" "), f.note("image " + ref)
}

func (f fake) Read(context.Context) preflight.Engine {
	_ = f.note("read")
	return preflight.Engine{Name: "build-01", Reading: preflight.Reading{Live: f.live}}
}

// asking is a question in a project of Elasticsearch and a web server.
func asking(name string, f fake, change func(*Question)) (Question, *[]string) {
	asked := &[]string{}
	f.asked = asked
	q := Question{
		Name: name, Engine: f, Missing: errNone, Pages: []string{"a-rule"}, Quote: func(s string) string { return "<" + s + ">" },
		Page: func(id string) *preflight.RulePage {
			if id != "a-rule" {
				return nil
			}
			return &preflight.RulePage{ID: id}
		},
		Load: func(_ context.Context, services ...string) (preflight.Project, error) {
			p := preflight.Project{Name: "shop", Directory: "/shop", Services: []preflight.Service{
				{Name: "es", Image: "elasticsearch:8.11.3", Replicas: 1},
				{Name: "web", Image: "nginx", Replicas: 1},
				{Name: "mongodb", Image: "mongo:8.0", Replicas: 1},
			}}
			if strings.Join(services, "") == "spare" {
				p.Services = append(p.Services, preflight.Service{Name: "spare", Image: "mongo:8.0", Replicas: 1})
			} else if len(services) > 0 {
				return p, errors.New("no such service")
			}
			return p, nil
		},
	}
	if change != nil {
		change(&q)
	}
	return q, asked
}

func noProject(q *Question) {
	q.Load = func(context.Context, ...string) (preflight.Project, error) {
		return preflight.Project{}, &preflight.Failure{Code: preflight.CodeNoProject, Message: "no compose file"}
	}
}

func as(kind preflight.SubjectKind) func(*Question) { return func(q *Question) { q.As = kind } }

var (
	failedES = preflight.Container{Name: "shop-es-1", Image: "elasticsearch:8.11.3", State: preflight.StateExited, ExitCode: 78, Compose: preflight.ComposeLabels{Project: "shop", Service: "es"}}
	runsWeb  = preflight.Container{Name: "shop-web-1", Image: "nginx", State: preflight.StateRunning, Compose: preflight.ComposeLabels{Project: "shop", Service: "web"}}
	down     = &preflight.Failure{Code: preflight.CodeNoEngine, Message: "cannot connect", Hint: "start it"}
)

func TestSubjects(t *testing.T) {
	t.Parallel()
	engine := fake{containers: []preflight.Container{failedES, runsWeb, {Name: "mongodb", State: preflight.StateRunning}}, images: "local", live: 65530}
	for _, c := range []struct {
		name   string
		engine fake
		change func(*Question)
		want   preflight.SubjectKind
		asked  []string
		next   []string
	}{
		{"a-rule", engine, nil, preflight.SubjectRule, nil, nil},
		{"mongodb", engine, nil, preflight.SubjectRule, nil, []string{"docker mapcount explain --as service <mongodb>", "docker mapcount explain --as container <mongodb>"}},
		{"mongodb", engine, as(preflight.SubjectService), preflight.SubjectService, []string{"containers shop mongodb", "read"}, nil},
		{"mongodb", engine, as(preflight.SubjectContainer), preflight.SubjectContainer, []string{"container mongodb"}, []string{}},
		{"es", engine, nil, preflight.SubjectService, []string{"containers shop es", "read"}, []string{"docker mapcount fix", "docker compose up -d"}},
		{"spare", fake{}, nil, preflight.SubjectService, []string{"containers shop spare", "read"}, []string{"docker mapcount check <spare>", "docker compose up -d"}},
		{"shop-es-1", engine, nil, preflight.SubjectContainer, []string{"container shop-es-1", "read"}, []string{"docker mapcount fix --minimum 262144", "docker start <shop-es-1>"}},
		{"shop-es-1", engine, noProject, preflight.SubjectContainer, []string{"container shop-es-1", "read"}, nil},
		{"kibana", engine, nil, preflight.SubjectImage, []string{"container kibana"}, []string{}},
		{"kibana", fake{down: down}, nil, preflight.SubjectImage, []string{"container kibana"}, []string{}},
		{"local", engine, nil, preflight.SubjectImage, []string{"container local", "image local"}, nil},
		{"acme/tool:1", engine, nil, preflight.SubjectImage, nil, nil},
		{"nothere", fake{down: down}, nil, preflight.SubjectContainer, []string{"container nothere"}, []string{"start it", "docker context ls"}},
		{"es", fake{down: down}, nil, preflight.SubjectService, []string{"containers shop es"}, []string{"start it", "docker context ls"}},
		{"", engine, nil, preflight.SubjectProject, []string{"containers shop ", "read"}, []string{"docker mapcount fix", "docker compose up -d"}},
		{"", fake{}, nil, preflight.SubjectProject, []string{"containers shop "}, []string{"docker mapcount check", "docker compose up -d"}},
		{"", fake{down: down}, nil, preflight.SubjectProject, []string{"containers shop "}, []string{"start it", "docker context ls"}},
	} {
		t.Run(c.name+" "+string(c.want), func(t *testing.T) {
			t.Parallel()
			q, asked := asking(c.name, c.engine, c.change)
			e, err := Explain(t.Context(), q)
			if err != nil || e.Subject.Kind != c.want {
				t.Fatalf("%+v, %v", e.Subject, err)
			}
			if diff := cmp.Diff(strings.Join(c.asked, "|"), strings.Join(*asked, "|")); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
			if status := e.Exit(); (status == 3) != (c.engine.down != nil && e.Subject.Kind != preflight.SubjectImage) {
				t.Errorf("exit %d", status)
			}
			if diff := cmp.Diff(c.next, commands(e)); c.next != nil && diff != "" {
				t.Errorf("next (-want +got):\n%s", diff)
			}
		})
	}
}

func commands(e preflight.Explanation) []string {
	next := []string{}
	for _, n := range e.Next {
		next = append(next, n.Command)
	}
	return next
}

func TestNothingOfThatName(t *testing.T) {
	t.Parallel()
	engine := fake{containers: []preflight.Container{failedES}}
	for _, c := range []struct {
		name   string
		change func(*Question)
		says   string
		hint   string
	}{
		{"shop-se-1", nil, `there is no rule, service of this project, container or image called "shop-se-1". Did you mean "shop-es-1"?`, "docker mapcount explain <shop-es-1>"},
		{"a-rul", nil, `Did you mean "a-rule"?`, "docker mapcount explain <a-rule>"},
		{"elasticsaerch", as(preflight.SubjectRule), `there is no rule called "elasticsaerch". Did you mean "elasticsearch"?`, ""},
		{"elasticsaerch", as(preflight.SubjectService), `there is no service called "elasticsaerch". Services here: es, web, mongodb`, ""},
		{"zzz", noProject, "and no compose file here", ""},
	} {
		q, _ := asking(c.name, engine, c.change)
		_, err := Explain(t.Context(), q)
		var f *preflight.Failure
		if !errors.As(err, &f) || f.Code != preflight.CodeNotFound || !strings.Contains(f.Message, c.says) || c.hint != "" && f.Hint != c.hint {
			t.Errorf("%s: %v, hint %v", c.name, err, f)
		}
	}
}

func TestProjectThatCannotBeLoaded(t *testing.T) {
	t.Parallel()
	broken := func(q *Question) {
		q.Load = func(context.Context, ...string) (preflight.Project, error) {
			return preflight.Project{}, &preflight.Failure{Code: preflight.CodeProject, Message: "services must be a mapping"}
		}
	}
	q, _ := asking("shop-es-1", fake{containers: []preflight.Container{failedES}}, broken)
	e, err := Explain(t.Context(), q)
	if err != nil || len(e.Notes) != 1 || !strings.Contains(e.Notes[0], "services must be a mapping") {
		t.Errorf("%v, notes %q", err, e.Notes)
	}
	for _, name := range []string{"", "es"} {
		q, _ = asking(name, fake{}, func(q *Question) { broken(q); q.As = preflight.SubjectService })
		if _, err := Explain(t.Context(), q); err == nil || !strings.Contains(err.Error(), "must be a mapping") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// What is explained of a container rests on its own settings.
func TestContainersOwnSettings(t *testing.T) {
	t.Parallel()
	c := failedES
	c.Environment = []preflight.Variable{{Name: "discovery.type", Value: "single-node", Set: true}}
	c.Entrypoint, c.Command = []string{"/bin/tini", "--", "/usr/local/bin/docker-entrypoint.sh"}, []string{"eswrapper"}
	q, _ := asking("shop-es-1", fake{containers: []preflight.Container{c}}, nil)
	e, err := Explain(t.Context(), q)
	if err != nil || e.Need.Level != preflight.LevelWaived {
		t.Errorf("%v: %+v", err, e.Need)
	}
}

func TestManyContainers(t *testing.T) {
	t.Parallel()
	elsewhere := runsWeb
	elsewhere.Compose.WorkingDirectory = "/srv/other"
	q, _ := asking("", fake{containers: []preflight.Container{elsewhere}, more: 7}, nil)
	e, err := Explain(t.Context(), q)
	if diff := cmp.Diff([]string{"7 older containers were not looked at.", "shop-web-1 was started from /srv/other, and this project is in /shop."}, e.Notes); err != nil || diff != "" {
		t.Errorf("%v, notes:\n%s", err, diff)
	}
}

func TestParsePage(t *testing.T) {
	t.Parallel()
	got := ParsePage("x", "# A `title`\n\nFirst\nline.\n\n## What to do\n\n* A point\n  of two lines\n* Another:\n\n      code: 1\n\n        more\n\nAfter.\n")
	want := preflight.RulePage{ID: "x", Title: "A title", Sections: []preflight.RuleSection{
		{Blocks: []preflight.RuleBlock{{Text: "First line."}}},
		{Heading: "What to do", Blocks: []preflight.RuleBlock{
			{Text: "A point of two lines", Point: true}, {Text: "Another:", Point: true}, {Code: []string{"code: 1", "  more"}}, {Text: "After."},
		}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
