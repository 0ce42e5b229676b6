package catalog

import "docker-mapcount/internal/preflight"

// Product is one entry of a catalog: a set of images that behave alike. One
// without images is a rule: its texts are known, and others can be like it.
type Product struct {
	ID      string // unique in its catalog
	Product string // what reports call it; several entries may share it
	Title   string // for people, without a version
	Like    string // id of the entry whose other fields it takes over; empty when it stands alone
	Line    int    // line of the catalog file on which it starts

	Images      []Image
	Marks       []Mark // by which a local image of another name is recognised
	Start       Start
	Settings    []Place           // where its settings can stand, strongest first
	Workdir     string            // the image's working directory; empty: not known
	Properties  []Place           // where its Java properties can stand, strongest first
	Environment map[string]string // variables that the image itself sets
	Values      map[string]Value  // names for formulas
	Needs       []Need            // the first one that applies speaks
	Advice      []Advice          // the first one that applies is what it advises
	Waivers     []Waiver          // each of them lifts a required need
	Findings    []Warning         // what is worth saying beside the need
	Errors      []Error           // texts by which its log tells that the value is too low

	has map[string]bool // the fields that the entry itself gives, also empty ones
}

// Image names one image, or several by their tags.
type Image struct {
	Name    string   // registry and path in full; a component may be *, and a first one stands for any registry and folders
	Tags    []string // patterns of which the tag must match one; empty: any tag
	Version string   // the product's version where the tag does not tell it; "none": not known
}

// Start says how a container of the image starts the product.
type Start struct {
	// Entrypoints are scripts that start what their arguments say, without any the product.
	Entrypoints []string
	// Programs are programs, scripts and words that start the product; of two
	// words ("clickhouse server") the second is the first argument.
	Programs []string
	// Tools are programs of the image that do not start it, though their names
	// look like it.
	Tools []string
	// Identify are programs that tell the product by themselves, whatever the
	// image they are started in.
	Identify []string
	// Otherwise is what is said of a container that starts something else; empty
	// for a general sentence.
	Otherwise string
}

// Place is a place in which settings can stand.
type Place struct {
	Kind     PlaceKind
	Prefix   string            // of an argument or option, such as -E; of a variable in style "prefixed"
	Style    string            // of a variable's name: dotted, upper, prefixed, named
	Variable string            // the variable that holds options
	Files    []string          // paths in the container; ${NAME:-default} stands for a variable, ${--name} for an argument
	Format   string            // of the file: yaml, properties, lines
	Image    map[string]string // what that file says in the image; a mounted one replaces it
	Names    map[string]string // setting → its spelling in this place; then it knows no other settings
	Versions Range
}

// PlaceKind is the kind of a [Place].
type PlaceKind string

// The kinds of places.
const (
	InArguments   PlaceKind = "arguments"
	InEnvironment PlaceKind = "environment"
	InOptions     PlaceKind = "options" // words inside one environment variable
	InFile        PlaceKind = "file"
)

// Value is a number that a formula may use: what the service says of it, else
// the default, else the engine's fact of that name.
type Value struct {
	Ulimit   string // nofile
	Setting  string
	Variable string // an environment variable, by its exact name
	Java     string // heapMiB, heapShare or memoryMiB: see [java]
	Default  int64  // where the service does not say; 0: the fact of the engine
}

// Need is what a product asks for under a condition.
type Need struct {
	Versions     Range
	When         *Condition // nil: always
	Level        preflight.Level
	Basis        preflight.Basis
	Minimum      Number
	Recommended  Number
	Maximum      int64
	Reason       string
	AfterRestart string
	Source       string
	Waivers      []Waiver
	OwnWaivers   bool // Waivers replace those of the product
}

// Number is a number or a formula with a floor.
type Number struct {
	Number  int64
	Formula string
}

// Advice is a number that a product advises beyond what it needs.
type Advice struct {
	Versions Range
	When     *Condition
	Number   Number
	Source   string
}

// Warning is a finding about a container of the product, under a condition.
type Warning struct {
	Rule     string // id of the finding
	When     *Condition
	Severity preflight.Severity
	Message  string
}

// Waiver is a setting that lifts a required need.
type Waiver struct {
	Versions Range
	When     *Condition
	Unless   *Condition // undoes the waiver; nil: nothing does
	Reason   string
	Source   string // empty: that of the need
}

// Error is a text that a product prints when the value is too low.
type Error struct {
	Text  string                // N stands for a number
	Means preflight.SignMeaning // what it proves
	Note  string                // of one that suggests only: what else it may mean
}

// Condition is a claim about a service. Exactly one of its subjects, or one of
// All, Any and Not, is given.
type Condition struct {
	Setting  []string // the first of these settings that is set
	Property string   // a Java property
	Variable string   // an environment variable, by its exact name
	Ulimit   string   // nofile
	Argument []string // one of these words in the command line of the product
	// Privileged is whether the container is privileged.
	Privileged *bool

	Is       []string // equals one of these
	IsNot    []string // equals none of these
	Contains string
	Loopback bool  // names loopback addresses only
	Set      *bool // has a value that is not empty
	Fold     bool  // letter case does not matter
	Default  string
	From     string // image: only where the image itself sets it

	All, Any []Condition
	Not      *Condition
}
