package catalog

import (
	"strconv"
	"strings"

	"docker-mapcount/internal/preflight"
)

// need says what the subject asks for: the first need of its product that
// applies, unless its settings lift it or the container starts something else.
func (s *subject) need(n preflight.Need, starts bool) preflight.Need {
	n.Product, n.Rule = s.product.Product, s.product.Product
	n.Title = strings.TrimSpace(s.product.Title + " " + s.version.text)
	applies, causes, ok := s.applies()
	if !ok {
		n.Reason = "The catalog states no need for this version or these settings."
		return n
	}
	n.Source = applies.Source
	if !starts {
		return s.idle(n, applies)
	}
	n.Level, n.Basis, n.Maximum = applies.Level, applies.Basis, applies.Maximum
	n.Minimum, n.Recommended = s.amount(applies.Minimum), s.recommended(applies)
	n.Because = append(n.Because, asCauses(causes, effectOf(applies.Level), n.Minimum.Number)...)
	n.Reason = fill(applies.Reason, n, causes)
	n.AfterRestart = fill(applies.AfterRestart, n, causes)
	if n.Level == preflight.LevelRequired {
		n = s.waive(n, applies)
	}
	return n
}

// applies returns the need that speaks.
func (s *subject) applies() (Need, []found, bool) {
	for _, need := range s.product.Needs {
		if !need.Versions.holds(s.version) {
			continue
		}
		if ok, causes := s.holds(need.When); ok {
			return need, causes, true
		}
	}
	return Need{}, nil, false
}

// idle is the need of a container that has the product's image and does
// something else, such as making certificates.
func (s *subject) idle(n preflight.Need, would Need) preflight.Need {
	n.Reason = s.product.Start.Otherwise
	if n.Reason == "" {
		n.Reason = "It has the image of " + s.product.Title + ", but its command does not start that."
	}
	n.Because = append(n.Because, preflight.Cause{
		Setting: "command", Effect: preflight.EffectWaives, Number: s.amount(would.Minimum).Number, Location: s.arguments,
	})
	return n
}

// waive lifts a required need where the service's settings do.
func (s *subject) waive(n preflight.Need, applies Need) preflight.Need {
	waivers := s.product.Waivers
	if applies.OwnWaivers {
		waivers = applies.Waivers
	}
	for _, w := range waivers {
		s.waiving = true
		ok, causes := s.holds(w.When)
		s.waiving = false
		if !ok || !w.Versions.holds(s.version) {
			continue
		}
		if w.Unless != nil {
			if undone, by := s.holds(w.Unless); undone {
				n.Because = append(n.Because, asCauses(by, preflight.EffectEnforces, n.Minimum.Number)...)
				continue
			}
		}
		return lifted(n, w, causes)
	}
	return n
}

func lifted(n preflight.Need, w Waiver, causes []found) preflight.Need {
	n.Because = append(n.Because, asCauses(causes, preflight.EffectWaives, n.Minimum.Number)...)
	n.Reason = fill(w.Reason, n, causes)
	n.Level = preflight.LevelWaived
	n.Minimum, n.Recommended, n.Maximum = preflight.Amount{}, preflight.Amount{}, 0
	n.AfterRestart = ""
	if w.Source != "" {
		n.Source = w.Source
	}
	return n
}

// recommended is the number advised beyond the minimum; none when it is no higher.
func (s *subject) recommended(applies Need) preflight.Amount {
	if applies.Level == preflight.LevelNone {
		return preflight.Amount{}
	}
	advised := s.amount(applies.Recommended)
	if advised.IsZero() {
		advised = s.advised()
	}
	if advised.Formula == "" && advised.Number <= applies.Minimum.Number {
		return preflight.Amount{}
	}
	return advised
}

func (s *subject) advised() preflight.Amount {
	for _, a := range s.product.Advice {
		if ok, _ := s.holds(a.When); ok && a.Versions.holds(s.version) {
			return s.amount(a.Number)
		}
	}
	return preflight.Amount{}
}

// amount puts the service's own numbers into a formula. What is left in it are
// facts of the engine.
func (s *subject) amount(n Number) preflight.Amount {
	a := preflight.Amount{Number: n.Number}
	f, err := preflight.ParseFormula(n.Formula)
	if n.Formula == "" || err != nil {
		return a
	}
	f = f.Bind(s.values())
	if len(f.Names()) > 0 {
		a.Formula = f.String()
		return a
	}
	if v, err := f.Eval(nil); err == nil {
		a.Number = max(a.Number, v)
	}
	return a
}

// values are the service's numbers for formulas.
func (s *subject) values() map[string]float64 {
	vars := map[string]float64{}
	for name, v := range s.product.Values {
		if n, ok := s.value(v); ok {
			vars[name] = n
		} else if v.Default > 0 {
			vars[name] = float64(v.Default)
		}
	}
	return vars
}

// value is the number that the service itself gives.
func (s *subject) value(v Value) (float64, bool) {
	var f found
	var ok bool
	switch {
	case v.Java != "":
		return s.java().value(v.Java)
	case v.Ulimit != "":
		f, ok = s.subjectOf(&Condition{Ulimit: v.Ulimit})
	case v.Variable != "":
		f, ok = s.variable(v.Variable)
	default:
		f, ok = s.setting(s.product.Settings, v.Setting)
	}
	n, err := strconv.ParseUint(strings.TrimSpace(f.value), 10, 63)
	return float64(n), ok && err == nil && n > 0
}
