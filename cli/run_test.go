package cli

import (
	"context"
	"testing"
	"time"

	"catbot/catapi"
	"catbot/query"
)

func TestProvincesAreListedInTheBackground(t *testing.T) {
	a := &app{log: discardLog(), runner: &query.Runner{Now: time.Now}}
	background := false
	a.learnProvinces(t.Context(), func(ctx context.Context) ([]catapi.Agent, error) {
		background = catapi.OrderOf(ctx).Background
		return []catapi.Agent{{Province: "jiangxi-2", ProvinceName: "江西二"}}, nil
	})
	if !background {
		t.Error("the provinces are listed as if a person waited for them")
	}
	found := false
	for _, p := range a.runner.Provinces() {
		found = found || p.Code == "jiangxi-2"
	}
	if !found {
		t.Error("the province that CAT listed is not known")
	}
}
