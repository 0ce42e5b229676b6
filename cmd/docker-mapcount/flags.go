package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"docker-mapcount/internal/preflight"
)

// projectOptions are the flags that say which project, spelled as Compose spells them.
type projectOptions struct {
	files, profiles, envFiles []string
	name, directory           string
	catalogs                  []string
	strictOverrides           bool
}

func (o *projectOptions) install(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVarP(&o.files, "file", "f", nil, `Compose file, repeatable; "-" reads standard input`)
	f.StringArrayVar(&o.profiles, "profile", nil, "Profile to enable, repeatable")
	f.StringArrayVar(&o.envFiles, "env-file", nil, "Environment file instead of .env, repeatable")
	f.StringVarP(&o.name, "project-name", "p", "", "Project name")
	f.StringVar(&o.directory, "project-directory", "", "Project directory (default: that of the first compose file)")
	f.StringArrayVar(&o.catalogs, "catalog", nil, "Catalog of products beside our own, repeatable")
	f.BoolVar(&o.strictOverrides, "strict-overrides", false, "Make errors of what services say to need less")
	complete(cmd, "catalog", []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt)
	complete(cmd, "file", []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt)
	complete(cmd, "env-file", nil, cobra.ShellCompDirectiveDefault)
	complete(cmd, "project-directory", nil, cobra.ShellCompDirectiveFilterDirs)
}

// engineOptions are the flags that say which engines, and how they may be looked at.
type engineOptions struct {
	contexts    []string
	allContexts bool
	helper      helperMode
	helperImage string
	timeout     time.Duration
}

func (o *engineOptions) install(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.allContexts, "all-contexts", false, "Look at the engines of all contexts")
	o.installOne(cmd)
	cmd.Flags().Lookup("context").Usage += ", repeatable"
}

// installOne adds the flags of a command that looks at one engine only.
func (o *engineOptions) installOne(cmd *cobra.Command) {
	f := cmd.Flags()
	o.helper = helperMode(preflight.HelperAuto)
	o.timeout = 10 * time.Second
	f.StringArrayVar(&o.contexts, "context", nil, "Docker context to look at instead of the selected one")
	f.Var(&o.helper, "helper", "How to look into the engine: auto, plain, privileged or never")
	f.StringVar(&o.helperImage, "helper-image", "", "Image that is on the engine already, for engines that refuse ours")
	f.Var((*waitTime)(&o.timeout), "timeout", "How long to wait for each answer of the engine")
	complete(cmd, "helper", helperModes, cobra.ShellCompDirectiveNoFileComp)
}

// outputOptions are the flags that say how the result looks and where it goes.
type outputOptions struct {
	formats []string // those that the command has; nil: the usual ones
	format  string
	outputs []string
	ansi    string
}

// known are the formats that the command has.
func (o *outputOptions) known() []string {
	if o.formats == nil {
		return formats
	}
	return o.formats
}

func (o *outputOptions) install(cmd *cobra.Command) {
	formats := o.known()
	last := len(formats) - 1
	f := cmd.Flags()
	f.StringVar(&o.format, "format", formatPretty, "Format of the result: "+strings.Join(formats[:last], ", ")+" or "+formats[last])
	f.StringArrayVar(&o.outputs, "output", nil, "Also write the result as FORMAT=FILE, repeatable")
	f.StringVar(&o.ansi, "ansi", "", "Colour: never, always or auto")
	complete(cmd, "format", formats, cobra.ShellCompDirectiveNoFileComp)
	complete(cmd, "ansi", []string{"never", "always", "auto"}, cobra.ShellCompDirectiveNoFileComp)
}

func complete(cmd *cobra.Command, flag string, words []string, directive cobra.ShellCompDirective) {
	// The only error is a flag name that does not exist, which the tests would see.
	_ = cmd.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words, directive
	})
}

var helperModes = []string{
	string(preflight.HelperAuto), string(preflight.HelperPlain), string(preflight.HelperPrivileged), string(preflight.HelperNever),
}

// helperMode is preflight.HelperMode as a flag.
type helperMode preflight.HelperMode

func (m *helperMode) String() string { return string(*m) }
func (m *helperMode) Type() string   { return "string" }

func (m *helperMode) Set(s string) error {
	if !slices.Contains(helperModes, s) {
		return fmt.Errorf("must be one of %s", strings.Join(helperModes, ", "))
	}
	*m = helperMode(s)
	return nil
}

// number is a value of the kernel parameter as a flag.
type number int64

func (n *number) String() string {
	if *n == 0 {
		return ""
	}
	return strconv.FormatInt(int64(*n), 10)
}

func (n *number) Type() string { return "number" }

func (n *number) Set(s string) error {
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil || !preflight.ValidValue(v) {
		return fmt.Errorf("must be a whole number from 1 to %d", preflight.MaxValue)
	}
	*n = number(v)
	return nil
}

// waitTime is a time span above zero as a flag.
type waitTime time.Duration

func (w *waitTime) String() string { return time.Duration(*w).String() }
func (w *waitTime) Type() string   { return "duration" }

func (w *waitTime) Set(s string) error {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return fmt.Errorf("must be a time such as 10s or 1m30s")
	}
	*w = waitTime(d)
	return nil
}
