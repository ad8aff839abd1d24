package fakeslack

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// A check reports what is wrong with the value at the validator's path. The functions that return one are not inlined,
// because they are called some hundred times: the program would grow by 100 kB.
type check func(v *validator, value any)

// A shape lists the properties of a kind of object beside "type". Slack refuses any other property.
// The rule checks what depends on several properties.
type shape struct {
	props []prop
	rule  func(v *validator, object map[string]any)
}

type prop struct {
	name     string
	required bool
	check    check
}

func required(name string, c check) prop { return prop{name, true, c} }
func optional(name string, c check) prop { return prop{name, false, c} }

// of returns a shape with the given properties.
func of(props ...prop) shape { return shape{props: props} }

// with returns s with a rule.
func (s shape) with(rule func(*validator, map[string]any)) shape {
	s.rule = rule
	return s
}

// typed returns value as an object and its type.
func (v *validator) typed(value any) (map[string]any, string, bool) {
	object, ok := value.(map[string]any)
	if !ok {
		v.note("must provide an object")
		return nil, "", false
	}
	kind, ok := object["type"].(string)
	if !ok {
		v.note("missing required field: type")
		return nil, "", false
	}
	return object, kind, true
}

// object checks the properties of an object in the order of its shape.
func (v *validator) object(object map[string]any, s shape) {
	known := 0
	if _, ok := object["type"]; ok {
		known++
	}
	for _, p := range s.props {
		value, ok := object[p.name]
		if !ok {
			if p.required {
				v.note("missing required field: " + p.name)
			}
			continue
		}
		known++
		v.push(p.name)
		p.check(v, value)
		v.pop()
	}
	if known < len(object) {
		v.unknown(object, s)
	}
	if s.rule != nil {
		s.rule(v, object)
	}
}

// unknown reports the properties that s does not have.
func (v *validator) unknown(object map[string]any, s shape) {
	var names []string
	for name := range object {
		if name != "type" && !slices.ContainsFunc(s.props, func(p prop) bool { return p.name == name }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		v.note("invalid additional property: " + name)
	}
}

// object checks an object of one shape, which has no "type".
//
//go:noinline
func object(s shape) check {
	return func(v *validator, value any) {
		o, ok := value.(map[string]any)
		if !ok {
			v.note("must provide an object")
			return
		}
		v.object(o, s)
	}
}

// oneOf checks an object whose "type" selects its shape.
//
//go:noinline
func oneOf(shapes map[string]shape) check {
	return func(v *validator, value any) {
		o, kind, ok := v.typed(value)
		if !ok {
			return
		}
		s, ok := shapes[kind]
		if !ok {
			v.noteAt("type", "unsupported type: "+kind)
			return
		}
		v.object(o, s)
	}
}

// only returns the shapes of some types.
func only(shapes map[string]shape, types ...string) map[string]shape {
	picked := make(map[string]shape, len(types))
	for _, t := range types {
		s, ok := shapes[t]
		if !ok {
			panic("there is no shape of type " + t)
		}
		picked[t] = s
	}
	return picked
}

// list checks an array of least to most elements.
//
//go:noinline
func list(least, most int, each check) check {
	return func(v *validator, value any) {
		elements, ok := value.([]any)
		if !ok {
			v.note("must provide an array")
			return
		}
		if len(elements) < least {
			v.note(fmt.Sprintf("must provide at least %d items", least))
		}
		if len(elements) > most {
			v.note(fmt.Sprintf("no more than %d items allowed", most))
			return
		}
		for i, e := range elements {
			v.pushIndex(i)
			each(v, e)
			v.pop()
		}
	}
}

// visibleText checks a string of least to most characters that people see.
//
//go:noinline
func visibleText(least, most int) check {
	return func(v *validator, value any) {
		n := v.length(value, least, most)
		if v.cells != nil {
			*v.cells += n
		} else {
			v.chars += n
		}
	}
}

// hiddenText checks a string of least to most characters that people do not see: an id, a value, a URL.
//
//go:noinline
func hiddenText(least, most int) check {
	return func(v *validator, value any) { v.length(value, least, most) }
}

func (v *validator) length(value any, least, most int) int {
	s, ok := value.(string)
	if !ok {
		v.note("must provide a string")
		return 0
	}
	n := utf8.RuneCountInString(s)
	switch {
	case n < least:
		v.note(fmt.Sprintf("must be more than %d characters", least-1))
	case n > most:
		v.note(fmt.Sprintf("must be less than %d characters", most+1))
	}
	return n
}

// enum checks that a string is one of values.
//
//go:noinline
func enum(values ...string) check {
	return func(v *validator, value any) {
		if s, ok := value.(string); !ok || !slices.Contains(values, s) {
			v.note("must be a valid enum value")
		}
	}
}

func boolean(v *validator, value any) {
	if _, ok := value.(bool); !ok {
		v.note("must provide a boolean")
	}
}

// number checks a finite number.
func number(v *validator, value any) { v.number(value) }

func (v *validator) number(value any) (float64, bool) {
	n, ok := value.(json.Number)
	if !ok {
		v.note("must provide a number")
		return 0, false
	}
	f, err := n.Float64()
	if err != nil || math.IsInf(f, 0) {
		v.note("must be a finite number")
		return 0, false
	}
	return f, true
}

// integer checks a whole number from least to most.
//
//go:noinline
func integer(least, most int64) check {
	return func(v *validator, value any) {
		n, ok := value.(json.Number)
		if !ok {
			v.note("must provide an integer")
			return
		}
		i, err := strconv.ParseInt(n.String(), 10, 64)
		switch {
		case err != nil:
			v.note("must provide an integer")
		case i < least:
			v.note(fmt.Sprintf("must be more than %d", least-1))
		case i > most:
			v.note(fmt.Sprintf("must be less than %d", most+1))
		}
	}
}

// blockID checks that no other block of the message has the id.
func blockID(v *validator, value any) { v.unique(value, v.ids, "`block_id` already exists") }

// actionID checks that no other element of the block has the id.
func actionID(v *validator, value any) { v.unique(value, v.actions, "`action_id` already exists") }

func (v *validator) unique(value any, seen map[string]bool, twice string) {
	v.length(value, 1, 255)
	id, ok := value.(string)
	if !ok {
		return
	}
	if seen[id] {
		v.note(twice)
	}
	seen[id] = true
}
