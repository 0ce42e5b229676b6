package catalog

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/catalog/launch"
)

// The rules of what is said about containers that set the parameter.
const (
	ruleSysctlService      = "sysctl-service"
	ruleSysctlUnprivileged = "sysctl-unprivileged"
	ruleLowersValue        = "lowers-value"
)

// setting is a container of the project that sets the parameter itself.
type setting struct {
	service  preflight.Service
	what     string // "It", or "Its pre_start hook"
	hook     bool
	value    int64 // 0: not known
	allowed  bool  // it is privileged
	location preflight.Location
}

// settings finds the containers of a service that set the parameter.
func (c classifier) settings(s preflight.Service) []setting {
	img, _ := c.imageOf(s, 0)
	sub := subject{service: s, files: &files{mounts: s.Mounts, copies: img.copies, read: c.options.ReadFile}, directory: s.WorkingDir}
	var all []setting
	entrypoint, command := commandLine(s, img)
	if w, ok := sets(slices.Concat(entrypoint.words, command.words), sub.script, s.Privileged); ok && ownKernel(s.Runtime) == "" && s.Replicas > 0 {
		at := command.location
		if !at.Known() {
			at = entrypoint.location
		}
		all = append(all, setting{service: s, what: "It", value: w.value, allowed: w.allowed, location: at})
	}
	for _, h := range s.PreStart {
		if w, ok := sets(slices.Concat(h.Entrypoint, h.Command), sub.script, h.Privileged); ok {
			all = append(all, setting{service: s, what: "Its pre_start hook", hook: true, value: w.value, allowed: w.allowed, location: h.Location})
		}
	}
	return all
}

// write is a command that sets the parameter.
type write struct {
	value   int64 // 0: not known
	allowed bool
}

// sets reports whether a command line sets the parameter; of several ways the
// first one that is allowed to counts.
func sets(words []string, open func(string) (string, launch.Held), privileged bool) (write, bool) {
	var first write
	found := false
	steps := launch.Steps(words, open)
	for i, step := range steps {
		w, ok := setsDirectly(step)
		if !ok {
			continue
		}
		if i > 0 && w.value == 0 && path.Base(step.Words[0]) == "tee" {
			w.value = echoed(steps[i-1].Words)
		}
		w.allowed = w.allowed || step.Privileged || !step.Contained && privileged
		if w.allowed {
			return w, true
		}
		if !found {
			first, found = w, true
		}
	}
	return first, found
}

// setsDirectly recognises sysctl with a value, and a number that is written to
// the parameter's file. Only below /proc itself that file is read-only for an
// ordinary container: mounted elsewhere, as the host's /proc, it is not.
func setsDirectly(step launch.Step) (write, bool) {
	words := step.Words
	switch path.Base(words[0]) {
	case "sysctl":
		for _, w := range words[1:] {
			name, value, ok := strings.Cut(w, "=")
			if ok && strings.ReplaceAll(strings.TrimSpace(name), "/", ".") == preflight.Setting {
				return write{value: number64(value)}, true
			}
		}
	case "tee":
		if i := slices.IndexFunc(words, isParameterFile); i > 0 {
			return write{allowed: mountedElsewhere(words[i])}, true
		}
	}
	for i, w := range words[:len(words)-1] {
		if step.Shell && (w == ">" || w == ">>") && isParameterFile(words[i+1]) && i > 0 {
			return write{value: echoed(words[:i]), allowed: mountedElsewhere(words[i+1])}, true
		}
	}
	return write{}, false
}

func isParameterFile(name string) bool { return strings.HasSuffix(name, "/sys/vm/max_map_count") }

func mountedElsewhere(file string) bool {
	return strings.HasPrefix(file, "/") && !strings.HasPrefix(file, "/proc/")
}

// echoed is the number that a command such as echo prints last.
func echoed(words []string) int64 {
	if name := path.Base(words[0]); name != "echo" && name != "printf" {
		return 0
	}
	return number64(strings.TrimSuffix(words[len(words)-1], `\n`))
}

func number64(text string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || !preflight.ValidValue(n) {
		return 0
	}
	return n
}

// settingFindings says of each container that sets the parameter what that does
// and what it does not.
func (c classifier) settingFindings(needs []preflight.Need) []preflight.Finding {
	var all []preflight.Finding
	for _, s := range c.project.Services {
		for _, set := range c.settings(s) {
			all = append(all, c.settingFinding(set, needs)...)
		}
	}
	return all
}

