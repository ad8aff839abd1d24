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
	task   catapi.Task
	alias  string
	text   string   // what it is found by, in lower case
	called []string // its name, target, id and aliases, as Address writes them
	host   string   // of its target
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
		x.aliases = append(x.aliases, indexed{task: task, alias: alias, text: textOf(alias, task.Name, id)})
	}
	for _, t := range tasks {
		called := append(aliasesOf[t.ID], t.Name, t.Target, t.ID)
		text := textOf(called...)
		for i, name := range called {
			called[i] = Address(name)
		}
		x.tasks = append(x.tasks, indexed{task: t, text: text, called: called, host: Host(t.Target)})
	}
	return x
}

// Host returns the host of an address, in lower case.
func Host(address string) string {
	host, _, _ := strings.Cut(Address(address), "/")
	return host
}

// Address returns an address as people type it: in lower case, without its scheme and the slash at its end.
func Address(address string) string {
	address = strings.ToLower(address)
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	return strings.TrimSuffix(address, "/")
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

// Named returns the tasks whose name, target, id or alias is name, in any case.
// If there is none, it returns the tasks with that host, and else, unless whole is set, the tasks that contain name.
func (x *Index) Named(name string, whole bool) []catapi.Task {
	name = Address(name)
	if name == "" {
		return nil
	}
	named := x.where(func(one indexed) bool { return slices.Contains(one.called, name) })
	if len(named) == 0 {
		named = x.where(func(one indexed) bool { return one.host == name })
	}
	if len(named) > 0 || whole {
		return named
	}
	return slices.Collect(x.Find(name))
}

func (x *Index) where(is func(indexed) bool) (found []catapi.Task) {
	for _, one := range x.tasks {
		if is(one) {
			found = append(found, one.task)
		}
	}
	return found
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
