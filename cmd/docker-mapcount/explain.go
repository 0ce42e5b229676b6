package main

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	mapcount "docker-mapcount"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog"
	"docker-mapcount/internal/preflight/engine"
	"docker-mapcount/internal/preflight/explain"
	"docker-mapcount/internal/render"
)

type explainOptions struct {
	project projectOptions
	engine  engineOptions
	output  outputOptions
	as      string
}

func newExplainCommand(a app) *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain [OPTIONS] [CONTAINER|SERVICE|IMAGE|RULE]",
		Short: "Why a container failed, or why this tool says what it says",
		Long: `Why a container failed: its exit status and log are read, and what ended it is
named. Or, for a service, an image or a rule, why this tool says what it says,
with the source.

The name is taken for the first of: a rule, a service of the project here, a
container, an image; the first line says which. Without a name: the containers of
the project here that failed.

Exit status: 0; 1 nothing has that name; 3 the engine was needed and could not be
asked.`,
		Example: `  docker mapcount explain
  docker mapcount explain es
  docker mapcount explain shop-es-1
  docker mapcount explain elasticsearch:9.1.0
  docker mapcount explain sysctls-refused`,
		ValidArgsFunction: a.completeSubject(&o),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.conclude(cmd, o.output, func(ctx context.Context, out output) error {
				return runExplain(ctx, a, cmd, o, args, out)
			})
		},
	}
	o.project.install(cmd)
	o.engine.installOne(cmd)
	o.output.install(cmd)
	cmd.Flags().StringVar(&o.as, "as", "", "What the name is: "+strings.Join(subjectKinds(), ", "))
	complete(cmd, "as", subjectKinds(), cobra.ShellCompDirectiveNoFileComp)
	return cmd
}

func subjectKinds() []string {
	var words []string
	for _, k := range preflight.SubjectKinds() {
		words = append(words, string(k))
	}
	return words
}

func runExplain(ctx context.Context, a app, cmd *cobra.Command, o explainOptions, args []string, out output) error {
	q, err := a.question(cmd, o, args)
	if err != nil {
		return err
	}
	e, err := explain.Explain(ctx, q)
	if err != nil {
		return withAdvice(cmd, err)
	}
	if err := out.write(
		func(w io.Writer, look render.Options) error { return render.PrettyExplanation(w, e, look) },
		func(w io.Writer) error { return render.ExplanationJSON(w, e) },
	); err != nil {
		return err
	}
	return exitWith(e.Exit())
}

// question is what was typed, with everything that it takes to answer it.
func (a app) question(cmd *cobra.Command, o explainOptions, args []string) (explain.Question, error) {
	switch {
	case len(args) > 1:
		return explain.Question{}, usageError(cmd, "takes one name, or none")
	case len(args) == 1 && args[0] == "":
		return explain.Question{}, usageError(cmd, "the name is empty")
	case len(o.engine.contexts) > 1:
		return explain.Question{}, usageError(cmd, "--context can be given once here")
	case o.as != "" && !slices.Contains(subjectKinds(), o.as):
		return explain.Question{}, usageError(cmd, "--as must be one of "+strings.Join(subjectKinds(), ", "))
	case o.as != "" && len(args) == 0:
		return explain.Question{}, usageError(cmd, "--as says what a name is, and there is no name")
	}
	names, err := a.contextNames(cmd, o.engine)
	if err != nil {
		return explain.Question{}, err
	}
	k := &knowledge{app: a, cmd: cmd, options: o.project}
	wd, err := os.Getwd()
	if err != nil {
		return explain.Question{}, err
	}
	if k.user, err = userCatalogs(wd, o.project.catalogs); err != nil {
		return explain.Question{}, err
	}
	q := explain.Question{
		Name: strings.Join(args, ""), As: preflight.SubjectKind(o.as), Version: a.version,
		Page: rulePage, Pages: mapcount.Rules(), Quote: shellWord,
		Load: func(ctx context.Context, services ...string) (preflight.Project, error) {
			k.services = services
			return k.load(ctx)
		},
		Catalog: k.catalogs,
		Missing: engine.ErrNoContainer,
		Again:   again(cmd, nil),
	}
	q.Docker = q.Again.Docker
	if len(o.engine.contexts) > 0 {
		q.Docker = "--context " + shellWord(o.engine.contexts[0])
	}
	session, options, err := a.session(names[0], o.engine, engine.ForCheck, nil)
	q.Address = preflight.Engine{Context: options.Context, Endpoint: options.Endpoint}
	if q.Engine = session; err != nil {
		q.Engine = noEngine{unusable(err)}
	}
	return q, nil
}

func rulePage(id string) *preflight.RulePage {
	text, ok := mapcount.RulePage(id)
	if !ok {
		return nil
	}
	page := explain.ParsePage(id, text)
	return &page
}

// completeSubject offers what can be named without asking an engine: the
// services of the project here, and rules.
func (a app) completeSubject(o *explainOptions) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var words []string
		if p, err := (&knowledge{app: a, cmd: cmd, options: o.project}).load(cmd.Context()); err == nil {
			for _, s := range p.Services {
				words = append(words, s.Name+"\tservice")
			}
		}
		for _, id := range slices.Concat(mapcount.Rules(), catalog.RuleIDs()) {
			words = append(words, id+"\trule")
		}
		return words, cobra.ShellCompDirectiveNoFileComp
	}
}

// noEngine is an engine whose address could not be found out.
type noEngine struct{ why *preflight.Failure }

func (n noEngine) Containers(context.Context, string, string) ([]preflight.Container, int, error) {
	return nil, 0, n.why
}

func (n noEngine) Container(context.Context, string) (preflight.Container, error) {
	return preflight.Container{}, n.why
}

func (n noEngine) ContainerNames(context.Context) ([]string, error) { return nil, n.why }

func (n noEngine) HoldsImage(context.Context, string) (bool, error) { return false, n.why }

func (n noEngine) Read(context.Context) preflight.Engine { return preflight.Engine{Err: n.why} }
