package sysctl

import (
	"math/rand/v2"
	"path"
	"strings"
)

// tree builds files from "path: content" pairs; a content "-> target" is a link.
func tree(pairs ...string) []File {
	var files []File
	for i := 0; i+1 < len(pairs); i += 2 {
		f := File{Path: pairs[i], Content: []byte(pairs[i+1])}
		if target, ok := strings.CutPrefix(pairs[i+1], "-> "); ok {
			f.Link, f.Content = target, nil
		}
		files = append(files, f)
	}
	return files
}

// randomTree makes a machine's files out of everything that the rules are about.
func randomTree(r *rand.Rand) []File {
	names := []string{"10-a.conf", "50-b.conf", "99-sysctl.conf", "k8s.conf", ".hidden.conf", "a.conf.bak", "Z.conf"}
	var files []File
	seen := map[string]bool{}
	for range 1 + r.IntN(6) {
		p := path.Join(directories[r.IntN(4)], names[r.IntN(len(names))])
		if seen[p] {
			continue
		}
		seen[p] = true
		f := File{Path: p, Content: randomContent(r)}
		switch r.IntN(13) {
		case 0:
			f.Link, f.Content = "/dev/null", nil
		case 1:
			f.Link, f.Content = "../sysctl.conf", nil
			if path.Dir(p) != "/etc/sysctl.d" {
				f.Link = mainFile
			}
		case 2: // leads nowhere, and was found to
			f.Link, f.Content = "/nowhere", []byte{}
		}
		files = append(files, f)
	}
	return append(files, File{Path: mainFile, Content: randomContent(r)})
}

func randomContent(r *rand.Rand) []byte {
	keys := []string{
		"vm.max_map_count", "vm/max_map_count", "  vm.max_map_count", "-vm.max_map_count", "/vm/max_map_count", "vm..max_map_count",
		"vm.max*", "vm.*_map_count", "vm/max_map_coun[st]", "vm.max_map_coun[!a]", "vm.max_map_count?", "*.max_map_count",
		"#vm.max_map_count", "; vm.max_map_count", "vm.max_map_counts", "kernel.no_such_thing", "-vm.max*", "- vm.max_map_count",
	}
	values := []string{"70001", "70002", "0x11173", "0210564", "70005 # why", "70006;", "", "lots", "-1", "70007\r", `"70008"`, "70001"}
	equals := []string{"=", " = ", "= ", " =", "", "\t=\t", "=="}
	var b strings.Builder
	for range r.IntN(4) {
		b.WriteString(keys[r.IntN(len(keys))])
		if e := equals[r.IntN(len(equals))]; e != "" {
			b.WriteString(e + values[r.IntN(len(values))])
		}
		b.WriteString("\n")
	}
	return []byte(b.String())
}
