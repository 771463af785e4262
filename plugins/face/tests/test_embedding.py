"""Identity similarity and perceptual distance by a network that the user brings."""

import numpy as np
import pytest

from restore.errors import RequestError
from restore.planning.options import make_request
from restore.planning.resolve import resolve
from restore.plugins.catalogue import Catalogue
from restore.plugins.values import Scored
from restore_face.embedding import embedding

onnx = pytest.importorskip("onnx", reason="needs the extra onnx")


def write(path, shape, *, axes=(2, 3)):
    """Write a network whose vector of an image is the mean of its pixels over `axes`."""
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    mean = helper.make_node("ReduceMean", ["image"], ["vector"], axes=list(axes), keepdims=0)
    given = helper.make_tensor_value_info("image", kind, shape)
    made = helper.make_tensor_value_info("vector", kind, ["N", None, None][: len(shape) - len(axes)])
    model = helper.make_model(helper.make_graph([mean], "mean", [given], [made]))
    model.opset_import[0].version, model.ir_version = 13, 8
    onnx.save(model, path)
    return path


def scored(images, clean):
    count = len(clean)
    names, masks = [str(i) for i in range(count)], np.ones(clean.shape[:3], np.bool_)
    return Scored(images, clean, images, masks, names, names, [{}] * count)


@pytest.fixture
def colours():
    rng = np.random.default_rng(0)
    return rng.random((40, 8, 6, 3), np.float32)


@pytest.mark.parametrize(
    ("shape", "axes"),
    [(["N", 3, None, None], (2, 3)), (["N", 3, 16, 20], (2, 3)), (["N", None, None, 3], (1, 2)), (["N", 1, 4, 4], ())],
)
def test_the_same_image_is_the_same_person(tmp_path, colours, shape, axes):
    if not axes:
        axes = (1,)
    file = write(tmp_path / "net.onnx", shape, axes=axes)
    found = embedding(scored(colours, colours), model=file)
    assert found["similarity"] == pytest.approx(np.ones(40))
    assert found["distance"] == pytest.approx(np.zeros(40), abs=1e-9)


def test_similarity_and_distance_are_those_of_the_vectors(tmp_path):
    file = write(tmp_path / "net.onnx", ["N", 3, None, None])
    clean = np.zeros((2, 4, 4, 3), np.float32)
    clean[..., 0], other = 1, np.zeros((2, 4, 4, 3), np.float32)
    other[0, ..., 1] = 1
    other[1] = clean[1]
    found = embedding(scored(other, clean), model=file, low=0, high=1)
    assert found["similarity"] == pytest.approx([0, 1])
    assert found["distance"] == pytest.approx([np.sqrt(2 / 3), 0])


def test_damage_lowers_similarity(tmp_path, colours):
    file = write(tmp_path / "net.onnx", ["N", 3, None, None], axes=(3,))
    noisy = np.clip(colours + np.random.default_rng(1).normal(0, 0.2, colours.shape), 0, 1).astype(np.float32)
    little = embedding(scored((0.9 * colours + 0.1 * noisy).astype(np.float32), colours), model=file)
    much = embedding(scored(noisy, colours), model=file)
    assert (little["similarity"] > much["similarity"]).all()
    assert (little["distance"] < much["distance"]).all()


def test_without_a_network_there_are_no_values(colours):
    found = embedding(scored(colours, colours))
    assert found.keys() == {"similarity", "distance"}
    assert all(np.isnan(values).all() and len(values) == 40 for values in found.values())


@pytest.mark.parametrize("shape", [["N", 2, 4, 4], ["N", 3]])
def test_a_network_that_takes_no_images_is_refused(tmp_path, colours, shape):
    file = write(tmp_path / "net.onnx", shape, axes=(1,))
    with pytest.raises(RequestError) as refused:
        embedding(scored(colours, colours), model=file)
    assert refused.value.code == "bad-onnx"


def test_a_file_that_is_no_network_is_refused(tmp_path, colours):
    (tmp_path / "net.onnx").write_bytes(b"nothing")
    with pytest.raises(RequestError) as refused:
        embedding(scored(colours, colours), model=tmp_path / "net.onnx")
    assert (refused.value.code, refused.value.where) == ("bad-onnx", str(tmp_path / "net.onnx"))


def test_the_plan_holds_the_whole_path_and_a_file_that_is_missing_is_refused_before_training(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "net.onnx", ["N", 3, None, None])
    catalogue = Catalogue.installed()
    plan = resolve(make_request("face", metrics='embedding:model="net.onnx"'), catalogue)
    assert plan.metrics[0].options["model"] == str(tmp_path / "net.onnx")
    with pytest.raises(RequestError) as refused:
        resolve(make_request("face", metrics='embedding:model="nowhere.onnx"'), catalogue)
    assert refused.value.code == "bad-option"
