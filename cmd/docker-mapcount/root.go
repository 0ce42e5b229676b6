package main

import (
	"fmt"
	"strings"

	"github.com/docker/cli/cli/command"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"docker-mapcount/internal/preflight"
)

const rootLong = `Check vm.max_map_count before a Compose project needs it.

Elasticsearch, OpenSearch, SonarQube, RAGFlow, Doris, MongoDB and others need
a higher vm.max_map_count than Linux sets. It belongs to the kernel under the
Docker engine, often in a virtual machine. This plugin tells which services of
a project need it, what the engine has now and after a restart, and what to do.`

// newRootCommand returns `docker mapcount` with all that stands below it.
func newRootCommand(dockerCLI command.Cli, version string) *cobra.Command {
	a := app{cli: dockerCLI, version: version}
	root := &cobra.Command{
		Use:              name,
		Short:            "Check vm.max_map_count before a Compose project needs it",
		Long:             rootLong,
		TraverseChildren: true,
		Args:             cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(newCheckCommand(a), newRequirementsCommand(a), newInspectCommand(a), newFixCommand(a), newUndoCommand(a), newExplainCommand(a), newCatalogCommand(a))
	return root
}

// unknownCommand is an error and not the help text: a gate must not pass on a
// typing error.
func unknownCommand(cmd *cobra.Command, typed string) error {
	var names []string
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			names = append(names, sub.Name())
		}
	}
	message := fmt.Sprintf("there is no command %q.", typed)
	if near := preflight.Nearest(typed, names); near != "" {
		message += fmt.Sprintf(" Did you mean %q?", near)
	} else {
		message += " There are: " + strings.Join(names, ", ") + "."
	}
	return usageError(cmd, message)
}

// flagError words what the flag parser found, with the nearest flag.
func flagError(cmd *cobra.Command, err error) error {
	message := err.Error()
	if typed, ok := strings.CutPrefix(message, "unknown flag: --"); ok {
		message = fmt.Sprintf("there is no flag --%s.", typed)
		if near := preflight.Nearest(typed, flagNames(cmd)); near != "" {
			message += fmt.Sprintf(" Did you mean --%s?", near)
		}
	}
	return usageError(cmd, message)
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return names
}

// usageError is wrong usage of a command: one sentence, then where to read more.
func usageError(cmd *cobra.Command, message string) error {
	return &preflight.Failure{Code: preflight.CodeUsage, Message: message, Hint: commandPath(cmd) + " --help"}
}

// commandPath is the command as a person types it, without the framework's "docker [OPTIONS]".
func commandPath(cmd *cobra.Command) string {
	if cmd.Name() == name || !cmd.HasParent() {
		return "docker " + name
	}
	return commandPath(cmd.Parent()) + " " + cmd.Name()
}
