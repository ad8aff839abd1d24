package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
)

// leaveFirstCore moves this process to all cores but the first, which is the bot's. It needs Linux and two cores;
// elsewhere it does nothing.
func leaveFirstCore(ctx context.Context) error {
	if !pins() {
		return nil
	}
	others := fmt.Sprintf("1-%d", cores-1)
	out, err := exec.CommandContext(ctx, "taskset", "-apc", others, strconv.Itoa(os.Getpid())).CombinedOutput()
	if err != nil {
		return fmt.Errorf("leaving the first core to the bot: %w: %s", err, out)
	}
	return nil
}

var cores = runtime.NumCPU()

// pins reports whether the bot has the first core for itself.
func pins() bool { return runtime.GOOS == "linux" && cores > 1 }

// A process is a running bot.
type process struct {
	cmd   *exec.Cmd
	ended chan error
}

// startBot starts the bot and waits until it is connected to slack.
func (p plan) startBot(ctx context.Context, slack *fakeslack.Workspace, api *fakecat.API) (*process, error) {
	cmd := exec.Command(p.bot)
	if pins() {
		cmd = exec.Command("taskset", "-c", "0", p.bot)
	}
	cmd.Env = []string{
		"GOMAXPROCS=1", "PATH=" + os.Getenv("PATH"), "DEBUG_ADDR=" + p.debug,
		"LOG_LEVEL=error", "HTTP_ADDR=127.0.0.1:0", "REDIS_URL=" + p.redis,
		"SLACK_APP_TOKEN=" + slack.AppToken(), "SLACK_BOT_TOKEN=" + slack.BotToken(), "SLACK_API_URL=" + slack.APIURL(),
		"TENCENTCLOUD_SECRET_ID=" + api.SecretID(), "TENCENTCLOUD_SECRET_KEY=" + api.SecretKey(),
		"CAT_API_URL=" + api.URL(), "CAT_API3_URL=" + api.URL3(),
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the bot: %w", err)
	}
	b := &process{cmd, make(chan error, 1)}
	go func() { b.ended <- cmd.Wait() }()
	connected, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := slack.Until(connected, func(s fakeslack.Stats) bool { return s.Open > 0 }); err != nil {
		b.end()
		return nil, errors.New("the bot did not connect to Slack within 10 s")
	}
	return b, nil
}

// end sends SIGTERM, and SIGKILL when the bot does not stop within 10 s.
func (b *process) end() {
	_ = b.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-b.ended:
	case <-time.After(10 * time.Second):
		_ = b.cmd.Process.Kill()
		<-b.ended
	}
}

// rss returns the bot's resident memory in KB; 0 where it is not known, which is anywhere but on Linux.
func (b *process) rss() int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", b.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			var kb int
			_, _ = fmt.Sscan(value, &kb)
			return kb
		}
	}
	return 0
}

// cpu returns the CPU time of the bot, in steps of 10 ms. It is known on Linux only, and 0 elsewhere.
func (b *process) cpu() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", b.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	var user, system int64
	_, _ = fmt.Sscan(fields[11], &user)
	_, _ = fmt.Sscan(fields[12], &system)
	return time.Duration(user+system) * 10 * time.Millisecond
}
