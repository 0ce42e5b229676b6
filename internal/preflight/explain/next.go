package explain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog"
)

// next says what a person can type after this explanation, most useful first.
func (x *explaining) next(ctx context.Context, e preflight.Explanation) []preflight.Next {
	var out []preflight.Next
	add := func(command, why string) {
		if !slices.ContainsFunc(out, func(n preflight.Next) bool { return n.Command == command }) {
			out = append(out, preflight.Next{Command: command, Where: "here", Why: why})
		}
	}
	for _, also := range e.Also {
		add(x.Again.Command("explain", x.Again.Project, "--as "+string(also.Kind), x.Quote(also.Name)), "the "+string(also.Kind)+" of this name")
	}
	if len(e.Products) > 0 && e.Subject.Kind == preflight.SubjectRule && x.As == "" {
		add(x.Again.Command("explain", "--as "+string(preflight.SubjectContainer), x.Quote(x.Name)), "if a container of this name is meant")
	}
	if e.Unasked != nil {
		if e.Subject.Kind == preflight.SubjectContainer && x.As == "" {
			if near := x.nearest(ctx); near != "" {
				add(x.Again.Command("explain", x.Again.Project, x.Quote(near)), "is this the name you mean?")
			}
		}
		return append(out, x.Again.AfterFailure(preflight.KindExplain, e.Unasked)...)
	}
	for _, c := range e.Failed() {
		x.afterEnding(e, c, add)
	}
	if len(e.Failed()) == 0 && e.Project != nil {
		x.afterPeace(e, add)
	}
	return out
}

// afterEnding: first the value, then the start; what has another cause is looked
// into by its log.
func (x *explaining) afterEnding(e preflight.Explanation, c preflight.Explained, add func(command, why string)) {
	fix := x.fix(e, c, "")
	if enough(e, c) {
		fix = ""
	}
	switch c.Ending.By {
	case preflight.EndedByMapCount:
		if fix != "" {
			add(fix, "set it, now and after restarts (asks first)")
		}
		if suggests := c.Ending.Sign != nil && c.Ending.Sign.Means == preflight.SignSuggests; suggests {
			x.logs(c, add)
			return
		}
		x.start(e, c, add)
		if fix == "" && lost(e, c) {
			add(x.fix(e, c, "--boot"), "keep it over restarts (asks first)")
		}
	case preflight.EndedBySysctls:
		add(x.Again.Command("explain", "sysctls-refused"), "why, and what to write instead")
		if fix != "" {
			add(fix, "set it on the engine (asks first)")
		}
	default:
		x.logs(c, add)
	}
}

// enough reports whether the value is known to be as high as is asked for.
func enough(e preflight.Explanation, c preflight.Explained) bool {
	wanted := max(c.Ending.Wanted, c.Need.Advised)
	return e.Engine != nil && wanted > 0 && e.Engine.Reading.Live >= wanted
}

func lost(e preflight.Explanation, c preflight.Explained) bool {
	return e.Engine != nil && preflight.LostAtRestart(e.Engine.Reading, c.Ending.Wanted)
}

// fix repairs for the project here, or else for the number that is wanted; empty
// where there is neither.
func (x *explaining) fix(e preflight.Explanation, c preflight.Explained, flag string) string {
	if e.Project != nil {
		return x.Again.Command("fix", flag, x.Again.Project, x.Again.Engine)
	}
	if c.Ending.Wanted == 0 {
		return ""
	}
	return x.Again.Command("fix", flag, x.Again.Engine, fmt.Sprintf("--minimum %d", c.Ending.Wanted))
}

// start starts it again. A container that was made for one run is made anew by
// whoever made it.
func (x *explaining) start(e preflight.Explanation, c preflight.Explained, add func(command, why string)) {
	switch {
	case c.Compose.OneOff || c.Compose.Hook != "":
	case e.Project != nil:
		add(words("docker", x.Docker, "compose", x.Again.Project, "up -d"), "then start it again")
	case c.State != preflight.StateGone:
		add(words("docker", x.Docker, "start", x.Quote(c.Name)), "then start it again")
	}
}

func (x *explaining) logs(c preflight.Explained, add func(command, why string)) {
	if c.State != preflight.StateGone && c.Log.Err == "" && c.State != preflight.StateCreated {
		add(words("docker", x.Docker, "logs", x.Quote(c.Name)), "all that it said")
	}
}

// afterPeace: nothing failed, or nothing is there.
func (x *explaining) afterPeace(e preflight.Explanation, add func(command, why string)) {
	service := ""
	if e.Subject.Kind == preflight.SubjectService {
		service = x.Quote(x.Name)
	}
	if n := e.Need; n != nil && e.Engine != nil && e.Engine.Reading.Live > 0 && e.Engine.Reading.Live < max(n.Min, n.Advised) {
		add(x.Again.Command("fix", x.Again.Project, x.Again.Engine, service), "set it, now and after restarts (asks first)")
	}
	add(x.Again.Command("check", x.Again.Project, x.Again.Engine, service), "what it needs against what the engine has")
	if len(e.Containers) == 0 && e.Unasked == nil && slices.ContainsFunc(e.Project.Services, x.starts) {
		add(words("docker", x.Docker, "compose", x.Again.Project, "up -d"), "start it")
	}
}

// starts reports whether the service, if it is meant, has containers.
func (x *explaining) starts(s preflight.Service) bool {
	return (x.Name == "" || x.named(s)) && s.Replicas > 0 && s.GateType == ""
}

func words(list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(w string) bool { return w == "" }), " ")
}

// nothing is the failure for a name that nothing has, with the nearest that
// something has.
func (x *explaining) nothing(ctx context.Context) error {
	f := &preflight.Failure{
		Code:    preflight.CodeNotFound,
		Message: fmt.Sprintf("there is no %s called %q", x.sought(), x.Name),
	}
	if near := x.nearest(ctx); near != "" {
		f.Message += fmt.Sprintf(". Did you mean %q?", near)
		f.Hint = x.Again.Command("explain", x.Again.Project, x.Quote(near))
	} else if known := x.serviceNames(); len(known) > 0 && len(known) <= 20 && x.As != preflight.SubjectRule {
		f.Message += ". Services here: " + strings.Join(known, ", ")
	}
	return f
}

// nearest is the name that was most likely meant, of all that are known without
// asking an engine that does not answer.
func (x *explaining) nearest(ctx context.Context) string {
	var candidates []string
	meant := func(kind preflight.SubjectKind) bool { return x.As == "" || x.As == kind }
	if meant(preflight.SubjectRule) {
		candidates = slices.Concat(candidates, x.Pages, catalog.RuleIDs())
	}
	if meant(preflight.SubjectService) {
		candidates = append(candidates, x.serviceNames()...)
	}
	if meant(preflight.SubjectContainer) && x.silent == nil {
		if names, err := x.Engine.ContainerNames(ctx); err == nil {
			candidates = append(candidates, names...)
		}
	}
	return preflight.Nearest(x.Name, candidates)
}

// sought says what was looked for.
func (x *explaining) sought() string {
	var noProject *preflight.Failure
	here := errors.As(x.loadErr, &noProject) && noProject.Code == preflight.CodeNoProject
	switch {
	case x.As != "":
		return string(x.As)
	case here:
		return "rule, container or image (and no compose file here, so no service)"
	}
	return "rule, service of this project, container or image"
}

func (x *explaining) serviceNames() []string {
	if x.project == nil {
		return nil
	}
	var names []string
	for _, s := range x.project.Services {
		names = append(names, s.Name)
	}
	return names
}
