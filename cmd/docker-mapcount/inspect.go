package main

import (
	"context"

	"github.com/spf13/cobra"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/engine"
)

func newInspectCommand(a app) *cobra.Command {
	var which engineOptions
	var look outputOptions
	cmd := &cobra.Command{
		Use:   "inspect [OPTIONS]",
		Short: "What this engine gives, now and after its next start",
		Long: `What supplies the engine's kernel, what vm.max_map_count is now and what it
will be after the engine's next start, with the evidence. No project is needed.`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.conclude(cmd, look, func(ctx context.Context, out output) error {
				engines, err := a.engines(cmd, which, engine.ForInspect)
				if err != nil {
					return err
				}
				r, err := preflight.Check(ctx, preflight.Work{
					Kind: preflight.KindInspect, Version: a.version, Engines: engines, Again: again(cmd, nil),
				})
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
	which.install(cmd)
	look.install(cmd)
	return cmd
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usageError(cmd, "takes no arguments, only options")
}
