import pytest


@pytest.fixture(autouse=True)
def dossier(settings, tmp_path):
    settings.FLUX_DIR = tmp_path
    return tmp_path / "donnees"
