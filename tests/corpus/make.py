"""Write the whole corpus to a folder, one folder a case: `python tests/corpus/make.py FOLDER [GROUP…]`."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "io"), str(HERE.parents[1])]


def main(folder: Path, groups: list[str]) -> None:
    from cases import cases

    for key, case in cases().items():
        if not groups or case.group in groups:
            home = folder / key
            home.mkdir(parents=True)
            print(case.make(home))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
