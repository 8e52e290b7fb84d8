"""The widget's modules as they are served: read once, without comments, compressed, hashed.

All modules stand under one address that names a digest over all of them, so that they may be kept
for ever, and no page ever mixes modules of two versions.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from faqbot.errors import WidgetMissing

ENTRY = "define.js"
"""The module that registers the element, and the name of the generated one that always leads to
the current version."""
PREFIX = "/widget/v1"


@dataclass(frozen=True, slots=True)
class Module:
    """One JavaScript file."""

    name: str
    content: bytes
    compressed: bytes
    """The content in gzip."""
    etag: str
    """Weak, because it stands for both forms."""
    integrity: str
    """What a page's ``integrity`` attribute has to say to accept no other content."""

    @classmethod
    def of(cls, name: str, content: bytes) -> Module:
        """Hash and compress a file."""
        return cls(
            name,
            content,
            gzip.compress(content, mtime=0),
            f'W/"{hashlib.sha256(content).hexdigest()[:16]}"',
            f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}",
        )


@dataclass(frozen=True, slots=True)
class Widget:
    """All modules of one version."""

    modules: Mapping[str, Module]
    """By file name, in alphabetical order."""
    digest: str
    """16 hexadecimal digits that stand for names and contents of all modules."""
    entry: Module
    """A generated module that imports all others of this version at once."""

    @classmethod
    def read(cls, folder: Path) -> Widget:
        """Read the modules of a folder; only its ``.js`` files are served.

        Raises:
            WidgetMissing: The folder does not hold the widget.
        """
        modules = {
            path.name: Module.of(path.name, without_comments(path.read_text("utf-8")).encode())
            for path in sorted(folder.glob("*.js"))
        }
        if ENTRY not in modules:
            msg = f"{folder / ENTRY} is missing. The widget comes with faqbot: install it again."
            raise WidgetMissing(msg)
        whole = hashlib.sha256()
        for name, module in modules.items():
            whole.update(hashlib.sha256(name.encode()).digest())
            whole.update(hashlib.sha256(module.content).digest())
        digest = whole.hexdigest()[:16]
        # Named here one by one they arrive together; left to their own imports, one after another.
        imports = "".join(f'import "./{digest}/{name}";\n' for name in modules)
        comment = "// The current version of faqbot's chat widget.\n"
        return cls(
            MappingProxyType(modules), digest, Module.of(ENTRY, (comment + imports).encode())
        )

    def path_of(self, module: Module) -> str:
        """Name the address of a module for ever: ``/widget/v1/0123456789abcdef/define.js``."""
        return f"{PREFIX}/{self.digest}/{module.name}"


def without_comments(source: str) -> str:
    """Take from a module what only its readers need: a sixth of what would be transferred.

    Args:
        source: JavaScript; comments stand on lines of their own, or as ``/* … */`` before code,
            and no string holds what looks like one at the start of a line.

    Returns:
        The same program, without comments, indentation and empty lines.
    """
    bare = re.sub(r"(?<!\S)/\*.*?\*/ ?", "", source, flags=re.DOTALL)
    lines = (line.strip() for line in bare.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))
