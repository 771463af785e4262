"""Networks stored as ONNX are bytes of anybody: what reaches beyond them is refused before it is opened."""

from dataclasses import replace

import numpy as np
import pytest

from restore.pipeline.restorer.exported import FOREIGN, Unusable, assemble, open_networks
from restore.plugins.catalogue import Catalogue

onnx = pytest.importorskip("onnx")
SHAPE = (None, None, None, 1)
SELECTIVE = Catalogue.installed().find("model", "builtin/selective-unet")
FIND = Catalogue.installed().find("model", "builtin/find-restore")
DOMAINS = {"", "ai.onnx", "ai.onnx.ml"}


def model(nodes=None, *, inputs=None, outputs=None, initializers=(), opsets=(), props=None, kind=1):
    """Return the bytes of a network, by default one that returns what it gets as `image`."""
    helper = onnx.helper
    nodes = nodes or [helper.make_node("Identity", ["input"], ["image"])]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info(name, kind, shape) for name, shape in (inputs or {"input": SHAPE}).items()],
        [helper.make_tensor_value_info(name, kind, shape) for name, shape in (outputs or {"image": SHAPE}).items()],
        list(initializers),
    )
    versions = [helper.make_opsetid("", 15), *(helper.make_opsetid(one, 1) for one in opsets)]
    proto = helper.make_model(graph, opset_imports=versions, ir_version=8)
    helper.set_model_props(proto, props or {})
    return proto.SerializeToString()


def outside(place="secret.bin", through="initializer"):
    """Return the bytes of a network whose numbers lie in a file."""
    tensor = onnx.TensorProto(name="w", data_type=1, dims=[1, 1, 1, 1], data_location=onnx.TensorProto.EXTERNAL)
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", place
    helper = onnx.helper
    add = helper.make_node("Add", ["input", "w"], ["image"])
    if through == "initializer":
        return model([add], initializers=[tensor])
    return model([helper.make_node("Constant", [], ["w"], value=tensor), add])


def test_a_network_is_called_like_a_keras_model():
    network = open_networks({"model": model()}, threads=1)["model"]
    image = np.random.default_rng(0).random((5, 4, 3, 1), np.float32)
    image.flags.writeable = False
    assert network.input_shape == SHAPE
    for made in (network.predict(image, batch_size=2, verbose=0), network.predict_on_batch(image)):
        assert np.array_equal(made["image"], image)
    bare = open_networks(
        {"model": model([onnx.helper.make_node("Identity", ["input"], ["output"])], outputs={"output": SHAPE})}
    )
    assert np.array_equal(bare["model"].predict(image), image)


@pytest.mark.parametrize("through", ["initializer", "constant"])
@pytest.mark.parametrize("place", ["secret.bin", "../secret.bin", "/etc/hostname"])
def test_numbers_in_other_files_are_refused(tmp_path, monkeypatch, place, through):
    (tmp_path / "secret.bin").write_bytes(np.ones(1, np.float32).tobytes())
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Unusable, match="names other files"):
        open_networks({"model": outside(place, through)})


def test_a_key_with_an_overlong_length_is_found_too():
    raw = outside().replace(b"\x0a\x08location", b"\x0a\x88\x00location")
    with pytest.raises(Unusable, match="names other files"):
        open_networks({"model": raw})


@pytest.mark.parametrize("domain", ["com.microsoft", "com.microsoft.nchwc", "com.ms.internal.nhwc"])
def test_operators_beyond_onnx_are_refused(domain):
    nodes = [onnx.helper.make_node("Gelu", ["input"], ["image"], domain=domain)]
    with pytest.raises(Unusable, match="operators beyond ONNX"):
        open_networks({"model": model(nodes)})


def test_every_domain_that_onnxruntime_has_is_refused_or_part_of_onnx():
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    domains = {schema.domain for schema in state.get_all_operator_schema()}
    assert len(domains) > 2
    beyond = {one for one in domains if not any(word in one.encode() for word in FOREIGN)}
    assert beyond <= DOMAINS


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "cannot be opened"),
        (b"no network at all", "cannot be opened"),
        (b"\x00\x00\x00\x00ORTM" + bytes(64), "cannot be opened"),
        (lambda: model()[:-20], "cannot be opened"),
        (
            lambda: model([onnx.helper.make_node("Own", ["input"], ["image"], domain="own")], opsets=["own"]),
            "cannot be opened",
        ),
        (lambda: model(kind=11), "not float32"),
    ],
    ids=["empty", "text", "another format", "cut", "operators of its own", "float64"],
)
def test_what_is_no_network_of_onnx_is_refused(raw, said, capfd):
    with pytest.raises(Unusable, match=said):
        open_networks({"model": raw() if callable(raw) else raw})
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "inputs",
    [
        {"input": (None, None, None, 3)},
        {"input": (None, 32, 32, 1)},
        {"input": (1, 16, 16, 1)},
        {"input": (None, 4)},
        {"other": SHAPE},
    ],
    ids=str,
)
def test_a_single_network_takes_the_images_of_the_run(inputs):
    (name,) = inputs
    networks = open_networks({"model": model([onnx.helper.make_node("Identity", [name], ["image"])], inputs=inputs)})
    with pytest.raises(Unusable, match="takes"):
        assemble(SELECTIVE, {}, networks, (16, 16, 1))


@pytest.mark.parametrize(
    "props", [{"reach": "-1"}, {"reach": "9" * 5000}, {"reach": "²"}, {"stride": "0"}, {"stride": "1e3"}], ids=str
)
def test_reach_and_stride_are_numbers_of_pixels(props):
    networks = open_networks({"model": model(props=props)})
    with pytest.raises(Unusable):
        assemble(SELECTIVE, {}, networks, (16, 16, 1))


def test_reach_and_stride_come_with_the_network():
    networks = open_networks({"model": model(props={"reach": "7", "stride": "4"})})
    network, mask = assemble(SELECTIVE, {}, networks, (16, 16, 1))
    assert (network.model, network.reach, network.stride, mask) == (networks["model"], 7, 4, "none")


def test_several_networks_need_an_assembly():
    networks = open_networks({"finder": model(), "restorer": model()})
    assert assemble(FIND, {"variant": "tiny"}, networks, (16, 16, 1))[0].restore is not None
    without = replace(FIND, component=replace(FIND.component, assembly=""))
    with pytest.raises(Unusable, match="no assembly"):
        assemble(without, {}, networks, (16, 16, 1))
