package tasks

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"catbot/catapi"
)

// An Index finds tasks by a part of what they are called. It is made when something is known anew, not for each key that
// somebody strikes.
type Index struct {
	tasks   []indexed
	aliases []indexed // by alias
}

type indexed struct {
	task  catapi.Task
	alias string
	text  string // all that it is found by, in lower case
}

// apart stands between the parts of a text: nobody types it.
const apart = "\x00"

// NewIndex makes an index of tasks, in their order, and of aliases, which are tasks' ids by name.
func NewIndex(tasks []catapi.Task, aliases map[string]string) *Index {
	x := &Index{tasks: make([]indexed, 0, len(tasks)), aliases: make([]indexed, 0, len(aliases))}
	known := make(map[string]catapi.Task, len(tasks))
	for _, t := range tasks {
		known[t.ID] = t
	}
	of := map[string][]string{} // a task's aliases
	for _, alias := range slices.Sorted(maps.Keys(aliases)) {
		id := aliases[alias]
		task, ok := known[id]
		if !ok {
			task.ID = id
		}
		of[id] = append(of[id], alias)
		x.aliases = append(x.aliases, indexed{task, alias, textOf(alias, task.Name, id)})
	}
	for _, t := range tasks {
		x.tasks = append(x.tasks, indexed{task: t, text: textOf(append(of[t.ID], t.Name, t.Target, t.ID)...)})
	}
	return x
}

func textOf(parts ...string) string { return strings.ToLower(strings.Join(parts, apart)) }

// Find yields the tasks whose name, target, id or alias holds text, in any case.
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

// FindAliases yields the aliases that hold text, or whose task's name or id does, in order, with their tasks.
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

// Index finds what is known by now. It does not wait.
func (d *Directory) Index() *Index {
	d.known()
	return d.index.Load()
}

// sort makes the index anew.
func (d *Directory) sort() {
	d.sorting.Lock()
	defer d.sorting.Unlock()
	d.index.Store(NewIndex(d.tasks.Load().tasks, d.Aliases()))
}
