package explain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog"
	"docker-mapcount/internal/preflight/postmortem"
)

// ofProject explains what became of the project's containers.
func (x *explaining) ofProject(ctx context.Context) (preflight.Explanation, error) {
	p, err := x.load(ctx)
	if err != nil {
		return preflight.Explanation{}, err
	}
	e := preflight.Explanation{Subject: preflight.Subject{Kind: preflight.SubjectProject, Name: p.Name}, Project: p}
	x.look(ctx, &e, *p, "")
	return e, nil
}

// asService takes the name for a service of the project here.
func (x *explaining) asService(ctx context.Context) (*preflight.Explanation, error) {
	p, err := x.load(ctx)
	if err != nil {
		return nil, x.withoutProject(err)
	}
	if !has(*p, x.named) {
		// Its profile may not be active; naming a service activates it.
		selected, err := x.Load(ctx, x.Name)
		if err != nil || !has(selected, x.named) {
			return nil, nil //nolint:nilerr // there is no such service
		}
		p = &selected
	}
	need := x.needs(*p)[x.Name]
	e := preflight.Explanation{Project: p, Need: &need}
	x.look(ctx, &e, *p, x.Name)
	return &e, nil
}

// withoutProject: only who insists on a service needs a project.
func (x *explaining) withoutProject(err error) error {
	var f *preflight.Failure
	switch {
	case !errors.As(err, &f) || x.As == preflight.SubjectService:
		return err
	case f.Code != preflight.CodeNoProject:
		x.notes = append(x.notes, "The project here could not be loaded, so its services were not looked at: "+f.Message)
	}
	return nil
}

func has(p preflight.Project, named func(preflight.Service) bool) bool {
	return slices.ContainsFunc(p.Services, named)
}

// asContainer takes the name for a container of the engine.
func (x *explaining) asContainer(ctx context.Context) (*preflight.Explanation, error) {
	if x.As != preflight.SubjectContainer && spelledAsImage(x.Name) {
		return nil, nil
	}
	c, err := x.Engine.Container(ctx, x.Name)
	if errors.Is(err, x.Missing) {
		return nil, nil
	}
	if err != nil {
		return nil, x.notAnswered(err)
	}
	need := x.needOf(c)
	e := preflight.Explanation{Need: &need}
	x.examine(ctx, &e, []preflight.Container{c}, func(preflight.Container) preflight.Requirement { return need })
	return &e, nil
}

// notAnswered remembers that the engine does not answer; what needs none is still
// explained.
func (x *explaining) notAnswered(err error) error {
	if !errors.As(err, &x.silent) {
		return err
	}
	return nil
}

// spelledAsImage reports whether the name has what only image references have.
func spelledAsImage(name string) bool { return strings.ContainsAny(name, "/:@") }

// look adds the containers of a project or a service to the explanation.
func (x *explaining) look(ctx context.Context, e *preflight.Explanation, p preflight.Project, service string) {
	list, more, err := x.Engine.Containers(ctx, p.Name, service)
	if err != nil {
		if x.notAnswered(err) == nil {
			x.blame(e)
		}
		return
	}
	if more > 0 {
		e.Notes = append(e.Notes, fmt.Sprintf("%d older containers were not looked at.", more))
	}
	needs := x.needs(p)
	x.examine(ctx, e, list, func(c preflight.Container) preflight.Requirement {
		if need, ok := needs[c.Compose.Service]; ok {
			return need
		}
		return x.needOf(c)
	})
	e.Notes = append(e.Notes, elsewhere(p, list)...)
}

// elsewhere tells of containers of a project of the same name in another folder.
func elsewhere(p preflight.Project, list []preflight.Container) []string {
	for _, c := range list {
		if dir := c.Compose.WorkingDirectory; dir != "" && dir != p.Directory {
			return []string{fmt.Sprintf("%s was started from %s, and this project is in %s.", c.Name, dir, p.Directory)}
		}
	}
	return nil
}

// examine says of each container what ended it. The value is measured where one
// of them, or the need itself, raises the question.
func (x *explaining) examine(ctx context.Context, e *preflight.Explanation, list []preflight.Container, needOf func(preflight.Container) preflight.Requirement) {
	worth := e.Need != nil && (e.Need.Level == preflight.LevelRequired || e.Need.Level == preflight.LevelRecommended)
	for _, c := range list {
		worth = worth || !c.Runs() || c.Restarts > 0
	}
	var live int64
	if worth {
		engine := x.Engine.Read(ctx)
		e.Engine, live = &engine, engine.Reading.Live
	}
	signs := catalog.Signs(nil)
	for _, c := range list {
		need := needOf(c)
		e.Containers = append(e.Containers, preflight.Explained{
			Container: c, Need: need,
			Ending: postmortem.Examine(c, postmortem.Facts{Signs: signs, Need: need, Live: live}),
		})
	}
}

// needOf is what a container asks for by its image and its own settings, whoever
// made it.
func (x *explaining) needOf(c preflight.Container) preflight.Requirement {
	s := preflight.Service{
		Name: c.Name, Image: c.Image, Replicas: 1, Environment: c.Environment, Labels: c.Labels,
		Entrypoint: c.Entrypoint, Command: c.Command, Runtime: c.Runtime, Nofile: c.Nofile, MemoryLimit: c.MemoryLimit,
	}
	return x.needs(preflight.Project{Services: []preflight.Service{s}})[c.Name]
}
