# SPDX-License-Identifier: Apache-2.0
"""Letters: invitations, forgotten passwords, and mail servers that fail."""
import threading

import pytest

from harness import people, server as pintle
from harness.api import Api, sign_in
from harness.certificates import make_certificate
from harness.mailserver import MailServer
from harness.until import PATIENCE_S, until
from harness.wire import exchange

NEW_PASSWORD = "another long passphrase"


@pytest.fixture(name="mail")
def mail_server():
    mail = MailServer()
    yield mail
    mail.close()


def settings_of(mail, **more):
    return {"smtp_url": mail.url, "smtp_from": "pintle@example.com", "smtp_insecure": "true",
            **more}


def forgot(server, email):
    return Api(server).post("/v2/password-resets", {"email": email})


def metric(server, name):
    text = exchange("GET", server.url + "/metrics").text
    return int(next(line.split()[-1] for line in text.splitlines() if line.startswith(name)))


def test_an_invitation_goes_by_mail(make_server, mail):
    server = make_server(**settings_of(mail))
    admin = sign_in(server)
    answer = admin.post("/v2/invitations", {"email": "grace@example.com"})
    assert answer.status == 201 and answer.json()["isMailed"] is True
    [letter] = mail.wait()
    assert letter.to == ["grace@example.com"] and letter.sender == "pintle@example.com"
    assert letter.subject == "You are invited to Analytical Engines on Pintle"
    assert letter.link == answer.json()["link"] and pintle.EMAIL in letter.text
    assert people.accept(server, letter.link.split("#token=")[1]).status == 201
    assert "#token=" not in server.log and letter.link.split("=")[1] not in server.log


def test_a_forgotten_password_is_set_anew_by_mail(make_server, mail):
    server = make_server(**settings_of(mail))
    assert Api(server).get("/v2/setup").json() == {"needed": False, "sendsMail": True}
    session = sign_in(server)
    known, unknown = forgot(server, pintle.EMAIL), forgot(server, "nobody@example.com")
    assert (known.status, known.text) == (unknown.status, unknown.text) == (202, "")
    [letter] = mail.wait()
    assert letter.to == [pintle.EMAIL] and letter.subject == "Set a new password for Pintle"
    assert letter.link.startswith(f"{server.url}/reset-password#token=")
    body = {"token": letter.link.split("#token=")[1], "password": NEW_PASSWORD}
    assert Api(server).post("/v2/password-resets/accept", body).status == 204
    assert Api(server).post("/v2/password-resets/accept", body).status == 401
    assert session.get("/v2/session").status == 401
    sign_in(server, pintle.EMAIL, NEW_PASSWORD)
    assert mail.wait(2)[1].subject == "Your password for Pintle was changed"
    entries = sign_in(server, pintle.EMAIL, NEW_PASSWORD).get(
        "/v2/audit-logs?action=password_reset_requested").json()["data"]
    assert [entry["targetName"] for entry in entries] == ["", pintle.EMAIL]


def test_asking_again_and_again_is_bounded(make_server, mail):
    server = make_server(**settings_of(mail))
    assert [forgot(server, "a@b.example").status for _ in range(5)] == [202] * 5
    until(lambda: forgot(server, "a@b.example").status == 429, pause=0)
    assert forgot(server, "c@d.example").status == 202


def test_without_a_mail_server_nothing_is_promised(server):
    assert Api(server).get("/v2/setup").json() == {"needed": False, "sendsMail": False}
    answer = forgot(server, pintle.EMAIL)
    assert answer.status == 409 and "pintle user reset-password" in answer.json()["message"]
    assert sign_in(server).post("/v2/invitations",
                                {"email": "a@b.example"}).json()["isMailed"] is False


def test_changing_ones_password_is_told_by_mail(make_server, mail):
    server = make_server(**settings_of(mail))
    answer = sign_in(server).put("/v2/session/password", {
        "currentPassword": pintle.PASSWORD, "newPassword": NEW_PASSWORD})
    assert answer.status == 204
    assert mail.wait()[0].subject == "Your password for Pintle was changed"


def test_the_owner_is_told_of_each_new_token(make_server, mail):
    server = make_server(**settings_of(mail))
    token = pintle.token_create(server.data, name="nightly")
    assert Api(server, token).post("/v2/token/rotate", {}).status in (200, 201)
    made, rotated = mail.wait(2)
    assert made.to == rotated.to == [pintle.EMAIL]
    assert made.subject == "A Personal Access Token was made for you on Pintle"
    assert rotated.subject == "A Personal Access Token was rotated for you on Pintle"
    assert '"nightly"' in made.text and token not in made.text + rotated.text