func (c classifier) settingFinding(set setting, needs []preflight.Need) []preflight.Finding {
	finding := func(rule string, severity preflight.Severity, message string) preflight.Finding {
		at := set.location
		if !at.Known() {
			at = set.service.Location
		}
		return preflight.Finding{Rule: rule, Severity: severity, Service: set.service.Name, Message: message, Location: at}
	}
	if !set.allowed {
		return []preflight.Finding{finding(ruleSysctlUnprivileged, preflight.SeverityWarning,
			set.what+" tries to set "+preflight.Setting+", but is not privileged: /proc/sys is read-only there, and it fails. docker mapcount fix sets the value on the engine.")}
	}
	message := fmt.Sprintf("%s sets %s%s at every start of the project. It does not last over the engine's next start, where containers with a restart policy come back without it.",
		set.what, preflight.Setting, toValue(set.value))
	if late := c.startBefore(set, needs); len(late) > 0 {
		if set.hook { // its server never ends; hooks run before it starts
			message += fmt.Sprintf(" %s may start before it (depends_on: [%s]).", few(late), set.service.Name)
		} else {
			message += fmt.Sprintf(" %s not wait for it to end (depends_on with condition: service_completed_successfully).", subjectOfDo(late))
		}
	}
	all := []preflight.Finding{finding(ruleSysctlService, preflight.SeverityNote, message)}
	if most, who := largest(needs); set.value > 0 && set.value < most {
		all = append(all, finding(ruleLowersValue, preflight.SeverityWarning, fmt.Sprintf(
			"%s sets %s to %d, and %s needs %d: it also lowers a value that is high enough.", set.what, preflight.Setting, set.value, who, most)))
	}
	return all
}

func toValue(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" to %d", n)
}

// startBefore lists the services that require a value and do not wait until the
// container that sets it has ended.
func (c classifier) startBefore(set setting, needs []preflight.Need) []string {
	var late []string
	for i, n := range needs {
		s := c.project.Services[i]
		waits := slices.Contains(s.WaitsFor, set.service.Name) || set.hook && (s.Name == set.service.Name || slices.Contains(s.DependsOn, set.service.Name))
		if requires(n) && s.Name != set.service.Name && !waits {
			late = append(late, s.Name)
		}
	}
	return late
}

// subjectOfDo is the beginning of a sentence about services, with the verb.
func subjectOfDo(names []string) string {
	if len(names) == 1 {
		return names[0] + " does"
	}
	return few(names) + " do"
}

// few lists the first names and says how many more there are.
func few(names []string) string {
	const most = 3
	if len(names) > most {
		names = append(slices.Clone(names[:most]), fmt.Sprintf("%d more", len(names)-most))
	}
	return strings.Join(names, ", ")
}

// requires reports whether a service requires something of the engine's kernel.
func requires(n preflight.Need) bool {
	return n.Level == preflight.LevelRequired && n.OwnKernel == ""
}

// largest is the largest number that a service requires, and which one.
func largest(needs []preflight.Need) (most int64, who string) {
	for _, n := range needs {
		if requires(n) && n.Minimum.Number > most {
			most, who = n.Minimum.Number, n.Service
		}
	}
	return most, who
}

// gateType is the type of our own provider service.
const gateType = "mapcount"

// gateFindings says what our gate covers: only what depends on it waits for its
// answer, and it sets nothing.
func (c classifier) gateFindings(needs []preflight.Need) []preflight.Finding {
	gate := slices.IndexFunc(c.project.Services, func(s preflight.Service) bool { return s.GateType == gateType })
	if gate < 0 {
		return nil
	}
	var outside []string
	for i, n := range needs {
		if s := c.project.Services[i]; requires(n) && !c.dependsOn(s, c.project.Services[gate].Name, 0) {
			outside = append(outside, s.Name)
		}
	}
	if len(outside) == 0 {
		return nil
	}
	g := c.project.Services[gate]
	return []preflight.Finding{{
		Rule: "gate-uncovered", Severity: preflight.SeverityWarning, Service: g.Name, Location: g.Location,
		Message: subjectOfDo(outside) + " not depend on this gate, so nothing stops the start when the value is too low.",
	}}
}

// dependsOn follows depends_on from one service to another.
func (c classifier) dependsOn(s preflight.Service, name string, depth int) bool {
	if slices.Contains(s.DependsOn, name) {
		return true
	}
	return depth < maxBuildDepth && slices.ContainsFunc(c.project.Services, func(other preflight.Service) bool {
		return slices.Contains(s.DependsOn, other.Name) && c.dependsOn(other, name, depth+1)
	})
}
