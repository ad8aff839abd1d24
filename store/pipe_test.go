package store

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

func TestAnEmbeddedRedisTakesALongPipelineWithLongAnswers(t *testing.T) {
	s, err := Open("", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	long := strings.Repeat("x", 10_000)
	if err := s.DB().Set(t.Context(), "long", long, 0).Err(); err != nil {
		t.Fatal(err)
	}
	answers, err := s.DB().Pipelined(t.Context(), func(pipe redis.Pipeliner) error {
		for range 2_000 {
			pipe.Get(t.Context(), "long")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, answer := range answers {
		if got := answer.(*redis.StringCmd).Val(); got != long {
			t.Fatalf("answer %d has %d bytes", i, len(got))
		}
	}
}
