package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

// fileSuffix is what the name of a setting ends with that names a file, in the manner of Docker's own images.
const fileSuffix = "_FILE"

// mayBeInFile reports whether the value of a setting may stand in a file.
func mayBeInFile(setting reflect.StructField) bool { return setting.Tag.Get("secret") != "" }

// readSecretFile reads a setting from the file that NAME_FILE names, as Docker and Kubernetes mount secrets.
// Newlines at the end do not belong to the value. A problem never shows what the file or the setting holds.
func readSecretFile(name string) (value string, problems []problem) {
	variable := name + fileSuffix
	path := os.Getenv(variable)
	if os.Getenv(name) != "" {
		return "", []problem{{variable, "is set, and so is " + name, "set one of the two"}}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		if failed, ok := errors.AsType[*fs.PathError](err); ok {
			err = failed.Err // the path is quoted below, unless it looks like a secret
		}
		return "", []problem{{variable, "is " + quotePath(path) + ": " + err.Error(),
			"name a file that catbot's user can read"}}
	}
	if value = strings.TrimRight(string(text), "\r\n"); value == "" {
		return "", []problem{{variable, "is " + quotePath(path) + ", which is empty", "write the value into it"}}
	}
	return value, nil
}

// quotePath quotes a path for a message. It hides what may be the secret itself, in place of its file.
func quotePath(path string) string {
	if filepath.IsAbs(path) {
		return strconv.Quote(path)
	}
	return quoteSetting(path)
}
