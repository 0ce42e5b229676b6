package preflight

// Knowledge is what the catalog holds about one product, for people.
type Knowledge struct {
	Entry   string // unique in the catalog
	Rule    string // what reports call it; several entries may share it
	Title   string // without a version
	Images  []string
	Needs   []Clause // the first one that applies speaks
	Advice  []Clause // the first one that applies is what it advises beyond its need
	Waivers []Clause // each of them lifts a required need
	Signs   []Sign   // by which its log tells of the setting
}

// Clause is one thing that the catalog states under a condition.
type Clause struct {
	Versions    string // a range such as ">=6.5 <7.0"; empty: every version
	When        string // the condition in words; empty: always
	Unless      string // what undoes it, in words; empty: nothing
	Level       Level  // of a need; empty otherwise
	Basis       Basis
	Minimum     Amount
	Recommended Amount
	Maximum     int64
	Reason      string // may be empty
	Source      string
}

// ImageKnowledge is what is known about an image by its reference alone.
type ImageKnowledge struct {
	Reference string // in full, as Docker reads it
	Known     bool   // a product of the catalog
	MatchedBy string // the name in the catalog that it has
	Version   string // by its tag; empty when that does not tell
	Product   Knowledge
	// Resembles says what an image is that only looks like a product; nil when it
	// does not, or when nothing is known about it.
	Resembles *Lookalike
	// Contains is the product whose name is a part of the image's name, where
	// nothing else is known; empty otherwise.
	Contains string
}

// Lookalike is an image with a product's name that is not the product.
type Lookalike struct {
	What string // what it is, such as "a metrics exporter"
	Near string // title of the product; empty when it resembles none by more than letters
}

// RulePage is a page of docs/rules: what a finding means and what to do.
type RulePage struct {
	ID       string
	Title    string
	Sections []RuleSection // the first has no heading
}

// RuleSection is a part of a page.
type RuleSection struct {
	Heading string
	Blocks  []RuleBlock
}

// RuleBlock is a paragraph, a point of a list, or lines to be copied.
type RuleBlock struct {
	Text  string   // with its lines joined; empty for lines to be copied
	Point bool     // a point of a list
	Code  []string // lines to be copied
}
