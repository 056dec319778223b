"""Hostile input: the repository's own test files, changed at random from a seed, in every format that a command
takes. Each is read or refused with one line; no answer is half an answer."""

import io
import json
import shutil
import zipfile

from state import DRAFT, index, prepare
from trials import corpus

TOKENS = [
    *(b"\0", b"\r", b"\n\n", b"\t", b"\xff", b"\xef\xbb\xbf", b"\xfe\xff", b"\x1b]0;x\x07"),
    *("\u202e".encode(), "\u0301".encode() * 50, "\U0001f469\u200d\U0001f467".encode()),
    *(b'"', b"'", b"\\", b"{", b"}", b"[", b"]]>", b"<", b"</", b"<!--", b"&#0;", b"&#x110000;", b",,,,", b";"),
    *(b"99999999999999999999", b"-1", b"NaN", b"1e999", b"%s", b"=1+1"),
    *(b"-", b"*" * 300, b"gov-" * 200, b"(a)", b"1.", b"States should act on it.\n", b"We recommend that:\n- "),
]
"""What breaks parsers."""


def mutated(random, seeds):
    """One of `seeds` with a few changes; an archive may be changed inside its parts, or as it lies."""
    data = random.choice(seeds)
    if data.startswith(b"PK") and random.random() < 0.8:
        return changed_archive(random, data)
    return changed(random, data, seeds)


def changed(random, data, seeds):
    data = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 5, 20))):
        at = random.randrange(len(data) + 1)
        length = min(random.choice((1, 2, 8, 64, 1024)), len(data) - at)
        how = random.randrange(7)
        if how == 0:
            data[at:at] = random.choice(TOKENS)
        elif how == 1:
            del data[at : at + length]
        elif how == 2:
            data[at:at] = data[at : at + length] * random.choice((1, 2, 30))
        elif how == 3 and length:
            data[at] = random.randrange(256)
        elif how == 4 and length:
            data[at] ^= 1 << random.randrange(8)
        elif how == 5:
            other = random.choice(seeds)
            start = random.randrange(len(other) + 1)
            data[at : at + length] = other[start : start + length]
        elif how == 6 and random.random() < 0.1:
            del data[at:]
    return bytes(data)


