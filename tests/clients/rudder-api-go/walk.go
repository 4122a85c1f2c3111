// SPDX-License-Identifier: Apache-2.0

// Lists of several pages. The library joins a page's next link to its base URL.
package main

import (
	"context"
	"encoding/json"

	"github.com/rudderlabs/rudder-api-go/client"
)

// The ids of each kind, in the order of the lists.
type ids struct {
	Sources      []string `json:"sources"`
	Destinations []string `json:"destinations"`
	Connections  []string `json:"connections"`
}

func (found *ids) addSources(ctx context.Context, c *client.Client) error {
	page, err := c.Sources.List(ctx)
	for ; err == nil && page != nil; page, err = c.Sources.Next(ctx, page.Paging) {
		for _, source := range page.Sources {
			found.Sources = append(found.Sources, source.ID)
		}
	}
	return err
}

func (found *ids) addDestinations(ctx context.Context, c *client.Client) error {
	page, err := c.Destinations.List(ctx)
	for ; err == nil && page != nil; page, err = c.Destinations.Next(ctx, page.Paging) {
		for _, destination := range page.Destinations {
			found.Destinations = append(found.Destinations, destination.ID)
		}
	}
	return err
}

func (found *ids) addConnections(ctx context.Context, c *client.Client) error {
	page, err := c.Connections.List(ctx)
	for ; err == nil && page != nil; page, err = c.Connections.Next(ctx, page.Paging) {
		for _, connection := range page.Connections {
			found.Connections = append(found.Connections, connection.ID)
		}
	}
	return err
}

func walkMethods(ctx context.Context, c *client.Client) (*ids, error) {
	found := &ids{}
	err := found.addSources(ctx, c)
	if err == nil {
		err = found.addDestinations(ctx, c)
	}
	if err == nil {
		err = found.addConnections(ctx, c)
	}
	return found, err
}

// Asks for the first page below prefix and goes where the links lead.
func follow(ctx context.Context, c *client.Client, prefix, kind string) ([]string, error) {
	var found []string
	for next := prefix + "/" + kind; next != ""; {
		answer, err := c.Do(ctx, "GET", next, nil)
		if err != nil {
			return nil, err
		}
		var page client.APIPage
		lists := map[string]json.RawMessage{}
		var rows []struct{ ID string }
		for _, part := range []struct {
			from []byte
			to   any
		}{{answer, &page}, {answer, &lists}} {
			if err := json.Unmarshal(part.from, part.to); err != nil {
				return nil, err
			}
		}
		if err := json.Unmarshal(lists[kind], &rows); err != nil {
			return nil, err
		}
		for _, row := range rows {
			found = append(found, row.ID)
		}
		next = page.Paging.Next
	}
	return found, nil
}

func walkLinks(ctx context.Context, c *client.Client, prefix string) (map[string][]string, error) {
	found := map[string][]string{}
	for _, kind := range []string{"sources", "destinations", "connections"} {
		rows, err := follow(ctx, c, prefix, kind)
		if err != nil {
			return nil, err
		}
		found[kind] = rows
	}
	return found, nil
}
