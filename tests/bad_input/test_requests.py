"""Every wrong word, name, number and folder that a command may be given, each told before anything is written."""

from __future__ import annotations

import re

import pytest
from bad_input import corpus

NAMES = (
    ("bxo", "there is no corruption 'bxo'", "did you mean box"),
    ("builtin/bxo", "there is no corruption 'builtin/bxo'", "did you mean builtin/box"),
    ("box@hrd", "builtin/box has no level 'hrd'", "did you mean hard"),
    ("box:sise=3", "there is no option 'sise'", "did you mean size"),
    ("box:size=0", "option size=0 should be greater than or equal to 1", "builtin/box of restore-toolkit"),
    ("box:size=many", "option size=many should be a valid integer", ""),
    ("box:size=3.5", "option size=3.5 should be a valid integer", ""),
    ("box:size=" + "9" * 5000, "option size=999", ""),
    ("box:size=3,size=4", "option size is given twice", "a spec reads"),
    ("box:size", "key=value is missing", "a spec reads"),
    ("box|", "a name is missing", "a spec reads"),
    ("", " is empty", "give a value"),
    ("box box", "does not belong here", "a spec reads"),
    ("noise:kind=gausian", "option kind=gausian should be 'gaussian'", ""),
    ("noise:amount=-0.1", "option amount=-0.1 should be greater than or equal to 0", ""),
    ("noise:amount=1.1", "option amount=1.1 should be less than or equal to 1", ""),
    ("noise:amount=nan", "option amount=nan", ""),
    ("noise:amount=inf", "option amount=inf", ""),
    ("box:size=33", "a box of 33x33 pixels does not fit into a picture of ", "choose size="),
)
"""A wrong damage, what is told of it, and what to do: the same words from every command that takes one."""


@pytest.mark.parametrize(("spec", "told", "hint"), NAMES, ids=[spec[:20] or "empty" for spec, *_ in NAMES])
@pytest.mark.parametrize("command", ["run", "run --dry-run", "corrupt"])
def test_a_wrong_damage(command, spec, told, hint, refused, restore, tmp_path):
    folder = corpus.good(tmp_path)
    if command == "corrupt":
        arguments = ["corrupt", spec, folder / "good 0.png", "-o", "out"]
    else:
        arguments = [*command.split(), "fingerprint", "--size=32", "--data", folder, f"--corrupt={spec}"]
    if command == "run --dry-run" and "does not fit" in told:  # it decodes no picture
        assert restore(*arguments).code == 0
        return
    answer = refused(*arguments, prepared=True)
    assert told in answer.error[0]
    assert hint in answer.err


CHOICES = (
    (["fingerprnt"], "there is no recipe 'fingerprnt'", "did you mean fingerprint"),
    (["fingerprint", "--model=selectiv-unet"], "there is no model 'selectiv-unet'", "did you mean selective-unet"),
    (["fingerprint", "--model=selective-unet:with=3"], "there is no option 'with'", "did you mean width"),
    (["fingerprint", "--model=biharmonic"], "biharmonic needs no training", "--baseline biharmonic"),
    (["fingerprint", "--model=cae|cae"], "a model is one component, not a chain", ""),
    (["fingerprint", "--baseline=cae"], "cae has to be trained, so it is no baseline", "--model cae"),
    (["fingerprint", "--baseline=none", "--baseline=identity"], "none stands alone", ""),
    (["fingerprint", "--metric=pnsr"], "there is no metric 'pnsr'", "did you mean psnr"),
    (["fingerprint", "--dataset=sinthetic"], "there is no dataset 'sinthetic'", "did you mean synthetic"),
    (["fingerprint", "--optimizer=adm"], "there is no optimizer 'adm'", "did you mean adam"),
    (["fingerprint", "--loss=mes"], "there is no loss 'mes'", "did you mean mse"),
    (["fingerprint", "--alpha=wihte"], "--alpha wihte", "did you mean white"),
    (["fingerprint", "--corrupt=box", "--corrupt=box"], "the corruption box is given twice", ""),
    (["fingerprint", "--corrupt=none", "--limit=8"], "nothing is damaged", "name a --corrupt"),
    (["fingerprint", "--seed=1", "--seed=2"], "--seed is given twice", "give it once"),
    (["fingerprint", "--epoch=1"], "there is no option --epoch", "did you mean --epochs"),
    (["fingerprint", "--limit=2"], "a split needs 3 groups, and there are ", "a larger --limit"),
    (["fingerprint", "--name=a/b"], "the name 'a/b' holds /", "choose another name"),
    (["fingerprint", "--name=.."], "the name '..' ", "choose another name"),
    (["fingerprint", "--name="], "--name is empty", "give a value"),
    (["fingerprint", "--name=last"], "the word 'last'", "choose another name"),
    (["fingerprint", "--name=a\x1b[2Jb"], "cannot be printed", "choose another name"),
)  # fmt: skip


@pytest.mark.parametrize(("arguments", "told", "hint"), CHOICES, ids=[" ".join(one) for one, *_ in CHOICES])
def test_a_wrong_choice(arguments, told, hint, refused):
    answer = refused("run", *arguments, prepared=True)
    assert told in answer.error[0]
    assert hint in answer.error[-1]


