package tasks

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"catbot/catapi"
)

// An Index finds tasks by a part of their names. It is made when names change, not for each key press.
type Index struct {
	tasks   []indexed
	aliases []indexed // by alias
}

type indexed struct {
	task  catapi.Task
	alias string
	text  string // what it is found by, in lower case
}

// separator stands between the parts of a text. Nobody can type it.
const separator = "\x00"

// NewIndex makes an index of tasks, in their order, and of aliases, which are ids of tasks by name.
func NewIndex(tasks []catapi.Task, aliases map[string]string) *Index {
	x := &Index{tasks: make([]indexed, 0, len(tasks)), aliases: make([]indexed, 0, len(aliases))}
	byID := make(map[string]catapi.Task, len(tasks))
	for _, t := range tasks {
		byID[t.ID] = t
	}
	aliasesOf := map[string][]string{} // aliases by id
	for _, alias := range slices.Sorted(maps.Keys(aliases)) {
		id := aliases[alias]
		task, ok := byID[id]
		if !ok {
			task.ID = id
		}
		aliasesOf[id] = append(aliasesOf[id], alias)
		x.aliases = append(x.aliases, indexed{task, alias, textOf(alias, task.Name, id)})
	}
	for _, t := range tasks {
		x.tasks = append(x.tasks, indexed{task: t, text: textOf(append(aliasesOf[t.ID], t.Name, t.Target, t.ID)...)})
	}
	return x
}

func textOf(parts ...string) string { return strings.ToLower(strings.Join(parts, separator)) }

// Find yields the tasks whose name, target, id or alias contains text, in any case.
func (x *Index) Find(text string) iter.Seq[catapi.Task] {
	text = strings.ToLower(text)
	return func(yield func(catapi.Task) bool) {
		for _, one := range x.tasks {
			if strings.Contains(one.text, text) && !yield(one.task) {
				return
			}
		}
	}
}

// FindAliases yields the aliases in order, with their tasks, if the alias or its task's name or id contains text.
func (x *Index) FindAliases(text string) iter.Seq2[string, catapi.Task] {
	text = strings.ToLower(text)
	return func(yield func(string, catapi.Task) bool) {
		for _, one := range x.aliases {
			if strings.Contains(one.text, text) && !yield(one.alias, one.task) {
				return
			}
		}
	}
}

// Index returns the index of the names read so far. It does not wait.
func (d *Directory) Index() *Index {
	d.latest()
	return d.index.Load()
}

// updateIndex makes the index anew.
func (d *Directory) updateIndex() {
	d.indexMu.Lock()
	defer d.indexMu.Unlock()
	d.index.Store(NewIndex(d.tasks.Load().tasks, d.Aliases()))
}
