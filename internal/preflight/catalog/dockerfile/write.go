package dockerfile

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"docker-mapcount/internal/preflight/catalog/launch"
)

// written remembers what a RUN instruction writes into files by echo, printf,
// cat or tee, and which of the copied files it copies on. Other ways of changing
// a file are not seen.
func (r *run) written(c instructions.ShellDependantCmdLine, line int) {
	if !c.PrependShell {
		return
	}
	document := ""
	if len(c.Files) > 0 {
		document = c.Files[0].Data
	}
	said := "" // by the command before, for tee
	for _, command := range launch.Commands(strings.Join(c.CmdLine, " ")) {
		words, target, adds := redirected(command.Words)
		if len(words) == 0 {
			continue
		}
		said = output(words, said, document)
		if path.Base(words[0]) == "tee" && target == "" {
			target, adds = teeTarget(words[1:])
		}
		if name := path.Base(words[0]); name == "cp" || name == "mv" {
			r.copyOn(words[1:], line)
		}
		if target, ok := r.scope.expand(target, r.file.escape); ok && target != "" && said != "" {
			r.keep(Copy{Target: r.absolute(target), Text: said, Adds: adds, Line: line})
		}
	}
}

// copyOn follows "cp FILE TARGET" for a file that the Dockerfile brought along.
func (r *run) copyOn(words []string, line int) {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return strings.HasPrefix(w, "-") })
	if len(words) != 2 {
		return
	}
	from, ok := r.scope.expand(words[0], r.file.escape)
	to, okTo := r.scope.expand(words[1], r.file.escape)
	if !ok || !okTo {
		return
	}
	from = path.Clean(r.absolute(from))
	for _, c := range r.settings.Copies { // those of now: what is kept below comes after them
		if moved, ok := c.on(from); ok {
			moved.Target, moved.Line = r.absolute(to), line
			r.keep(moved)
		}
	}
}

// on returns the copy of one of the files that the copy brings. Whether its target
// is a folder is not known: what lies below it may not be there.
func (c Copy) on(file string) (Copy, bool) {
	target := path.Clean(c.Target)
	below, in := strings.CutPrefix(file, target+"/")
	switch {
	case c.Pattern != "" || c.Adds:
		return Copy{}, false
	case file == target, in && c.Source != "" && below == path.Base(c.Source):
		return c, true
	case in && c.Source != "":
		c.Source = path.Join(c.Source, below)
		return c, true
	}
	return Copy{}, false
}

// redirected takes the sign and the target of a redirection out of a command.
func redirected(words []string) (rest []string, target string, adds bool) {
	for i, w := range words {
		if (w == ">" || w == ">>") && i+1 < len(words) && words[i+1] != "/dev/null" {
			return slices.Concat(words[:i], words[i+2:]), words[i+1], w == ">>"
		}
	}
	return words, "", false
}

func teeTarget(words []string) (target string, adds bool) {
	for _, w := range words {
		switch {
		case w == "-a" || w == "--append":
			adds = true
		case !strings.HasPrefix(w, "-") && target == "":
			target = w
		}
	}
	return target, adds
}

// output is what a command prints, as far as its words tell. before is what the
// command before it printed, document the here document of the instruction.
func output(words []string, before, document string) string {
	arguments := words[1:]
	switch path.Base(words[0]) {
	case "echo":
		for len(arguments) > 0 && slices.Contains([]string{"-e", "-n", "-E", "-ne", "-en"}, arguments[0]) {
			arguments = arguments[1:]
		}
		return lines(strings.Join(arguments, " "))
	case "printf":
		if len(arguments) == 0 || strings.Contains(arguments[0], "%") {
			return ""
		}
		return lines(arguments[0])
	case "tee":
		if before != "" {
			return before
		}
		return document
	case "cat":
		if len(arguments) == 0 {
			return document
		}
	}
	return ""
}

// lines turns the escapes of echo and printf into the characters they stand for.
func lines(text string) string {
	return strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\\`, `\`).Replace(strings.TrimPrefix(text, "$")) + "\n"
}
