package catalog

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"docker-mapcount/internal/preflight"
)

// RuleIDs returns the names that [Rule] knows: what reports call products, and
// the ids of entries. Entries are not parsed for it.
func RuleIDs() []string {
	const product = "\n    product: "
	var ids []string
	for _, e := range Default().entries {
		names := []string{e.id}
		if _, rest, ok := strings.Cut(e.text, product); ok {
			name, _, _ := strings.Cut(rest, "\n")
			names = append(names, strings.TrimSpace(name))
		}
		for _, name := range names {
			if !slices.Contains(ids, name) {
				ids = append(ids, name)
			}
		}
	}
	return ids
}

// Rule returns what the first catalog that knows a name holds under it: the entry
// that is meant first, then the others of the same product. None when no catalog
// knows it.
func Rule(id string, user []*Catalog) []preflight.Knowledge {
	for _, c := range append(slices.Clone(user), Default()) {
		if found := c.rule(id); len(found) > 0 {
			return found
		}
	}
	return nil
}

func (c *Catalog) rule(id string) []preflight.Knowledge {
	var meant, others []preflight.Knowledge
	rule := ""
	products := c.Products()
	for _, p := range products {
		if p.ID == id || rule == "" && p.Product == id {
			rule = p.Product
		}
	}
	for _, p := range products {
		switch {
		case p.Product != rule || rule == "":
		case p.ID == id:
			meant = append(meant, p.knowledge())
		default:
			others = append(others, p.knowledge())
		}
	}
	return slices.Concat(meant, others)
}

// AboutImage returns what is known about an image by its reference alone. ok is false
// for what is no image reference.
func AboutImage(reference string, user []*Catalog) (about preflight.ImageKnowledge, ok bool) {
	name, ok := parseImage(reference)
	if !ok {
		return about, false
	}
	about.Reference = name.String()
	m, known := lookUp(user, reference)
	if !known {
		about.Resembles, about.Contains = lookalike(name), contained(name)
		return about, true
	}
	about.Known, about.Version = true, m.version.text
	about.Product = m.product.of(m.version)
	best := noMatch
	for _, i := range m.product.Images {
		if sure := i.matches(name); sure > best {
			best, about.MatchedBy = sure, i.shown()
		}
	}
	return about, true
}

// String is the reference in full.
func (i imageName) String() string {
	full := i.domain + "/" + path.Join(i.path...)
	if i.tag != "" {
		full += ":" + i.tag
	}
	return full
}

func (i Image) shown() string {
	if len(i.Tags) == 0 {
		return i.Name
	}
	return i.Name + " (tags " + strings.Join(i.Tags, ", ") + ")"
}

// of leaves out of the product's knowledge what is about other versions.
func (p Product) of(v version) preflight.Knowledge {
	p.Needs = slices.DeleteFunc(slices.Clone(p.Needs), func(n Need) bool { return !n.Versions.holds(v) })
	p.Advice = slices.DeleteFunc(slices.Clone(p.Advice), func(a Advice) bool { return !a.Versions.holds(v) })
	p.Waivers = slices.DeleteFunc(slices.Clone(p.Waivers), func(w Waiver) bool { return !w.Versions.holds(v) })
	if len(p.Advice) > 1 && p.Advice[0].When == nil {
		p.Advice = p.Advice[:1]
	}
	return p.knowledge()
}

func (p Product) knowledge() preflight.Knowledge {
	k := preflight.Knowledge{Entry: p.ID, Rule: p.Product, Title: p.Title, Signs: p.signs()}
	for _, i := range p.Images {
		k.Images = append(k.Images, i.shown())
	}
	if !slices.ContainsFunc(p.Needs, func(n Need) bool { return n.Level != preflight.LevelNone }) {
		p.Advice, k.Signs = nil, nil // of a part of a product that needs nothing
	}
	waivers := slices.Clone(p.Waivers)
	lifted := false // whether any need is one that the product's waivers lift
	for _, n := range p.Needs {
		k.Needs = append(k.Needs, p.clause(n))
		lifted = lifted || n.Level == preflight.LevelRequired && !n.OwnWaivers
		waivers = append(waivers, n.Waivers...)
	}
	if !lifted {
		waivers = waivers[len(p.Waivers):]
	}
	for _, w := range waivers {
		k.Waivers = append(k.Waivers, preflight.Clause{
			Versions: w.Versions.Text, When: describe(w.When), Unless: describe(w.Unless), Source: w.Source,
		})
	}
	for _, a := range p.Advice {
		k.Advice = append(k.Advice, preflight.Clause{
			Versions: a.Versions.Text, When: describe(a.When), Recommended: amountOf(a.Number), Source: a.Source,
		})
	}
	return k
}

// clause is a need without a service: its own numbers are put into its sentence,
// and for a setting its name.
func (p Product) clause(n Need) preflight.Clause {
	c := preflight.Clause{
		Versions: n.Versions.Text, When: describe(n.When), Level: n.Level, Basis: n.Basis,
		Minimum: amountOf(n.Minimum), Recommended: amountOf(n.Recommended), Maximum: n.Maximum, Source: n.Source,
	}
	setting, advised := unnamed, "the number given below"
	if n.When != nil && n.When.name() != "" {
		setting = n.When.name()
	}
	if n.Recommended.Number > 0 && n.Recommended.Formula == "" {
		advised = strconv.FormatInt(n.Recommended.Number, 10)
	} else if n.Recommended == (Number{}) && len(p.Advice) == 1 {
		advised = strconv.FormatInt(p.Advice[0].Number.Number, 10)
	}
	reason := n.Reason
	if rest, ok := strings.CutPrefix(reason, "{setting}: "); ok && setting == unnamed {
		reason = capital(rest)
	}
	c.Reason = strings.NewReplacer("{minimum}", strconv.FormatInt(n.Minimum.Number, 10), "{advised}", advised, "{setting}", setting).Replace(reason)
	if setting == unnamed && strings.HasPrefix(reason, "{setting}") {
		c.Reason = capital(c.Reason)
	}
	return c
}

// unnamed stands for a setting that a sentence names, where several may be meant.
const unnamed = "this setting"

// capital begins a sentence.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 || first == utf8.RuneError {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

func amountOf(n Number) preflight.Amount {
	return preflight.Amount{Number: n.Number, Formula: n.Formula}
}
