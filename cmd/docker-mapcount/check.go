package main

import (
	"context"

	"github.com/spf13/cobra"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/engine"
)

type checkOptions struct {
	project projectOptions
	engine  engineOptions
	output  outputOptions
	minimum number
	strict  bool
}

func newCheckCommand(a app) *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check [OPTIONS] [SERVICE...]",
		Short: "Compare what the project needs with what the engine has",
		Long: `Compare what the services of a Compose project need with what the engine has.

Exit status: 0 pass, warn or nothing needed; 1 wrong usage or the tool failed;
2 requirement not met; 3 could not find out; 130 interrupted.`,
		Example: `  docker mapcount check
  docker mapcount check -f compose.yaml --profile search
  docker mapcount check --minimum 262144
  docker mapcount check --format json`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.conclude(cmd, o.output, func(ctx context.Context, out output) error {
				return runCheck(ctx, a, cmd, o, args, out)
			})
		},
	}
	o.install(cmd)
	return cmd
}

func (o *checkOptions) install(cmd *cobra.Command) {
	o.project.install(cmd)
	o.engine.install(cmd)
	o.output.install(cmd)
	cmd.Flags().Var(&o.minimum, "minimum", "Least value that the engine must have; without -f and SERVICE no project is needed")
	cmd.Flags().BoolVar(&o.strict, "strict", false, "Exit with 2 also for a warning: advice not met, lost at restart, a finding")
}

func runCheck(ctx context.Context, a app, cmd *cobra.Command, o checkOptions, services []string, out output) error {
	r, err := a.check(ctx, cmd, o, services)
	if err != nil {
		return err
	}
	if err := out.report(r); err != nil {
		return err
	}
	return exitWith(r.Exit())
}

// check is the pipeline from compose files and engines to a report.
func (a app) check(ctx context.Context, cmd *cobra.Command, o checkOptions, services []string) (preflight.Report, error) {
	engines, err := a.engines(cmd, o.engine, engine.ForCheck)
	if err != nil {
		return preflight.Report{}, err
	}
	work := preflight.Work{
		Kind:    preflight.KindCheck,
		Version: a.version,
		Engines: engines,
		Minimum: int64(o.minimum),
		Strict:  o.strict,
		Again:   again(cmd, services),
	}
	if o.minimum == 0 || len(o.project.files) > 0 || len(services) > 0 {
		(&knowledge{app: a, cmd: cmd, options: o.project, services: services}).install(&work)
	}
	return preflight.Check(ctx, work)
}

// exitWith is nil for success, so that the framework returns normally.
func exitWith(status int) error {
	if status == exitMet {
		return nil
	}
	return exitStatus(status)
}
