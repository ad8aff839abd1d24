package digest

import (
	"slices"
	"testing"
	"time"
)

func TestTheStateOfAnEarlierVersionIsContinuedOnce(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	old := `{"over":true,"since":"2026-11-23T00:30:00Z","slot":"2026-11-23T00:45:00Z"}`
	if err := d.Store.DB.HSet(t.Context(), d.Store.digestKey(added.ID), "over", old).Err(); err != nil {
		t.Fatal(err)
	}
	d.runSlots(0, 150, 160, 0)
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed, Recovered}) {
		t.Fatalf("the channel heard %v", heard)
	}
	if i := d.channel.posts[0].Incident; !i.Continued || !i.Begin.Equal(time.Date(2026, 11, 23, 0, 30, 0, 0, time.UTC)) {
		t.Errorf("the first message says %+v", i)
	}
}

// TestADigestThatTheVersionBeforeIncidentsStoredIsRead has what that version, 0ed6f1c, left in Redis after a slot.
func TestADigestThatTheVersionBeforeIncidentsStoredIsRead(t *testing.T) {
	d := newTestEngine(t)
	const text = "digest add every 5m tz Asia/Shanghai in <#C0OPS> if >0 codes 126531 last 1h compare"
	if err := d.Store.DB.HSet(t.Context(), d.Store.digestKey("qx8h"), map[string]string{
		"created": "1795688581", "text": text, "owner": "U0ALICE", "channel": "C0OPS",
		"over": `{"over":true,"since":"2026-11-26T10:25:00Z","slot":"2026-11-26T10:25:00Z"}`,
		"last": `[{"slot":"2026-11-26T10:25:00Z","at":"2026-11-26T10:26:00.99657433Z","outcome":"crossed","total":124}]`,
	}).Err(); err != nil {
		t.Fatal(err)
	}
	got, slot := d.get("qx8h"), time.Date(2026, 11, 26, 10, 25, 0, 0, time.UTC)
	if got.Broken != "" || got.Damaged != "" || got.Add.String() != text || got.Created.Unix() != 1795688581 {
		t.Errorf("it is read as %+v", got)
	}
	if !got.State.Over || !got.State.Since.Equal(slot) || !got.State.Slot.Equal(slot) || len(got.State.Newer) != 0 {
		t.Errorf("its condition as %+v", got.State)
	}
	if len(got.Last) != 1 || got.Last[0].Outcome != Crossed || got.Last[0].Total != 124 || !got.Last[0].Slot.Equal(slot) {
		t.Errorf("its results as %+v", got.Last)
	}
}
