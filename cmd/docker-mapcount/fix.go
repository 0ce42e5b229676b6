package main

import (
	"context"
	"fmt"
	"io"

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
		func(w io.Writer) error { return render.PlanJSON(w, plans, a.version) },
	); err != nil {
		return err
	}
	return exitWith(r.Exit())
}

// plansFor returns one plan per engine that does not give what is needed.
func plansFor(r preflight.Report) []remediate.Plan {
	var plans []remediate.Plan
	for i, e := range r.Engines {
		if e.Verdict == preflight.Fail || e.Verdict == preflight.Warn {
			plans = append(plans, remediate.NewPlan(r, i))
		}
	}
	return plans
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
	_, err := fmt.Fprintf(w, "\n%s\n", notApplied)
	return err
}
