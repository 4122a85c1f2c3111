# SPDX-License-Identifier: Apache-2.0
"""Sources whose events go to their destinations and are shown to nobody."""
from harness import server as pintle
from harness.sender import Sender
from harness.sse import Stream
from harness.until import until


def transient(line):
    """A transient source at the line's destination, and whoever sends to it."""
    source = line.api.create_source(name="secret", transient=True)
    line.api.connect(source, line.destination)
    return source, Sender(line.server, source["writeKey"])


def test_a_destination_gets_the_event_and_shows_nothing_of_it(line):
    _, sender = transient(line)
    with Stream(line.api, f"/v2/destinations/{line.destination['id']}/live-events") as stream:
        hidden = sender.track()
        shown = line.sender.track()
        live = stream.next(lambda live: True)
    line.receiver.wait_accepted_ids([hidden, shown])
    assert live["messageId"] == shown
    target = f"/v2/destinations/{line.destination['id']}/stats"
    assert until(lambda: line.api.get(target).json()["stats"]["delivered"] == 2)


def test_a_source_shows_nothing_until_it_is_transient_no_more(line):
    source, sender = transient(line)
    target = f"/v2/sources/{source['id']}"
    with Stream(line.api, target + "/live-events") as stream:
        sender.track(event="hidden")
        assert line.api.put(target, {"transient": False}).json()["source"]["transient"] is False
        sender.track(event="shown")
        live = stream.next(lambda live: True)
    assert live["name"] == "shown"
    assert line.api.get(target + "/stats").json()["stats"]["received"] == 2


def test_a_dead_letter_tells_that_it_failed_and_nothing_else(line):
    _, sender = transient(line)
    line.receiver.answer = lambda received: 400
    sender.track()
    target = f"/v2/destinations/{line.destination['id']}/dead-letters"
    [letter] = until(lambda: line.api.get(target).json()["deadLetters"])
    assert (letter["reason"], letter["status"]) == ("rejected", 400)
    assert (letter["event"], letter["request"], letter["response"]) == (None, "", "")


def test_an_export_leaves_it_out(line):
    _, sender = transient(line)
    line.receiver.wait_accepted_ids([sender.track(event="hidden"), line.sender.track()])
    line.server.stop()
    done = pintle.run("journal", "export", "--data", line.server.data)
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 1
    assert "hidden" not in done.stdout
    dump = pintle.run("journal", "dump", "--data", line.server.data)
    assert dump.returncode == 0 and "hidden" not in dump.stdout
