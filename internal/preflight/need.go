package preflight

// Identification says how a product was recognised. It is part of the output:
// a person who disagrees must see where to look.
type Identification string

// The ways, in the order of authority.
const (
	ByOverride   Identification = "override"  // the service's own x-mapcount or labels
	ByCatalog    Identification = "catalog"   // a catalog that the user named
	ByReference  Identification = "reference" // the image reference
	ByBuild      Identification = "build"     // the Dockerfile's base image
	ByImage      Identification = "image"     // the local image's own settings
	ByCommand    Identification = "command"   // the program that the container starts
	Unidentified Identification = ""          // not recognised
)

// Need is what a service asks for before any engine was asked.
type Need struct {
	Service      string
	Image        string // what it was recognised by, for people
	Product      string // catalog id such as "elasticsearch"; empty when not recognised
	Title        string // product and version for people, such as "Elasticsearch 8.11.3"
	IdentifiedBy Identification
	Level        Level
	Basis        Basis
	Minimum      Amount // what is enforced, or, where nothing enforces, what the installation guide demands
	Recommended  Amount // what the product advises; empty when it advises no more than the minimum
	Maximum      int64  // a value above this is rejected by the product; 0 when there is none
	Reason       string // one or two sentences for people; says what happens below the number
	AfterRestart string // what happens after a restart that loses the value; may be empty
	Because      []Cause
	Rule         string // id of the rule that spoke, with a page in docs
	Source       string // address of the fact
	Location     Location
	// NamedAt is where the project names the catalog that spoke, when that is the
	// project's own and not one of the person who asks.
	NamedAt Location
	// OwnKernel names the runtime when the service's container does not share
	// the engine's kernel (Kata, gVisor): then it is not judged.
	OwnKernel string
	// AskEngine is true when the reference tells nothing, but the image itself,
	// if the engine has it, may.
	AskEngine bool
	// LocalName is the name under which an engine may hold the service's image,
	// which can tell more; empty where nothing more is to be told.
	LocalName string
	// Blind is true when the service is built from what could not be read, so
	// that only the image itself can tell what it is.
	Blind bool
}

// Amount is a number, or a formula over facts of the engine. The zero value
// means that there is none, or that the product does not state it.
type Amount struct {
	Number  int64  // the number; with a formula its floor, used when the facts are not known
	Formula string // see [ParseFormula]; empty for a plain number
}

// IsZero reports whether there is neither a number nor a formula.
func (a Amount) IsZero() bool { return a.Number == 0 && a.Formula == "" }

// Cause is a setting of the service that changed what it needs.
type Cause struct {
	Setting  string // as one would write it, such as "discovery.type=single-node"
	Effect   string // one of the Effect constants
	Number   int64  // the product's number that it touches; 0 when it touches none
	Location Location
}

// The effects of a setting.
const (
	EffectWaives     = "waives"     // lifts the need
	EffectEnforces   = "enforces"   // undoes a waiver, or turns the check on
	EffectChanges    = "changes"    // changes the number
	EffectIdentifies = "identifies" // told which product this is
)
