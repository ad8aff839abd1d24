package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"

	"catbot/commands"
	"catbot/digest"
	"catbot/tasks"
)

// restore checks a backup and adds what is missing.
func (k keeper) restore(ctx context.Context, in io.Reader, out io.Writer) error {
	head, lines, err := readBackup(in)
	if err != nil {
		return err
	}
	known, err := k.aliases.List(ctx)
	if err != nil {
		return err
	}
	if err := k.check(ctx, head, lines, known); err != nil {
		return fmt.Errorf("%w; nothing was changed", err)
	}
	var kept []string
	added := 0
	for _, line := range lines {
		done, err := k.add(ctx, line, known)
		switch {
		case err != nil:
			return fmt.Errorf("%w; %d were added before: run it again", err, added)
		case done:
			added++
		default:
			kept = append(kept, line.name())
		}
	}
	fmt.Fprintf(out, "Added %d of %d.\n", added, len(lines))
	if len(kept) > 0 {
		fmt.Fprintf(out, "There already, or over: %s\n", strings.Join(kept, ", "))
	}
	return nil
}

// check returns why the lines can't be restored, or nil. It changes nothing.
func (k keeper) check(ctx context.Context, head *backupHead, lines []backupLine, known map[string]string) error {
	from, _, _ := strings.Cut(head.Space, ".")
	if here, _, _ := strings.Cut(k.self.Space(), "."); from != here {
		return fmt.Errorf("the backup is of the workspace %s, and this is %s: channels and people have other ids", from, here)
	}
	seen := map[string]bool{}
	aliases := maps.Clone(known)
	channels := map[string]map[string]bool{} // ids of the digests of each channel
	for i, line := range lines {
		fail := func(err error) error { return fmt.Errorf("line %d: %w", i+2, err) }
		name := line.name()
		if seen[name] {
			return fail(fmt.Errorf("%s is there twice", name))
		}
		seen[name] = true
		switch {
		case line.Alias != nil:
			aliases[line.Alias.Name] = line.Alias.Task
			if err := k.checkAlias(*line.Alias); err != nil {
				return fail(err)
			}
		case line.Mute != nil:
			if line.Mute.Channel == "" || line.Mute.Until.IsZero() {
				return fail(errors.New("a mute without a channel or an end"))
			}
		case line.Digest != nil:
			if err := k.checkDigest(ctx, *line.Digest, channels); err != nil {
				return fail(fmt.Errorf("the digest %s: %w", line.Digest.ID, err))
			}
		default:
			return fail(errors.New("a head or an end between the others"))
		}
	}
	if len(aliases) > tasks.MaxAliases {
		return tasks.ErrFull
	}
	return nil
}

// name says what a line is about.
func (l backupLine) name() string {
	switch {
	case l.Alias != nil:
		return "the alias " + l.Alias.Name
	case l.Mute != nil:
		return "the mute of " + l.Mute.Channel
	case l.Digest != nil:
		return "the digest " + l.Digest.ID
	}
	return ""
}

// checkAlias holds an alias to what /cat accepts.
func (k keeper) checkAlias(a backupAlias) error {
	want := commands.AliasDo{Verb: "set", Name: a.Name, Task: a.Task}
	read, err := k.runner.Parse(want.String())
	if err == nil && read != commands.Command(want) {
		err = errors.New("it has no name or no task")
	}
	if err != nil {
		return fmt.Errorf("the alias %s: %w", a.Name, err)
	}
	return nil
}

// checkDigest checks b, and that its channel has room for it. channels holds what earlier calls found.
func (k keeper) checkDigest(ctx context.Context, b digest.Backup, channels map[string]map[string]bool) error {
	if err := k.digests.Check(b); err != nil {
		return err
	}
	there := channels[b.Channel]
	if there == nil {
		there = map[string]bool{}
		found, err := k.digests.List(ctx, "", b.Channel)
		if err != nil {
			return err
		}
		for _, d := range found {
			there[d.ID] = true
		}
		channels[b.Channel] = there
	}
	if there[b.ID] = true; len(there) > digest.MaxPerChannel {
		return digest.ErrFull
	}
	return nil
}

// add adds what a line is about, and reports whether it did: what exists stays as it is.
func (k keeper) add(ctx context.Context, line backupLine, known map[string]string) (added bool, err error) {
	switch {
	case line.Alias != nil:
		if known[line.Alias.Name] != "" {
			return false, nil
		}
		return true, k.aliases.Set(ctx, line.Alias.Name, line.Alias.Task)
	case line.Mute != nil:
		there, err := k.digests.ChannelMute(ctx, line.Mute.Channel)
		if err != nil || there != nil || !line.Mute.IsOn(k.cfg.now()) {
			return false, err
		}
		return true, k.digests.MuteChannel(ctx, line.Mute.Channel, &line.Mute.Mute)
	}
	return k.digests.Restore(ctx, *line.Digest)
}

// maxBackupLine bounds a line of a backup. A digest with all its state has some 30 KB.
const maxBackupLine = 4 << 20

// readBackup reads a whole backup: its head, and the lines between the head and the end.
func readBackup(in io.Reader) (*backupHead, []backupLine, error) {
	var lines []backupLine
	scanner := bufio.NewScanner(in)
	scanner.Buffer(nil, maxBackupLine)
	for n := 1; scanner.Scan(); n++ {
		line, err := decodeLine(scanner.Bytes())
		if err != nil {
			return nil, nil, fmt.Errorf("line %d: %w", n, err)
		}
		lines = append(lines, line)
	}
	if err := scanner.Err(); err != nil {
		return nil, nil, fmt.Errorf("reading the backup: %w", err)
	}
	if len(lines) == 0 || lines[0].Head == nil {
		return nil, nil, errors.New("this is no backup: its first line has no catbot_backup")
	}
	if v := lines[0].Head.Version; v != backupVersion {
		return nil, nil, fmt.Errorf("the backup has version %d, and this catbot reads %d: use the catbot that wrote it, %s",
			v, backupVersion, lines[0].Head.By)
	}
	last := lines[len(lines)-1].End
	if last == nil || last.Lines != len(lines)-2 {
		return nil, nil, errors.New("the backup is cut off: its last line does not count the others")
	}
	return lines[0].Head, lines[1 : len(lines)-1], nil
}

// decodeLine decodes one line, and refuses fields that this version does not know.
func decodeLine(text []byte) (line backupLine, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&line); err != nil {
		return line, err
	}
	set := 0
	for _, is := range []bool{line.Head != nil, line.Alias != nil, line.Mute != nil, line.Digest != nil, line.End != nil} {
		if is {
			set++
		}
	}
	if set != 1 {
		return line, errors.New("it is not one of catbot_backup, alias, mute, digest and end")
	}
	return line, nil
}
