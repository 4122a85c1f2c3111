# SPDX-License-Identifier: Apache-2.0
"""Does one thing as Shipyard's blueprint does it, and prints what came of it.

usage: ask.py TOKEN connect | ask.py TOKEN trigger SOURCE | ask.py TOKEN status SOURCE
"""
import sys

from shipyard_rudderstack import RudderStackClient
from shipyard_templates import ExitCodeException


def main():
    token, verb, *source = sys.argv[1:]
    client = RudderStackClient(access_token=token)
    calls = {"connect": client.connect, "trigger": client.trigger_sync,
             "status": client.determine_sync_status}
    try:
        print(calls[verb](*source))
    except ExitCodeException as error:
        print(f"exit {error.exit_code}: {error.message}")


if __name__ == "__main__":
    main()