GROUPS = (
    ("prints:group=(zzz)", "the group pattern (zzz) finds nothing in 6 of 6 names", "not in good 0.png"),
    ("prints:group=good (0)", "finds nothing in 5 of 6 names", "not in good 1.png"),
    ("prints:group=persn", "the group pattern has no group in parentheses", ""),
    ("folder:group=flie", "the group pattern has no group in parentheses", "did you mean file"),
    ('folder:group="("', "the group pattern is no regular expression", ""),
    (
        "folder:group=^(good)",
        "a split needs 3 groups, and there are 6 pictures in 1 group, called good",
        "another group=",
    ),
    ("folder:group=folder", "a split needs 3 groups, and there are 6 pictures in 1 group, called in", "another group="),
)


@pytest.mark.parametrize(("spec", "told", "hint"), GROUPS, ids=[spec for spec, *_ in GROUPS])
def test_wrong_groups(spec, told, hint, refused, tmp_path):
    arguments = ["run", "fingerprint", "--size=32", "--data", corpus.good(tmp_path), f"--dataset={spec}"]
    answer = refused(*arguments, prepared=True)
    assert told in answer.error[0]
    assert hint in answer.error[-1]


HUGE = "9" * 25
WRONG = {
    "epochs": ("0", "-1", HUGE, "x", "1.5", "nan", ""),
    "batch": ("0", "-1", HUGE, "x", "1.5", ""),
    "limit": ("0", "-1", HUGE, "x", ""),
    "seed": ("-1", HUGE, "x", "0.5", ""),
    "size": ("0", "-1", "7", "4097", HUGE, "x", "32x", "32x32x32", "32x7", "nan", ""),
    "lr": ("0", "-1", "101", "nan", "inf", "x", ""),
    "gallery": ("-1", "1001", HUGE, "x", ""),
    "max-pixels": ("0", "-1", HUGE, "x", "1e6", ""),
}
"""Zero, negative, huge, not a number, and of another kind."""


def assert_told(option, value, line):
    """Check that a line names the option, and its value or what it should be."""
    assert f"--{option}" in line
    assert value.rpartition("x")[2][:20] in line or "Input should be a valid" in line


@pytest.mark.parametrize(("option", "value"), [(option, value) for option, values in WRONG.items() for value in values])
@pytest.mark.parametrize("more", [[], ["--dry-run"]], ids=["run", "dry run"])
def test_a_wrong_number(option, value, more, refused):
    answer = refused("run", "fingerprint", f"--{option}={value}", *more)
    assert_told(option, value, answer.error[0])


@pytest.mark.parametrize("option", ["seed", "max-pixels"])
def test_a_wrong_number_for_pictures(option, refused, tmp_path):
    folder = corpus.good(tmp_path)
    for value in WRONG[option]:
        answer = refused("corrupt", "box:size=4", folder, "-o", "out", f"--{option}={value}")
        assert_told(option, value, answer.error[0])
    assert "did you mean black" in refused("corrupt", "box:size=4", folder, "-o", "out", "--alpha=balck").error[-1]


def below_a_file(root):
    """Name a folder in what is a file."""
    (root / "a.txt").write_text("text")
    return root / "a.txt" / "new"


def a_file(root):
    """Name a file."""
    (root / "a.txt").write_text("text")
    return root / "a.txt"


def read_only(root):
    """Name a folder that may be read alone."""
    (root / "kept").mkdir(mode=0o555)
    return root / "kept"


def below_read_only(root):
    """Name a folder that would have to be made where nothing may."""
    return read_only(root) / "new" / "deep"


def long_name(root):
    """Name a folder that no file system could hold."""
    return root / ("x" * 300)


def broken_link(root):
    """Name a link that leads to nothing."""
    (root / "link").symlink_to(root / "gone")
    return root / "link"


FOLDERS = (
    (below_a_file, "Not a directory"),
    (a_file, "Not a directory"),
    (read_only, "Permission denied"),
    (below_read_only, "Permission denied"),
    (long_name, "File name too long"),
    (broken_link, "No such file or directory"),
)


@pytest.mark.parametrize(("case", "reason"), FOLDERS)
def test_a_folder_for_results_that_cannot_be_written(case, reason, refused, rights, tmp_path):
    pictures, folder = corpus.good(tmp_path), case(tmp_path)
    for arguments, told in (
        (["corrupt", "box:size=4", pictures, "-o", folder], "the output folder cannot be written"),
        (["run", "fingerprint", "--runs", folder], "the runs folder cannot be written"),
    ):
        answer = refused(*arguments, within=rights)
        assert answer.error[0] == f"error: {told}: {reason}"
        assert "another" in answer.error[-1]


def test_a_name_that_is_taken(refused, make_run):
    make_run("mine")
    answer = refused("run", "fingerprint", "--name=mine")
    assert "there is a run 'mine' already" in answer.error[0]
    assert re.search(r"--resume \S*mine\.h5$", answer.error[-1])
