package tasks

import (
	"fmt"
	"testing"

	"catbot/catapi"
)

// BenchmarkFind is what one key stroke in a form costs, with 5,000 tasks and as many aliases as there may be.
func BenchmarkFind(b *testing.B) {
	x := NewIndex(manyTasks())
	for b.Loop() {
		for range x.FindAliases("no such") {
			b.Fatal("found")
		}
		for range x.Find("no such") {
			b.Fatal("found")
		}
	}
}

// BenchmarkNewIndex is what a change of a task or an alias costs.
func BenchmarkNewIndex(b *testing.B) {
	tasks, aliases := manyTasks()
	for b.Loop() {
		NewIndex(tasks, aliases)
	}
}

func manyTasks() ([]catapi.Task, map[string]string) {
	tasks, aliases := make([]catapi.Task, 5000), map[string]string{}
	for n := range tasks {
		tasks[n] = catapi.Task{
			ID: fmt.Sprint(100000 + n), Name: fmt.Sprintf("站点 Site %d", n),
			Target: fmt.Sprintf("https://www%d.example.com/", n),
		}
	}
	for n := range MaxAliases {
		aliases[fmt.Sprintf("alias-%d", n)] = tasks[n*7].ID
	}
	return tasks, aliases
}
