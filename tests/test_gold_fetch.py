"""A public corpus is brought whole and right or not at all: against a server on loopback, with git's own hashes."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest

from analysis import config, gold
from analysis.errors import InputError, NoNetwork, OutputError, StudyError
from analysis.gold import download, fetching
from analysis.gold.corpora import PublicCorpus
from analysis.gold.hashes import blob_hash, listing_hash, plain_name, read_listing, tree_hash

COMMIT = "c" * 40
FILES = {
    "texts/2016/first article.txt": b"One.\r\nTwo.\r\n",
    "texts/2016/second.txt": "Kürze – “so”".encode(),
    "texts/a/x.json": b"{}",
    "texts/a.txt": b"sorted by git before the folder a",
    "texts/run.sh": b"#!/bin/sh\n",
    "table.csv": b"a;b\n",
    "never-asked-for.txt": b"",
}


def git(folder: Path, *words: str) -> str:
    """What git says in `folder`, whatever a user's own settings or a hook around the tests say."""
    command = ["git", "-c", "core.autocrlf=false", "-c", "core.fileMode=true", *words]
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True).stdout.strip()


class Host:
    """Serves one repository as the public hosts do; what it does wrong is set by a test."""

    def __init__(self, repository: Path) -> None:
        self.repository = repository
        self.asked: list[str] = []
        self.instead: dict[str, bytes] = {}
        self.cut: set[str] = set()
        self.trickles: set[str] = set()
        self.enough = threading.Event()
        self.status: dict[str, int] = {}
        self.sent_on: dict[str, str] = {}
        self.headers: dict[str, dict[str, str]] = {}

    def answer(self, path: str) -> bytes | None:
        if path in self.instead:
            return self.instead[path]
        if path.startswith("/repos/me/made/git/trees/"):
            return self.listing(path.rsplit("/", 1)[1])
        inside = path.removeprefix(f"/me/made/{COMMIT}/")
        return FILES.get(inside)

    def listing(self, sha: str) -> bytes:
        rows = []
        for line in git(self.repository, "ls-tree", "-l", sha).splitlines():
            facts, name = line.split("\t")
            mode, kind, own, size = facts.split()
            rows.append({"path": name, "mode": mode, "type": kind, "sha": own})
            if size != "-":
                rows[-1]["size"] = int(size)
        return json.dumps({"sha": sha, "tree": rows, "truncated": False}).encode()


