// Composego loads the Compose project in the current folder with compose-go, as
// Compose does, and does nothing with it: what loading costs without us.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/sirupsen/logrus"
)

func main() {
	logrus.SetOutput(io.Discard)
	if err := load(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func load(ctx context.Context) error {
	options, err := cli.NewProjectOptions(nil,
		cli.WithOsEnv, cli.WithEnvFiles(), cli.WithDotEnv, cli.WithConfigFileEnv, cli.WithDefaultConfigPath,
		cli.WithEnvFiles(), cli.WithDotEnv, cli.WithDefaultProfiles(), cli.WithoutEnvironmentResolution)
	if err != nil {
		return err
	}
	p, err := options.LoadProject(ctx)
	if err != nil {
		return err
	}
	_, err = p.WithServicesEnvironmentResolved(true)
	return err
}
