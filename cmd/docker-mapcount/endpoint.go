package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/containerd/errdefs"
	"github.com/docker/cli/cli/context/docker"
	"github.com/spf13/cobra"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/engine"
)

// engines returns one asking per engine that the flags name: the selected
// context, those of --context, or all of them.
func (a app) engines(cmd *cobra.Command, o engineOptions, purpose engine.Purpose) ([]preflight.Asking, error) {
	names, err := a.contextNames(cmd, o)
	if err != nil {
		return nil, err
	}
	once := new(engine.Once)
	var out []preflight.Asking
	for _, name := range names {
		out = append(out, a.asking(name, o, purpose, once))
	}
	return out, nil
}

func (a app) contextNames(cmd *cobra.Command, o engineOptions) ([]string, error) {
	if o.allContexts && len(o.contexts) > 0 {
		return nil, usageError(cmd, "--context and --all-contexts exclude each other")
	}
	if len(o.contexts) > 0 {
		return distinct(o.contexts), nil
	}
	if !o.allContexts {
		return []string{a.cli.CurrentContext()}, nil
	}
	list, err := a.cli.ContextStore().List()
	if err != nil {
		return nil, fmt.Errorf("listing contexts: %w", err)
	}
	var names []string
	for _, meta := range list {
		names = append(names, meta.Name)
	}
	return names, nil
}

func distinct(names []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, n := range names {
		if !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}

// asking resolves a context to an endpoint and hands it to the engine package.
// A context that cannot be used is an engine that could not be asked, so that
// the report about the project is still given.
func (a app) asking(name string, o engineOptions, purpose engine.Purpose, once *engine.Once) preflight.Asking {
	session, options, err := a.session(name, o, purpose, once)
	if err != nil {
		return broken(options, err)
	}
	return preflight.Asking{Prepare: session.Prepare, Read: session.Read, Images: session.Images}
}

// session opens the engine behind a context. The options are complete as far as
// they could be resolved.
func (a app) session(name string, o engineOptions, purpose engine.Purpose, once *engine.Once) (*engine.Session, engine.Options, error) {
	options := engine.Options{
		Context:     name,
		Mode:        preflight.HelperMode(o.helper),
		Purpose:     purpose,
		Timeout:     o.timeout,
		HelperImage: o.helperImage,
		StateDir:    stateDir(),
		Host:        host(),
		Environ:     os.Getenv,
		Once:        once,
	}
	if err := a.resolve(name, &options); err != nil {
		return nil, options, err
	}
	session, err := engine.Open(options)
	return session, options, err
}

// host is this computer, with the programs on it.
func host() engine.Host {
	h := engine.HostNow()
	h.Run = programs().Run
	return h
}

// resolve reads address and TLS material from Docker's context store, as every
// docker command does.
func (a app) resolve(name string, o *engine.Options) error {
	store := a.cli.ContextStore()
	meta, err := store.GetMetadata(name)
	if errdefs.IsNotFound(err) {
		return fmt.Errorf("there is no context %q", name)
	}
	if err != nil {
		return err
	}
	address, err := docker.EndpointFromContext(meta)
	if err != nil {
		return err
	}
	o.Endpoint = address.Host
	endpoint, err := docker.WithTLSData(store, name, address)
	if err != nil {
		return err
	}
	o.Client, err = endpoint.ClientOpts()
	return err
}

func broken(o engine.Options, err error) preflight.Asking {
	return preflight.Asking{Read: func(context.Context) preflight.Engine {
		return preflight.Engine{
			Context: o.Context, Endpoint: o.Endpoint, Provider: preflight.ProviderUnknown, Err: unusable(err),
		}
	}}
}

// unusable is what is wrong with a context.
func unusable(err error) *preflight.Failure {
	return &preflight.Failure{
		Code:    preflight.CodeContext,
		Message: err.Error(),
		Hint:    "docker context ls",
		HintWhy: "which contexts there are",
	}
}

// stateDir is where small facts about engines are remembered between runs.
func stateDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "docker-mapcount")
}
