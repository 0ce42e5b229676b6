package corpus

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/render"
)

// Print writes the table of figures, and every miss below it.
func (s Score) Print(out io.Writer) {
	fmt.Fprintf(out, "%d projects, %d services\n\n", s.Projects, s.Services)
	fmt.Fprintf(out, "%-14s %9s %9s %8s %8s %8s\n", "level", "precision", "recall", "said", "true", "both")
	row := func(name string, f Figures) {
		fmt.Fprintf(out, "%-14s %9s %9s %8d %8d %8d\n", name, percent(f.Both, f.Said), percent(f.Both, f.True), f.Said, f.True, f.Both)
	}
	for _, l := range Levels {
		row(string(l), s.Level[l])
	}
	row("all", s.Sum(Levels...))
	row("all but none", s.Sum(preflight.LevelRequired, preflight.LevelRecommended, preflight.LevelWaived))
	fmt.Fprintf(out, "\nminimum equal    %s of %d hits that state one\n", percent(s.SameMinimum, s.Minimums), s.Minimums)
	fmt.Fprintf(out, "product equal    %s of %d hits that state one\n", percent(s.SameProduct, s.Products), s.Products)
	fmt.Fprintf(out, "broken projects  %d: %d refused with file and line, %d with a file, %d loaded all the same\n", s.Broken, s.Placed, s.Clear-s.Placed, s.Lenient)
	fmt.Fprintf(out, "crashes          %d\n", len(s.Crashes))
	fmt.Fprintf(out, "misses           %d\n", len(s.Misses))
	for _, m := range s.Misses {
		m.print(out)
	}
	for _, c := range s.Crashes {
		fmt.Fprintf(out, "\ncrash: %s\n", cleanLines(c))
	}
}

// print writes one miss. What it says comes from files that others wrote.
func (m Miss) print(out io.Writer) {
	name := m.Project
	if m.Service != "" {
		name += "/" + m.Service
	}
	if m.Location.Known() {
		name += fmt.Sprintf("  (%s:%d)", filepath.ToSlash(m.Location.File), m.Location.Line)
	}
	fmt.Fprintf(out, "\n%s\n  expected  %s\n", render.Clean(name), render.Clean(m.Want))
	if m.Why != "" {
		fmt.Fprintf(out, "            %s\n", render.Clean(m.Why))
	}
	fmt.Fprintf(out, "  got       %s\n", render.Clean(m.Got))
	if m.Reason != "" {
		fmt.Fprintf(out, "            %s\n", render.Clean(m.Reason))
	}
}

func cleanLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = render.Clean(l)
	}
	return strings.Join(lines, "\n")
}

func percent(part, whole int) string {
	if whole == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole))
}
