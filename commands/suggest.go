package commands

import (
	"cmp"
	"slices"
	"sort"
)

// The names that a word is compared with when nobody knows it.
var (
	ispNames     = sortedKeys(isps)
	keywordNames []string // filled when keywords is complete
)

func sortedKeys(m map[string]string) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// longKeys returns the keys that are long enough to be compared.
func longKeys(m map[string]string) []string {
	return slices.DeleteFunc(sortedKeys(m), func(key string) bool { return len(key) < 3 })
}

// suggest sets e.Try to the command with one correction.
func (p *parser) suggest(e *SyntaxError, correct func()) {
	correct()
	e.Try = p.example()
}

// tryText offers text.
func tryText(text string) func(*SyntaxError) { return func(e *SyntaxError) { e.Try = text } }

// respell returns the command with the next word replaced by name.
func (p *parser) respell(name string) string {
	corrected := *p
	corrected.words = slices.Clone(p.words)
	corrected.words[p.pos] = readWord(name)
	return corrected.example()
}

// errQuiet stands for any error of a quiet parser, whose errors are not shown.
var errQuiet = &SyntaxError{}

// example is the nearest command that works: all that can be understood from here on, past what is at fault,
// with a task where it is missing.
func (p *parser) example() string {
	rest := *p
	rest.quiet = true
	rest.codes.Tasks = slices.Clone(p.codes.Tasks)
	rest.codes.Provinces = slices.Clone(p.codes.Provinces)
	rest.codes.ISPs = slices.Clone(p.codes.ISPs)
	if p.draft != nil {
		draft := *p.draft
		rest.draft = &draft
	}
	if p.incidents != nil {
		incidents := *p.incidents
		rest.incidents = &incidents
	}
	for rest.pos < len(rest.words) {
		before := rest.pos
		if rest.readNext(rest.words[before]) != nil {
			rest.pos = max(rest.pos, before+1)
		}
	}
	if p.incidents != nil {
		return rest.listed().String()
	}
	c := rest.codes
	if len(c.Tasks) == 0 {
		c.Tasks = []string{p.exampleTask()}
	}
	if !p.fits(c.Window) {
		c.Window = Window{}
	}
	c.Tasks = c.Tasks[:min(len(c.Tasks), p.maxParts())]
	c.Provinces = c.Provinces[:min(len(c.Provinces), p.maxParts()/len(c.Tasks))]
	if rest.draft != nil {
		c.Public, c.Show = false, Summary
		if rest.draft.watch {
			if rest.codes = c; c.Window == rest.watchWindow() {
				c.Window = Window{} // the default has been filled in, or was typed
			}
			return rest.draft.watchText(c)
		}
		return rest.draft.with(c).repaired().String()
	}
	if rest.trend {
		c.Top, c.Compare, c.Show = 0, NoBaseline, Summary
		return Trend{c}.String()
	}
	return c.String()
}

// exampleTask is the task of an example.
func (p *parser) exampleTask() string { return cmp.Or(p.Task, "126531") }

// readNext takes the next word, w, where it stands: in a command, or in a digest before its command.
func (p *parser) readNext(w word) error {
	if p.incidents != nil {
		return p.readIncidentsWord(w)
	}
	if p.draft == nil {
		return p.readCodesWord(w)
	}
	if p.draft.inCommand {
		if part := p.part(w); part != "" {
			return p.readPart(w, part)
		}
		return p.readCodesWord(w)
	}
	if w.keyword() == "codes" {
		p.advance()
		p.draft.inCommand = true
		return nil
	}
	return p.readDigestWord(w)
}
