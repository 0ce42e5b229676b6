//go:build unix

// Build builds the named tools, all of them without arguments, and prints
// where they are.
package main

import (
	"context"
	"fmt"
	"os"

	"docker-mapcount/test/tools"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, names []string) error {
	wanted := tools.All()
	if len(names) > 0 {
		wanted = nil
		for _, name := range names {
			wanted = append(wanted, tools.Tool(name))
		}
	}
	for _, tool := range wanted {
		path, err := tools.Path(ctx, tool)
		if err != nil {
			return err
		}
		fmt.Println(path)
	}
	return nil
}
