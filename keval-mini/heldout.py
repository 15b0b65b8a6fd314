"""Write heldout.jsonl: other seed, other vocabulary. `python heldout.py --out heldout.jsonl`."""

import argparse
import json
import random
from pathlib import Path

from judging import case
from world import HELD_OUT, World

SEED = 4711


def rows():
    w = World(random.Random(SEED), HELD_OUT)

    def one(template, kind, lang=None, **more):
        request, turn = case(w, template, kind, lang, **more)
        return request, turn.kind

    # The same question once answered and once not: which of the two is rated higher?
    for pair in range(45):
        lang = "en" if pair % 15 == 14 else "ko"
        asked, kind = one("single-v1", "on_topic", lang, long=pair % 6 == 5)
        yield asked, {"kind": kind, "pair": pair}
        other = "empty" if pair % 3 == 2 else "off_topic"
        missed, kind = one("single-v1", other, lang, long=pair % 6 == 5)
        yield missed | {"question": asked["question"]}, {"kind": kind, "pair": pair}
    for i in range(90):
        kind = "partial" if i % 9 == 8 else ("right", "wrong")[i % 2]
        lang = "en" if kind != "partial" and i % 10 == 9 else "ko"
        asked, kind = one("single-math-v1", kind, lang, long=i % 6 == 5)
        yield asked, {"kind": kind}
    for i in range(64):
        template = ("single-v1", "single-math-v1", "single-v1-multi-turn", "single-math-v1-multi-turn")[i % 4]
        asked, kind = one(template, "language_mismatch", "en" if i % 5 == 4 else "ko")
        yield asked, {"kind": kind}
    for i in range(28):
        asked, kind = one("single-v1-multi-turn", ("on_topic", "off_topic", "on_topic", "empty")[i % 4], "ko")
        yield asked, {"kind": kind}
        asked, kind = one("single-math-v1-multi-turn", ("right", "wrong")[i % 2], "ko")
        yield asked, {"kind": kind}


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--out", type=Path, required=True)
    a = p.parse_args()
    lines = [json.dumps(request | {"expect": expect}, ensure_ascii=False) for request, expect in rows()]
    a.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} rows, {a.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
