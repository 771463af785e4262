"""Keras' process-wide settings and global random states: a run has its own, and leaves the user's as they are."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from plugin_zoo.packages import write_package

from restore.system import settings

OTHER = {"floatx": "float16", "image_data_format": "channels_first", "epsilon": 1e-3}
USERS = """
import hashlib, json, random, sys
import keras, numpy as np, tensorflow as tf
import restore
from restore.system.settings import seed_epoch, own_settings

def settings():
    config = keras.config
    return [config.floatx(), config.image_data_format(), config.epsilon(), config.dtype_policy().name]

def draws():
    return [random.random(), np.random.rand(), float(keras.random.uniform(())), float(tf.random.uniform(()))]

def work(name):
    run = restore.run("tiny", runs=sys.argv[1], name=name)
    image = np.linspace(0, 1, 256, dtype=np.float32).reshape(1, 16, 16, 1)
    restored = run.restorer().predict(image)["image"]
    assert restored.dtype == np.float32
    weights = [array.tobytes() for _, array in run.record.weights["model"]]
    return hashlib.sha256(b"".join([*weights, restored.tobytes()])).hexdigest()

def set_policy(floatx, policy, data_format):
    keras.config.set_floatx(floatx)
    keras.config.set_dtype_policy(policy)
    keras.config.set_image_data_format(data_format)

found = {"read": settings(), "work": {}}
for name, change in {
    "file": lambda: None,
    "double": lambda: set_policy("float64", "float64", "channels_last"),
    "mixed": lambda: set_policy("float32", "mixed_float16", "channels_first"),
    "usual": lambda: (set_policy("float32", "float32", "channels_last"), keras.config.set_epsilon(1e-7)),
}.items():
    change()
    before = settings()
    keras.utils.set_random_seed(5)
    expected = [draws(), draws()]
    keras.utils.set_random_seed(5)
    drawn = [draws()]
    found["work"][name] = work(name)
    drawn.append(draws())
    assert settings() == before, (settings(), before)
    assert drawn == expected, (drawn, expected)
try:
    with own_settings():
        raise KeyError
except KeyError:
    assert settings() == before
print(json.dumps(found))
"""


@pytest.mark.trains
def test_a_run_is_the_same_whatever_the_user_s_settings_and_leaves_them_and_the_random_states(tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps({**OTHER, "backend": "tensorflow"}))
    path = [write_package("tiny", tmp_path / "zoo"), Path(__file__).parents[2]]
    environment = {
        **os.environ,
        "KERAS_HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "RESTORE_CACHE": str(tmp_path / "cache"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    done = subprocess.run(
        [sys.executable, "-c", USERS, tmp_path / "runs"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["read"] == ["float16", "channels_first", 1e-3, "float16"]  # that they are set at all
    assert set(found["work"]) == {"file", "double", "mixed", "usual"}
    assert len(set(found["work"].values())) == 1


def test_the_file_is_where_keras_looks_for_it(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert settings.keras_file() == tmp_path / "keras.json"
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert settings.keras_file() == tmp_path / ".keras" / "keras.json"
    monkeypatch.setenv("HOME", "/proc/self")
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert settings.keras_file() == Path("/tmp/.keras/keras.json")


@pytest.mark.parametrize(
    ("text", "config", "unusual"),
    [
        (None, {}, {}),
        ("{}", {}, {}),
        ("no JSON", {}, {}),
        ("[1]", {}, {}),
        ('{"floatx": "float32", "epsilon": 1e-07, "backend": "jax"}', ..., {}),
        (json.dumps(OTHER), OTHER, OTHER),
        ('{"floatx": "float64", "image_data_format": "channels_last"}', ..., {"floatx": "float64"}),
    ],
)
def test_entries_that_differ_are_known(tmp_path, monkeypatch, text, config, unusual):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    if text is not None:
        (tmp_path / "keras.json").write_text(text)
    assert settings.keras_config() == (json.loads(text) if config is ... else config)
    assert settings.unusual() == unusual
