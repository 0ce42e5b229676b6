package catalog

import (
	"errors"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"docker-mapcount/internal/preflight"
)

// decodeProduct reads one entry, without what it takes over from another.
func decodeProduct(n *yaml.Node) (Product, error) {
	p := Product{Line: n.Line, has: map[string]bool{}}
	f := fields{
		"id": text(&p.ID), "product": text(&p.Product), "title": text(&p.Title), "like": text(&p.Like),
		"images":      list(&p.Images, decodeImage),
		"marks":       list(&p.Marks, decodeMark),
		"start":       start(&p.Start),
		"workdir":     text(&p.Workdir),
		"settings":    list(&p.Settings, decodePlace),
		"properties":  list(&p.Properties, decodePlace),
		"environment": dictionary(&p.Environment, word),
		"values":      dictionary(&p.Values, decodeValue),
		"needs":       list(&p.Needs, decodeNeed),
		"advice":      list(&p.Advice, decodeAdvice),
		"waivers":     list(&p.Waivers, decodeWaiver),
		"findings":    list(&p.Findings, decodeWarning),
		"errors":      errorTexts(&p.Errors),
	}
	for name, read := range f {
		f[name] = func(n *yaml.Node) error {
			p.has[name] = true
			return read(n)
		}
	}
	err := f.read(n)
	return p, err
}

func decodeMark(n *yaml.Node) (Mark, error) {
	var m Mark
	err := fields{
		"called": text(&m.Called), "sets": texts(&m.Sets),
		"label": text(&m.Label), "variable": text(&m.Variable), "path": text(&m.Path),
		"is": texts(&m.Is), "version": text(&m.Version),
	}.read(n)
	subjects := 0
	for _, s := range []string{m.Called, m.Label, m.Variable, m.Path} {
		if s != "" {
			subjects++
		}
	}
	if err == nil && subjects != 1 {
		err = errorAt(n.Line, "a mark needs exactly one of called, label, variable, path")
	}
	if err == nil && (m.Called != "") != (len(m.Sets) > 0) {
		err = errorAt(n.Line, "a mark with called needs sets, and no other does")
	}
	return m, err
}

func start(to *Start) func(*yaml.Node) error {
	return fields{
		"entrypoints": texts(&to.Entrypoints), "programs": texts(&to.Programs),
		"tools": texts(&to.Tools), "identify": texts(&to.Identify), "otherwise": text(&to.Otherwise),
	}.read
}

func decodeImage(n *yaml.Node) (Image, error) {
	var i Image
	if n.Kind == yaml.ScalarNode {
		return Image{Name: n.Value}, nil
	}
	err := fields{"name": text(&i.Name), "tags": texts(&i.Tags), "version": text(&i.Version)}.read(n)
	return i, err
}

func decodePlace(n *yaml.Node) (Place, error) {
	var p Place
	err := fields{
		"arguments":   kind(&p, InArguments, text(&p.Prefix)),
		"environment": kind(&p, InEnvironment, text(&p.Style)),
		"options":     kind(&p, InOptions, text(&p.Variable)),
		"file":        kind(&p, InFile, texts(&p.Files)),
		"prefix":      text(&p.Prefix),
		"format":      text(&p.Format),
		"image":       dictionary(&p.Image, word),
		"names":       dictionary(&p.Names, word),
		"versions":    versions(&p.Versions),
	}.read(n)
	return p, err
}

// kind notes which kind of place a field makes.
func kind(p *Place, k PlaceKind, read func(*yaml.Node) error) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if p.Kind != "" {
			return errorAt(n.Line, "a place is either in %s or in %s", p.Kind, k)
		}
		p.Kind = k
		return read(n)
	}
}

func versions(to *Range) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		*to = Range{Line: n.Line}
		return text(&to.Text)(n)
	}
}

func decodeValue(n *yaml.Node) (Value, error) {
	var v Value
	err := fields{
		"ulimit": text(&v.Ulimit), "setting": text(&v.Setting), "variable": text(&v.Variable),
		"java": text(&v.Java), "default": whole(&v.Default),
	}.read(n)
	if err == nil && v.Java != "" && !slices.Contains(javaValues, v.Java) {
		err = errorAt(n.Line, "java %q: known are %s", clip(v.Java), strings.Join(javaValues, ", "))
	}
	return v, err
}

