package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate"
	"docker-mapcount/internal/render"
)

// notApplied is said under every plan of this version.
const notApplied = "This version prints the steps and changes nothing; applying is not in it yet."

func newFixCommand(a app) *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "fix [OPTIONS] [SERVICE...]",
		Short: "The steps that give the project what it needs, for this engine",
		Long: `Print the steps that give the project what it needs: where to type what, and
why, for exactly this engine. ` + notApplied + `

Exit status: 0 nothing to do, 2 requirement not met, 3 could not find out.`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.conclude(cmd, o.output, func(ctx context.Context, out output) error {
				return runFix(ctx, a, cmd, o, args, out)
			})
		},
	}
	o.install(cmd)
	return cmd
}

func runFix(ctx context.Context, a app, cmd *cobra.Command, o checkOptions, services []string, out output) error {
	r, err := a.check(ctx, cmd, o, services)
	if err != nil {
		return err
	}
	plans := plansFor(r)
	if err := out.write(
		func(w io.Writer, look render.Options) error { return prettyPlans(w, r, plans, look) },
		func(w io.Writer) error { return render.PlanJSON(w, r, plans) },
	); err != nil {
		return err
	}
	return exitWith(r.Exit())
}

// plansFor returns one plan per engine that does not give what is needed, or may not.
func plansFor(r preflight.Report) []remediate.Plan {
	var plans []remediate.Plan
	for i, e := range r.Engines {
		if plannable(e) {
			plans = append(plans, remediate.NewPlan(remediate.Request{Report: r, Engine: i}))
		}
	}
	return plans
}

// plannable reports whether there is something to do on an engine and it is known
// what it is. One that did not let itself be measured has steps as well.
func plannable(e preflight.Judged) bool {
	switch e.Verdict {
	case preflight.Fail, preflight.Warn:
		return true
	case preflight.Unknown:
		return e.Provider != "" && e.Provider != preflight.ProviderUnknown
	case preflight.Pass, preflight.Skip:
	}
	return false
}

// unplanned names the engines that could not be asked, beside those with a plan.
func unplanned(r preflight.Report) string {
	var b strings.Builder
	for _, e := range r.Engines {
		if e.Err != nil && !plannable(e) {
			fmt.Fprintf(&b, "\nNo plan for context %s: %s.\n", render.Clean(e.Context), render.Clean(strings.TrimSuffix(e.Err.Message, ".")))
		}
	}
	return b.String()
}

// prettyPlans prints the plans; where there is nothing to plan the report itself
// says why.
func prettyPlans(w io.Writer, r preflight.Report, plans []remediate.Plan, look render.Options) error {
	if len(plans) == 0 {
		return render.Pretty(w, r, look)
	}
	for i, p := range plans {
		if i > 0 {
			if _, err := fmt.Fprintln(w); err != nil {
				return err
			}
		}
		if err := render.PrettyPlan(w, p, look); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%s\n%s\n", unplanned(r), notApplied)
	return err
}
