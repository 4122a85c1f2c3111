// SPDX-License-Identifier: Apache-2.0

// Uses rudder-api-go as programs that are built on it do.
//
// usage: rudder-api-go life | walk | links PREFIX
// RUDDERSTACK_API_HOST is the base URL, RUDDERSTACK_API_ACCESS_TOKEN the token.
//
//	life   makes, reads, changes and deletes one of each kind, and reads what is gone
//	walk   prints the ids of each list, as the library's methods page; for a base URL with /v2
//	links  the same by following links from PREFIX; for a base URL without /v2
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"

	"github.com/rudderlabs/rudder-api-go/client"
)

func run(ctx context.Context, arguments []string) (any, error) {
	c, err := client.New(os.Getenv("RUDDERSTACK_API_ACCESS_TOKEN"),
		client.WithBaseURL(os.Getenv("RUDDERSTACK_API_HOST")))
	if err != nil {
		return nil, err
	}
	switch {
	case len(arguments) == 1 && arguments[0] == "life":
		return live(ctx, c)
	case len(arguments) == 1 && arguments[0] == "walk":
		return walkMethods(ctx, c)
	case len(arguments) == 2 && arguments[0] == "links":
		return walkLinks(ctx, c, arguments[1])
	}
	log.Fatal("usage: rudder-api-go life | walk | links PREFIX")
	return nil, nil
}

func main() {
	told, err := run(context.Background(), os.Args[1:])
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(told); err != nil {
		log.Fatal(err)
	}
}
