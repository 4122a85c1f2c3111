# SPDX-License-Identifier: Apache-2.0
"""Users whose events are not wanted: answered as ever, stored nowhere, delivered to nobody."""
import pytest

from harness.api import Api
from harness.server import token_create
from harness.sse import Stream
from harness.until import until


def suppress(api, *users, **more):
    body = {"regulationType": "suppress", "users": [{"userId": user} for user in users], **more}
    answer = api.post("/v2/regulations", body)
    assert answer.status == 201, answer
    return answer.json()


def delivered_users(line):
    return [received.event["userId"] for received in line.receiver.accepted()]


def test_events_of_a_suppressed_user_are_answered_and_go_nowhere(line):
    [made] = suppress(line.api, "ada")
    assert (made["regulationType"], made["canceled"], made["sourceIds"]) == ("suppress", False, [])
    line.sender.track(user="ada")
    answer = line.sender.batch([{"type": "track", "event": "E", "userId": user}
                                for user in ("ada", "bob", " ada ")])
    assert (answer.status, answer.body) == (200, b"ok")
    last = line.sender.track(user="cy")
    line.receiver.wait_accepted_ids([last])
    until(lambda: sorted(delivered_users(line)) == ["bob", "cy"])
    target = f"/v2/sources/{line.source['id']}/stats"

    def counts():
        stats = line.api.get(target).json()["stats"]
        return stats["received"], stats["suppressed"]
    until(lambda: counts() == (2, 3))


def test_a_user_may_be_suppressed_for_one_source_only(line):
    other = line.api.create_source(name="other")
    suppress(line.api, "ada", sourceIds=[other["id"]])
    line.receiver.wait_accepted_ids([line.sender.track(user="ada")])
    suppress(line.api, "ada", sourceIds=["*"])
    line.sender.track(user="ada")
    line.receiver.wait_accepted_ids([line.sender.track(user="bob")])
    assert delivered_users(line) == ["ada", "bob"]


def test_an_event_stored_before_is_not_delivered_after(line):
    """It waits for its next try when its user is suppressed; he is asked for at each."""
    line.receiver.answer = lambda received: 500 if received.event["userId"] == "ada" else 200
    line.sender.track(user="ada")
    line.receiver.wait(1)
    suppress(line.api, "ada")
    path = f"/v2/destinations/{line.destination['id']}/stats"
    until(lambda: line.api.get(path).json()["stats"]["suppressed"] == 1)
    line.receiver.wait_accepted_ids([line.sender.track(user="bob")])
    assert delivered_users(line) == ["bob"]


def test_what_was_kept_before_shows_nothing_of_a_suppressed_user(line):
    """Dead letters say that one failed and why; live events that were kept are passed over."""
    line.receiver.answer = lambda received: 400 if received.event["event"] == "Refused" else 200
    line.sender.track(user="ada")
    line.sender.track(user="ada", event="Refused")
    target = f"/v2/destinations/{line.destination['id']}"
    until(lambda: line.api.get(target + "/dead-letters").json()["deadLetters"])
    line.sender.track(user="bob")
    [made] = suppress(line.api, "ada")

    def shown():
        [letter] = line.api.get(target + "/dead-letters").json()["deadLetters"]
        with Stream(line.api, target + "/live-events") as stream:
            first = stream.next(lambda live: True)
        return letter["reason"], letter["event"], letter["request"], first["userId"]
    assert shown() == ("rejected", None, "", "bob")
    with Stream(line.api, f"/v2/sources/{line.source['id']}/live-events") as stream:
        assert stream.next(lambda live: True)["userId"] == "bob"
    assert line.api.delete(f"/v2/regulations/{made['id']}").status == 204
    reason, event, request, first_user = shown()
    assert (reason, event["userId"], first_user) == ("rejected", "ada", "ada") and request


def test_canceling_lets_a_user_in_again(line):
    [made] = suppress(line.api, "ada")
    for _ in range(2):
        assert line.api.delete(f"/v2/regulations/{made['id']}").status == 204
    line.receiver.wait_accepted_ids([line.sender.track(user="ada")])
    [listed] = line.api.get("/v2/regulations").json()["data"]
    assert (listed["id"], listed["canceled"]) == (made["id"], True)
    assert line.api.delete("/v2/regulations/" + "0" * 27).status == 404


def test_a_list_goes_on_page_by_page(api):
    made = suppress(api, "a", "b", "c")
    listed = api.all_of("/v2/regulations?per_page=2", "data")
    assert listed == made[::-1]
    assert api.get("/v2/regulations?after_cursor=nonsense").status == 400


def test_suppression_outlives_the_process(line):
    suppress(line.api, "ada")
    line.server.kill()
    line.server.start()
    line.sender.track(user="ada")
    line.receiver.wait_accepted_ids([line.sender.track(user="bob")])
    assert delivered_users(line) == ["bob"]


def test_the_user_stands_nowhere_in_clear(line):
    """Not in the store, not in the journal, not in the audit log."""
    suppress(line.api, "somebody-quite-unique")
    answer = line.sender.batch([{"type": "track", "event": "E", "userId": "somebody-quite-unique"},
                                {"type": "track", "event": "E", "userId": "bob"}])
    assert answer.status == 200
    assert line.server.stop() == 0
    for path in line.server.data.rglob("*"):
        assert not path.is_file() or b"somebody-quite-unique" not in path.read_bytes(), path


def test_a_token_that_only_reads_sees_the_list_and_does_not_change_it(line):
    [made] = suppress(line.api, "ada")
    reader = Api(line.server, token_create(line.server.data, name="reader", scope="read-only"))
    assert reader.get("/v2/regulations").json()["data"] == [made]
    assert reader.delete(f"/v2/regulations/{made['id']}").status == 403


@pytest.mark.parametrize("field, body", [
    ("regulationType", {"regulationType": "suppress_with_delete", "users": [{"userId": "a"}]}),
    ("users", {"regulationType": "suppress", "users": []}),
    ("users", {"regulationType": "suppress"}),
    ("users[0]", {"regulationType": "suppress", "users": ["ada"]}),
    ("users[0].userId", {"regulationType": "suppress", "users": [{"email": "a@example.com"}]}),
    ("users[1].userId", {"regulationType": "suppress",
                         "users": [{"userId": "a"}, {"userId": " \u200b "}]}),
    ("users[0].userId", {"regulationType": "suppress", "users": [{"userId": 7}]}),
    ("users[0].email", {"regulationType": "suppress",
                        "users": [{"userId": "a", "email": "x" * 1025}]}),
    ("sourceIds[0]", {"regulationType": "suppress", "users": [{"userId": "a"}],
                      "sourceIds": ["0" * 27]}),
    ("destinationIds", {"regulationType": "suppress", "users": [{"userId": "a"}],
                        "destinationIds": ["0" * 27]}),
])
def test_bad_input_is_named(api, field, body):
    answer = api.post("/v2/regulations", body)
    assert answer.status == 400 and field in answer.json()["details"], answer
    assert api.get("/v2/regulations").json()["data"] == []
