package fakecat

import (
	"maps"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func sum(rows []Row) (total int64) {
	for _, row := range rows {
		total += row.Count
	}
	return total
}

// counts is how often each row came, without its times: those of pieces differ from those of the whole.
func counts(rows ...[]Row) map[Row]int64 {
	all := map[Row]int64{}
	for _, part := range rows {
		for _, row := range part {
			n := row.Count
			row.Count, row.First, row.Last = 0, time.Time{}, time.Time{}
			all[row] += n
		}
	}
	return all
}

func TestThePiecesOfAWindowAddUpToTheWhole(t *testing.T) {
	from, to := at(t, "2017-05-24 12:00").Unix(), at(t, "2026-03-05 09:00").Unix()
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(rapid.Uint64().Draw(t, "seed"))
		task := w.tasks[rapid.IntRange(0, len(w.tasks)-1).Draw(t, "task")]
		begin := time.Unix(rapid.Int64Range(from, to).Draw(t, "begin"), 0)
		middle := begin.Add(time.Duration(rapid.Int64Range(0, 86400).Draw(t, "first")) * time.Second)
		end := middle.Add(time.Duration(rapid.Int64Range(0, 86400).Draw(t, "second")) * time.Second)
		province := rapid.SampledFrom([]string{"", "jiangxi", "sichuan", "sx", "hongkong-1", "北京"}).Draw(t, "province")

		whole := counts(task.failures(province, begin, end))
		pieces := counts(task.failures(province, begin, middle), task.failures(province, middle, end))
		if !maps.Equal(whole, pieces) {
			t.Errorf("task %d: the whole is %v, its pieces %v", task.id, whole, pieces)
		}
	})
}

func TestTheProvincesOfATaskAddUpToAll(t *testing.T) {
	w := newWorld(3)
	end := at(t, "2026-03-05 09:00")
	for _, task := range w.tasks {
		var parts [][]Row
		known := map[string]bool{}
		for _, s := range task.sites() {
			if !known[s.code] {
				parts = append(parts, task.failures(s.code, end.Add(-8*time.Hour), end))
			}
			known[s.code] = true
		}
		if all := counts(task.failures("", end.Add(-8*time.Hour), end)); !maps.Equal(all, counts(parts...)) {
			t.Errorf("task %d: its provinces do not add up", task.id)
		}
	}
}

func TestTheSameSeedGivesTheSameData(t *testing.T) {
	end := at(t, "2026-03-05 09:00")
	data := func(seed uint64) (all [][]Row) {
		for _, task := range newWorld(seed).tasks {
			all = append(all, task.failures("", end.Add(-24*time.Hour), end))
		}
		return all
	}
	if !reflect.DeepEqual(data(7), data(7)) {
		t.Error("the same seed gives other data")
	}
	if reflect.DeepEqual(data(7), data(8)) {
		t.Error("another seed gives the same data")
	}
}

func TestEachRowSaysWhenItWasFirstAndLastSeen(t *testing.T) {
	begin, end := at(t, "2026-03-05 01:00:01"), at(t, "2026-03-05 08:59:59")
	for _, row := range newWorld(0).byID[taskExample].failures("", begin, end) {
		if row.First.Before(begin) || row.Last.Before(row.First) || !row.Last.Before(end) || row.Count == 1 &&
			row.First != row.Last {
			t.Errorf("seen from %s to %s, %d times", row.First, row.Last, row.Count)
		}
	}
}

func TestAWindowHasTheMinutesThatBeginInIt(t *testing.T) {
	nine := at(t, "2026-03-05 09:00")
	for after, want := range map[time.Duration]int64{
		-time.Minute: -1, -time.Second: 0, 0: 0, time.Nanosecond: 1, time.Second: 1, time.Minute: 1, time.Minute +
			time.Nanosecond: 2,
	} {
		if got := minuteFrom(nine.Add(after)) - minuteFrom(nine); got != want {
			t.Errorf("%s after the minute: %d, want %d", after, got, want)
		}
	}
}

func TestThereIsNoDataBeforeATaskWasAddedNorAfterNow(t *testing.T) {
	task := newWorld(0).byID[taskExample]
	if n := sum(task.failures("", at(t, "2017-03-01 00:00"), at(t, "2017-05-10 17:29"))); n != 0 {
		t.Errorf("%d failures before it was added", n)
	}
	c := start(t, Options{})
	if got := c.codes(t, "126531", "2026-03-05 09:00", "2026-03-06 09:00", ""); got.Code != 0 || got.total() != 0 {
		t.Errorf("%d failures in time to come", got.total())
	}
	past, more := c.codes(t, "126531", "2026-03-05 01:00", "2026-03-05 09:00", ""),
		c.codes(t, "126531", "2026-03-05 01:00", "2026-03-05 23:00", "")
	if past.total() == 0 || past.total() != more.total() {
		t.Errorf("%d failures until now, %d until later", past.total(), more.total())
	}
}

func TestNightsAreCalmerThanEvenings(t *testing.T) {
	task := newWorld(0).byID[126590]
	task.background, task.incidents = 0.01, nil
	var night, evening int64
	for day := range 7 {
		midnight := at(t, "2026-03-01 00:00").AddDate(0, 0, day)
		night += sum(task.failures("", midnight.Add(1*time.Hour), midnight.Add(4*time.Hour)))
		evening += sum(task.failures("", midnight.Add(19*time.Hour), midnight.Add(22*time.Hour)))
	}
	if evening < 2*night {
		t.Errorf("%d failures in the evenings, %d in the nights", evening, night)
	}
}

func BenchmarkMonth(b *testing.B) {
	task := newWorld(0).byID[taskExample]
	end := at(b, "2026-03-05 09:00")
	for b.Loop() {
		task.failures("", end.AddDate(0, 0, -31), end)
	}
}

func BenchmarkLastEightHours(b *testing.B) {
	task := newWorld(0).byID[taskExample]
	end := at(b, "2026-03-05 09:00")
	for b.Loop() {
		task.failures("", end.Add(-8*time.Hour), end)
	}
}