def test_a_letter_is_tried_again_until_the_server_takes_it(make_server, mail):
    server = make_server(**settings_of(mail))
    mail.answer = lambda to: "250 ok" if mail.tries > 2 else "451 later"
    people.invite(sign_in(server), "grace@example.com")
    mail.wait_tries(3)
    assert mail.wait()[0].to == ["grace@example.com"]
    server.wait_for_line("a letter was sent.*tries=3")
    assert metric(server, 'pintle_mail_letters_total{outcome="retried"}') == 2
    until(lambda: metric(server, "pintle_mail_waiting_letters") == 0)


def test_a_letter_that_is_refused_for_good_does_not_hold_up_others(make_server, mail):
    server = make_server(**settings_of(mail))
    mail.answer = lambda to: "550 nobody here" if to.startswith("grace") else "250 ok"
    admin = sign_in(server)
    people.invite(admin, "grace@example.com")
    people.invite(admin, "joan@example.com")
    assert mail.wait()[0].to == ["joan@example.com"]
    server.wait_for_line('a letter was not sent.*to=grace@example.com.*550')
    assert metric(server, 'pintle_mail_letters_total{outcome="failed"}') == 1


def test_a_silent_mail_server_holds_up_nobody(make_server, mail):
    server = make_server(**settings_of(mail))
    ended = threading.Event()
    mail.answer = lambda to: ended.wait(10 * PATIENCE_S)
    admin = sign_in(server)
    for name in ("a", "b", "c"):
        people.invite(admin, f"{name}@example.com")
    mail.wait_tries(1)
    assert admin.get("/v2/invitations").status == 200
    server.stop()
    assert server.log.count("a letter was still waiting at the end") == 3
    ended.set()


def test_tls_is_required_unless_told_otherwise(mail):
    strict = {**settings_of(mail), "smtp_insecure": "false"}
    done = pintle.run("mail", "test", "--to", "ada@example.com", settings=strict)
    assert done.returncode == 1 and "smtp_url" in done.stderr and not mail.letters, done
    done = pintle.run("mail", "test", "--to", "ada@example.com", settings=settings_of(mail))
    assert done.returncode == 0 and mail.wait()[0].subject == "Pintle can send mail", done


def test_the_password_goes_only_to_a_server_that_proves_its_name(tmp_path):
    certificate = make_certificate(tmp_path)
    mail = MailServer(certificate)
    (tmp_path / "credentials").write_text("pintle:s3cret-of-mail\n")
    strict = {**settings_of(mail), "smtp_insecure": "false",
              "smtp_credentials_file": tmp_path / "credentials"}
    done = pintle.run("mail", "test", "--to", "ada@example.com", settings=strict)
    assert done.returncode == 1 and "certificate" in done.stderr, done
    strict["smtp_ca_file"] = certificate[0]
    done = pintle.run("mail", "test", "--to", "ada@example.com", settings=strict)
    assert done.returncode == 0, done
    [letter] = mail.wait()
    assert letter.is_encrypted and letter.login == "pintle:s3cret-of-mail"
    mail.close()


def test_wrong_settings_are_told_by_name(tmp_path, mail):
    for name, value in [("smtp_url", "smtp://me:secret@mail"), ("smtp_from", "Ada <a@b>"),
                        ("smtp_credentials_file", tmp_path / "nowhere")]:
        wrong = settings_of(mail, **{name: value})
        done = pintle.run("serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0",
                          settings=wrong)
        assert done.returncode == 1 and "secret@" not in done.stderr, (name, done)
    done = pintle.run("mail", "test", "--to", "a@b\r\nBcc: c@d", settings=settings_of(mail))
    assert done.returncode == 1 and "to: is not an address" in done.stderr, done


def test_admins_are_told_of_new_service_tokens(make_server, mail):
    server = make_server(**settings_of(mail))
    admin = sign_in(server)
    body = {"level": "organization", "name": "okta"}
    made = admin.post("/v2/service-access-tokens", body)
    assert made.status == 201
    [letter] = mail.wait()
    assert letter.to == [pintle.EMAIL] and '"okta" was made' in letter.text
    assert pintle.EMAIL in letter.text and made.json()["token"] not in letter.text
