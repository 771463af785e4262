"""A plugin whose reference is no reference."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [Corruption("scratch", "zoo_bad_ref_form.scratch", "A scratch.")]
