# SPDX-License-Identifier: Apache-2.0
"""Events from pages that can only load an image, or say good-bye."""
import uuid
from urllib.parse import quote

import pytest

from harness.gateway import Case, table

GIF = (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00\x21\xf9\x04\x01\x00\x00\x00\x00"
       b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b")
EVENT = {"userId": "ada", "type": "track", "event": "Left"}


def look(gate, kind, query):
    answer = gate.exchange("GET", f"/pixel/v1/{kind}?{query}")
    assert (answer.status, answer.body) == (200, GIF)
    assert answer.headers["Content-Type"] == "image/gif"
    assert answer.headers["Cache-Control"] == "no-store"


def seen(gate, kind, **parameters):
    """What becomes of the parameters: the event that is delivered."""
    mark = str(uuid.uuid4())
    given = {"writeKey": gate.key, "anonymousId": "anon", **parameters, "mark": mark}
    look(gate, kind, "&".join(f"{name}={quote(value)}" for name, value in given.items()))

    def mine(received):
        return [r.event for r in received if r.event.get("mark") == mark]
    return mine(gate.line.receiver.wait_until(mine))[0]


@pytest.mark.parametrize("query", ["", "writeKey=", "writeKey=wrong", "writeKey=KEY",
                                   "writeKey=KEY&anonymousId=a&event=", "%%%=&&=x"])
def test_there_is_always_an_image(gate, query):
    look(gate, "track", query.replace("KEY", gate.key))


def test_there_is_an_image_of_a_source_that_is_disabled(gate):
    source = gate.line.api.create_source(name=str(uuid.uuid4()))
    gate.line.api.put(f"/v2/sources/{source['id']}", {"enabled": False})
    look(gate, "page", f"writeKey={source['writeKey']}&anonymousId=a")


def test_there_is_an_image_beyond_the_rate_and_for_a_suppressed_user(gate_of):
    gate = gate_of(source_event_limit=1, event_limit_window_ms=3600000)
    answer = gate.line.api.post("/v2/regulations", {"regulationType": "suppress",
                                                    "users": [{"userId": "ada"}]})
    assert answer.status == 201
    look(gate, "page", f"writeKey={gate.key}&userId=ada&name=suppressed")
    assert seen(gate, "page", name="taken")["name"] == "taken"
    look(gate, "page", f"writeKey={gate.key}&anonymousId=a&name=limited")
    names = [received.event["name"] for received in gate.line.receiver.snapshot()]
    assert names == ["taken"]


def test_a_page_is_an_event_of_texts_at_dotted_paths(gate):
    event = seen(gate, "page", **{"name": "", "context.page.path": "/prices", "properties.n": "1",
                                  "properties.list.1": "b", "userId": "ada"})
    assert (event["type"], event["channel"], event["name"]) == ("page", "web", "Unknown Page")
    assert event["integrations"] == {"All": True}
    assert event["context"]["page"] == {"path": "/prices"}
    assert event["properties"] == {"n": "1", "list": [None, "b"]}
    assert event["originalTimestamp"] == event["sentAt"]
    assert "writeKey" not in event


def test_quotes_around_the_anonymous_id_are_taken_off(gate):
    assert seen(gate, "track", anonymousId='"anon"')["anonymousId"] == "anon"


def test_a_track_may_lack_its_name_but_not_leave_it_empty(gate):
    assert "event" not in seen(gate, "track")
    look(gate, "track", f"writeKey={gate.key}&anonymousId=a&event=&mark=dropped")
    seen(gate, "track", event="Seen")
    assert not [r for r in gate.line.receiver.snapshot() if r.event.get("mark") == "dropped"]


def test_the_address_of_whoever_looks_is_kept(gate):
    assert seen(gate, "track")["request_ip"] == "127.0.0.1"


BEACONS = [case for path in ("/beacon/v1/batch", "/v1/collect") for case in (
    Case(f"{path} without a key", f"POST {path}", {"batch": [EVENT]}, 401,
         "failed to read writekey from query params"),
    Case(f"{path} with an empty key", f"POST {path}?writeKey=", {"batch": [EVENT]}, 401,
         "failed to read writekey from query params"),
    Case(f"{path} with a wrong key", f"POST {path}?writeKey=wrong", {"batch": [EVENT]}, 401,
         "invalid write key"),
    Case(f"{path} with a batch", f"POST {path}?writeKey=KEY", {"batch": [EVENT]}, key=False),
    Case(f"{path} as browsers send it", f"POST {path}?writeKey=KEY", {"batch": [EVENT]},
         headers={"Content-Type": "text/plain;charset=UTF-8"}, key=False),
    Case(f"{path} with nothing in the batch", f"POST {path}?writeKey=KEY", {"batch": []}, 400,
         "empty batch payload", key=False),
)]


@table(BEACONS)
def test_a_beacon(gate, case):
    gate.hold(case)
