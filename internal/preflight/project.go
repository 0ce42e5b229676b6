package preflight

// Project is a Compose project as Compose itself would see it: merged,
// interpolated, with only the services that would start. All strings in it come
// from files that other people wrote.
type Project struct {
	Name      string
	Directory string // absolute path of the project directory
	// Repository is the root of the working copy that holds the directory,
	// absolute; empty when there is none.
	Repository string
	Files      []string // compose files in the order they were given, absolute, "-" for standard input; included files are not listed
	Profiles   []string // active profiles
	Services   []Service
	// Notes are what loading had to say without failing, such as unset variables
	// or missing env_file: each one line.
	Notes []string
	// Catalog is the file named by x-mapcount.catalog at the top of the project,
	// absolute; empty when there is none.
	Catalog string
	// CatalogLocation is where the project names it.
	CatalogLocation Location
	// Silenced are findings that the project silences for all services, with the
	// reason, by rule.
	Silenced map[string]string
}

// Service is one active service (or job) of a project, already interpolated.
type Service struct {
	Name     string
	Image    string // image reference as written after interpolation; empty when only built
	Build    *Build // nil when the service has no build section
	Location Location
	// ImageLocation and BuildLocation are the lines that name the image or start the build section.
	ImageLocation Location
	BuildLocation Location
	// InlineLocation is where dockerfile_inline stands, InlineFirst the line of its
	// first line; 0: not known.
	InlineLocation Location
	InlineFirst    int

	Entrypoint []string // nil: the image's own; empty but not nil: cleared
	Command    []string // nil: the image's own; empty but not nil: cleared
	// EntrypointLocation and CommandLocation are zero when the service does not set them.
	EntrypointLocation Location
	CommandLocation    Location

	Environment []Variable // sorted by name; env_file values included, environment wins
	Labels      map[string]string
	Mounts      []Mount
	WorkingDir  string // working_dir; empty: the image's own

	Platform     string // requested platform such as linux/arm64; empty: the engine's
	Runtime      string // OCI runtime by name; empty: the engine's default
	Privileged   bool
	Nofile       int64 // soft RLIMIT_NOFILE from ulimits, 0 when not set
	NofileAt     Location
	MemoryLimit  int64 // bytes, 0 when not set
	Replicas     int   // 0: nothing is started
	Sysctls      []Variable
	DependsOn    []string // sorted service names
	WaitsFor     []string // those of DependsOn that must have ended well before this one starts
	PreStart     []Hook   // containers that run to their end before the service starts
	IsJob        bool     // from the top-level jobs section
	GateType     string   // type of a provider service (the gate); empty for ordinary services
	Override     *Override
	Silenced     map[string]string // findings that the service silences, with the reason, by rule
	OverrideErrs []Finding         // wrong types and numbers in x-mapcount or labels
}

// Hook is a container that Compose runs to its end before a service starts.
type Hook struct {
	Image      string
	Entrypoint []string // as in [Service]
	Command    []string
	Privileged bool
	Location   Location
}

// Build is what a build section says about the resulting image.
type Build struct {
	Context            string            // absolute directory, or a URL (then nothing can be read)
	Dockerfile         string            // absolute path; empty with Inline
	Inline             string            // dockerfile_inline
	Target             string            // stage to build, empty: the last one
	Args               map[string]string // build arguments with a value
	AdditionalContexts map[string]string // name → path, URL, docker-image://REF or service:NAME
}

// Variable is one environment variable (or sysctl) of a service.
type Variable struct {
	Name     string
	Value    string
	Set      bool // false: named without a value and absent in the environment
	Location Location
}

// Mount is a file or directory of the client that the container sees, or the
// inline content of a config or secret.
type Mount struct {
	Source   string // absolute path on the client; empty for inline content and what cannot be read, such as volumes
	Target   string // path in the container
	Content  string // inline content (configs: content)
	Inline   bool
	Location Location
	First    int // the line of the file on which the inline content's first one stands; 0: not known
}

// Override is a service's own word about its need: x-mapcount or mapcount.* labels.
type Override struct {
	Ignore   bool
	Minimum  int64 // 0 when not given
	Reason   string
	From     string // "x-mapcount" or "labels"
	Location Location
}

// Variable returns the service's environment variable of that name.
func (s Service) Variable(name string) (Variable, bool) {
	for _, v := range s.Environment {
		if v.Name == name {
			return v, true
		}
	}
	return Variable{}, false
}
