package preflight

// KindExplain is the kind of an [Explanation] in the JSON output.
const KindExplain Kind = "explain"

// Explanation is what can be said about one name.
type Explanation struct {
	Version string  // of this tool
	Subject Subject // what the name was taken for
	// Also are other things of that name, which --as would take.
	Also []Subject

	Project *Project // nil when none was looked at
	// Engine is the one that was asked; nil when none was.
	Engine *Engine
	// Unasked is why the engine could not be asked about containers; nil when it
	// was, or when there was no need.
	Unasked *Failure

	Page     *RulePage       // of a finding's rule
	Products []Knowledge     // of a catalog's rule, the one that was meant first
	Image    *ImageKnowledge // of an image
	Need     *Requirement    // of a service, a container or an image

	Containers []Explained // of a service, a project, or the one that was named
	Notes      []string
	Next       []Next
}

// Subject is a name with what it is the name of.
type Subject struct {
	Kind SubjectKind
	Name string
}

// SubjectKind is what a name can be the name of.
type SubjectKind string

// The kinds, in the order in which they are tried. A project has no name to be
// asked by: it is what is explained when nothing is named.
const (
	SubjectRule      SubjectKind = "rule"
	SubjectService   SubjectKind = "service"
	SubjectContainer SubjectKind = "container"
	SubjectImage     SubjectKind = "image"
	SubjectProject   SubjectKind = "project"
)

// SubjectKinds returns the kinds that can be named, in their order.
func SubjectKinds() []SubjectKind {
	return []SubjectKind{SubjectRule, SubjectService, SubjectContainer, SubjectImage}
}

// Explained is a container with what became of it.
type Explained struct {
	Container
	Ending Ending
	Need   Requirement // what its service or its image asks for
}

// Failed returns the containers that ended as nobody wanted.
func (e Explanation) Failed() []Explained {
	var out []Explained
	for _, c := range e.Containers {
		if c.Ending.Failed() {
			out = append(out, c)
		}
	}
	return out
}

// Exit is the process exit status: 3 when the engine was needed and could not be
// asked, else 0.
func (e Explanation) Exit() int {
	if e.Unasked != nil {
		return 3
	}
	return 0
}
