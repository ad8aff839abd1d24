package bot

import (
	"context"
	"errors"
	"testing"
)

func TestAnAckWhoseTimeIsOverIsNotWritten(t *testing.T) {
	c := &connection{writing: make(chan struct{}, 1)}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.write(over, []byte("{}")); !errors.Is(err, errNotWritten) {
		t.Errorf("it is %v", err)
	}
	c.writing <- struct{}{} // another writes, and the peer does not read
	if err := c.write(over, []byte("{}")); !errors.Is(err, errNotWritten) {
		t.Errorf("behind another it is %v", err)
	}
}
