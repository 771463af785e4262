"""A request becomes a plan, a plan the request that leads to it again; what is wrong is refused where it stands."""

import json
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.errors import InputError, RequestError
from restore.images import ALPHAS, MAX_PIXELS
from restore.planning.options import LOSSES, OPTIMIZERS, Request, make_request
from restore.planning.plan import Plan
from restore.planning.resolve import request_of, resolve
from restore.plugins.catalogue import Catalogue
from restore.system.processors import usable

CATALOGUE = Catalogue.installed()
RECIPES = [entry.full_name for entry in CATALOGUE.entries("recipe")]
DATASETS = ["folder", "builtin/folder:group=file", "folder:max_pixels=77", "fingerprint/synthetic:count=9,seed=3"]
CORRUPTIONS = [
    "box",
    "box@hard",
    "box@hard:count=2",
    "noise:kind=salt-pepper|box:size=3",
    "builtin/zcut",
    "fingerprint/zcut",
]
MODELS = ["selective-unet", "selective-unet:width=8,depth=2", "builtin/selective-unet", "cae"]
BASELINES = ["identity", "median:window=5", "biharmonic", "tv"]
METRICS = ["psnr", "mask", "ssim:window=5", "fingerprint/orientation", "builtin/mse"]


def planned(recipe="fingerprint", **options):
    return resolve(make_request(recipe, **options), CATALOGUE)


def refused(recipe="fingerprint", **options):
    with pytest.raises(RequestError) as error:
        planned(recipe, **options)
    assert error.value.exit_code == 2
    return error.value


