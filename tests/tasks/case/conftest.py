import shutil

import pytest
import stand_in
from tasks.case import lab


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Return a folder with a case of three originals and six steps, that no test changes."""
    with pytest.MonkeyPatch.context() as patch:
        stand_in.install(patch)
        folder = tmp_path_factory.mktemp("made")
        patch.setenv("RESTORE_CACHE", str(folder / "cache"))
        lab.do_steps(folder, lab.begin(folder), 6, lab.NAMES)
    return folder


@pytest.fixture
def case(made, stand_in, tmp_path):
    """Return a copy of the case, to be changed."""
    return shutil.copytree(made / "case", tmp_path / "case")
