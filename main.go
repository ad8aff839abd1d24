// Command catbot is a Slack bot that says which ISPs fail, where, and why, from Tencent Cloud CAT's synthetic probes.
package main

import (
	"os"

	"catbot/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