def several(specs):
    return st.lists(st.sampled_from(specs), unique=True, max_size=3).map(lambda found: found or "none")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Return two folders of different names."""
    root = tmp_path_factory.mktemp("data")
    for name in ("first", "second=2"):
        (root / name).mkdir()
    return [str(root / name) for name in ("first", "second=2")]


@st.composite
def any_options(draw, folders):
    """Return some of the options, each with a value that it takes."""
    values = {
        "data": st.sampled_from(folders),
        "dataset": st.sampled_from(DATASETS),
        "also": several([*folders, f"folder:group=file={folders[1]}"][:: draw(st.sampled_from([1, -1]))]).filter(
            lambda texts: texts == "none" or len({text.rpartition("/")[2] for text in texts}) == len(texts)
        ),
        "corrupt": several(CORRUPTIONS),
        "model": st.sampled_from(MODELS),
        "baselines": several(BASELINES),
        "metrics": several(METRICS),
        "size": st.tuples(st.integers(8, 4096), st.integers(8, 4096)),
        "alpha": st.sampled_from(ALPHAS),
        "max_pixels": st.integers(1, 2**31),
        "epochs": st.integers(1, 100_000),
        "batch": st.integers(1, 65_536),
        "lr": st.floats(0, 100, exclude_min=True),
        "optimizer": st.sampled_from(OPTIMIZERS),
        "loss": st.sampled_from(LOSSES),
        "threads": st.integers(1, 1024),
        "limit": st.integers(1, 2**31),
        "seed": st.integers(0, 2**63 - 1),
        "gallery": st.integers(0, 1000),
    }
    options = draw(st.fixed_dictionaries({}, optional=values))
    own = {"optimizer", "lr", "loss"} if options.get("model") == "cae" else set()
    return {name: value for name, value in options.items() if name not in own}


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_a_plan_leads_to_the_request_that_leads_to_it(folders, data):
    recipe, options = data.draw(st.sampled_from(RECIPES)), data.draw(any_options(folders))
    plan = planned(recipe, **options)
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan
    assert resolve(request_of(plan), CATALOGUE) == plan
    assert resolve(Request().over(request_of(plan)), CATALOGUE).sha256 == plan.sha256


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_the_canonical_specs_say_the_same(folders, data):
    recipe, options = data.draw(st.sampled_from(RECIPES)), data.draw(any_options(folders))
    plan = planned(recipe, **options)
    short = {
        "dataset": plan.dataset.spec,
        "corrupt": [one.spec for one in plan.corrupt] or "none",
        "model": plan.model.spec,
        "baselines": [one.spec for one in plan.baselines] or "none",
        "metrics": [one.spec for one in plan.metrics],
    }
    assert planned(recipe, **{**options, **short}) == plan


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_alone_is_planned_with_its_own_defaults(recipe):
    plan = planned(recipe)
    component = CATALOGUE.find("recipe", recipe).component
    assert (plan.data, plan.limit, plan.seed, plan.also) == (None, None, 0, ())
    assert (plan.size, plan.channels, plan.fit, plan.trim, plan.notice) == (
        component.size,
        component.channels,
        component.fit,
        component.trim,
        component.notice,
    )
    own = CATALOGUE.find("model", plan.model.component).component.compiles
    assert (plan.training.epochs, plan.training.batch) == (component.epochs, component.batch)
    usual = (None, None) if own else (component.optimizer, component.lr)
    assert (plan.training.optimizer, plan.training.lr) == usual
    assert [one.spec for one in plan.corrupt] == list(component.corrupt)
    assert (plan.alpha, plan.max_pixels, plan.training.threads) == ("refuse", MAX_PIXELS, usable())
    assert plan.metrics[-1].component == "builtin/mask"
    assert set(plan.owners) >= {plan.recipe, *(choice.component for _, choice in plan.choices())}


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_plan_fills_in_what_components_have_in_common(recipe, folders):
    plan = planned(recipe, data=folders[0], max_pixels=5_000)
    assert plan.max_pixels == 5_000
    assert plan.dataset.component == "builtin/fashion-mnist" or plan.dataset.options["max_pixels"] == 5_000
    assert "max_pixels" not in plan.dataset.spec
    assert plan.dataset.component == CATALOGUE.find("dataset", plan.dataset.component).full_name
    other = planned(recipe, dataset="fingerprint/synthetic", size=(32, 48), seed=9)
    assert (other.dataset.options["size"], other.dataset.options["seed"]) == ([32, 48], 9)
    assert other.dataset.spec.endswith("synthetic")


def test_an_option_of_a_component_wins_over_what_the_plan_fills_in(folders):
    plan = planned(data=folders[0], dataset="folder:max_pixels=5", max_pixels=7)
    assert (plan.max_pixels, plan.dataset.options["max_pixels"]) == (7, 5)
    assert plan.dataset.spec == "folder:max_pixels=5"


def test_a_corruptions_size_is_its_own():
    assert planned(size=32, corrupt="box").corrupt[0].steps[0].options["size"] != 32


def test_a_request_over_another_takes_what_it_leaves_open(folders):
    plan = planned(data=folders[0], alpha="drop", max_pixels=5_000, corrupt="noise", seed=2)
    changed = make_request(alpha="black", seed=3).over(request_of(plan))
    again = resolve(changed, CATALOGUE)
    assert (again.alpha, again.seed, again.max_pixels, again.corrupt) == ("black", 3, 5_000, plan.corrupt)
    assert again.dataset.options["max_pixels"] == 5_000


def test_other_data_is_opened_by_the_recipes_dataset_for_folders(folders):
    plan = planned(dataset="folder:group=file", data=folders[0])
    moved = resolve(make_request(data=folders[1]).over(request_of(plan)), CATALOGUE)
    assert (moved.data, moved.dataset.component) == (folders[1], "fingerprint/prints")
    kept = resolve(make_request(data=folders[1], dataset="folder:group=file").over(request_of(plan)), CATALOGUE)
    assert kept.dataset.options["group"] == "file"


def test_none_empties_a_list_of_the_recipe_and_the_mask_is_always_scored():
    plan = planned(corrupt="none", baselines="none", metrics="none")
    assert (plan.corrupt, plan.baselines) == ((), ())
    assert [one.component for one in plan.metrics] == ["builtin/mask"]


def test_a_model_that_compiles_itself_has_no_training_of_the_recipe():
    training = planned(model="cae").training
    assert (training.optimizer, training.lr, training.loss, training.schedule) == (None, None, None, None)
    plan = planned(model="cae", lr=0.1, loss="mae")
    assert (plan.training.optimizer, plan.training.lr, plan.training.loss) == (None, 0.1, "mae")
    assert resolve(request_of(plan), CATALOGUE) == plan
    assert planned(model="cae", lr=0.1, schedule="cosine").training.schedule == "cosine"
    with pytest.raises(RequestError) as refused:
        planned(model="cae", schedule="cosine")
    assert (refused.value.code, refused.value.where) == ("compiles-itself", "--schedule")


def test_a_recipe_may_copy_its_input_until_something_is_damaged():
    plan = resolve(make_request("fashion-denoise"), CATALOGUE)
    assert (plan.target, plan.corrupt, plan.split_by) == ("input", (), "image")
    assert resolve(request_of(plan), CATALOGUE) == plan
    damaged = resolve(make_request(corrupt="box").over(request_of(plan)), CATALOGUE)
    assert (damaged.target, damaged.split_by) == (None, "image")
    assert planned(corrupt="none").target is None


def test_what_is_split_is_chosen_apart_from_who_is_in_which_set(folders):
    plan = planned(split="image", data=folders[0])
    assert (plan.split, plan.split_by, plan.split_seed) == (None, "image", None)
    moved = resolve(make_request(data=folders[1]).over(request_of(plan)), CATALOGUE)
    assert moved.split_by == "image"
    by_group = resolve(make_request(split="group").over(request_of(plan)), CATALOGUE)
    assert (by_group.split_by, by_group.to_json()) == (None, planned(data=folders[0]).to_json())
    assert "split_by" not in by_group.to_json()


def test_data_is_planned_by_its_absolute_path(folders, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").mkdir()
    assert planned(data="here").data == str((tmp_path / "here").resolve())
    monkeypatch.setenv("HOME", str(tmp_path))
    assert planned(data="~/here").data == str((tmp_path / "here").resolve())


@pytest.mark.parametrize(
    ("options", "code", "where", "named"),
    [
        ({"corrupt": "bx"}, "unknown-component", "--corrupt bx", "box"),
        ({"corrupt": ["box", "noise|bx"]}, "unknown-component", "--corrupt noise|bx", "box"),
        ({"model": "selectiv-unet"}, "unknown-component", "--model selectiv-unet", "selective-unet"),
        ({"metrics": "pnsr"}, "unknown-component", "--metric pnsr", "psnr"),
        ({"baselines": "medain"}, "unknown-component", "--baseline medain", "median"),
        ({"dataset": "sinthetic"}, "unknown-component", "--dataset sinthetic", "synthetic"),
        ({"corrupt": "box@hrd"}, "unknown-level", "box@hrd", "hard"),
        ({"model": "cae@hard"}, "unknown-level", "cae@hard", ""),
        ({"corrupt": "box:sise=3"}, "unknown-option", "corruption builtin/box of restore-toolkit", "size"),
        ({"corrupt": "box:size=many"}, "bad-option", "corruption builtin/box of restore-toolkit", ""),
        ({"corrupt": "box:size=0"}, "bad-option", "corruption builtin/box of restore-toolkit", ""),
        ({"corrupt": "noise:amount=nan"}, "bad-option", "corruption builtin/noise of restore-toolkit", ""),
        ({"corrupt": "box:"}, "bad-spec", "--corrupt box:", "name@level:key=value"),
        ({"corrupt": ["box", "none"]}, "bad-spec", "--corrupt box none", ""),
        ({"model": "cae|cae"}, "bad-spec", "--model cae|cae", ""),
        ({"corrupt": ["box", "box"]}, "duplicate", "--corrupt box", ""),
        ({"corrupt": ["box", "builtin/box:size=28"]}, "duplicate", "--corrupt builtin/box:size=28", ""),
        ({"model": "biharmonic"}, "untrained-model", "--model", "--baseline biharmonic"),
        ({"baselines": "cae"}, "trained-baseline", "--baseline", "--model cae"),
        ({"alpha": "grey"}, "unknown-value", "--alpha", "white"),
        ({"data": ""}, "bad-value", "--data", ""),
        ({"data": "nowhere"}, "not-found", "nowhere", ""),
        ({"also": "nowhere"}, "not-found", "nowhere", ""),
    ],
)
def test_what_is_wrong_is_refused_with_its_code_and_place(options, code, where, named, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    error = refused(**options)
    assert error.code == code
    assert error.where.startswith(where)
    assert named in error.hint


def test_what_does_not_exist_is_an_input(tmp_path):
    assert isinstance(refused(data=str(tmp_path / "nowhere")), InputError)


def test_an_unknown_recipe_and_none_are_refused_with_those_at_hand():
    assert (refused("fingerprnt").code, "fingerprint" in refused("fingerprnt").hint) == ("unknown-component", True)
    error = refused(None)
    assert error.code == "no-recipe"
    assert all(name.rpartition("/")[2] in error.hint for name in RECIPES)


def test_a_fault_in_a_recipe_is_placed_in_the_recipe(zoo):
    zoo("tiny")
    sys.modules["zoo_tiny"].restore_recipes = None
    catalogue = Catalogue.installed()
    recipe = catalogue.find("recipe", "tiny").component
    object.__setattr__(recipe, "corrupt", ["bx"])
    with pytest.raises(RequestError) as error:
        resolve(Request("tiny"), catalogue)
    assert (error.value.code, error.value.where) == ("unknown-component", "recipe zoo-tiny/tiny bx")
