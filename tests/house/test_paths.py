"""What is committed works on anybody's machine: no address of a registry, no folder of one person's machine."""

import re

from tests.house import source

# written in halves, so that this file does not find itself
REGISTRIES = "|".join(
    re.escape(first + second)
    for first, second in (
        ("py", "pi.org"),
        ("python", "hosted.org"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("deb.", "debian.org"),
        ("archive.", "ubuntu.com"),
        ("js", "delivr.net"),
        ("unp", "kg.com"),
        ("cdn", "js.cloudflare.com"),
        ("fonts.", "googleapis.com"),
    )
)
MACHINE = r"(?<![\w./:-])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers")) + r")/\w"
VENDORED = "web/static/vendor/"  # comments of other people's files may name where they come from


def _found(pattern: str, names: list[str]) -> list[str]:
    seek = re.compile(pattern)
    return [
        f"{name}:{number}"
        for name in names
        for number, line in enumerate(source.read(name).splitlines(), 1)
        if seek.search(line)
    ]


def test_no_file_names_a_package_registry_or_a_cdn() -> None:
    assert not _found(REGISTRIES, [name for name in source.files() if not name.startswith(VENDORED)])


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert not _found(MACHINE, list(source.files()))
