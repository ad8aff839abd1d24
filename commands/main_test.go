package commands

import "time"

// testLanguage has the limits that catbot has by default.
var testLanguage = Language{DefaultWindow: 8 * time.Hour, MaxWindow: 31 * 24 * time.Hour}
