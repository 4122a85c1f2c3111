# SPDX-License-Identifier: Apache-2.0
"""Every kind of secret that is given out once, used, rotated, refused and misplaced: none is
found in a log, an answer of the audit log, or a file."""
from harness import server as pintle
from harness.api import Api, basic, setup_token, sign_in
from harness.people import PASSWORD, accept, invite, workspace_of
from harness.wire import exchange

PERSONAL, SERVICE = "/v2/personal-access-tokens", "/v2/service-access-tokens"


def give_out(server, admin):
    """Values of every kind that clients hold, old ones too."""
    here = workspace_of(admin)
    made = []
    for path, wish in ((PERSONAL, {"scope": "read-write", "workspaceId": here}),
                       (SERVICE, {"level": "workspace", "workspaceId": here}),
                       (SERVICE, {"level": "organization", "grants": ["manage_members"]})):
        first = admin.post(path, {"name": "n", **wish}).json()
        second = Api(server, first["token"]).post("/v2/token/rotate", {"overlapDays": 1}).json()
        third = admin.post(f"{path}/{second['id']}/rotate", {}).json()
        made += [first["token"], second["token"], third["token"]]
    invited, accepted = invite(admin, "a@example.com"), invite(admin, "b@example.com")
    assert accept(server, accepted).status == 201
    reset = pintle.run("user", "reset-password", "--email", "b@example.com", "--data", server.data)
    assert reset.returncode == 0, reset.stderr
    link = reset.stdout.split("#token=")[1].split()[0]
    return made + [invited, accepted, link]


def misplace(server, secrets, text):
    """Where people put tokens by mistake, and what comes back is refused."""
    for secret in secrets:
        for headers in ({"Authorization": f"Bearer {secret}x"}, {"Authorization": secret},
                        {"Authorization": basic(secret)}, {"Cookie": f"pintle_session={secret}"}):
            exchange("GET", server.url + "/v2/workspace", None, headers)
            exchange("POST", server.url + "/v1/track", b"{}", headers)
        Api(server).post("/v2/session", {"email": "nobody@example.com", "password": secret})
        Api(server, secret).get("/v2/workspace")
        Api(server, secret).get("/v2/members")
    assert Api(server).post("/v2/session", {"email": pintle.EMAIL, "password": text}).status == 401


def test_what_is_given_out_once_is_nowhere_in_clear(make_server):
    server = make_server(log_level="debug", token_requests_per_s=0, unknown_tokens_per_s=0)
    admin = sign_in(server)
    wrong = "a wrong passphrase of somebody"
    secrets = give_out(server, admin)
    misplace(server, secrets, wrong)
    told = str(admin.all_of("/v2/audit-logs", "data"))
    server.stop()
    secrets += [PASSWORD, pintle.PASSWORD, wrong, admin.headers["X-CSRF-Token"],
                admin.headers["Cookie"].split("=", 1)[1]]
    files = {path: path.read_bytes() for path in server.data.rglob("*") if path.is_file()}
    assert len(files) > 3 and len(set(secrets)) == 17
    for secret in secrets:
        assert len(secret) > 20 and secret not in server.log and secret not in told
        assert not [path for path, held in files.items() if secret.encode() in held]


def test_the_link_of_the_first_start_is_not_kept(make_server):
    server = make_server(is_set_up=False)
    token = setup_token(server)
    server.stop()
    for path in server.data.rglob("*"):
        assert not path.is_file() or token.encode() not in path.read_bytes(), path
