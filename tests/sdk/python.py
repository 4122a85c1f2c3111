# SPDX-License-Identifier: Apache-2.0
"""Sends one event of each kind with the official Python SDK: python.py URL WRITE_KEY"""
import sys

import rudderstack.analytics as analytics

analytics.dataPlaneUrl, analytics.write_key = sys.argv[1:3]
failures = []
analytics.on_error = lambda error, _: failures.append(error)

analytics.identify("ada", {"plan": "pro"})
analytics.track("ada", "Opened", {"from": "python"})
analytics.page("ada", "Docs", "Home")
analytics.screen("ada", "App", "Start")
analytics.group("ada", "engines")
analytics.alias("lovelace", "ada")
analytics.shutdown()
sys.exit(str(failures[0]) if failures else 0)
