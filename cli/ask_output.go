package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"catbot/bot"
	"catbot/bot/blockkit"
	"catbot/catapi"
	"catbot/commands"
	"catbot/i18n"
	"catbot/report"
	"catbot/tasks"
)

// An output is the result of catbot ask.
type output struct {
	exitCode int
	stdout   string
	stderr   string
}

func (s output) write(stdout, stderr io.Writer) error {
	if _, err := io.WriteString(stdout, s.stdout); err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	if _, err := io.WriteString(stderr, s.stderr); err != nil {
		return fmt.Errorf("writing to standard error: %w", err)
	}
	if s.exitCode != 0 {
		return exitError(s.exitCode)
	}
	return nil
}

// The JSON objects of each command, and of an error. docs/output.md documents them.
type (
	jsonErrorAnswer struct {
		Error jsonError `json:"error"`
	}
	jsonError struct {
		Message  string       `json:"message"`
		Command  string       `json:"command,omitempty"`  // as it was parsed
		At       *int         `json:"at,omitempty"`       // where the wrong word begins in Command, in characters
		Word     string       `json:"word,omitempty"`     // the wrong word
		Try      string       `json:"try,omitempty"`      // a command that works
		Choices  []jsonChoice `json:"choices,omitempty"`  // the tasks that the word fits
		Settings []problem    `json:"settings,omitempty"` // the settings that are wrong or missing
	}
	// A jsonChoice is a task that a name fits, and the command for it.
	jsonChoice struct {
		jsonTask
		Command string `json:"command"`
	}
	jsonTasks struct {
		Tasks []jsonTask `json:"tasks"`
		Error string     `json:"error,omitempty"` // why the tasks of one API of CAT are missing
	}
	jsonTask struct {
		ID     string `json:"id"`
		Name   string `json:"name"`
		Target string `json:"target"`
	}
	jsonAliases struct {
		Aliases []jsonAlias `json:"aliases"`
	}
	jsonAlias struct {
		Name string `json:"name"`
		Task string `json:"task"`
	}
	jsonHelp struct {
		Title    string        `json:"title"`
		Intro    string        `json:"intro"`
		Examples []jsonExample `json:"examples"`
		Notes    []string      `json:"notes"`
	}
	jsonExample struct {
		Command string `json:"command"`
		Does    string `json:"does"`
	}
)

// textOrJSON returns text, or object if format is json.
func textOrJSON(format, text string, object any) output {
	if format == "json" {
		text = encodeJSON(object)
	}
	return output{stdout: text}
}

// encodeJSON encodes one of the objects above, which can't fail.
func encodeJSON(object any) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(object); err != nil {
		panic(err)
	}
	return out.String()
}

// errorOutput returns sentence as an error.
func errorOutput(format string, code int, sentence string) output {
	if format == "json" {
		return output{exitCode: code, stdout: encodeJSON(jsonErrorAnswer{jsonError{Message: sentence}})}
	}
	return output{exitCode: code, stderr: sentence + "\n"}
}

// usageError explains a syntax error.
func usageError(format string, e *commands.SyntaxError, w i18n.Phrases) output {
	if format == "json" {
		return output{exitCode: 2, stdout: encodeJSON(jsonErrorAnswer{jsonError{
			Message: e.Explain(w), Command: e.Text, At: &e.At, Word: e.Word, Try: e.Try,
		}})}
	}
	var out strings.Builder
	fmt.Fprintln(&out, e.Explain(w))
	if text, carets := e.Pointer(); text != "" {
		fmt.Fprintf(&out, "  %s\n  %s\n", text, carets)
	}
	fmt.Fprintf(&out, "%s %s\n", w.TryThis(), e.Try)
	return output{exitCode: 2, stderr: out.String()}
}

// settingsError lists the settings that are wrong or missing.
func settingsError(format string, missing []problem) output {
	const title = "catbot can't ask CAT"
	if format == "json" {
		return output{
			exitCode: 1,
			stdout: encodeJSON(
				jsonErrorAnswer{jsonError{Message: title + ": look at " + variableNames(missing), Settings: missing}},
			),
		}
	}
	var out strings.Builder
	explain(&out, title+":", missing)
	return output{exitCode: 1, stderr: out.String()}
}

