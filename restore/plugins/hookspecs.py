"""The hook specifications: what a plugin may register, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pluggy

from restore.plugins.components import Augmentation, Corruption, Dataset, Format, Metric, Model, Pretrained, Recipe

PROJECT = "restore"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def restore_datasets() -> Sequence[Dataset]:  # type: ignore[empty-body]
    """Return the datasets of a plugin."""


@hookspec
def restore_corruptions() -> Sequence[Corruption]:  # type: ignore[empty-body]
    """Return the corruptions of a plugin."""


@hookspec
def restore_augmentations() -> Sequence[Augmentation]:  # type: ignore[empty-body]
    """Return the augmentations of a plugin."""


@hookspec
def restore_models() -> Sequence[Model]:  # type: ignore[empty-body]
    """Return the models of a plugin, trained and classical."""


@hookspec
def restore_metrics() -> Sequence[Metric]:  # type: ignore[empty-body]
    """Return the metrics of a plugin."""


@hookspec
def restore_recipes() -> Sequence[Recipe]:  # type: ignore[empty-body]
    """Return the recipes of a plugin."""


@hookspec
def restore_pretrained() -> Sequence[Pretrained]:  # type: ignore[empty-body]
    """Return the pretrained runs that a plugin ships."""


@hookspec
def restore_formats() -> Sequence[Format]:  # type: ignore[empty-body]
    """Return the file formats that a plugin reads beside the toolkit's own."""
