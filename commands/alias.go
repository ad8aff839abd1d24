package commands

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// An AliasDo sets, lists or removes aliases of tasks.
type AliasDo struct {
	Verb string // "set", "list" or "remove"
	Name string // in lower case; "" of list
	Task string // of set
}

func (a AliasDo) Kind() string { return "alias " + a.Verb }
func (a AliasDo) String() string {
	return strings.Join(strings.Fields("alias "+a.Verb+" "+a.Name+" "+a.Task), " ")
}

// aliasWords are the verbs of alias, by what people type.
var aliasWords = map[string]string{
	"set": "set", "add": "set", "设置": "set", "添加": "set", "list": "list", "ls": "list", "列表": "list",
	"remove": "remove", "delete": "remove", "rm": "remove", "删除": "remove",
}

// maxAliasName bounds the length of an alias, in characters.
const maxAliasName = 32

// isAliasName reports whether name has the form of an alias: letters, numbers, and the signs "_", "." and "-". It begins
// with a letter, so it can't be read as a number or a time.
func isAliasName(name string) bool {
	length := 0
	for _, r := range name {
		length++
		if !unicode.IsLetter(r) && (length == 1 || !unicode.IsNumber(r) && !strings.ContainsRune("_.-", r)) {
			return false
		}
	}
	return 0 < length && length <= maxAliasName
}

// readAlias reads what follows the word alias.
func (p *parser) readAlias() (Command, error) {
	w, ok := p.next()
	if !ok {
		return AliasDo{Verb: "list"}, nil
	}
	p.advance()
	switch verb := aliasWords[w.text]; {
	case w.quoted || verb == "":
		return nil, p.fail(BadAliasVerb, w, func(e *SyntaxError) {
			e.Near, e.Try = nearest(w.text, sortedKeys(aliasWords)), "alias list"
		})
	case verb == "list":
		return AliasDo{Verb: "list"}, nil
	default:
		return p.readAliasDo(verb)
	}
}

func (p *parser) readAliasDo(verb string) (Command, error) {
	example := tryText("alias list")
	if verb == "set" {
		example = tryText("alias set shop " + p.exampleTask())
	}
	name, ok := p.next()
	if !ok {
		return nil, p.fail(NoAlias, word{}, example)
	}
	isTaken := p.hasMeaning(name) || name.command() != ""
	if !isAliasName(name.text) || name.key != "" || verb == "set" && isTaken {
		return nil, p.fail(BadAlias, name, example)
	}
	p.advance()
	if verb == "remove" {
		return AliasDo{Verb: verb, Name: name.text}, nil
	}
	w, ok := p.next()
	if !ok {
		return nil, p.fail(NoTask, word{}, tryText("alias set "+name.text+" "+p.exampleTask()))
	}
	task, ok := p.task(w)
	if !ok {
		return nil, p.fail(BadTask, w, tryText("alias set "+name.text+" "+p.exampleTask()))
	}
	p.advance()
	return AliasDo{Verb: verb, Name: name.text, Task: task}, nil
}

// hasMeaning reports whether w means something in a command, so it can't be an alias.
func (p *parser) hasMeaning(w word) bool {
	if _, ok := knownISP(w.text); ok {
		return true
	}
	if _, ok := p.Names.Find(w.text); ok {
		return true
	}
	_, isTask := TaskID(w.text)
	return isTask || w.keyword() != "" || slices.Contains(fillers, w.text) || p.startsWindow(w) ||
		gluedTop.MatchString(w.text)
}

// task reads a task's id or an alias.
func (p *parser) task(w word) (string, bool) {
	if id, ok := TaskID(w.text); ok {
		return id, true
	}
	id, ok := p.Aliases[w.text]
	return id, ok && !w.quoted
}

// aliasNames returns the aliases in order.
func (p *parser) aliasNames() []string { return slices.Sorted(maps.Keys(p.Aliases)) }
