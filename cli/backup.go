package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"catbot/bot"
	"catbot/digest"
	"catbot/tasks"
)

// backupVersion is the form of a backup. It grows when an older catbot would misunderstand a newer backup.
const backupVersion = 1

// A backupLine is a line of a backup; one of its fields is set. The first line is a head, the last an end.
type backupLine struct {
	Head   *backupHead    `json:"catbot_backup,omitempty"`
	Alias  *backupAlias   `json:"alias,omitempty"`
	Mute   *backupMute    `json:"mute,omitempty"`
	Digest *digest.Backup `json:"digest,omitempty"`
	End    *backupEnd     `json:"end,omitempty"`
}

type backupHead struct {
	Version int       `json:"version"`
	Space   string    `json:"space"` // of the installation: the ids of its workspace and its bot
	At      time.Time `json:"at"`
	By      string    `json:"by"` // the version of catbot
}

type backupAlias struct {
	Name string `json:"name"`
	Task string `json:"task"`
}

// A backupMute is the mute of a channel. That of a digest is in the digest's state.
type backupMute struct {
	Channel string `json:"channel"`
	digest.Mute
}

// A backupEnd shows that the backup is whole.
type backupEnd struct {
	Lines int `json:"lines"` // between the head and the end
}

const backupHelp = "It needs the settings of the bot: REDIS_URL, or DATA_DIR of a bot that is not running; and it asks " +
	"Slack whose digests they are."

func exportCommand(stdout, stderr io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:   "export",
		Short: "Write digests, their conditions and mutes, and aliases as lines of JSON, for a backup",
		Long:  "export writes all digests of this installation, and the aliases of tasks, to standard output.\n" + backupHelp,
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withKeeper(c.Context(), stderr, func(k keeper) error { return k.export(c.Context(), stdout) })
		},
	}
}

func importCommand(stdin io.Reader, stdout, stderr io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:   "import [file]",
		Short: "Restore digests and aliases from a backup; what exists stays as it is",
		Long: "import reads what export has written, from a file or from standard input. It checks all of it before it " +
			"changes anything, adds what is missing, and leaves what exists as it is.\n" + backupHelp,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			in := stdin
			if len(args) == 1 && args[0] != "-" {
				file, err := os.Open(args[0])
				if err != nil {
					return err
				}
				defer file.Close()
				in = file
			}
			return withKeeper(c.Context(), stderr, func(k keeper) error { return k.restore(c.Context(), in, stdout) })
		},
	}
}

// A keeper reads and writes what survives a restart.
type keeper struct {
	*app
	self    bot.Self
	digests *digest.Store
	aliases *tasks.Directory
}

// withKeeper opens what the settings name, as the bot does, and runs do.
func withKeeper(ctx context.Context, stderr io.Writer, do func(keeper) error) (err error) {
	cfg, malformed := readConfig()
	if problems := cfg.allProblems(malformed); len(problems) > 0 {
		explain(stderr, "catbot can't read digests and aliases:", problems)
		return exitError(1)
	}
	if cfg.RedisURL == "" && cfg.DataDir == "" {
		return errors.New("neither REDIS_URL nor DATA_DIR is set, so no digests and aliases are kept")
	}
	app, err := newApp(cfg, discardLog())
	if err != nil {
		return err
	}
	defer app.close()
	if err := app.persist(); err != nil {
		return err
	}
	self, err := app.fetchSelf(ctx)
	if err != nil {
		return err
	}
	return do(keeper{
		app: app, self: self, aliases: app.newDirectory(self),
		digests: &digest.Store{Space: self.Space(), DB: app.store.DB(), Read: app.runner.ParseAt, Now: cfg.now},
	})
}

// export writes a backup: aliases, mutes of channels and digests, each sorted.
func (k keeper) export(ctx context.Context, out io.Writer) error {
	aliases, err := k.aliases.List(ctx)
	if err != nil {
		return err
	}
	digests, mutes, err := k.digests.Export(ctx)
	if err != nil {
		return err
	}
	var lines []backupLine
	for _, name := range slices.Sorted(maps.Keys(aliases)) {
		lines = append(lines, backupLine{Alias: &backupAlias{name, aliases[name]}})
	}
	for _, channel := range slices.Sorted(maps.Keys(mutes)) {
		lines = append(lines, backupLine{Mute: &backupMute{channel, mutes[channel]}})
	}
	for i := range digests {
		lines = append(lines, backupLine{Digest: &digests[i]})
	}
	head := &backupHead{backupVersion, k.self.Space(), k.cfg.now().UTC().Truncate(time.Second), versionText()}
	whole := slices.Concat([]backupLine{{Head: head}}, lines, []backupLine{{End: &backupEnd{len(lines)}}})
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false) // digests hold <#C0123>
	for _, line := range whole {
		if err := encoder.Encode(line); err != nil {
			return fmt.Errorf("writing the backup: %w", err)
		}
	}
	return nil
}
