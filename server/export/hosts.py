"""What hosts read: media types by extension, and where IRIs lead, for Apache, nginx and static hosters."""

from __future__ import annotations

from pathlib import Path

from kg.downloads import COMPRESSIONS
from kg.formats import RDF_FORMATS, RESULTS_CSV

_TYPES = {entry.extension: entry.media_type for entry in (*RDF_FORMATS, RESULTS_CSV)} | {
    ".geojson": "application/geo+json",
    ".atom": "application/atom+xml",
}
_TYPES |= {extension: kind for extension, kind, _ in COMPRESSIONS}
_THINGS = "id|concept|graph|ontology|shapes|query|dataset"


def write_hints(folder: Path) -> None:
    """Write `.htaccess` (Apache), `_headers` (Netlify, Cloudflare Pages) and `mime.types` (nginx)."""
    (folder / ".htaccess").write_text(_htaccess(), "utf-8")
    headers = (f"/*{extension}\n  Content-Type: {kind}\n" for extension, kind in sorted(_TYPES.items()))
    (folder / "_headers").write_text("".join(headers), "utf-8")
    kinds = (f"  {kind} {extension[1:]};\n" for extension, kind in sorted(_TYPES.items()))
    (folder / "mime.types").write_text(f"types {{\n{''.join(kinds)}}}\n", "utf-8")


def _htaccess() -> str:
    """Give media types, and 303 from things to documents by what the client accepts."""
    lines = [f"AddType {kind} {extension}" for extension, kind in sorted(_TYPES.items())]
    lines += ["DirectoryIndex index.html", "Options -MultiViews", "RewriteEngine on"]
    for entry in RDF_FORMATS:
        lines += [
            f"RewriteCond %{{HTTP_ACCEPT}} {entry.media_type.replace('+', '[+]')}",
            f"RewriteRule ^(?:id/)?((?:{_KINDS}|{_THINGS})(?:/.*)?)$ data/$1{entry.extension} [R=303,L]",
        ]
    lines.append(f"RewriteRule ^(?:id/)?((?:{_KINDS}|{_THINGS})(?:/.*)?)$ page/$1/ [R=303,L]")
    return "\n".join(lines) + "\n"


_KINDS = "actor|place|event|agreement|situation|claim|source|name"
