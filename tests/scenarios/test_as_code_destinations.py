# SPDX-License-Identifier: Apache-2.0
"""Every type of destination that Terraform's provider knows, kept by its requests."""
import yaml

from harness.declared import StateTool
from harness.server import ROOT

DESTINATIONS = yaml.safe_load((ROOT / "tests/declared/destinations.yaml").read_text())


def test_destinations_of_every_type_read_as_they_were_written(api):
    terraform, importing = StateTool(api), StateTool(api)

    def wanted(part):
        return {type: ("destination", {"name": type, "type": type, "enabled": True,
                                       "config": part(settings)})
                for type, settings in DESTINATIONS.items()}

    least = wanted(lambda settings: settings["least"])
    terraform.apply(least)
    assert terraform.plan(least) == {}
    full = wanted(lambda settings: {**settings["least"], **settings["more"]})
    assert terraform.apply(full) == {type: ["config"] for type in DESTINATIONS}
    for type, (kind, _) in full.items():
        importing.adopt(type, kind, terraform.ids[type])
    assert importing.plan(full) == {}
    terraform.apply({})
    assert api.get("/v2/destinations").json()["paging"]["total"] == 0
