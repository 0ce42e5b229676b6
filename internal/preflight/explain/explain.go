package explain

import (
	"context"
	"slices"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog"
)

// Question is what is asked, and of whom.
type Question struct {
	Name    string                // empty: the containers of the project
	As      preflight.SubjectKind // what the name is to be taken for; empty: the first that fits
	Version string                // of this tool

	// Page returns a page of docs/rules; nil when there is none of that name.
	// Pages are the names of all.
	Page  func(id string) *preflight.RulePage
	Pages []string
	// Load loads the project here; with a service, together with what that
	// depends on, even if its profile is not active.
	Load func(ctx context.Context, services ...string) (preflight.Project, error)
	// Catalog is what the project's files are classified with, complete once the
	// project was loaded. Nil: our own catalog, and no file is read.
	Catalog func() catalog.Options
	Engine  Engine
	Address preflight.Engine // context and endpoint of that engine, for when it does not answer
	Missing error            // what an error of Engine.Container is when there is none of that name

	Again preflight.Again
	// Docker are the global flags by which docker itself reaches the same engine.
	Docker string
	// Quote spells a word so that a shell takes it for one.
	Quote func(string) string
}

// Engine is what an engine is asked. Errors are [preflight.Failure].
type Engine interface {
	// Containers of a Compose project, or of one of its services, and how many
	// more there are than are looked at.
	Containers(ctx context.Context, project, service string) ([]preflight.Container, int, error)
	Container(ctx context.Context, ref string) (preflight.Container, error)
	ContainerNames(ctx context.Context) ([]string, error)
	HoldsImage(ctx context.Context, ref string) (bool, error)
	Read(ctx context.Context) preflight.Engine
}

// Explain answers the question. An error means that there is nothing to explain:
// no such name, or no project where one is needed.
func Explain(ctx context.Context, q Question) (preflight.Explanation, error) {
	x := &explaining{Question: q}
	e, err := x.explain(ctx)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return preflight.Explanation{}, err
	}
	e.Version = q.Version
	e.Next = x.next(ctx, e)
	return e, nil
}

// explaining is one run: the question with what was found out on the way.
type explaining struct {
	Question
	project *preflight.Project // nil: not loaded, or there is none
	loaded  bool
	loadErr error
	silent  *preflight.Failure // why the engine did not answer
	notes   []string
}

// explain tries the kinds in their order.
func (x *explaining) explain(ctx context.Context) (preflight.Explanation, error) {
	if x.Name == "" {
		return x.ofProject(ctx)
	}
	kinds := preflight.SubjectKinds()
	if x.As != "" {
		kinds = []preflight.SubjectKind{x.As}
	}
	try := map[preflight.SubjectKind]func(context.Context) (*preflight.Explanation, error){
		preflight.SubjectRule: x.asRule, preflight.SubjectService: x.asService,
		preflight.SubjectContainer: x.asContainer, preflight.SubjectImage: x.asImage,
	}
	for _, kind := range kinds {
		e, err := try[kind](ctx)
		if err != nil {
			return preflight.Explanation{}, err
		}
		if e != nil {
			e.Subject = preflight.Subject{Kind: kind, Name: x.Name}
			e.Notes = append(x.notes, e.Notes...)
			return *e, nil
		}
	}
	if x.silent != nil {
		return x.unasked(), nil
	}
	return preflight.Explanation{}, x.nothing(ctx)
}

// load loads the project once.
func (x *explaining) load(ctx context.Context) (*preflight.Project, error) {
	if !x.loaded {
		x.loaded = true
		p, err := x.Load(ctx)
		if x.loadErr = err; err == nil {
			x.project = &p
		}
	}
	return x.project, x.loadErr
}

// catalogs is what is classified with.
func (x *explaining) catalogs() catalog.Options {
	if x.Catalog == nil {
		return catalog.Options{}
	}
	return x.Catalog()
}

// needs classifies the services of a project.
func (x *explaining) needs(p preflight.Project) map[string]preflight.Requirement {
	needs, _ := catalog.Classify(p, x.catalogs())
	report := preflight.Judge(preflight.Case{Kind: preflight.KindRequirements, Needs: needs})
	byService := make(map[string]preflight.Requirement, len(report.Services))
	for _, q := range report.Services {
		byService[q.Service] = q
	}
	return byService
}

// unasked is what can be said of a name that only an engine can know, when it did
// not answer.
func (x *explaining) unasked() preflight.Explanation {
	e := preflight.Explanation{Subject: preflight.Subject{Kind: preflight.SubjectContainer, Name: x.Name}, Notes: x.notes}
	x.blame(&e)
	return e
}

func (x *explaining) blame(e *preflight.Explanation) {
	engine := x.Address
	engine.Provider, engine.Err = preflight.ProviderUnknown, x.silent
	e.Engine, e.Unasked = &engine, x.silent
}

// asRule takes the name for a rule: a finding's, or one of the catalog.
func (x *explaining) asRule(ctx context.Context) (*preflight.Explanation, error) {
	e := preflight.Explanation{Page: x.Page(x.Name)}
	if e.Page == nil {
		e.Products = catalog.Rule(x.Name, x.catalogs().User)
	}
	if e.Page == nil && len(e.Products) == 0 {
		return nil, nil
	}
	if x.As != "" {
		return &e, nil
	}
	// A service often has the name of its product: then both may be meant.
	if p, err := x.load(ctx); err == nil && slices.ContainsFunc(p.Services, x.named) {
		e.Also = append(e.Also, preflight.Subject{Kind: preflight.SubjectService, Name: x.Name})
	}
	return &e, nil
}

func (x *explaining) named(s preflight.Service) bool { return s.Name == x.Name }

// asImage takes the name for an image: one that is known, that looks like an
// image reference, or that the engine has.
func (x *explaining) asImage(ctx context.Context) (*preflight.Explanation, error) {
	about, ok := catalog.AboutImage(x.Name, x.catalogs().User)
	if !ok {
		return nil, nil
	}
	if !about.Known && about.Resembles == nil && !spelledAsImage(x.Name) && x.As != preflight.SubjectImage && !x.held(ctx) {
		return nil, nil
	}
	p := preflight.Project{Services: []preflight.Service{{Name: x.Name, Image: x.Name, Replicas: 1}}}
	need := x.needs(p)[x.Name]
	return &preflight.Explanation{Image: &about, Need: &need}, nil
}

func (x *explaining) held(ctx context.Context) bool {
	if x.silent != nil {
		return false
	}
	held, err := x.Engine.HoldsImage(ctx, x.Name)
	return held && err == nil
}
