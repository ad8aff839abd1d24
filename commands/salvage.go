package commands

import (
	"cmp"
	"slices"
	"sort"
)

// The names that a word is compared with when nobody knows it.
var (
	ispNames     = sortedKeys(isps)
	keywordNames []string // filled when keywords is whole
)

func sortedKeys(m map[string]string) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// longKeys leaves out what is too short to be mistaken for.
func longKeys(m map[string]string) []string {
	return slices.DeleteFunc(sortedKeys(m), func(key string) bool { return len(key) < 3 })
}

// try sets e.Try to the command as it would be with one mend.
func (p *parser) try(e *SyntaxError, mend func()) {
	mend()
	e.Try = p.example()
}

// respell returns the command as it would be with the next word spelt as name.
func (p *parser) respell(name string) string {
	mended := *p
	mended.words = slices.Clone(p.words)
	mended.words[p.pos] = readWord(name)
	return mended.example()
}

// errQuiet stands for any error of a quiet parser, which salvages and has nobody to explain to.
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
	for rest.pos < len(rest.words) {
		before := rest.pos
		if rest.readNext(rest.words[before]) != nil {
			rest.pos = max(rest.pos, before+1)
		}
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
		return rest.draft.with(c).String()
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
	if p.draft == nil || p.draft.inCommand {
		return p.readCodesWord(w)
	}
	if w.keyword() == "codes" {
		p.take()
		p.draft.inCommand = true
		return nil
	}
	return p.readDigestWord(w)
}
