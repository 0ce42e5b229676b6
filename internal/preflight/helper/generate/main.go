// The generator builds the helper program for every architecture that we carry,
// packs each into an image and writes the images where package helper embeds
// them. Run it from the root of the repository:
//
//	go run ./internal/preflight/helper/generate
//
// The same source and the same version of Go give the same bytes.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"docker-mapcount/internal/preflight/helper"
)

// architectures are those that engines run on; for others there is --helper-image.
var architectures = []string{"amd64", "arm64"}

const (
	programPackage = "./internal/preflight/helper/program"
	imageFolder    = "internal/preflight/helper/image"
	repository     = "localhost/docker-mapcount-helper"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := generate(ctx, ".", imageFolder); err != nil {
		fmt.Fprintln(os.Stderr, "generating the helper images:", err)
		os.Exit(1)
	}
}

// generate writes the archives and ids.json into a folder.
func generate(ctx context.Context, root, folder string) error {
	version, err := pluginVersion(root)
	if err != nil {
		return err
	}
	index := helper.Index{Reference: repository + ":" + version, Images: map[string]helper.Indexed{}}
	for _, architecture := range architectures {
		program, err := build(ctx, root, architecture)
		if err != nil {
			return fmt.Errorf("building for %s: %w", architecture, err)
		}
		image, err := pack(program, architecture, repository, version)
		if err != nil {
			return fmt.Errorf("packing for %s: %w", architecture, err)
		}
		name := "helper-linux-" + architecture + ".tar.gz"
		if err := writeCompressed(filepath.Join(folder, name), image.archive); err != nil {
			return err
		}
		index.Images[architecture] = helper.Indexed{
			IDs: []string{image.config, image.manifest}, Size: int64(len(image.archive)), Archive: name,
		}
	}
	raw, err := json.MarshalIndent(index, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, helper.IndexFile), append(raw, '\n'), 0o644)
}

// pluginVersion is the version in plugin.json, the one source of it.
func pluginVersion(root string) (string, error) {
	raw, err := os.ReadFile(filepath.Join(root, "plugin.json"))
	if err != nil {
		return "", fmt.Errorf("reading the version (is this the root of the repository?): %w", err)
	}
	var plugin struct{ Version string }
	if err := json.Unmarshal(raw, &plugin); err != nil {
		return "", fmt.Errorf("reading plugin.json: %w", err)
	}
	if plugin.Version == "" {
		return "", errors.New("plugin.json names no version")
	}
	return plugin.Version, nil
}
