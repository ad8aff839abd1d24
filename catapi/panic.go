package catapi

import (
	"fmt"
	"log/slog"
	"runtime/debug"
)

// A PanicError is a recovered panic.
type PanicError struct {
	Value any
	Stack []byte // for the log, not for people
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// LogValue adds the stack to the log.
func (e *PanicError) LogValue() slog.Value {
	return slog.GroupValue(slog.String("panic", fmt.Sprint(e.Value)), slog.String("stack", string(e.Stack)))
}

// Recover must be deferred. It turns a panic, which would end the process, into a *PanicError.
func Recover(err *error) {
	if value := recover(); value != nil {
		*err = &PanicError{value, debug.Stack()}
	}
}
