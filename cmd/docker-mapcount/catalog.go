package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog"
	"docker-mapcount/internal/render"
)

type catalogOptions struct {
	catalogs []string
	output   outputOptions
}

func newCatalogCommand(a app) *cobra.Command {
	var o catalogOptions
	cmd := &cobra.Command{
		Use:   "catalog [OPTIONS] [WORD|IMAGE]",
		Short: "The products that are known, and what they ask for",
		Long: `The products that are known, with what they need and advise, for which versions,
and where each number is from. No engine is asked.

With a word only those whose name, title or images contain it; with an image the
product that it is.

Exit status: 0; 1 nothing is found.`,
		Example: `  docker mapcount catalog
  docker mapcount catalog elastic
  docker mapcount catalog --catalog ours.yaml --format json`,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return catalog.RuleIDs(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.conclude(cmd, o.output, func(_ context.Context, out output) error {
				return runCatalog(a, cmd, o, args, out)
			})
		},
	}
	cmd.Flags().StringArrayVar(&o.catalogs, "catalog", nil, "Catalog of products beside our own, repeatable")
	complete(cmd, "catalog", []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt)
	o.output.install(cmd)
	return cmd
}

func runCatalog(a app, cmd *cobra.Command, o catalogOptions, args []string, out output) error {
	l, err := a.listing(cmd, o, args)
	if err != nil {
		return err
	}
	return out.write(
		func(w io.Writer, look render.Options) error { return render.PrettyListing(w, l, look) },
		func(w io.Writer) error { return render.ListingJSON(w, l) },
	)
}

func (a app) listing(cmd *cobra.Command, o catalogOptions, args []string) (preflight.Listing, error) {
	l := preflight.Listing{Version: a.version}
	switch {
	case len(args) > 1:
		return l, usageError(cmd, "takes one word, or none")
	case len(args) == 1 && args[0] == "":
		return l, usageError(cmd, "the word is empty")
	case len(args) == 1:
		l.Word = args[0]
	}
	var err error
	if l.Directory, err = os.Getwd(); err != nil {
		return l, err
	}
	user, err := userCatalogs(l.Directory, o.catalogs)
	if err != nil {
		return l, err
	}
	l.Entries = catalog.List(user)
	if l.Word == "" {
		again := again(cmd, nil)
		l.Next = []preflight.Next{{Command: again.Command("catalog", again.Project, "WORD"), Where: "here", Why: "conditions, images and texts of logs"}}
		return l, nil
	}
	near := ""
	if l.Entries, near = catalog.Search(l.Entries, user, l.Word); len(l.Entries) == 0 {
		return l, notInCatalog(cmd, l.Word, near)
	}
	return l, nil
}

func notInCatalog(cmd *cobra.Command, word, near string) error {
	f := &preflight.Failure{Code: preflight.CodeNotFound, Message: fmt.Sprintf("no product of the catalog has %q in its name, title or images", word)}
	again := again(cmd, nil)
	if near != "" {
		f.Message += fmt.Sprintf(". Did you mean %q?", near)
		f.Hint = again.Command("catalog", again.Project, shellWord(near))
		return f
	}
	f.Hint = again.Command("catalog", again.Project) + "   all of them"
	return f
}
