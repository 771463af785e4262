"""Whole sets of image files: which are read, which are refused and why, and whether other decoders see the same pixels.

A refusal is doubtful where it says that a file is damaged, or no image, and another decoder takes it.

python benchmarks/readers.py FOLDER [FOLDER ...]
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from other_decoders import differs, others, takers

from restore.errors import InputError
from restore.images import ENDINGS, read

DAMAGE = frozenset({"truncated", "not-an-image", "no-pixels"})
"""Codes of refusals that call a file damaged, or no image."""


@dataclass
class Seen:
    """What became of the files of a set: `refused` by sentence, `doubtful` and `wrong` with the decoders that say so."""

    files: int = 0
    read: int = 0
    compared: int = 0
    refused: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))
    doubtful: dict[Path, str] = field(default_factory=dict)
    wrong: dict[Path, str] = field(default_factory=dict)

    def look(self, path: Path) -> None:
        """Read a file and compare it."""
        self.files += 1
        data = path.read_bytes()
        try:
            image_file = read(path)
        except InputError as error:
            self.refused[error.what].append(path)
            if error.code in DAMAGE and (names := takers(data)):
                self.doubtful[path] = f"{error.what}; read by {' and '.join(names)}"
            return
        self.read += 1
        answers = {name: differs(image_file, values, most) for name, values, most in others(data, image_file)}
        self.compared += bool(answers)
        if answers and all(answers.values()):
            self.wrong[path] = " and ".join(answers)


def image_paths(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that have an image's ending."""
    endings = {*ENDINGS, ".pam", ".pfm", ".apng", ".btf"}
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix.lower() in endings)


def main(arguments: list[str]) -> None:
    """Print the table, and the refusals with the number of files and one of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    options = parser.parse_args(arguments)
    sets: dict[Path, Seen] = {}
    for folder in options.folders:
        sets[folder] = Seen()
        for path in image_paths(folder):
            sets[folder].look(path)
    print("| set | files | read | of these compared | other pixels | refused | of these doubtful |")
    print("|---|---|---|---|---|---|---|")
    for folder, seen in sets.items():
        numbers = (seen.files, seen.read, seen.compared, len(seen.wrong), seen.files - seen.read, len(seen.doubtful))
        print(f"| {folder.name} | {' | '.join(str(number) for number in numbers)} |")
    for folder, seen in sets.items():
        for what, found in (("other pixels", seen.wrong), ("doubtful", seen.doubtful)):
            for path, reason in found.items():
                print(f"{what}: {folder.name}/{path.relative_to(folder)}: {reason}")
    count = Counter({what: len(paths) for seen in sets.values() for what, paths in seen.refused.items()})
    first = {what: paths[0] for seen in sets.values() for what, paths in seen.refused.items()}
    for what, number in count.most_common():
        print(f"refused: {number} x {what}, as {first[what].name}")


if __name__ == "__main__":
    main(sys.argv[1:])
