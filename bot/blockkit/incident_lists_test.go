package blockkit_test

import (
	"encoding/json"
	"strings"
	"testing"

	"catbot/bot/blockkit"
	"catbot/i18n"
)

// TestAnIncidentSaysHowManyMoreProvincesFail: three names alone read as if only these failed.
func TestAnIncidentSaysHowManyMoreProvincesFail(t *testing.T) {
	i := anIncident()
	for _, name := range []string{"湖南", "四川", "天津"} {
		i.Now.Provinces = append(i.Now.Provinces, provinceGroup(name, 5, 60))
	}
	for _, tc := range []struct {
		name, want string
		words      i18n.Phrases
		failing    int
	}{
		{"many more", "湖南 (Hunan) 8% of 60 probes and 12 more", i18n.English, 15},
		{"many more, in Chinese", "湖南 失败率 8%（60 次拨测），另有 12 个", i18n.Chinese, 15},
		{"no more", `湖南 (Hunan) 8% of 60 probes"`, i18n.English, 3},
		{"an older version counted none", `湖南 (Hunan) 8% of 60 probes"`, i18n.English, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			i.Now.Failing.Provinces = tc.failing
			m, err := json.Marshal(blockkit.Incident(byISP(), i, tc.words))
			if err != nil {
				t.Fatal(err)
			}
			text := strings.ReplaceAll(string(m), `\n`, `"`)
			if !strings.Contains(text, tc.want) {
				t.Errorf("no %q in %s", tc.want, text)
			}
		})
	}
}
