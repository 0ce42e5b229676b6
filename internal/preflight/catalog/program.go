package catalog

import (
	"slices"
	"strings"
	"sync"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog/launch"
)

// identifyKey begins the line of an entry that lists its telling programs.
const identifyKey = "\n      identify: ["

// telling maps each program of our own catalog that tells its product to the
// entry. It looks at the text only: most projects need none of the entries.
var telling = sync.OnceValue(func() map[string]*entry {
	programs := map[string]*entry{}
	for _, e := range Default().entries {
		_, rest, _ := strings.Cut(e.text, identifyKey)
		list, _, _ := strings.Cut(rest, "]")
		for p := range strings.SplitSeq(list, ",") {
			if p = strings.TrimSpace(p); p != "" {
				programs[p] = e
			}
		}
	}
	return programs
})

// byProgram finds the product of an image that no catalog knows, by a program
// that the container starts and that only that product has.
func (c classifier) byProgram(s preflight.Service, img image) (match, bool) {
	entrypoint, command := commandLine(s, img)
	if len(entrypoint.words)+len(command.words) == 0 {
		return match{}, false
	}
	if m, ok := c.publishedAs(s, img); ok {
		return m, true
	}
	sub := subject{service: s, files: &files{mounts: s.Mounts, copies: img.copies, read: c.options.ReadFile}, directory: s.WorkingDir}
	l := launch.Launcher{Built: img.built, Open: sub.script}
	for program := range telling() {
		l.Programs = append(l.Programs, program)
	}
	slices.Sort(l.Programs)
	r := l.Run(entrypoint.words, command.words)
	if !l.Starts(r) || !convincing(r.Words) && !img.built {
		return match{}, false
	}
	e := telling()[programOf(r.Words[0])]
	if e == nil {
		return match{}, false
	}
	p, err := Default().complete(e, 0)
	return match{product: p, version: unknownVersion(), own: true}, err == nil
}

// publishedAs finds the product under whose image's name something is built that
// also starts one of its programs.
func (c classifier) publishedAs(s preflight.Service, img image) (match, bool) {
	m, ok := lookUp(c.options.User, s.Image)
	if !ok || !img.built {
		return match{}, false
	}
	sub := newSubject(s, img, m, c.options)
	l := launch.Launcher{Programs: m.product.Start.Programs}
	return m, sub.launch.Answer == launch.Yes && l.Starts(sub.launch)
}

// convincing tells a command from a word that happens to be a product's name,
// such as the host that an image with a tool waits for.
func convincing(words []string) bool {
	return strings.Contains(words[0], "/") || slices.ContainsFunc(words[1:], func(w string) bool { return strings.HasPrefix(w, "-") })
}

func programOf(word string) string { return word[strings.LastIndexByte(word, '/')+1:] }
