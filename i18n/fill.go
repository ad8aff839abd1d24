package i18n

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// fill puts args in place of the verbs of format: %s writes one as it is, %d a number with separated thousands,
// %[2]s the second one, and after it the third; %% is a percent sign.
//
// It replaces golang.org/x/text/message, whose printers were a tenth of what a command costs.
func fill(format string, args []any) string {
	before, rest, found := strings.Cut(format, "%")
	if !found {
		return format
	}
	var room [300]byte // on the stack; longer sentences leave it
	out := room[:0]
	for next := 0; found; before, rest, found = strings.Cut(rest, "%") {
		out = append(out, before...)
		if strings.HasPrefix(rest, "[") {
			index, verb, _ := strings.Cut(rest[1:], "]")
			next, _ = strconv.Atoi(index)
			next, rest = next-1, verb
		}
		if strings.HasPrefix(rest, "%") {
			out = append(out, '%')
		} else {
			out = appendArg(out, args[next])
			next++
		}
		rest = rest[1:]
	}
	return string(append(out, before...))
}

func appendArg(out []byte, arg any) []byte {
	switch arg := arg.(type) {
	case string:
		return append(out, arg...)
	case int:
		return appendCount(out, int64(arg))
	case int64:
		return appendCount(out, arg)
	}
	return fmt.Append(out, arg)
}

// appendCount appends n with separated thousands.
func appendCount(out []byte, n int64) []byte {
	if n < 0 {
		out = append(out, '-')
	}
	var room [20]byte
	digits := bytes.TrimPrefix(strconv.AppendInt(room[:0], n, 10), []byte("-"))
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out = append(out, ',')
		}
		out = append(out, digits[i])
	}
	return out
}
