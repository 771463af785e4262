"""Whatever a plugin returns or raises is taken as its contract says, or told as its fault; nothing else ever happens."""

import json
import os
import types
from dataclasses import MISSING, fields
from importlib.metadata import EntryPoint

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from junk import SCALARS, arrays_near, damageds, deeds, liars, samples, things

from restore import api
from restore.errors import ComponentError, RestoreError
from restore.pipeline import baseline, data
from restore.pipeline.augment import augment
from restore.pipeline.damage import Chain, damage
from restore.pipeline.restorer import Restorer
from restore.pipeline.score import Row, TestSet, score
from restore.plugins import discovery as plugins
from restore.plugins.boundary import Bound
from restore.plugins.catalogue import Catalogue, Entry
from restore.plugins.components import COMPONENTS, misfit
from restore.plugins.contracts import fault_in_source
from restore.plugins.discovery import Plugin
from restore.plugins.listing import select
from restore.plugins.values import Damaged, Network, Sample
from restore.show.console import render
from restore.show.plugins import plugin_document, plugin_parts

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
EXAMPLES = int(os.environ.get("RESTORE_EXAMPLES", "60"))
OFTEN = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), report_multiple_bugs=False
)
PLUGIN = Plugin("junk", "restore-junk", "0.7", "ok")
CLEAN = np.random.default_rng(2).random((3, 8, 6, 1), np.float32)
MASKS = np.random.default_rng(3).random((3, 8, 6)) < 0.3
KEPT = CLEAN.tobytes() + MASKS.tobytes()
IMAGE = CLEAN[0].shape


def bound(kind, function, **fields):
    component = getattr(api, kind)("thing", "junk:thing", "Junk.", **fields)
    return Bound(Entry(component, PLUGIN), function, {})


def taken(call):
    """Return what a call returns, or None where it is told what is wrong in three texts, and whose fault that is."""
    result = fault = None
    try:
        result = call()
    except RestoreError as error:
        fault = error
    if fault is not None:
        assert type(fault).__module__ == "restore.errors"
        assert [type(text) for text in (fault.what, fault.where, fault.hint)] == [str] * 3
        assert fault.where
        assert len(fault.what) < 1000
    if isinstance(fault, ComponentError):
        assert fault.where.endswith("junk/thing of restore-junk 0.7")
        assert fault.what.startswith("a component ")
    assert CLEAN.tobytes() + MASKS.tobytes() == KEPT
    return result


def assert_image(image, shape):
    assert isinstance(image, np.ndarray)
    assert (image.dtype, image.shape) == (np.float32, shape)
    assert image.min() >= 0
    assert image.max() <= 1


@OFTEN
@given(deeds(damageds(IMAGE, things(IMAGE), CLEAN[0]) | things(IMAGE)))
def test_a_corruption(function):
    chain = Chain("thing", None, 0, (bound("Corruption", function),))
    done = taken(lambda: damage(chain, CLEAN[0], ("a",), seed=0, epoch=0))
    if done is None:
        return
    assert_image(done.image, IMAGE)
    assert (type(done.mask), done.mask.dtype, done.mask.shape) == (np.ndarray, np.bool_, IMAGE[:2])
    assert not ((done.image != CLEAN[0]).any(axis=-1) & ~done.mask).any()
    assert type(done.truth) is dict
    assert all(type(name) is str or isinstance(name, str) for name in done.truth)
    json.dumps(data.examples.plain(done.truth))


PAIR = (2, *IMAGE)


@OFTEN
@given(deeds(st.tuples(arrays_near(PAIR) | things(PAIR), arrays_near(IMAGE[:2]) | things(PAIR)) | things(PAIR)))
def test_an_augmentation(function):
    step = bound("Augmentation", function)
    partner = Damaged(CLEAN[1], MASKS[0])
    done = taken(lambda: augment([step], CLEAN[:1], [partner], [("a",)], seed=0, epoch=0))
    if done is None:
        return
    images, (other,) = done
    assert_image(images, (1, *IMAGE))
    assert_image(other.image, IMAGE)
    assert (other.mask.dtype, other.mask.shape) == (np.bool_, IMAGE[:2])


@OFTEN
@given(deeds(arrays_near(CLEAN.shape) | things(CLEAN.shape)), st.booleans())
def test_a_baseline(function, needs):
    made = bound("Model", function, trains=False, needs_mask=needs)
    done = taken(lambda: baseline.restore(made, CLEAN, MASKS, on_images=lambda _: None))
    if done is None:
        return
    assert_image(done.images, CLEAN.shape)
    assert np.array_equal(done.images[~done.used], CLEAN[~done.used])


