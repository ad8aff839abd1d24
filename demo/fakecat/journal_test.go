package fakecat

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestCallsTellWhatWasAskedAndNoSecrets(t *testing.T) {
	var heard []Call
	c := start(t, Options{Token: "tok-en", OnCall: func(call Call) { heard = append(heard, call) }})
	form := c.form("GetCatReturnCodeHistory", "Token", "tok-en", "taskId", "126531", "province", "jiangxi",
		"beginTime", "2017-05-25 00:00:00", "endTime", "2017-05-25 08:10:00", "Nonce", "987654321")
	if _, _, err := c.post(form); err != nil {
		t.Fatal(err)
	}
	calls := c.Calls()
	want := Call{At: at(t, "2026-03-05 09:00"), Action: "GetCatReturnCodeHistory", Task: "126531", Province: "jiangxi",
		Begin: "2017-05-25 00:00:00", End: "2017-05-25 08:10:00", Nonce: "987654321"}
	if len(calls) != 1 || calls[0] != want || len(heard) != 1 || heard[0] != want {
		t.Errorf("remembered %+v, heard %+v", calls, heard)
	}
	for _, secret := range []string{c.SecretID(), c.SecretKey(), form.Get("Signature"), "tok-en"} {
		if strings.Contains(fmt.Sprintf("%+v %+v", calls, c.Stats()), secret) {
			t.Errorf("%q is remembered", secret)
		}
	}
}

func TestRefusedAndUnknownCallsCountToo(t *testing.T) {
	c := start(t, Options{})
	c.call(t, "DescribeAgentList")
	c.call(t, "DescribeAgentList", "Signature", "AAAA")
	c.call(t, "Nonsense"+strings.Repeat("长", 100))
	stats := c.Stats()
	if stats.Calls != 3 || stats.Open != 0 || stats.Actions["DescribeAgentList"] != 2 || stats.Actions[""] != 1 ||
		stats.Outcomes["code 0"] != 1 || stats.Outcomes["code 4100"] != 1 || stats.Outcomes["code 4000"] != 1 {
		t.Errorf("%+v", stats)
	}
	if last := c.Calls()[2].Action; !strings.HasPrefix(last, "Nonsense长") || len(last) > 48 ||
		strings.ContainsRune(last, '\uFFFD') {
		t.Errorf("a long action is remembered as %q", last)
	}
}

func TestOnlyTheLastCallsAreRememberedButAllAreCounted(t *testing.T) {
	a := &API{journal: newJournal()}
	for i := range maxCalls + 3 {
		a.journal.arrive(Call{At: time.Unix(int64(i), 0)}, true)
	}
	calls := a.Calls()
	if len(calls) != maxCalls || a.Stats().Calls != maxCalls+3 {
		t.Fatalf("%d remembered of %d", len(calls), a.Stats().Calls)
	}
	for i, call := range calls {
		if call.At.Unix() != int64(i+3) {
			t.Fatalf("call %d is %d", i, call.At.Unix())
		}
	}
}
