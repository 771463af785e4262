from restore.show.console import render
from restore.show.plan import difference_parts, plan_parts

GOLDEN_80 = """\
recipe    prints/prints
images    96x128 greyscale, other sizes: pad, constant borders trimmed
alpha     transparent images are refused
training  4 epochs, batch 32, adamw lr=0.002 cosine, loss mse
stops     after 10 epochs without a lower validation loss
seed      7, 60 images in whole groups

role        component         options            owner
──────────────────────────────────────────────────────────────────────
dataset     prints/synthetic  size=96x128        restore-prints 1.2
corruption  builtin/box@easy  size=12, fill=0.0  restore-toolkit 0.1.0
corruption  builtin/box@easy  size=12, fill=0.0  restore-toolkit 0.1.0
then        builtin/noise     kind=gaussian      restore-toolkit 0.1.0
model       builtin/unet      width=16           restore-toolkit 0.1.0
baseline    builtin/median    window=5           restore-toolkit 0.1.0
metric      builtin/psnr                         restore-toolkit 0.1.0
"""


def test_the_plan_at_80_columns(plan):
    assert render(*plan_parts(plan), width=80) == GOLDEN_80


def test_every_option_and_owner_is_there_however_narrow(plan):
    plan["model"]["options"] = {f"option{i}": i for i in range(30)}
    text = render(*plan_parts(plan), width=60).replace("\n", " ")
    assert all(f"option{i}={i}" in text for i in range(30))
    assert "…" not in text


def test_a_model_that_compiles_itself_shows_no_optimizer(plan):
    plan["training"] |= {"optimizer": None, "lr": None, "loss": None, "schedule": None}
    assert "batch 32, compiled by the model itself" in render(*plan_parts(plan), width=80)


def test_data_folder_and_colour(plan):
    plan |= {"data": "/pictures", "channels": 3, "trim": None, "limit": None}
    text = render(*plan_parts(plan), width=80)
    assert "data      /pictures\nimages    96x128 RGB, other sizes: pad\n" in text
    assert "seed      7\n" in text


def test_other_test_sets_are_listed_with_their_components(plan):
    dataset = {**plan["dataset"], "component": "builtin/folder", "spec": "folder", "options": {"group": "file"}}
    plan["also"] = [{"name": "second", "data": "/images/second", "dataset": dataset}]
    plan["owners"]["builtin/folder"] = {"distribution": "restore-toolkit", "version": "0.1.0"}
    lines = render(*plan_parts(plan), width=80).splitlines()
    assert any(line.split() == ["also", "second:", "folder=/images/second"] for line in lines)
    rows = [line.split() for line in lines if line.startswith(("dataset", "also", "model"))]
    assert rows[1:3] == [
        ["dataset", "prints/synthetic", "size=96x128", "restore-prints", "1.2"],
        ["also", "builtin/folder", "group=file", "restore-toolkit", "0.1.0"],
    ]


def test_differences_are_listed_old_to_new(plan):
    changes = [("seed", 7, 8), ("corrupt", plan["corrupt"], []), ("size", [96, 128], [64, 64]), ("data", None, "/p")]
    assert difference_parts("prints-box", changes) == [
        "like prints-box, but",
        "  seed: 7 -> 8",
        "  corrupt: box@easy, box@easy|noise -> []",
        "  size: 96x128 -> 64x64",
        "  data: none -> /p",
    ]
    assert difference_parts("prints-box", []) == ["same plan as prints-box"]