def handler(host: Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(self.path)
            host.asked.append(path)
            data = host.answer(path)
            if path in host.status or data is None:
                self.send_error(host.status.get(path, 404))
                return
            self.send_response(302 if path in host.sent_on else 200)
            if path in host.sent_on:
                self.send_header("Location", host.sent_on[path])
            for name, value in ({"Content-Length": str(len(data))} | host.headers.get(path, {})).items():
                self.send_header(name, value)
            self.end_headers()
            if path in host.trickles:
                for _ in range(1_000):  # twenty seconds, for whoever has the patience
                    self.wfile.write(b"x")
                    if host.enough.wait(0.02):
                        return
            self.wfile.write(data[: len(data) // 2] if path in host.cut else data)

        def log_message(self, *words: object) -> None:
            """Nothing on standard error."""

    return Handler


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git makes the hashes that are expected here")
    folder = tmp_path_factory.mktemp("made")
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "texts" / "run.sh").chmod(0o755)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    return folder


@pytest.fixture
def host(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    made = Host(repository)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(made))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    monkeypatch.setenv(download.MIRROR, f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield made
    made.enough.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def corpora(repository: Path) -> dict[str, PublicCorpus]:
    whole = git(repository, "write-tree")
    tree = git(repository, "rev-parse", f"{whole}:texts")
    blob = git(repository, "rev-parse", f"{whole}:table.csv")
    made = PublicCorpus("made", "me/made", COMMIT, "ours", "Us", trees={"texts": tree}, blobs={"table.csv": blob})
    return {"made": made}


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def wanted() -> dict[str, bytes]:
    return {name: data for name, data in FILES.items() if name != "never-asked-for.txt"}


def test_every_pinned_file_comes_and_nothing_else(host: Host, corpora: dict, tmp_path: Path) -> None:
    shown: list[str] = []
    steps: list[tuple[int, int]] = []
    place = gold.fetch(
        "made",
        corpora=corpora,
        to=tmp_path,
        agree=lambda corpus: not shown.append(corpus.licence),
        progress=lambda done, total: steps.append((done, total)),
    )
    assert {name: data for name, data in files_in(place).items() if name != ".complete.json"} == wanted()
    assert [path.name for path in tmp_path.iterdir()] == ["made"]
    assert shown == ["ours"]
    assert steps[0] == (0, 6) and steps[-1] == (6, 6)


def test_a_second_fetch_asks_nobody_and_no_host(host: Host, corpora: dict, tmp_path: Path) -> None:
    gold.fetch("made", corpora=corpora, to=tmp_path)
    host.asked.clear()
    assert gold.fetch("made", corpora=corpora, to=tmp_path, agree=lambda corpus: False) == tmp_path / "made"
    assert host.asked == []


def test_a_fetch_that_broke_off_goes_on_where_it_stopped(host: Host, corpora: dict, tmp_path: Path) -> None:
    broken = f"/me/made/{COMMIT}/texts/2016/second.txt"
    host.cut = {broken}
    with pytest.raises(NoNetwork, match="What came is kept: the same command goes on"):
        gold.fetch("made", corpora=corpora, to=tmp_path)
    assert not (tmp_path / "made").exists()
    (staging,) = tmp_path.iterdir()
    here = files_in(staging / "files")
    assert here and all(wanted()[name] == data for name, data in here.items())
    assert "texts/2016/second.txt" not in here
    host.cut = set()
    host.asked.clear()
    gold.fetch("made", corpora=corpora, to=tmp_path, agree=lambda corpus: False)
    assert broken in host.asked
    assert sorted(host.asked) == sorted(f"/me/made/{COMMIT}/{name}" for name in wanted().keys() - here.keys())


def test_a_host_that_sends_a_byte_now_and_then_does_not_hold_us(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes long before the wait for the next one is over."""
    monkeypatch.setattr(download, "MAX_SECONDS", 0.5)
    slow = f"/me/made/{COMMIT}/table.csv"
    host.trickles, host.headers = {slow}, {slow: {"Content-Length": "1000000"}}
    with pytest.raises(NoNetwork, match=r"cannot be reached or broke off \(TimeoutError\)"):
        download.bring(f"{os.environ[download.MIRROR]}{slow[1:]}")


def test_a_file_left_half_written_by_a_crash_is_fetched_again(host: Host, corpora: dict, tmp_path: Path) -> None:
    staging = tmp_path / f".made-{COMMIT[:12]}"
    (staging / "files" / "texts").mkdir(parents=True)
    (staging / "files" / "texts" / "a.txt").write_bytes(b"sorted")
    (staging / "listings").mkdir()
    (staging / "listings" / f"{corpora['made'].trees['texts']}.json").write_bytes(b'{"tree": [')
    place = gold.fetch("made", corpora=corpora, to=tmp_path)
    assert (place / "texts" / "a.txt").read_bytes() == FILES["texts/a.txt"]


@pytest.mark.parametrize("name", ["texts/a/x.json", "table.csv"])
def test_a_tampered_file_is_refused_and_not_kept(host: Host, corpora: dict, tmp_path: Path, name: str) -> None:
    honest = FILES[name]
    host.instead = {f"/me/made/{COMMIT}/{name}": honest[:-1] + b"!"}
    with pytest.raises(InputError, match=f"not the corpus that was pinned .*{name}"):
        gold.fetch("made", corpora=corpora, to=tmp_path)
    assert not (tmp_path / "made").exists()
    assert all(FILES[path] == data for path, data in files_in(next(tmp_path.iterdir()) / "files").items())


def test_a_tampered_listing_is_refused_before_any_file_is_asked_for(host: Host, corpora: dict, tmp_path: Path) -> None:
    tree = corpora["made"].trees["texts"]
    rows = json.loads(host.listing(tree))
    rows["tree"][0]["path"] = "other.txt"
    host.instead = {f"/repos/me/made/git/trees/{tree}": json.dumps(rows).encode()}
    with pytest.raises(InputError, match="has another hash"):
        gold.fetch("made", corpora=corpora, to=tmp_path)
    assert not any(path.startswith("/me/") for path in host.asked)


@pytest.mark.parametrize("name", ["..", "../up.txt", "/etc/x", "a\\..\\b", "C:x", ".", "", "a\x00b", ".git", "..."])
def test_a_name_that_climbs_out_is_refused_even_with_the_right_hash(
    host: Host, corpora: dict, tmp_path: Path, name: str
) -> None:
    sha = blob_hash(b"out")
    tree = listing_hash([(name, "100644", sha)])
    row = {"path": name, "mode": "100644", "type": "blob", "sha": sha, "size": 3}
    host.instead = {f"/repos/me/made/git/trees/{tree}": json.dumps({"tree": [row]}).encode()}
    made = PublicCorpus("made", "me/made", COMMIT, "ours", "Us", trees={"texts": tree})
    folder = tmp_path / "below"
    with pytest.raises(InputError, match="leads out of its folder"):
        gold.fetch("made", corpora={"made": made}, to=folder)
    assert files_in(tmp_path) == {}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"mode": "120000"}, "neither a plain file nor a folder"),
        ({"mode": "160000"}, "neither a plain file nor a folder"),
        ({"sha": "../../x"}, "without a hash or size"),
        ({"size": -1}, "without a hash or size"),
        ({"size": "many"}, "without a hash or size"),
        ({"path": 7}, "no plain name"),
    ],
)
def test_a_listing_holds_plain_files_and_folders_only(change: dict, reason: str) -> None:
    row = {"path": "a", "mode": "100644", "sha": "a" * 40, "size": 3} | change
    with pytest.raises(InputError, match=reason):
        read_listing(json.dumps({"tree": [row]}).encode(), "b" * 40)


@pytest.mark.parametrize("data", [b"", b"[]", b'{"tree": 7}', b'{"tree": [7]}', b"\xff", b"[" * 100_000])
def test_an_answer_that_is_no_listing_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_listing(data, "b" * 40)


def test_a_host_that_sends_more_than_it_told_is_stopped(host: Host, corpora: dict, tmp_path: Path) -> None:
    host.instead = {f"/me/made/{COMMIT}/texts/a.txt": b"x" * 100_000}
    with pytest.raises(InputError, match=f"more than {len(FILES['texts/a.txt'])} bytes"):
        gold.fetch("made", corpora=corpora, to=tmp_path)


TABLE = f"/me/made/{COMMIT}/table.csv"


@pytest.mark.parametrize(
    "elsewhere",
    ["http://localhost:1/x", "ftp://127.0.0.1/x", "file:///etc/hostname", "//localhost/x", "http://10.0.0.1/"],
)
def test_a_host_that_sends_us_elsewhere_is_not_followed(
    host: Host, corpora: dict, tmp_path: Path, elsewhere: str
) -> None:
    host.sent_on = {TABLE: elsewhere}
    with pytest.raises(InputError, match="sends us on to"):
        gold.fetch("made", corpora=corpora, to=tmp_path)
    assert not (tmp_path / "made").exists()


def test_a_host_that_moved_a_file_within_itself_is_followed_and_a_circle_ends(
    host: Host, corpora: dict, tmp_path: Path
) -> None:
    host.sent_on = {TABLE: "/moved.csv"}
    host.instead = {"/moved.csv": FILES["table.csv"]}
    assert files_in(gold.fetch("made", corpora=corpora, to=tmp_path / "one"))["table.csv"] == FILES["table.csv"]
    host.sent_on = {TABLE: TABLE}
    with pytest.raises(NoNetwork, match="HTTP 302"):
        gold.fetch("made", corpora=corpora, to=tmp_path / "two")
    assert len(host.asked) < 100


def test_https_is_never_left_for_http() -> None:
    class Answer:
        is_redirect, url, headers = True, "https://api.github.com/a", {"location": "http://api.github.com/a"}

    with pytest.raises(InputError, match=r"sends us on to http://api\.github\.com"):
        download._stay(Answer())
    Answer.headers = {"location": "https://api.github.com/repositories/1/a"}
    download._stay(Answer())


@pytest.mark.parametrize("told", ["1", "3", "400000"])
def test_a_length_that_is_not_true_gives_no_file(host: Host, corpora: dict, tmp_path: Path, told: str) -> None:
    host.headers = {TABLE: {"Content-Length": told}}
    with pytest.raises((InputError, NoNetwork)):
        gold.fetch("made", corpora=corpora, to=tmp_path)
    assert not (tmp_path / "made").exists()
    assert "table.csv" not in {path.name for path in tmp_path.rglob("*.csv")}


def test_an_answer_that_swells_when_it_is_unpacked_is_stopped(host: Host, corpora: dict, tmp_path: Path) -> None:
    host.instead = {TABLE: gzip.compress(b"a" * (download.MAX_BYTES + 1))}
    host.headers = {TABLE: {"Content-Encoding": "gzip"}}
    with pytest.raises(InputError, match=f"more than {download.MAX_BYTES} bytes"):
        gold.fetch("made", corpora=corpora, to=tmp_path)


def test_a_password_in_a_mirrors_address_is_not_shown(
    host: Host, corpora: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.status = {TABLE: 404}
    address = os.environ[download.MIRROR].replace("http://", "http://ann:secret@")
    monkeypatch.setenv(download.MIRROR, address)
    with pytest.raises(NoNetwork) as told:
        gold.fetch("made", corpora=corpora, to=tmp_path)
    assert "secret" not in str(told.value) and "does not give" in str(told.value)


def test_a_link_planted_where_files_will_lie_is_not_followed(host: Host, corpora: dict, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("mine")
    files = tmp_path / "to" / f".made-{COMMIT[:12]}" / "files"
    files.mkdir(parents=True)
    (files / "table.csv").symlink_to(outside)
    place = gold.fetch("made", corpora=corpora, to=tmp_path / "to")
    assert outside.read_text() == "mine"
    assert not (place / "table.csv").is_symlink()


def test_folders_without_end_are_refused(host: Host, tmp_path: Path) -> None:
    below = listing_hash([("x", "100644", blob_hash(b""))])
    for _ in range(12):
        row = {"path": "x", "mode": "040000", "sha": below}
        below = listing_hash([("x", "040000", below)])
        host.instead[f"/repos/me/made/git/trees/{below}"] = json.dumps({"tree": [row]}).encode()
    made = PublicCorpus("made", "me/made", COMMIT, "ours", "Us", trees={"texts": below})
    with pytest.raises(InputError, match="8 floors"):
        gold.fetch("made", corpora={"made": made}, to=tmp_path)


@pytest.mark.parametrize(
    ("status", "reason", "attempts"),
    [(404, "does not give", 1), (403, "wants fewer questions", 1), (429, "wants fewer", 1), (503, "HTTP 503", 2)],
)
def test_what_the_host_refuses_is_told(
    host: Host, corpora: dict, tmp_path: Path, status: int, reason: str, attempts: int
) -> None:
    path = f"/me/made/{COMMIT}/table.csv"
    host.status = {path: status}
    with pytest.raises(NoNetwork, match=reason):
        gold.fetch("made", corpora=corpora, to=tmp_path)
    assert host.asked.count(path) == attempts


def test_without_a_network_the_error_says_what_to_do(
    corpora: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.server_close()
    monkeypatch.setenv(download.MIRROR, f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(NoNetwork) as told:
        gold.fetch("made", corpora=corpora, to=tmp_path)
    message = str(told.value)
    assert "\n" not in message
    for way_out in ("ANALYSIS_GOLD", "ANALYSIS_MIRROR", "me/made", COMMIT, "texts/", "table.csv"):
        assert way_out in message


def test_terms_that_are_not_agreed_to_end_it_before_any_question(host: Host, corpora: dict, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="terms were not agreed to"):
        gold.fetch("made", corpora=corpora, to=tmp_path, agree=lambda corpus: False)
    assert host.asked == [] and list(tmp_path.iterdir()) == []


def test_a_folder_that_fetch_did_not_make_is_left_alone(host: Host, corpora: dict, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="was not made by fetch"):
        gold.fetch("made", corpora=corpora, to=tmp_path)
    assert files_in(tmp_path) == {"made/mine.txt": b"mine"}


def test_an_older_fetch_is_replaced(host: Host, corpora: dict, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / ".complete.json").write_text('{"commit": "older"}')
    (tmp_path / "made" / "gone.txt").write_text("older")
    place = gold.fetch("made", corpora=corpora, to=tmp_path)
    assert not (place / "gone.txt").exists()


def test_a_folder_that_cannot_be_made_is_one_line(host: Host, corpora: dict, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        gold.fetch("made", corpora=corpora, to=tmp_path / "file" / "below")


def test_unknown_names_and_mirrors_are_told(corpora: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="there are: babe, basil, newsmtsc, polnear, vader"):
        gold.fetch("tabloids", to=tmp_path)
    monkeypatch.setenv(download.MIRROR, "file:///etc")
    with pytest.raises(InputError, match="must begin with https"):
        gold.fetch("made", corpora=corpora, to=tmp_path)
    monkeypatch.delenv(download.MIRROR)
    assert all(address.startswith("https://") for address in download.hosts())


def test_a_corpus_is_found_in_the_gold_folder_then_in_the_cache(
    host: Host, corpora: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "CORPORA", corpora)
    monkeypatch.setattr(fetching, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setenv("ANALYSIS_GOLD", str(tmp_path / "gold"))
    assert gold.find("made") is None
    place = gold.fetch("made", corpora=corpora)
    assert gold.find("made") == place == gold.fetched("made")
    (tmp_path / "gold" / "made").mkdir(parents=True)
    assert gold.find("made") == tmp_path / "gold" / "made"
    assert gold.find("made", folder=tmp_path / "elsewhere") == place


def test_hashes_are_gits(repository: Path, corpora: dict) -> None:
    assert tree_hash(repository / "texts", modes={"run.sh": "100755"}) == corpora["made"].trees["texts"]
    assert tree_hash(repository / "texts") != corpora["made"].trees["texts"]
    assert plain_name("second article (2016) – “so”.txt".replace("“so”", "so"))


@pytest.mark.gold
def test_corpora_at_hand_are_the_pinned_ones() -> None:
    """Folders of PolNeAR that are there whole have the hashes in `CORPORA`: the notes' hashes and our code agree."""
    folder = config.gold_folder()
    if folder is None or not (folder / "polnear").is_dir():
        pytest.skip("PolNeAR is not at hand (ANALYSIS_GOLD)")
    trees = gold.CORPORA["polnear"].trees
    seen = {path: tree_hash(folder / "polnear" / path) for path in trees if (folder / "polnear" / path).is_dir()}
    assert seen and seen == {path: trees[path] for path in seen}


# --- the archive of ratings -------------------------------------------------------------------------------------------------


def archive(path: Path, members: dict[str, bytes], links: dict[str, str] | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as packed:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            packed.addfile(info, io.BytesIO(data))
        for name, target in (links or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            packed.addfile(info)
    return path


RATINGS = "nytEditorialSnippets_GroundTruth.txt"
PACKED = "additional_resources/hutto_ICWSM_2014.tar.gz"


def test_ratings_are_read_out_of_the_archive_without_unpacking_it(tmp_path: Path) -> None:
    lines = b"1_1\t-1.5\tA sad line.\n1_2\t2\tA glad\tline.\n"
    archive(tmp_path / PACKED, {"top/._" + RATINGS: b"no", "../../up.txt": b"no", f"top/{RATINGS}": lines})
    ratings = gold.read_nyt_ratings(tmp_path)
    assert ratings["rating"].tolist() == [-1.5, 2.0]
    assert ratings["text"].tolist() == ["A sad line.", "A glad\tline."]
    assert set(ratings["editorial"]) == {"1"}
    assert list(files_in(tmp_path)) == [PACKED]


def test_an_archive_without_the_ratings_or_with_a_link_is_refused(tmp_path: Path) -> None:
    archive(tmp_path / PACKED, {"other.txt": b""}, links={RATINGS: "/etc/passwd"})
    with pytest.raises(InputError, match="holds no nytEditorial"):
        gold.read_nyt_ratings(tmp_path)


@pytest.mark.parametrize(
    "data", [b"", b"not gzip", gzip.compress(b"not tar", mtime=0), gzip.compress(b"x" * 5_000, mtime=0)[:-20]]
)
def test_a_broken_archive_is_one_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "additional_resources").mkdir()
    (tmp_path / PACKED).write_bytes(data)
    with pytest.raises(InputError, match=r"is no archive|holds no"):
        gold.read_nyt_ratings(tmp_path)


def test_an_archive_that_unpacks_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.gold.reading._MAX_UNPACKED", 1_000_000)
    (tmp_path / "additional_resources").mkdir()
    (tmp_path / PACKED).write_bytes(gzip.compress(bytes(2_000_000), mtime=0))
    with pytest.raises(InputError, match="unpacks to more than 1000000 bytes"):
        gold.read_nyt_ratings(tmp_path)