SET = TestSet("box", None, CLEAN, CLEAN, MASKS, ["a", "b", "c"], ["g", "g", "h"], [{}, {}, {"x": 1}])
ROWS = [Row("damaged", CLEAN), Row("restored", CLEAN, MASKS, CLEAN[..., 0])]


def assert_scores(scores):
    json.dumps(scores.table, allow_nan=False)
    for values in scores.values.values():
        assert (type(values), values.dtype, values.shape) == (np.ndarray, np.float32, (3,))
        assert not np.isinf(values).any()


@OFTEN
@given(deeds(arrays_near((3,)) | things((3,))), st.sampled_from(["values", "db"]))
def test_a_metric_over_images(function, mean):
    scores = taken(lambda: score(SET, ROWS, [("thing", bound("Metric", function, mean=mean))], seed=0))
    if scores is not None:
        assert_scores(scores)


NUMBERS = SCALARS | arrays_near((3,)) | arrays_near(()) | things((3,))


@OFTEN
@given(deeds(st.dictionaries(st.text(max_size=3) | SCALARS, NUMBERS, max_size=3) | things((3,))))
def test_a_metric_over_the_set(function):
    scores = taken(lambda: score(SET, ROWS, [("thing", bound("Metric", function, over="set"))], seed=0))
    if scores is not None:
        assert_scores(scores)
    assert SET.ids == ["a", "b", "c"]
    assert SET.labels == [{}, {}, {"x": 1}]


OUTPUTS = st.dictionaries(
    st.sampled_from(["image", "mask", "confidence", "angle"]) | SCALARS,
    arrays_near(CLEAN.shape) | arrays_near(CLEAN.shape[:3]) | things(CLEAN.shape),
    max_size=4,
)


@OFTEN
@given(
    deeds(arrays_near(CLEAN.shape) | OUTPUTS | things(CLEAN.shape)),
    st.none() | deeds(OUTPUTS | things(CLEAN.shape)) | SCALARS | liars(),
)
def test_a_network(predict, finish):
    network = Network(types.SimpleNamespace(predict=lambda images, **_: predict(images)), finish)
    made = taken(lambda: Restorer(network, "model junk/thing of restore-junk 0.7").restore_all(CLEAN))
    if made is None:
        return
    assert_image(made.images, CLEAN.shape)
    assert (made.used.dtype, made.used.shape) == (np.bool_, MASKS.shape)
    assert np.array_equal(made.images[~made.used], CLEAN[~made.used])
    if made.confidence is not None:
        assert_image(made.confidence, MASKS.shape)
        assert (made.confidence[~made.used] == 1).all()
    for output in made.outputs.values():
        assert (output.dtype, len(output)) == (np.float32, len(CLEAN))
        assert np.isfinite(output).all()


@OFTEN
@given(deeds(OUTPUTS | things(CLEAN.shape)), st.sampled_from(["none", "optional", "needed"]))
def test_several_networks(restore, mask):
    network = Network({"a": None, "b": None}, restore=lambda images, masks: restore(images))
    owner = "model junk/thing of restore-junk 0.7"
    made = taken(lambda: Restorer(network, owner, mask=mask).restore_all(CLEAN, MASKS))
    if made is not None:
        assert np.array_equal(made.used, MASKS)
        assert np.array_equal(made.images[~MASKS], CLEAN[~MASKS])


class Source:
    """A data set of four samples without a fault, and one that may have some."""

    def __init__(self, fetch, **attributes):
        self.fetch = fetch
        vars(self).update(attributes)

    def __len__(self):
        return 5

    def __getitem__(self, index):
        if index == 3:
            return self.fetch()
        return Sample(np.roll(CLEAN[0], index, axis=0), f"{index}", f"g{index}")


KEYS = st.lists(st.tuples(st.text(max_size=2), st.text(max_size=2)) | SCALARS, min_size=5, max_size=5)
SAID = st.fixed_dictionaries(
    {},
    optional={
        "keys": KEYS | things(IMAGE),
        "fingerprint": things(IMAGE),
        "threadsafe": st.booleans() | things(IMAGE),
        "notes": things(IMAGE),
    },
)


