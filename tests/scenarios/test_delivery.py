# SPDX-License-Identifier: Apache-2.0
"""How events leave: the webhook's request, retries, order, and where requests may not go."""
import random
import threading
import time
from collections import defaultdict
from urllib.parse import parse_qs, urlsplit

from harness.receiver import Receiver
from harness.until import PATIENCE_S, until


def test_the_request_carries_the_event(line):
    line.sender.post("/v1/identify", {"userId": "ada", "traits": {"plan": "pro"}})
    request = line.receiver.wait(1)[0]
    assert (request.method, request.path) == ("POST", "/hook")
    assert request.headers["Content-Type"].startswith("application/json")
    assert int(request.headers["Content-Length"]) == len(request.body)
    assert request.event["traits"] == {"plan": "pro"}


def test_get_puts_properties_into_the_query(server, receiver, line_of):
    line = line_of(server, webhookMethod="GET")
    line.sender.track(properties={"plan": "pro", "nested": {"a": 1}})
    request = line.receiver.wait(1)[0]
    assert (request.method, request.body) == ("GET", b"")
    query = parse_qs(urlsplit(request.path).query)
    assert query["plan"] == ["pro"]
    assert ["1"] in query.values()


def test_an_event_too_long_for_a_url_does_not_hold_up_the_next(server, line_of):
    line = line_of(server, webhookMethod="GET")
    line.sender.track(properties={"text": "!" * 3_000_000})
    line.sender.track(properties={"text": "short"})
    assert line.receiver.wait(1)[0].path.endswith("text=short")


def test_configured_headers_are_sent(server, line_of):
    line = line_of(server, headers=[{"from": "X-Api-Key", "to": "s3cret"}])
    line.sender.track()
    assert line.receiver.wait(1)[0].headers["X-Api-Key"] == "s3cret"


def test_a_destination_without_settings_says_what_became_of_its_events(line):
    waiting = line.api.post("/v2/destinations", {"name": "Waiting", "type": "WEBHOOK",
                                                 "config": {}}).json()["destination"]
    line.api.connect(line.source, waiting)
    line.sender.track(messageId="m-1")
    target = f"/v2/destinations/{waiting['id']}"
    letter = until(lambda: line.api.get(target + "/dead-letters").json()["deadLetters"])[0]
    assert (letter["reason"], letter["event"]["messageId"]) == ("build_failed", "m-1")
    assert "config.webhookUrl" in letter["detail"]
    assert line.api.get(target + "/stats").json()["stats"]["failed"] == 1
    line.api.put(target, {"config": {"webhookUrl": line.receiver.url + "/late"}})
    line.sender.track(messageId="m-2")
    late = until(lambda: [one for one in line.receiver.snapshot() if "/late" in one.path])
    assert [one.event["messageId"] for one in late] == ["m-2"]


def test_an_event_does_not_choose_the_url(server, line_of):
    line, thief = line_of(server, headers=[{"from": "X-Api-Key", "to": "s3cret"}]), Receiver()
    line.sender.track(fullPath=thief.url, appendPath="/stolen", header={"X-Mine": "1"},
                      integrations={"All": True, "webhook": {"fullPath": thief.url}})
    request = line.receiver.wait(1)[0]
    assert request.path == "/hook" and request.headers["X-Mine"] is None
    assert thief.snapshot() == []
    thief.close()


def test_an_event_may_choose_the_url_where_that_is_allowed(server, line_of):
    other = Receiver()
    line = line_of(server, headers=[{"from": "X-Api-Key", "to": "s3cret"}], allowEventUrl=True)
    line.sender.track(user="a", fullPath=other.url + "/full", header={"X-Mine": "1"})
    request = other.wait(1)[0]
    assert (request.path, request.headers["X-Mine"]) == ("/hook/full", "1")
    assert request.headers["X-Api-Key"] is None  # only for the configured origin
    line.sender.track(user="b", appendPath="/more")
    request = line.receiver.wait(1)[0]
    assert (request.path, request.headers["X-Api-Key"]) == ("/hook/more", "s3cret")
    other.close()


def test_failures_are_retried_with_growing_waits(line):
    line.receiver.answer = lambda received: 200 if len(line.receiver.received) >= 4 else 503
    message_id = line.sender.track()
    requests = line.receiver.wait(5)
    assert [r.status for r in requests] == [503, 503, 503, 503, 200]
    assert {r.event["messageId"] for r in requests} == {message_id}
    waits = [later.at - earlier.at for earlier, later in zip(requests, requests[1:])]
    at_least = [0.04, 0.08, 0.16, 0.32]  # of 50, 100, 200, 400 ms; longer on a busy machine
    assert all(wait >= least for wait, least in zip(waits, at_least)), waits
    time.sleep(0.6)
    assert len(line.receiver.snapshot()) == 5  # and not once more


