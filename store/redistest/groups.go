package redistest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// StartCluster starts a cluster of some nodes, which share the slots out evenly, and returns the first.
func StartCluster(t testing.TB, nodes int) *Server {
	t.Helper()
	const slots = 16384
	var servers []*Server
	var consoles []*console
	for n := range nodes {
		bus := 0
		s := start(t, "redis+cluster://%s", ready, func(dir string, port int) []string {
			bus = freePort(t)
			return plain(dir, "--port", strconv.Itoa(port),
				"--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(bus))
		})
		c := dial(t, s)
		c.do(fmt.Sprintf("CLUSTER ADDSLOTSRANGE %d %d", n*slots/nodes, (n+1)*slots/nodes-1))
		if n > 0 {
			consoles[0].do(fmt.Sprintf("CLUSTER MEET 127.0.0.1 %d %d", s.port, bus))
		}
		servers, consoles = append(servers, s), append(consoles, c)
	}
	known := fmt.Sprintf("cluster_known_nodes:%d", nodes)
	for _, c := range consoles {
		for deadline := time.Now().Add(startTime); ; {
			info := c.do("CLUSTER INFO")
			if strings.Contains(info, "cluster_state:ok") && strings.Contains(info, known) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("the cluster did not come up: " + info)
			}
		}
	}
	return servers[0]
}

// StartSentinel starts a Sentinel that watches master, by the name mymaster.
func StartSentinel(t testing.TB, master *Server) *Server {
	t.Helper()
	return start(t, "redis+sentinel://%s/0?master=mymaster", "+monitor", func(dir string, port int) []string {
		text := fmt.Sprintf("port %d\nbind 127.0.0.1\ndir %s\nsentinel monitor mymaster 127.0.0.1 %d 1\n",
			port, dir, master.port)
		config := filepath.Join(dir, "sentinel.conf")
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return []string{config, "--sentinel"}
	})
}

// A console sends commands that need no client library.
type console struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
}

func dial(t testing.TB, s *Server) *console {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &console{t: t, conn: conn, in: bufio.NewReader(conn)}
}

// do sends a command, and returns the one line or the one string of its answer.
func (c *console) do(command string) string {
	c.t.Helper()
	_ = c.conn.SetDeadline(time.Now().Add(startTime))
	fmt.Fprintf(c.conn, "%s\r\n", command)
	line, err := c.in.ReadString('\n')
	if err != nil || line[0] == '-' {
		c.t.Fatalf("%s: %q, %v", command, line, err)
	}
	if line[0] != '$' {
		return line
	}
	size, _ := strconv.Atoi(strings.TrimSpace(line[1:]))
	text := make([]byte, size+len("\r\n"))
	if _, err := io.ReadFull(c.in, text); err != nil {
		c.t.Fatal(err)
	}
	return string(text)
}
