package cli

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"catbot/bot"
)

// TestManifestMatchesCode: the app that a person makes from manifest.yaml is the one that the code is for.
func TestManifestMatchesCode(t *testing.T) {
	text, err := os.ReadFile("../manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		DisplayInformation struct {
			Name, Description string
		} `yaml:"display_information"`
		Features struct {
			AppHome struct {
				HomeTab     bool `yaml:"home_tab_enabled"`
				MessagesTab bool `yaml:"messages_tab_enabled"`
				ReadOnly    bool `yaml:"messages_tab_read_only_enabled"`
			} `yaml:"app_home"`
			Shortcuts []struct {
				Name, Description string
				Type              string
				ID                string `yaml:"callback_id"`
			}
			SlashCommands []struct {
				Command      string
				UsageHint    string `yaml:"usage_hint"`
				ShouldEscape bool   `yaml:"should_escape"`
				URL          string
			} `yaml:"slash_commands"`
		}
		OAuth struct {
			Scopes struct {
				Bot      []string
				Optional []string `yaml:"bot_optional"`
			}
		} `yaml:"oauth_config"`
		Settings struct {
			Events struct {
				Bot []string `yaml:"bot_events"`
			} `yaml:"event_subscriptions"`
			Interactivity struct {
				Enabled bool `yaml:"is_enabled"`
			}
			SocketMode bool `yaml:"socket_mode_enabled"`
		}
	}
	if err := yaml.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	if uses := slices.Concat(bot.Scopes, bot.OptionalScopes); !slices.Equal(manifest.OAuth.Scopes.Bot, uses) {
		t.Errorf("the manifest asks for the scopes %v, the bot uses %v", manifest.OAuth.Scopes.Bot, uses)
	}
	if !slices.Equal(manifest.OAuth.Scopes.Optional, bot.OptionalScopes) {
		t.Errorf("the manifest offers the scopes %v, the bot uses %v", manifest.OAuth.Scopes.Optional, bot.OptionalScopes)
	}
	if !slices.Equal(manifest.Settings.Events.Bot, bot.Events) {
		t.Errorf("the manifest subscribes to %v, the bot listens for %v", manifest.Settings.Events.Bot, bot.Events)
	}
	shortcuts := map[string][]string{}
	for _, s := range manifest.Features.Shortcuts {
		shortcuts[s.Type] = append(shortcuts[s.Type], s.ID)
		if len(s.Name) > 24 || s.Name == "" || len(s.Description) > 150 || s.Description == "" {
			t.Errorf("slack takes no shortcut like %+v", s)
		}
	}
	if !slices.Equal(shortcuts["global"], bot.Shortcuts) || !slices.Equal(shortcuts["message"], bot.MessageShortcuts) {
		t.Errorf("the manifest offers the shortcuts %v, the bot knows %v", shortcuts, bot.Shortcuts)
	}
	if len(manifest.Features.SlashCommands) != 1 {
		t.Fatalf("%d slash commands", len(manifest.Features.SlashCommands))
	}
	command := manifest.Features.SlashCommands[0]
	if command.Command != "/cat" || !command.ShouldEscape || command.URL != "" {
		t.Errorf("the slash command is %+v", command)
	}
	if !strings.HasPrefix(command.UsageHint, "codes ") {
		t.Errorf("the usage hint is %q", command.UsageHint)
	}
	if !manifest.Settings.SocketMode || !manifest.Settings.Interactivity.Enabled ||
		!manifest.Features.AppHome.HomeTab || !manifest.Features.AppHome.MessagesTab || manifest.Features.AppHome.ReadOnly {
		t.Errorf("socket mode, interactivity, the Home and the Messages tab must be on: %+v", manifest)
	}
}
