"""Data sets, each with one fault, which shows on sample 5 where it is a sample's."""

import sys

import numpy as np

from restore.api import Damaged, Sample

PICTURE = np.linspace(0, 1, 256, dtype=np.float32).reshape(16, 16, 1)


class Source:
    def __init__(self, fifth):
        self.fifth = fifth

    def __len__(self):
        return 12

    def __getitem__(self, index):
        clean = np.roll(PICTURE, index, axis=0)
        return self.fifth(clean) if index == 5 else Sample(clean, f"{index:02d}", f"group-{index}")


def raises_opening(path):
    raise OSError("the share is not mounted")


def no_source(path):
    return None


class NoLength(list):
    def __len__(self):
        raise OSError("the share is gone")


def no_length(path):
    return NoLength()


class BadKeys(Source):
    keys = tuple(range(12))


def bad_keys(path):
    return BadKeys(None)


def raises(path):
    def fifth(clean):
        raise KeyError("subject")

    return Source(fifth)


def exits(path):
    return Source(lambda clean: sys.exit(3))


def no_sample(path):
    return Source(lambda clean: clean)


def wrong_shape(path):
    return Source(lambda clean: Sample(clean[..., 0], "05", "group-5"))


def wrong_dtype(path):
    return Source(lambda clean: Sample((clean * 255).astype(np.uint8), "05", "group-5"))


def out_of_range(path):
    return Source(lambda clean: Sample(clean * 255, "05", "group-5"))


def not_a_number(path):
    return Source(lambda clean: Sample(clean * np.float32("nan"), "05", "group-5"))


def one_id(path):
    return Source(lambda clean: Sample(clean, "06", "group-5"))


def bad_partner(path):
    return Source(lambda clean: Sample(clean, "05", "group-5", damaged=clean))


def bad_labels(path):
    return Source(lambda clean: Sample(clean, "05", "group-5", labels={"subject": Damaged}))
