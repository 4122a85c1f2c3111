// SPDX-License-Identifier: Apache-2.0

// Sends one event of each kind with the official SDK for Go: analytics-go URL WRITE_KEY
package main

import (
	"fmt"
	"os"

	analytics "github.com/rudderlabs/analytics-go"
)

// The SDK throws away what has not been sent when it is closed: so each word of it is awaited.
type results chan error

func (r results) Success(analytics.Message) { r <- nil }

func (r results) Failure(_ analytics.Message, err error) { r <- err }

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func main() {
	done := make(results, 6)
	client, err := analytics.NewWithConfig(os.Args[2], os.Args[1],
		analytics.Config{BatchSize: 6, Callback: done})
	if err != nil {
		fail(err)
	}
	messages := []analytics.Message{
		analytics.Identify{UserId: "ada", Traits: analytics.NewTraits().Set("plan", "pro")},
		analytics.Track{UserId: "ada", Event: "Opened",
			Properties: analytics.NewProperties().Set("from", "go")},
		analytics.Page{UserId: "ada", Name: "Home"},
		analytics.Screen{UserId: "ada", Name: "Start"},
		analytics.Group{UserId: "ada", GroupId: "engines"},
		analytics.Alias{UserId: "ada", PreviousId: "lovelace"},
	}
	for _, message := range messages {
		if err := client.Enqueue(message); err != nil {
			fail(err)
		}
	}
	for range messages {
		if err := <-done; err != nil {
			fail(err)
		}
	}
	if err := client.Close(); err != nil {
		fail(err)
	}
}
