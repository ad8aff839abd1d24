package bot

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestFormIsNotUpdatedBetweenItsSubmissionAndTheNextChange(t *testing.T) {
	var c formChanges
	updates := func(at string, want bool) {
		t.Helper()
		end, ok := c.startUpdate("V1", at)
		if ok {
			end()
		}
		if ok != want {
			t.Errorf("the change of %s updates the form: %t", at, ok)
		}
	}
	updates("10.1", true) // another process knows of it
	c.note("V1", "10.1")
	c.note("V1", "10.2")
	updates("10.1", false)
	updates("10.2", true)
	c.submit(t.Context(), "V1")
	updates("10.2", false)
	c.note("V1", "10.2") // Slack delivers it again
	updates("10.2", false)
	c.note("V1", "10.3")
	updates("10.3", true)
}

func TestSubmissionWaitsForUpdatesOfItsForm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c formChanges
		c.note("V1", "10.1")
		for range 2 {
			end, ok := c.startUpdate("V1", "10.1")
			if !ok {
				t.Fatal("the form is not updated")
			}
			time.AfterFunc(time.Second, end)
		}
		began := time.Now()
		c.submit(t.Context(), "V2")
		if waited := time.Since(began); waited != 0 {
			t.Errorf("another form waited %s", waited)
		}
		if c.submit(t.Context(), "V1"); time.Since(began) != time.Second {
			t.Errorf("it waited %s", time.Since(began))
		}
	})
}
