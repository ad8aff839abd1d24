package commands

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"catbot/i18n"
)

// kinds is a Handler that says which of its methods was called.
type kinds struct{}

func (kinds) Codes(context.Context, Codes) string               { return "codes" }
func (kinds) Trend(context.Context, Trend) string               { return "trend" }
func (kinds) Tasks(context.Context, Tasks) string               { return "tasks" }
func (kinds) DigestAdd(context.Context, DigestAdd) string       { return "digest" }
func (kinds) DigestList(context.Context, DigestList) string     { return "digest" }
func (kinds) DigestDo(context.Context, DigestDo) string         { return "digest" }
func (kinds) DigestMute(context.Context, DigestMute) string     { return "digest" }
func (kinds) DigestUnmute(context.Context, DigestUnmute) string { return "digest" }
func (kinds) Incidents(context.Context, Incidents) string       { return "incidents" }
func (kinds) IncidentTake(context.Context, IncidentTake) string { return "incidents" }
func (kinds) Alias(context.Context, AliasDo) string             { return "alias" }
func (kinds) Help(context.Context, Help) string                 { return "help" }

func TestEveryCommandIsReadPrintedHandledAndExplained(t *testing.T) {
	for _, spec := range Table {
		t.Run(spec.Name, func(t *testing.T) {
			if spec.parse == nil || len(spec.Examples) == 0 || len(spec.Words) == 0 {
				t.Fatalf("its row lacks a parser, an example or its other words: %+v", spec)
			}
			for _, example := range spec.Examples {
				command, err := testLanguage.Parse(example, night)
				if err != nil {
					t.Fatalf("%s: %v", example, err)
				}
				if spec.PrintsAs == "" && command.String() != example {
					t.Errorf("%s prints %s", example, command)
				}
				kind := cmp.Or(spec.PrintsAs, spec.Name)
				if first, _, _ := strings.Cut(command.Kind(), " "); first != kind {
					t.Errorf("%s is of the kind %q", example, command.Kind())
				}
				if handled := Do(t.Context(), command, kinds{}); handled != kind {
					t.Errorf("%s is handled as %q", example, handled)
				}
				for _, typed := range spec.Words {
					said := typed + strings.TrimPrefix(example, spec.Name)
					if again, err := testLanguage.Parse(said, night); err != nil || again.String() != command.String() {
						t.Errorf("%s is read as %v, %v", said, again, err)
					}
				}
			}
			if spec.Topic == "" && spec.Name != "help" || spec.Topic != "" && !slices.Contains(Topics, spec.Topic) {
				t.Errorf("nothing explains it: help has the topics %v", Topics)
			}
			for _, w := range []i18n.Phrases{i18n.English, i18n.Chinese} {
				if spec.Topic != "" && w.Help(spec.Topic, time.Time{}).Title == w.Help("", time.Time{}).Title {
					t.Errorf("help %s is the overview in %s", spec.Topic, w.Name())
				}
			}
			if !strings.Contains(i18n.English.UnknownCommand("x", ""), spec.Name) {
				t.Errorf("who types no command is not told of it")
			}
		})
	}
}

func TestTheExamplesOfTheHelpOnWindowsWorkWheneverTheyAreRead(t *testing.T) {
	w, _ := i18n.For("en")
	for _, now := range []time.Time{night, time.Date(2031, 1, 1, 0, 0, 30, 0, time.UTC)} {
		for _, example := range w.Help("window", now).Examples {
			if _, err := testLanguage.Parse(example.Command, now); err != nil {
				t.Errorf("%s at %s: %v", example.Command, now, err)
			}
		}
	}
}

func TestEveryTopicOfHelpHasHelp(t *testing.T) {
	for _, topic := range Topics {
		if command, err := testLanguage.Parse("help "+topic, night); err != nil || command != (Help{topic}) {
			t.Errorf("help %s is read as %v, %v", topic, command, err)
		}
	}
}
