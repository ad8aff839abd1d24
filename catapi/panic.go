package catapi

import (
	"fmt"
	"log/slog"
	"runtime/debug"
)

// A PanicError is a mistake of catbot's own that ended one piece of work.
type PanicError struct {
	Value any
	Stack []byte // for the log, not for the person who asked
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// LogValue lets the log have the stack.
func (e *PanicError) LogValue() slog.Value {
	return slog.GroupValue(slog.String("panic", fmt.Sprint(e.Value)), slog.String("stack", string(e.Stack)))
}

// Recover is to be deferred. It makes a *PanicError of a panic: one that reaches the top of a goroutine ends the process, and nobody
// outside that goroutine can catch it.
func Recover(err *error) {
	if value := recover(); value != nil {
		*err = &PanicError{value, debug.Stack()}
	}
}