func decodeNeed(n *yaml.Node) (Need, error) {
	var need Need
	err := fields{
		"versions":     versions(&need.Versions),
		"when":         condition(&need.When),
		"level":        text((*string)(&need.Level)),
		"basis":        text((*string)(&need.Basis)),
		"minimum":      number(&need.Minimum),
		"recommended":  number(&need.Recommended),
		"maximum":      whole(&need.Maximum),
		"reason":       text(&need.Reason),
		"afterRestart": text(&need.AfterRestart),
		"source":       text(&need.Source),
		"waivers": func(n *yaml.Node) error {
			need.OwnWaivers = true
			return list(&need.Waivers, decodeWaiver)(n)
		},
	}.read(n)
	return need, err
}

func number(to *Number) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind == yaml.ScalarNode {
			return whole(&to.Number)(n)
		}
		err := fields{"formula": text(&to.Formula), "floor": whole(&to.Number)}.read(n)
		if _, bad := preflight.ParseFormula(to.Formula); err == nil && bad != nil {
			return errorAt(n.Line, "%w", bad)
		}
		return err
	}
}

func decodeAdvice(n *yaml.Node) (Advice, error) {
	var a Advice
	err := fields{
		"versions": versions(&a.Versions), "when": condition(&a.When),
		"number": number(&a.Number), "source": text(&a.Source),
	}.read(n)
	return a, err
}

func decodeWarning(n *yaml.Node) (Warning, error) {
	var w Warning
	var source string // for the readers of the catalog
	err := fields{
		"rule": text(&w.Rule), "when": condition(&w.When), "severity": text((*string)(&w.Severity)),
		"message": text(&w.Message), "source": text(&source),
	}.read(n)
	known := []preflight.Severity{preflight.SeverityError, preflight.SeverityWarning, preflight.SeverityNote}
	switch {
	case err != nil:
	case w.Rule == "" || w.Message == "":
		err = errorAt(n.Line, "a finding needs a rule and a message")
	case !slices.Contains(known, w.Severity):
		err = errorAt(n.Line, "severity %q: known are error, warning, note", clip(string(w.Severity)))
	}
	return w, err
}

func decodeWaiver(n *yaml.Node) (Waiver, error) {
	var w Waiver
	err := fields{
		"versions": versions(&w.Versions), "when": condition(&w.When), "unless": condition(&w.Unless),
		"reason": text(&w.Reason), "source": text(&w.Source),
	}.read(n)
	if err == nil && w.When == nil {
		err = errorAt(n.Line, "a waiver needs when")
	}
	return w, err
}

func condition(to **Condition) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		c, err := decodeCondition(n)
		*to = &c
		return err
	}
}

func decodeCondition(n *yaml.Node) (Condition, error) {
	var c Condition
	var set, privileged bool
	err := fields{
		"setting": texts(&c.Setting), "property": text(&c.Property),
		"variable": text(&c.Variable), "ulimit": text(&c.Ulimit), "argument": texts(&c.Argument),
		"privileged": func(n *yaml.Node) error { c.Privileged = &privileged; return truth(&privileged)(n) },
		"is":         texts(&c.Is), "isNot": texts(&c.IsNot), "contains": text(&c.Contains),
		"loopback": truth(&c.Loopback), "fold": truth(&c.Fold),
		"default": text(&c.Default), "from": text(&c.From),
		"set": func(n *yaml.Node) error { c.Set = &set; return truth(&set)(n) },
		"all": list(&c.All, decodeCondition), "any": list(&c.Any, decodeCondition),
		"not": condition(&c.Not),
	}.read(n)
	if err == nil {
		err = c.check(n.Line)
	}
	return c, err
}

// check refuses a condition that says nothing or two things at once.
func (c Condition) check(line int) error {
	subjects := 0
	for _, given := range []bool{
		len(c.Setting) > 0, c.Property != "", c.Variable != "", c.Ulimit != "", len(c.Argument) > 0, c.Privileged != nil,
		len(c.All) > 0, len(c.Any) > 0, c.Not != nil,
	} {
		if given {
			subjects++
		}
	}
	switch {
	case subjects != 1:
		return errorAt(line, "%w", errors.New("a condition needs exactly one of setting, property, variable, ulimit, argument, privileged, all, any, not"))
	case c.Ulimit != "" && c.Ulimit != "nofile":
		return errorAt(line, "the only ulimit that is known is nofile")
	case c.From != "" && c.From != "image":
		return errorAt(line, "from can only be image")
	}
	return nil
}
