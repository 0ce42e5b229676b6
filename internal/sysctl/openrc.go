package sysctl

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
)

// OpenRC's service sysctl is a script that differs from one release and one
// distribution to the next, and so does the sysctl that it calls. What is told
// here is what all of them make of the files; where they differ, nobody knows
// without running them. They are:
//
//   - `sysctl --system`, where that is the program of procps,
//   - every file for itself, by directory, whatever has the same name elsewhere,
//     and /etc/sysctl.conf last (Alpine),
//   - /etc/sysctl.conf first, then /etc/sysctl.d, one word of each line (where
//     sysctl is that of BusyBox).

// scriptDirectories are in the order in which Alpine's script goes through them.
var scriptDirectories = []string{
	"/run/sysctl.d", "/etc/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d",
}

// openRC judges as procps does, and doubts what another script would do otherwise.
func openRC(in Input) Result {
	in.Order = Procps
	r := Boot(in)
	procps := byFiles(r)
	for _, value := range []int64{byDirectory(in.Files), byWord(in.Files)} {
		if value == procps {
			continue
		}
		r.Doubtful = append(r.Doubtful, fmt.Sprintf("OpenRC's scripts differ: some make %s of the files, others %s", madeOf(procps), madeOf(value)))
		break
	}
	return r
}

// byFiles is what the files made of it, without the command line.
func byFiles(r Result) int64 {
	for _, a := range r.Assignments {
		if a.Kind == KindFile && a.Applies {
			return a.Value
		}
	}
	return 0
}

func madeOf(value int64) string {
	if value == 0 {
		return "nothing"
	}
	return fmt.Sprint(value)
}

// byDirectory is the value after each file was applied for itself; 0 when none sets one.
func byDirectory(files []File) int64 {
	var value int64
	for _, f := range inOrder(files, scriptDirectories, true) {
		statements := parse(Procps, f.Path, f.Content)
		if winner := evaluateProcps(statements); winner >= 0 {
			value, _ = statements[winner].number()
		}
	}
	return value
}

// byWord is the value after the lines of /etc/sysctl.conf and then of the files in
// /etc/sysctl.d were given to sysctl -w, one word of each; 0 when none sets one.
func byWord(files []File) int64 {
	var value int64
	for _, f := range inOrder(files, []string{"/etc/sysctl.d"}, false) {
		for line := range bytes.Lines(f.Content) {
			fields := strings.Fields(strings.Replace(string(line), " = ", "=", 1))
			if len(fields) == 0 {
				continue
			}
			name, text, _ := strings.Cut(fields[0], "=")
			if n, ok := kernelNumber(text); ok && n > 0 && (name == "vm.max_map_count" || name == parameter) {
				value = n
			}
		}
	}
	return value
}

// inOrder are the files that end with .conf, with the content at the end of their
// links, by directory and name, and /etc/sysctl.conf after or before them.
func inOrder(files []File, dirs []string, mainLast bool) []File {
	set := setOf(files)
	var list []File
	for _, f := range files {
		if dir := path.Dir(f.Path); slices.Contains(dirs, dir) && strings.HasSuffix(f.Path, ".conf") && !strings.HasPrefix(path.Base(f.Path), ".") {
			list = append(list, f)
		}
	}
	slices.SortStableFunc(list, func(a, b File) int {
		if by := slices.Index(dirs, path.Dir(a.Path)) - slices.Index(dirs, path.Dir(b.Path)); by != 0 {
			return by
		}
		return strings.Compare(path.Base(a.Path), path.Base(b.Path))
	})
	if f, there := set[mainFile]; there {
		at := 0
		if mainLast {
			at = len(list)
		}
		list = slices.Insert(list, at, f)
	}
	for i := range list {
		list[i].Content, _ = set.resolve(list[i])
	}
	return list
}
