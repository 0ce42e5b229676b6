package main

import (
	"context"

	"github.com/spf13/cobra"

	"docker-mapcount/internal/preflight"
)

func newRequirementsCommand(a app) *cobra.Command {
	var project projectOptions
	var look outputOptions
	cmd := &cobra.Command{
		Use:   "requirements [OPTIONS] [SERVICE...]",
		Short: "What the project's services need, and why",
		Long: `What the services of a Compose project need, and why, with the source of each
number. No engine is asked and no verdict is given.`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.conclude(cmd, look, func(ctx context.Context, out output) error {
				work := preflight.Work{Kind: preflight.KindRequirements, Version: a.version}
				(&knowledge{app: a, cmd: cmd, options: project, services: args}).install(&work)
				r, err := preflight.Check(ctx, work)
				if err != nil {
					return err
				}
				if err := out.report(r); err != nil {
					return err
				}
				return exitWith(r.Exit())
			})
		},
	}
	project.install(cmd)
	look.install(cmd)
	return cmd
}
