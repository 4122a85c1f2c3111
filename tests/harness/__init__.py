# SPDX-License-Identifier: Apache-2.0
"""What the scenarios are told with: a real server, a webhook receiver, API and SDK clients."""