def changed_archive(random, data):
    """An archive in which some parts are changed, and their checksums are right."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        parts = {name: old.read(name) for name in names}
        chosen = set(random.sample(names, min(len(names), random.choice((1, 1, 2)))))
        for name in names:
            part = parts[name]
            new.writestr(name, changed(random, part, list(parts.values())) if name in chosen else part)
    return target.getvalue()


PARAGRAPHS = ("Recommendations", "States should act on the roads.", "1. Close the pass in winter.")


def archive(parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return target.getvalue()


def open_document():
    """The least that an OpenDocument text has."""
    body = "".join(f"<text:p>{text}</text:p>" for text in PARAGRAPHS)
    names = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    names += 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    listed = f"<text:list><text:list-item>{body}</text:list-item></text:list>"
    text = f"<office:body><office:text>{body}{listed}</office:text></office:body>"
    content = f"<office:document-content {names}>{text}</office:document-content>"
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def book():
    """The least that an EPUB has."""
    page = "<html><body>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS) + "</body></html>"
    items = '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
    package = f'<package><manifest>{items}</manifest><spine><itemref idref="a"/></spine></package>'
    container = '<container><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>'
    parts = {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "b.opf": package}
    return archive({**parts, "a.xhtml": page})


def formats(campaign, own):
    """For each format: its seeds, the name of the file, and the command that reads it."""
    data = campaign.repository / "tests/data/extract"
    shipped = campaign.repository / "corpus/hld-2013"
    seeds = campaign.repository / "fuzz/seeds"

    def bytes_of(*paths):
        return [path.read_bytes() for path in paths if path.stat().st_size <= 64_000]

    def extract(name):
        return name, ["extract", name, "--agency", "X", "--format", "jsonl"]

    pairs = b'{"a":"A-1","b":"B-1","grade":3}\n{"a":"A-1","b":"B-2","grade":0}\n'
    rename = {"act": "rename", "name": "x", "members": ["A-1", "B-1"]}
    split = {"act": "split", "apart": ["C-1"], "rest": ["A-1", "B-1"]}
    decided = json.dumps({"decisions": [rename, split]}).encode()
    again = index("a.jsonl", "idx")
    read = ["--index", "idx"]
    return {
        "text": (bytes_of(*sorted(data.glob("*.txt"))), *extract("x.txt")),
        "Markdown": (bytes_of(*sorted(data.glob("*.md"))), *extract("x.md")),
        "HTML": (bytes_of(*sorted(data.glob("*.html"))), *extract("x.html")),
        "Word": (bytes_of(*sorted(data.glob("*.docx"))), *extract("x.docx")),
        "PDF": (bytes_of(*sorted(data.glob("*.pdf"))), *extract("x.pdf")),
        "OpenDocument": ([open_document()], *extract("x.odt")),
        "EPUB": ([book()], *extract("x.epub")),
        "RTF": (bytes_of(*sorted((seeds / "rtf").iterdir())), *extract("x.rtf")),
        "Excel": (bytes_of(*sorted(data.glob("*.xlsx"))), *extract("x.xlsx")),
        "CSV": (bytes_of(*sorted((seeds / "csv").iterdir())), *extract("x.csv")),
        "JSON lines": ([corpus().encode()], *extract("x.jsonl")),
        "corpus.toml": (
            bytes_of(shipped / "corpus.toml", seeds / "corpus/names.toml"),
            "corpus.toml",
            ["extract", "draft.md", "--corpus", "corpus.toml", "--agency", "X", "--format", "jsonl"],
        ),
        "agenda": (bytes_of(shipped / "agenda.toml"), "agenda.toml", [*again, "--agenda", "agenda.toml"]),
        "calibration": (bytes_of(own / "out/mine.toml"), "mine.toml", [*again, "--calibration", "mine.toml"]),
        "decisions": ([decided], "idx/decisions.json", again),
        "draft": ([DRAFT.encode()], "x.md", ["check", "x.md", "--all", *read, "--format", "json"]),
        "queries": (
            [pairs, corpus().encode()],
            "q.jsonl",
            ["similar", "--batch", "q.jsonl", *read, "--format", "jsonl"],
        ),
        "labels": ([pairs], "p.jsonl", ["eval", "pairs", "--gold", "p.jsonl", *read, "--format", "json"]),
    }


def prepared(campaign):
    folder = prepare(campaign)
    campaign.must(["calibrate", "--gold", "pairs.jsonl", "--index", "idx", "-o", "out/mine.toml"], folder)
    return folder


def inputs(campaign, row):
    own = prepared(campaign)
    random = campaign.random("hostile")
    trials = []
    for name, (seeds, file, command) in formats(campaign, own).items():
        assert seeds, f"no test file of the format {name} is small enough"
        for number in range(campaign.amount(15, 1000)):
            trials.append((f"{name} {number}", file, command, mutated(random, seeds)))
    refused = []

    def trial(item):
        what, file, command, data = item
        row.tried()
        work = campaign.new_folder()
        if "idx" in command:
            shutil.copytree(own / "idx", work / "idx")
        for name in ("a.jsonl", "draft.md"):
            shutil.copy(own / name, work)
        (work / file).write_bytes(data)
        answer = campaign.run(command, work)
        kept = campaign.folder / "hostile" / what / file
        if not sound(row, answer, file, f"{what}, {kept}"):
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(data)
        if answer.code == 2:
            refused.append(what)
        shutil.rmtree(work)

    campaign.each(trials, trial)
    row.notes.append(f"{len(refused)} refused, the rest read")


def sound(row, answer, file, what):
    """Whether the input was read, with whole lines of JSON, or refused in a line that names the file."""
    if not row.hold_to_manners(answer, what):
        return False
    if answer.code == 2:
        if file.rsplit("/")[-1] not in answer.err or answer.out:
            row.blame("crashes", f"{what}: the error does not name {file}: {answer}")
            return False
        return True
    try:
        listed = answer.out.decode().splitlines() if "jsonl" in answer.arguments else []
        values = [json.loads(line) for line in listed]
        if answer.arguments[1] == "extract":
            for record in values:
                assert record["id"].strip() and record["agency"].strip() and record["text"].strip(), record
    except (ValueError, KeyError, AssertionError) as why:
        row.blame("wrong answers", f"{what}: {answer}: {why}")
        return False
    return True
