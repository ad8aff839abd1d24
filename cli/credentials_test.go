package cli

import (
	"strings"
	"testing"
)

func TestMalformedRedisURLIsShownWithoutPassword(t *testing.T) {
	for address, want := range map[string]string{
		"redis:/u:pa55word@host":           "[hidden]@host",
		"u:pa55word@host:6379":             "[hidden]@host:6379",
		"redis://h/0?password=pa55word":    "redis://h/0?[hidden]",
		"redis://u:pa55@word@host:6379/0":  "redis://[hidden]@host:6379/0",
		"rediss://h/0?sentinel_Password=x": "rediss://h/0?[hidden]",
		"http://host:6379":                 "http://host:6379",
		"https://h/#pa55word":              "https://h/#[hidden]",
		"redis://u:pa55?w@host":            "redis://[hidden]",
	} {
		if got := withoutCredentials(address); got != want || strings.Contains(got, "pa55") {
			t.Errorf("%q is shown as %q, want %q", address, got, want)
		}
	}
}

func TestTokenInWrongSettingIsHidden(t *testing.T) {
	for _, variable := range []string{
		"ADMIN_USERS", "ALLOWED_CHANNELS", "BOT_LANGUAGE", "TIMEZONE", "LOG_FORMAT", "LOG_LEVEL",
		"CAT_RATE", "WORKERS", "MAX_WINDOW", "ALLOW_GUESTS",
		"HTTP_ADDR", "CAT_API_URL", "CAT_API3_URL", "SLACK_API_URL", "REDIS_URL",
	} {
		for _, token := range []string{
			"xoxb-12-34-pa55word", "XOXP-12-pa55word", "xoxe.xoxp-1-pa55word", "xapp-1-A1-pa55word",
			"AKIDpa55word", "Gu5t9xGARNpq86cd98pa55word3Cozk1qA",
		} {
			t.Run(variable+" "+token, func(t *testing.T) {
				clean(t)
				t.Setenv(variable, token)
				_, errs, code := catbot(t)
				if variable == "REDIS_URL" {
					cfg, _ := readConfig()
					errs += variable + checkRedis(t.Context(), cfg)[0].problem
				}
				if code != 1 || strings.Contains(errs, "pa55word") || !strings.Contains(errs, variable) ||
					!strings.Contains(errs, `"[hidden]"`) {
					t.Errorf("exit code %d:\n%s", code, errs)
				}
			})
		}
	}
}

func TestRefusedCATURLIsShownWithoutSecrets(t *testing.T) {
	for _, tc := range []struct{ name, value, want string }{
		{"plain http", "http://cat.example.com/v2", `is "http://cat.example.com/v2": plain http would send the secret id`},
		{"a name and a password", "https://user:pa55word@cat.example.com", `is "https://[hidden]@cat.example.com": nothing may stand before its host`},
		{"a query", "https://cat.example.com/?key=pa55word", `is "https://cat.example.com/?[hidden]": nothing may stand before its host or after its path`},
		{"a password that a URL can't hold", "https://user:pa55 word%@cat.example.com", `is "https://[hidden]@cat.example.com": not a valid URL`},
		{"no scheme", "cat.example.com", `is "cat.example.com": it has no host`},
		{"another scheme", "ftp://cat.example.com", `is "ftp://cat.example.com": it has to begin with https://`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			clean(t)
			t.Setenv("CAT_API_URL", tc.value)
			if _, errs, code := catbot(t); code != 1 || strings.Contains(errs, "pa55") ||
				!strings.Contains(errs, "CAT_API_URL "+tc.want) {
				t.Errorf("exit code %d:\n%s", code, errs)
			}
		})
	}
}

func TestInvalidRateIsRefused(t *testing.T) {
	for _, value := range []string{"inf", "+Inf", "NaN", "0", "-1", "1e9", "0.001"} {
		t.Run(value, func(t *testing.T) {
			clean(t)
			t.Setenv("CAT_RATE", value)
			if _, errs, code := catbot(t); code != 1 || !strings.Contains(errs, "be from 0.01 to 1000") {
				t.Errorf("exit code %d:\n%s", code, errs)
			}
		})
	}
}
