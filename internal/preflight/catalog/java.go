package catalog

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"docker-mapcount/internal/preflight"
)

// javaRule is the entry of our catalog about Java's garbage collector ZGC, which
// asks for memory maps in any image.
const javaRule = "jvm-zgc"

// The numbers that a formula may have of a Java program's options.
const (
	javaHeap   = "heapMiB"   // -Xmx; 0 when it is not given
	javaShare  = "heapShare" // the share of the memory that is the heap then, else 0
	javaMemory = "memoryMiB" // the container's own limit, else the engine's memory; 0 with -Xmx
)

var javaValues = []string{javaHeap, javaShare, javaMemory}

// defaultHeapShare is the JVM's MaxRAMPercentage where nothing sets it.
const defaultHeapShare = 0.25

// java is what the options of a Java program say. The last of each kind counts.
type java struct {
	zgc       bool
	cause     found // the option that chooses ZGC
	heapMiB   float64
	share     float64
	memoryMiB float64 // the container's limit; 0 when it has none
}

// java gathers the options from the command line and from every variable that
// may hold some: images have many names for them.
func (s *subject) java() java {
	j := java{share: defaultHeapShare, memoryMiB: float64(s.service.MemoryLimit >> 20)}
	for _, name := range slices.Sorted(maps.Keys(s.variables)) {
		f := s.variables[name]
		for _, word := range splitOptions(f.value) {
			j.option(word, found{written: name + "=" + word, name: name, location: f.location})
		}
	}
	for _, words := range s.launch.Words {
		for _, word := range splitOptions(words) {
			j.option(word, found{written: word, name: word, location: s.arguments})
		}
	}
	return j
}

func (j *java) option(word string, at found) {
	switch {
	case word == "-XX:+UseZGC":
		j.zgc, j.cause = true, at
	case word == "-XX:-UseZGC":
		j.zgc = false
	case strings.HasPrefix(word, "-Xmx"):
		j.heapMiB = mebibytes(word[len("-Xmx"):], j.heapMiB)
	case strings.HasPrefix(word, "-XX:MaxHeapSize="):
		j.heapMiB = mebibytes(word[len("-XX:MaxHeapSize="):], j.heapMiB)
	case strings.HasPrefix(word, "-XX:MaxRAMPercentage="):
		if p, err := strconv.ParseFloat(word[len("-XX:MaxRAMPercentage="):], 64); err == nil && p > 0 && p <= 100 {
			j.share = p / 100
		}
	}
}

// mebibytes reads a size such as 4g, 512m or 1073741824; old when it is none.
func mebibytes(text string, old float64) float64 {
	units := map[byte]float64{'k': 1.0 / 1024, 'm': 1, 'g': 1024, 't': 1 << 20}
	unit := 1.0 / (1 << 20)
	if n := len(text); n > 0 {
		if u, ok := units[text[n-1]|0x20]; ok {
			unit, text = u, text[:n-1]
		}
	}
	n, err := strconv.ParseUint(text, 10, 50)
	if err != nil || n == 0 {
		return old
	}
	return float64(n) * unit
}

// value is one of the [javaValues]; not ok where only the engine knows it.
func (j java) value(name string) (float64, bool) {
	switch {
	case name == javaHeap:
		return j.heapMiB, true
	case j.heapMiB > 0:
		return 0, true
	case name == javaShare:
		return j.share, true
	}
	return j.memoryMiB, j.memoryMiB > 0
}

// withJava adds to a need what ZGC asks for. A heap for which the kernel's
// default is enough adds nothing.
func (c classifier) withJava(s preflight.Service, img image, n preflight.Need) preflight.Need {
	if n.Level == preflight.LevelWaived || !mentionsZGC(s, img) {
		return n
	}
	e, owner := Default().find(javaRule)
	rule, err := owner.complete(e, 0)
	if err != nil {
		return n
	}
	sub := newSubject(s, img, match{product: rule, version: unknownVersion()}, c.options)
	j := sub.java()
	asked := sub.amount(rule.Needs[0].Recommended)
	if !j.zgc || asked.Formula == "" && asked.Number <= preflight.KernelDefault {
		return n
	}
	own := sub.need(preflight.Need{Service: n.Service, Image: n.Image, Location: n.Location, OwnKernel: n.OwnKernel}, true)
	cause := preflight.Cause{Setting: clip(oneLine(j.cause.written)), Effect: preflight.EffectChanges, Number: asked.Number, Location: j.cause.location}
	if n.Level != preflight.LevelRequired && n.Level != preflight.LevelRecommended {
		own.Because = append(own.Because, cause)
		return own
	}
	if more := larger(n.Recommended, asked); more != n.Recommended {
		n.Recommended = more
		n.Because = append(n.Because, cause)
		n.Reason += " " + own.Reason
	}
	return n
}

// mentionsZGC is a quick look, for most services run no Java.
func mentionsZGC(s preflight.Service, img image) bool {
	const word = "UseZGC"
	has := func(text string) bool { return strings.Contains(text, word) }
	for _, v := range s.Environment {
		if has(v.Value) {
			return true
		}
	}
	for _, f := range img.environment {
		if has(f.value) {
			return true
		}
	}
	words := slices.Concat(s.Entrypoint, s.Command, img.entrypoint.words, img.command.words)
	return slices.ContainsFunc(words, has)
}

// larger is the larger of two amounts, a formula where only the engine can tell.
func larger(a, b preflight.Amount) preflight.Amount {
	switch {
	case a.IsZero():
		return b
	case a.Formula == "" && b.Formula == "":
		return preflight.Amount{Number: max(a.Number, b.Number)}
	case a.Formula == "":
		a.Formula = strconv.FormatInt(a.Number, 10)
	case b.Formula == "":
		b.Formula = strconv.FormatInt(b.Number, 10)
	}
	return preflight.Amount{Number: max(a.Number, b.Number), Formula: "max(" + a.Formula + ", " + b.Formula + ")"}
}
