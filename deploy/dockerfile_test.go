package deploy

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// An instruction is one of a Dockerfile: its word, and what follows on its lines.
type instruction struct{ word, text string }

// parseDockerfile returns the instructions of a Dockerfile without comments.
func parseDockerfile(t *testing.T, path string) []instruction {
	t.Helper()
	var found []instruction
	text := regexp.MustCompile(`(?m)^#.*\n`).ReplaceAllString(read(t, path), "")
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", " ")) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if word != "" {
			found = append(found, instruction{word, strings.Join(strings.Fields(rest), " ")})
		}
	}
	return found
}

// lint returns what is wrong with a Dockerfile. The rules and their names are hadolint's, where it has them.
func lint(instructions []instruction) (problems []string) {
	report := func(rule string, i instruction, what string) {
		problems = append(problems, fmt.Sprintf("%s: %s %s: %s", rule, i.word, i.text, what))
	}
	var stages, words []string
	args := map[string]string{}
	user := ""
	for _, i := range instructions {
		words = append(words, i.word)
		switch i.word {
		case "ARG":
			name, value, _ := strings.Cut(i.text, "=")
			args["${"+name+"}"] = value
		case "FROM":
			fields := strings.Fields(i.text)
			if strings.HasPrefix(fields[0], "--platform=") {
				fields = fields[1:]
			}
			image := fields[0]
			user = ""
			if value, isArg := args[image]; isArg {
				image = value
			}
			if image != "scratch" && (!strings.Contains(image, ":") || strings.HasSuffix(image, ":latest")) {
				report("DL3006", i, "name a version")
			}
			if len(fields) == 3 {
				stages = append(stages, fields[2])
			}
		case "COPY":
			from := regexp.MustCompile(`--from=(\S+)`).FindStringSubmatch(i.text)
			if from != nil && !slices.Contains(stages, from[1]) {
				report("DL3022", i, "there is no such stage")
			}
		case "ADD":
			report("DL3020", i, "use COPY")
		case "WORKDIR":
			if !strings.HasPrefix(i.text, "/") {
				report("DL3000", i, "use an absolute path")
			}
		case "USER":
			user = i.text
		case "ENTRYPOINT", "CMD":
			if !strings.HasPrefix(i.text, "[") {
				report("DL3025", i, "name the program and its arguments as a list: there is no shell")
			}
		case "RUN":
			if regexp.MustCompile(`\b(sudo|curl|wget|apt|apt-get)\b`).MatchString(i.text) {
				report("DL3008", i, "fetches what is not pinned")
			}
		}
		if (i.word == "ARG" || i.word == "ENV") && regexp.MustCompile(`(?i)(token|secret|password|_key)\b.*=`).MatchString(i.text) {
			report("secret", i, "stays in the image's history")
		}
	}
	if !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`).MatchString(user) {
		problems = append(problems, "DL3002: the last user is "+user+", want numbers that are not root's")
	}
	for _, word := range []string{"HEALTHCHECK", "ENTRYPOINT"} {
		if n := len(slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w != word })); n != 1 {
			problems = append(problems, fmt.Sprintf("DL3012: %d times %s", n, word))
		}
	}
	return problems
}

func TestDockerfilesFollowTheRules(t *testing.T) {
	for _, path := range []string{"../Dockerfile", "../release/Dockerfile"} {
		instructions := parseDockerfile(t, path)
		for _, problem := range lint(instructions) {
			t.Errorf("%s: %s", path, problem)
		}
		labels := instructions[slices.IndexFunc(instructions, func(i instruction) bool { return i.word == "LABEL" })].text
		for _, name := range []string{"title", "description", "licenses", "version", "revision"} {
			if !strings.Contains(labels, "org.opencontainers.image."+name+`="`) {
				t.Errorf("%s: no label %s", path, name)
			}
		}
	}
}

func TestRulesFindMistakesInADockerfile(t *testing.T) {
	const good = "FROM golang:1.26 AS build\nRUN go build\nFROM scratch\nCOPY --from=build /a /a\nUSER 1:1\n" +
		"HEALTHCHECK CMD [\"/a\"]\nENTRYPOINT [\"/a\"]\n"
	for _, tc := range []struct{ rule, old, new string }{
		{"", "", ""},
		{"DL3006", "golang:1.26", "golang"},
		{"DL3006", "golang:1.26", "golang:latest"},
		{"DL3022", "--from=build", "--from=built"},
		{"DL3020", "COPY --from=build", "ADD"},
		{"DL3002", "USER 1:1\n", ""},
		{"DL3002", "USER 1:1", "USER 0:0"},
		{"DL3025", `ENTRYPOINT ["/a"]`, "ENTRYPOINT /a"},
		{"DL3012", `HEALTHCHECK CMD ["/a"]`, ""},
		{"DL3008", "RUN go build", "RUN apt-get install -y curl"},
		{"DL3000", "RUN go build", "WORKDIR src"},
		{"secret", "USER 1:1", "ENV SLACK_BOT_TOKEN=xoxb\nUSER 1:1"},
	} {
		path := filepath.Join(t.TempDir(), "Dockerfile")
		if err := os.WriteFile(path, []byte(strings.Replace(good, tc.old, tc.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		problems := lint(parseDockerfile(t, path))
		if (tc.rule == "") != (len(problems) == 0) || tc.rule != "" && !strings.HasPrefix(problems[0], tc.rule) {
			t.Errorf("%q in place of %q: %v", tc.new, tc.old, problems)
		}
	}
}

// TestImagesAreAlike holds the image of a release to that of the Dockerfile: only where its files come from differs.
func TestImagesAreAlike(t *testing.T) {
	last := func(path string) string {
		instructions := parseDockerfile(t, path)
		var text strings.Builder
		for n, i := range instructions {
			if i.word == "FROM" {
				text.Reset()
			}
			if i.word == "COPY" {
				fields := strings.Fields(i.text)
				i.text = "to " + fields[len(fields)-1]
			}
			if i.text != "TARGETPLATFORM" {
				fmt.Fprintln(&text, instructions[n].word, i.text)
			}
		}
		return text.String()
	}
	if one, other := last("../Dockerfile"), last("../release/Dockerfile"); one != other {
		t.Errorf("Dockerfile has\n%s\nrelease/Dockerfile has\n%s", one, other)
	}
}
