// SPDX-License-Identifier: Apache-2.0

// One of each kind from its making to its end.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rudderlabs/rudder-api-go/client"
)

// As they were read after their change, and what the library makes of the refusals.
type life struct {
	Source      *client.Source      `json:"source"`
	Destination *client.Destination `json:"destination"`
	Connection  *client.Connection  `json:"connection"`
	Connected   string              `json:"connected"` // deleting a source that is connected
	Gone        []int               `json:"gone"`      // statuses of reading what was deleted
}

func (l *life) make(ctx context.Context, c *client.Client, hook string) (err error) {
	l.Source, err = c.Sources.Create(ctx, &client.Source{
		Name: "shop", Type: "Javascript", IsEnabled: true, Config: json.RawMessage(`{}`)})
	if err != nil {
		return err
	}
	l.Destination, err = c.Destinations.Create(ctx, &client.Destination{
		Name: "hook", Type: "WEBHOOK", IsEnabled: true, Config: json.RawMessage(hook)})
	if err != nil {
		return err
	}
	l.Connection, err = c.Connections.Create(ctx, &client.Connection{
		SourceID: l.Source.ID, DestinationID: l.Destination.ID, IsEnabled: true})
	return err
}

// Sends back what was read, with a change, as the library does: dates and write key included.
func (l *life) change(ctx context.Context, c *client.Client, hook string) error {
	l.Source.Name = "shop 2"
	l.Destination.Config = json.RawMessage(hook)
	l.Connection.IsEnabled = false
	_, err := c.Sources.Update(ctx, l.Source)
	if err == nil {
		_, err = c.Destinations.Update(ctx, l.Destination)
	}
	if err == nil {
		_, err = c.Connections.Update(ctx, l.Connection)
	}
	return err
}

func (l *life) read(ctx context.Context, c *client.Client) (err error) {
	if l.Source, err = c.Sources.Get(ctx, l.Source.ID); err != nil {
		return err
	}
	if l.Destination, err = c.Destinations.Get(ctx, l.Destination.ID); err != nil {
		return err
	}
	l.Connection, err = c.Connections.Get(ctx, l.Connection.ID)
	return err
}

func (l *life) end(ctx context.Context, c *client.Client) error {
	var refusal *client.APIError
	if err := c.Sources.Delete(ctx, l.Source.ID); !errors.As(err, &refusal) {
		return fmt.Errorf("deleting a source that is connected: %v", err)
	}
	l.Connected = refusal.Error()
	err := c.Connections.Delete(ctx, l.Connection.ID)
	if err == nil {
		err = c.Sources.Delete(ctx, l.Source.ID)
	}
	if err == nil {
		err = c.Destinations.Delete(ctx, l.Destination.ID)
	}
	return err
}

func (l *life) lookForGone(ctx context.Context, c *client.Client) error {
	_, source := c.Sources.Get(ctx, l.Source.ID)
	_, destination := c.Destinations.Get(ctx, l.Destination.ID)
	_, connection := c.Connections.Get(ctx, l.Connection.ID)
	for _, err := range []error{source, destination, connection} {
		var refusal *client.APIError
		if !errors.As(err, &refusal) {
			return fmt.Errorf("reading what was deleted: %v", err)
		}
		l.Gone = append(l.Gone, refusal.HTTPStatusCode)
	}
	return nil
}

func live(ctx context.Context, c *client.Client) (*life, error) {
	l := &life{}
	err := l.make(ctx, c, `{"webhookUrl": "https://example.com/1", "webhookMethod": "POST"}`)
	if err == nil {
		err = l.change(ctx, c, `{"webhookUrl": "https://example.com/2", "webhookMethod": "PUT"}`)
	}
	if err == nil {
		err = l.read(ctx, c)
	}
	if err == nil {
		err = l.end(ctx, c)
	}
	if err == nil {
		err = l.lookForGone(ctx, c)
	}
	return l, err
}
