package project

import (
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/sirupsen/logrus"
)

// compose-go warns through logrus's standard logger, in the middle of loading
// and with no other way to learn of it. One hook, added once and never removed,
// takes those warnings away while a load is running: it hands them to that
// load's collector and sends the entry to a logger that writes nowhere. Nothing
// global is swapped; whoever else logs, before, meanwhile or after, is not
// touched, because only compose-go's own sentences are taken. Loads run one at a
// time, for a warning does not say which load it belongs to.
var (
	oneLoad    sync.Mutex
	hookOnce   sync.Once
	collecting atomic.Pointer[collector]
	nowhere    = &logrus.Logger{Out: io.Discard, Formatter: new(logrus.TextFormatter), Level: logrus.PanicLevel}
)

var (
	unsetVariable = compiled(`^The ("(?:[^"\\]|\\.)*") variable is not set\. Defaulting to a blank string\.$`)
	oldBoolean    = compiled(`^("(?:[^"\\]|\\.)*") for boolean is not supported by YAML 1\.2`)
)

// quietly runs a load with compose-go's warnings collected.
func quietly(load func() error) (*collector, error) {
	oneLoad.Lock()
	defer oneLoad.Unlock()
	hookOnce.Do(func() { logrus.AddHook(hook{}) })
	c := &collector{}
	collecting.Store(c)
	defer collecting.Store(nil)
	return c, load()
}

type hook struct{}

// Levels implements logrus.Hook.
func (hook) Levels() []logrus.Level { return []logrus.Level{logrus.WarnLevel} }

// Fire implements logrus.Hook.
func (hook) Fire(e *logrus.Entry) error {
	if c := collecting.Load(); c != nil && c.take(e.Message) {
		e.Logger = nowhere
	}
	return nil
}

// collector gathers what compose-go said during one load.
type collector struct {
	mu       sync.Mutex
	unset    []string
	booleans []string
	other    []string
}

// take keeps a message and reports whether it is one of compose-go's.
func (c *collector) take(message string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m := unsetVariable().FindStringSubmatch(message); m != nil {
		c.unset = appendUnquoted(c.unset, m[1])
		return true
	}
	if m := oldBoolean().FindStringSubmatch(message); m != nil {
		c.booleans = appendUnquoted(c.booleans, m[1])
		return true
	}
	switch {
	case strings.Contains(message, "the attribute `version` is obsolete"):
		return true // changes nothing for us, and every old file has it
	case strings.Contains(message, "external.name is deprecated"):
		return true
	case strings.HasPrefix(message, "cannot expand '~'"):
		c.other = append(c.other, "~ in paths is not expanded, because HOME is not set")
		return true
	}
	return false
}

func appendUnquoted(list []string, quoted string) []string {
	s, err := strconv.Unquote(quoted)
	if err != nil {
		s = strings.Trim(quoted, `"`)
	}
	return append(list, s)
}

// notes says each kind of thing in one line.
func (c *collector) notes() []string {
	var out []string
	if len(c.unset) > 0 {
		out = append(out, "not set, taken as empty: "+listed(c.unset))
	}
	if len(c.booleans) > 0 {
		out = append(out, "not a boolean in YAML 1.2, write true or false: "+listed(c.booleans))
	}
	return append(out, unique(c.other)...)
}

// maxListed is how many names one note spells out.
const maxListed = 20

// listed joins names, each once, in alphabetical order.
func listed(names []string) string {
	names = unique(names)
	if len(names) > maxListed {
		more := len(names) - maxListed
		return strings.Join(names[:maxListed], ", ") + " and " + strconv.Itoa(more) + " more"
	}
	return strings.Join(names, ", ")
}

func unique(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}