def test_a_refused_event_becomes_a_dead_letter(line):
    line.receiver.answer = lambda received: 400
    message_id = line.sender.track(user="ada")
    target = f"/v2/destinations/{line.destination['id']}/dead-letters"
    letter = until(lambda: line.api.get(target).json()["deadLetters"])[0]
    assert (letter["reason"], letter["status"], letter["attempts"]) == ("rejected", 400, 1)
    assert letter["event"]["messageId"] == message_id
    assert line.receiver.port and str(line.receiver.port) in letter["request"]
    line.receiver.answer = lambda received: 200
    line.sender.track(user="ada")
    assert [r.status for r in line.receiver.wait(2)] == [400, 200]  # the next one is not held up


def test_a_long_event_stands_whole_in_its_dead_letter_on_a_small_reserve(make_server, line_of):
    line = line_of(make_server(journal_reserve_bytes=4 << 20))
    line.receiver.answer = lambda received: 400
    line.sender.track(properties={"text": "!" * 3_900_000})
    target = f"/v2/destinations/{line.destination['id']}/dead-letters"
    letter = until(lambda: line.api.get(target).json()["deadLetters"])[0]
    assert letter["event"] and len(letter["event"]["properties"]["text"]) == 3_900_000


def test_order_per_user_under_failures(line):
    chance = random.Random(7)
    line.receiver.answer = lambda received: 200 if chance.random() < 0.6 else 500
    ids = []
    for number in range(12):
        events = [{"type": "track", "event": "E", "userId": user, "messageId": f"{user}-{number}",
                   "properties": {"number": number}} for user in "abcdefgh"]
        assert line.sender.batch(events).status == 200
        ids += [event["messageId"] for event in events]
    line.receiver.wait_accepted_ids(ids, timeout=2 * PATIENCE_S)
    numbers = defaultdict(list)
    for request in line.receiver.accepted():
        numbers[request.event["userId"]].append(request.event["properties"]["number"])
    assert dict(numbers) == {user: list(range(12)) for user in "abcdefgh"}


def test_an_anonymous_visit_and_its_identify_stay_in_order(line):
    failures = [500, 500, 500]
    line.receiver.answer = lambda received: failures.pop() if failures else 200
    line.sender.post("/v1/page", {"anonymousId": "anon"})
    line.sender.post("/v1/identify", {"anonymousId": "anon", "userId": "ada"})
    line.sender.post("/v1/track", {"userId": "ada", "event": "E"})
    line.receiver.wait_until(lambda all: sum(r.status == 200 for r in all) == 3)
    assert [r.event["type"] for r in line.receiver.accepted()] == ["page", "identify", "track"]


def test_a_slow_destination_holds_up_no_other(line):
    stuck, is_over = Receiver(), threading.Event()
    stuck.answer = lambda received: is_over.wait() and 200
    line.api.connect(line.source, line.api.create_webhook(stuck.url, name="stuck"))
    ids = [line.sender.track(user=f"u{n}") for n in range(60)]
    line.receiver.wait_accepted_ids(ids)
    assert stuck.snapshot() == []  # it has not answered one yet
    is_over.set()
    stuck.wait_accepted_ids(ids)
    stuck.close()


def test_a_destination_that_comes_back_gets_everything(server, receiver, line_of):
    line = line_of(server)
    port = line.receiver.port
    line.receiver.close()
    ids = [line.sender.track(user=f"u{n % 3}") for n in range(20)]
    delivery = f"/v2/destinations/{line.destination['id']}/delivery"
    until(lambda: line.api.get(delivery).json()["delivery"]["lastError"])
    back = Receiver(port)
    back.wait_accepted_ids(ids)
    back.close()


def test_private_addresses_are_refused_unless_allowed(make_server, line_of):
    line = line_of(make_server(egress_allow=""))
    line.sender.track()
    delivery = f"/v2/destinations/{line.destination['id']}/delivery"
    letters = f"/v2/destinations/{line.destination['id']}/dead-letters"

    def refusal():
        waiting = line.api.get(delivery).json()["delivery"]["lastError"]
        dead = line.api.get(letters).json()["deadLetters"]
        return waiting or (dead and dead[0]["detail"])

    assert "egress_allow" in until(refusal)
    assert line.receiver.snapshot() == []


def test_a_disabled_connection_drops_its_events(line):
    target = f"/v2/connections/{line.connection['id']}"
    line.sender.track(event="before")
    line.receiver.wait(1)
    line.api.put(target, {"enabled": False})
    line.sender.track(event="while off")
    line.api.put(target, {"enabled": True})
    line.sender.track(event="after")
    assert [r.event["event"] for r in line.receiver.wait(2)] == ["before", "after"]


def test_a_new_connection_gets_no_old_events(line):
    line.sender.track(event="old")
    line.receiver.wait(1)
    second = Receiver()
    line.api.connect(line.source, line.api.create_webhook(second.url, name="second"))
    line.sender.track(event="new")
    assert [r.event["event"] for r in second.wait(1)] == ["new"]
    second.close()


def test_integrations_switch_destinations_off(line):
    line.sender.track(event="not here", integrations={"All": False})
    line.sender.track(event="nor here", integrations={"All": True, "Webhook": False})
    line.sender.track(event="here", integrations={"All": False, "Webhook": True})
    assert [r.event["event"] for r in line.receiver.wait(1)] == ["here"]
