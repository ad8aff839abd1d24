package bot_test

import (
	"testing"

	"catbot/bot"
	"catbot/commands"
)

func TestEveryCommandIsAnsweredInSlack(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{digests: &bot.Digests{}})
	for _, spec := range commands.Table {
		for _, example := range spec.Examples {
			if m := r.reads(t, r.types(t, example), ""); m.Text == "" {
				t.Errorf("%s is answered with nothing: %s", example, m.Blocks)
			}
		}
	}
}
