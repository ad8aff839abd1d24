package commands

import (
	"time"
	"unicode/utf8"
)

// A Choice is a question about a task that is called by a name, not by its id. The name may fit several tasks.
type Choice struct {
	Name string    // as typed
	Of   []Command // the same question of each task that the name fits; none when the text has no such name
}

// A Finder returns the ids of the tasks that a name fits; whole says that a part of what they are called is not enough.
type Finder func(name string, whole bool) []string

const (
	// maxNameWords bounds the words of a name, each number of which is looked up.
	maxNameWords = 8
	// minName is how much of a name has to be typed, in characters.
	minName = 2
)

// ParseNamed reads text that begins with the name of a task, or has it after codes or trend. Its error is a
// *SyntaxError of what follows the name.
func (l Language) ParseNamed(text string, now time.Time, find Finder) (Choice, error) {
	p := l.reader(text, now)
	first, ok := p.next()
	if !ok {
		return Choice{}, nil
	}
	switch first.command() {
	case "codes", "trend":
		p.trend = first.command() == "trend"
		p.advance()
	case "":
	default:
		return Choice{}, nil
	}
	start := p.pos
	if w, ok := p.next(); ok {
		if _, isTask := p.task(w); isTask {
			return Choice{}, nil
		}
	}
	for end := min(len(p.words), start+maxNameWords); end > start; end-- {
		name := p.name(start, end)
		whole := p.needsWhole(start, end)
		if utf8.RuneCountInString(name) < minName {
			break
		}
		if ids := find(name, whole); len(ids) > 0 {
			p.pos = end
			return p.choose(name, ids)
		}
	}
	return Choice{}, nil
}

// name is the text of the words from start up to end, without the quotes around a single one.
func (p *parser) name(start, end int) string {
	first, last := p.words[start], p.words[end-1]
	if end == start+1 && first.quoted {
		return first.plain
	}
	return string([]rune(p.text)[first.at : last.at+utf8.RuneCountInString(last.raw)])
}

// needsWhole reports whether a part of a name is not enough: the words may mean something else, or be a slip of a
// command's word.
func (p *parser) needsWhole(start, end int) bool {
	first := p.words[start]
	return p.hasMeaning(first) || start == 0 && end == 1 && nearest(first.text, commandNames()) != ""
}

// choose reads what follows the name of the tasks with ids. Where that names a task by its id, the name was none.
func (p *parser) choose(name string, ids []string) (Choice, error) {
	choice := Choice{Name: name}
	p.codes.Tasks = ids[:1]
	command, err := p.readCodes()
	if err != nil {
		return Choice{}, err
	}
	codes := command.(Codes)
	if len(codes.Tasks) > 1 {
		return Choice{}, nil
	}
	for _, id := range ids {
		codes.Tasks = []string{id}
		if p.trend {
			choice.Of = append(choice.Of, Trend{codes})
			continue
		}
		choice.Of = append(choice.Of, codes)
	}
	return choice, nil
}