@OFTEN
@given(deeds(samples(IMAGE, things(IMAGE)) | things(IMAGE)), SAID)
def test_a_data_set(fetch, said):
    owner = "dataset junk/thing of restore-junk 0.7"
    source = Source(fetch, **said)
    wrong = fault_in_source(source)
    if wrong is not None:
        assert type(wrong) is str
        return
    made = taken(lambda: data.prepare(source, size=(8, 8), channels=1, owner=owner, cache=False))
    if made is None:
        return
    for part in (made.train, made.validation, made.test):
        assert_image(part.clean(), (len(part), 8, 8, 1))
        assert all(type(name) is str for name in (*part.ids, *part.groups))
        for partner in part.partners():
            assert partner is None or isinstance(partner, Damaged)
    json.dumps([record.labels for record in made.train.store.records])


@OFTEN
@given(things(IMAGE) | liars())
def test_an_opened_data_set(source):
    wrong = fault_in_source(source)
    if wrong is None:
        assert 0 <= len(source) <= 100_000_000


def components(kind):
    """Return a component of which any field may be junk."""
    texts = {
        "name": st.sampled_from(["a", "b", "none", "a b", "[red]"]),
        "ref": st.sampled_from(["m:f", "m.f", "m:f g"]),
        "summary": st.sampled_from(["A thing.", "[/red]", "a\nb", "\x1b[2J"]),
    }
    known = {one.name: texts.get(one.name, st.just({"easy": {}})) | SCALARS | liars() for one in fields(kind)}
    optional = {one.name for one in fields(kind) if one.default is not MISSING or one.default_factory is not MISSING}
    return st.fixed_dictionaries(
        {name: known[name] for name in known if name not in optional},
        optional={name: known[name] for name in optional},
    ).map(lambda given: kind(**given))


RECIPE = api.Recipe("r", "A recipe.", "d", "f", (8, 8), 1, [], "m", [], [], 1, 1, "adam", 0.1, "mse")
RIGHT = {
    "dataset": api.Dataset("d", "m:f", "A thing."),
    "corruption": api.Corruption("c", "m:f", "[/red] [b]", levels={"easy": {}}),
    "augmentation": api.Augmentation("a", "m:f", "A thing."),
    "model": api.Model("m", "m:f", "A thing."),
    "metric": api.Metric("m", "m:f", "A thing.", better={"x": "lower"}),
    "recipe": RECIPE,
    "format": api.Format("f", "module:function", "A format.", [".abc"]),
    "pretrained": api.Pretrained("p", "package:p.h5", "A run.", "Doe, 2026", "CC0-1.0"),
}


def hook_of(kind):
    """Return what a hook of a kind might do: return what is right, return junk, raise."""
    junk = st.lists(components(kind) | things(IMAGE), max_size=2) | things(IMAGE)
    return st.just([RIGHT[kind.kind]]).map(_function) | deeds(junk)


def _function(value):
    return lambda: value


HOOKS = st.fixed_dictionaries({}, optional={kind.hook: hook_of(kind) for kind in COMPONENTS})


class Point(EntryPoint):
    """An entry point that needs no distribution."""

    def load(self):
        return LOADED[self.value]


LOADED = {}


@OFTEN
@given(HOOKS, st.just(1) | SCALARS | liars())
def test_a_plugin(functions, version):
    module = types.ModuleType("junk")
    module.RESTORE_API = version
    for name, function in functions.items():
        setattr(module, name, api.hookimpl(_plain(function)))
    LOADED["junk"] = module
    plugin = plugins._load(Point("junk", "junk", "restore"), disabled=False)
    assert plugin.status in ("ok", "broken")
    if plugin.status == "broken":
        assert plugin.components == ()
        assert type(plugin.reason) is str
        assert plugin.reason
        assert "\n" not in plugin.reason
        assert len(plugin.reason) < 1000
    for one in plugin.components:
        assert type(one) in COMPONENTS
        assert misfit(one) is None
    catalogue = Catalogue([plugin, *plugins.discover()])
    assert [entry.full_name for entry in catalogue.entries("corruption") if entry.plugin is not plugin]
    document = plugin_document(select(catalogue.plugins, (), None), {})
    json.dumps(document, allow_nan=False)
    assert render(*plugin_parts(document), width=100)


def _plain(function):
    """Return a function without parameters, since pluggy looks at them."""

    def hook():
        return function()

    return hook


@pytest.mark.parametrize("kind", COMPONENTS)
def test_a_component_without_a_fault_fits(kind):
    assert misfit(RIGHT[kind.kind]) is None