func helpOutput(format string, help i18n.Help) output {
	object := jsonHelp{
		Title:    help.Title,
		Intro:    help.Intro,
		Examples: []jsonExample{},
		Notes:    append([]string{}, help.Notes...),
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n%s\n\n", help.Title, help.Intro)
	for _, example := range help.Examples {
		object.Examples = append(object.Examples, jsonExample{example.Command, example.Does})
		fmt.Fprintf(&out, "  %s\n      %s\n", example.Command, example.Does)
	}
	for _, note := range help.Notes {
		fmt.Fprintf(&out, "\n%s\n", note)
	}
	return textOrJSON(format, out.String(), object)
}

// codes writes an answer, which has every form.
func (t terminal) codes(a report.Answer) output {
	var out strings.Builder
	var err error
	switch t.format {
	case "text":
		out.WriteString(report.Text(a, t.words, t.cfg.now()))
	case "json":
		var text []byte
		text, err = report.JSON(a, t.words, t.cfg.now())
		out.Write(append(text, '\n'))
	case "csv":
		err = report.CSV(&out, a, t.words)
	case "blocks":
		m := blockkit.Answer(a, "", t.words, t.cfg.now())
		out.WriteString(encodeJSON(map[string]any{"text": m.Text, "blocks": m.Rich}))
	}
	if err != nil {
		return errorOutput(t.format, 1, "writing the answer: "+err.Error())
	}
	if a.Failed() {
		return output{exitCode: 1, stdout: out.String()}
	}
	return output{stdout: out.String()}
}

func (t terminal) trend(trend report.Trend) output {
	answer := textOrJSON(t.format, report.TrendText(trend, t.words), report.TrendJSON(trend, t.words))
	if trend.Err() != nil {
		answer.exitCode = 1
	}
	return answer
}

// tasks writes a line for each task that is found: its id, its name, its target.
func (t terminal) tasks(ctx context.Context, c commands.Tasks) output {
	all, err := t.newDirectory(bot.Self{}).Tasks(ctx) // without the aliases, which need the bot's identity
	if err != nil && len(all) == 0 {
		return errorOutput(t.format, 1, t.words.Upstream(err))
	}
	object := jsonTasks{Tasks: []jsonTask{}}
	var out strings.Builder
	for task := range tasks.NewIndex(all, nil).Find(c.Text) {
		object.Tasks = append(object.Tasks, jsonTask{task.ID, task.Name, task.Target})
		fmt.Fprintln(&out, taskLine(task))
	}
	switch {
	case len(object.Tasks) > 0:
	case c.Text == "":
		fmt.Fprintln(&out, t.words.TasksFound(0))
	default:
		fmt.Fprintln(&out, t.words.NoTasksFound(i18n.Plain(c.Text, maxNameShown)), "`tasks`")
	}
	if err != nil {
		object.Error = t.words.TasksMissing(t.words.Upstream(err))
	}
	answer := textOrJSON(t.format, out.String(), object)
	if t.format == "text" && object.Error != "" {
		answer.stderr = object.Error + "\n"
	}
	return answer
}

func taskLine(t catapi.Task) string {
	return strings.Join([]string{t.ID, i18n.Plain(t.Name, 100), i18n.Plain(t.Target, 200)}, "\t")
}

// alias lists, sets or removes aliases.
func (t terminal) alias(ctx context.Context, c commands.AliasDo) output {
	if t.demo {
		return t.aliases(nil)
	}
	directory, err := t.aliasDirectory(ctx)
	var sentence string
	if err == nil {
		switch c.Verb {
		case "list":
			set, err := directory.List(ctx)
			if err != nil {
				return errorOutput(t.format, 1, t.words.AliasesUnavailable())
			}
			return t.aliases(set)
		case "set":
			sentence, err = t.words.AliasSet(c.Name, c.Task), directory.Set(ctx, c.Name, c.Task)
		case "remove":
			sentence = t.words.AliasRemoved(c.Name)
			_, err = directory.Remove(ctx, c.Name)
		}
	}
	switch {
	case errors.Is(err, tasks.ErrUnknown):
		return errorOutput(t.format, 1, t.words.UnknownAlias(c.Name))
	case errors.Is(err, tasks.ErrFull):
		return errorOutput(t.format, 1, t.words.TooManyAliases(tasks.MaxAliases))
	case err != nil:
		return errorOutput(t.format, 1, err.Error())
	}
	return textOrJSON(t.format, sentence+"\n", map[string]string{"done": sentence})
}

func (t terminal) aliases(set map[string]string) output {
	object := jsonAliases{Aliases: []jsonAlias{}}
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(set)) {
		object.Aliases = append(object.Aliases, jsonAlias{name, set[name]})
		fmt.Fprintf(&out, "%s\t%s\n", name, set[name])
	}
	if len(set) == 0 {
		fmt.Fprintf(&out, "%s %s `alias set shop 126531`\n", t.words.NoAliases(), t.words.ToAddOne())
	}
	return textOrJSON(t.format, out.String(), object)
}
