// SPDX-License-Identifier: Apache-2.0

package main

// Keeps in go.mod what the library's own tests need, which are run besides these programs.
import _ "github.com/stretchr/testify/require"
