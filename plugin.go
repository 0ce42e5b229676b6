// Package mapcount holds what Docker shows about the plugin. plugin.json beside
// this file is the one source of it: the binary embeds that file, and packagers
// can read it without running anything.
package mapcount

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed plugin.json
var pluginJSON []byte

// Plugin is the metadata that a Docker CLI plugin answers with. Field names and
// meaning are Docker's own (cli-plugins/metadata, schema 0.1.0).
type Plugin struct {
	SchemaVersion    string
	Vendor           string
	Version          string
	ShortDescription string
}

// Metadata returns the content of plugin.json.
func Metadata() Plugin {
	var p Plugin
	if err := json.Unmarshal(pluginJSON, &p); err != nil {
		// The file is compiled in and tested: this cannot happen in a build that passed.
		panic(fmt.Sprintf("plugin.json: %v", err))
	}
	return p
}
