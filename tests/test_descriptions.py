"""What machines read of the data set, of the real release: valid, complete, and true of the files."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pyshacl
import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator
from rdflib import DCAT, DCTERMS, RDF, SH, VOID, Graph, URIRef

from kg.namespaces import SD, SPDX
from kg.release import Release
from kg.store import MemoryStore
from server import Settings, create_app
from server.openapi import path_of
from server.site import current_site
from server.sitemap import index, part

SHAPES = Path(__file__).parent / "data" / "descriptions"
ROOT = Path(__file__).parent.parent
DATASET = URIRef("https://w3id.org/kcg/dataset")


@pytest.fixture(scope="module")
def app(release: Release) -> Flask:
    store = MemoryStore.load(release.nquads, prefixes=release.manifest.prefixes)
    return create_app(Settings(release=release.path), store)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def graph(client: FlaskClient, path: str) -> Graph:
    return Graph().parse(data=client.get(path, headers={"Accept": "text/turtle"}).data, format="turtle")


def conforms(data: Graph, shapes: str) -> tuple[bool, str]:
    found, _, text = pyshacl.validate(data, shacl_graph=Graph().parse(SHAPES / f"{shapes}.ttl"))
    return bool(found), text


def test_the_description_conforms_and_tells_the_truth_of_the_files(
    client: FlaskClient, release: Release
) -> None:
    described = graph(client, "/.well-known/void")
    assert conforms(described, "dcat") == (True, "Validation Report\nConforms: True\n")
    files = set(described.subjects(RDF.type, DCAT.Distribution))
    on_disk = [path for path in release.dumps.rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
    assert len(files) == len(on_disk) > 50
    for path in on_disk:
        name = path.relative_to(release.dumps).as_posix()
        node = described.value(None, DCAT.downloadURL, URIRef(f"http://localhost/dumps/{name}"))
        assert int(str(described.value(node, DCAT.byteSize))) == path.stat().st_size
        checksum = described.value(described.value(node, SPDX.checksum), SPDX.checksumValue)
        assert str(checksum) == sha256(path.read_bytes()).hexdigest()
    assert (None, RDF.type, SD.Service) in described
    assert described.value(DATASET, VOID.sparqlEndpoint) == URIRef("http://localhost/sparql")


def test_a_wrong_description_does_not_conform(client: FlaskClient) -> None:
    described = Graph()
    for triple in graph(client, "/.well-known/void"):
        if triple[1] not in VOID:
            described.add(triple)
    assert conforms(described, "dcat")[0]
    for predicate in (DCAT.byteSize, SPDX.checksum, DCTERMS.publisher):
        broken = Graph()
        for triple in described:
            if triple[1] != predicate:
                broken.add(triple)
        assert not conforms(broken, "dcat")[0]


def test_files_stand_where_they_belong(client: FlaskClient, release: Release) -> None:
    whole = graph(client, "/data/dataset.ttl")
    of_release = graph(client, f"/data/dataset/{release.manifest.version}.ttl")
    of_graph = graph(client, "/data/graph/source/dw-2016.ttl")
    urls = {str(each) for each in whole.objects(None, DCAT.downloadURL)}
    assert urls == {str(each) for each in of_release.objects(None, DCAT.downloadURL)}
    assert not [each for each in urls if "/graph/" in each]
    assert all("/dumps/graph/source/dw-2016." in str(url) for url in of_graph.objects(None, DCAT.downloadURL))
    assert (None, DCAT.downloadURL, URIRef("http://localhost/dumps/graph/source/dw-2016.ttl.gz")) in of_graph


def test_examples_and_prefixes(client: FlaskClient) -> None:
    found = graph(client, "/.well-known/sparql-examples")
    assert conforms(found, "examples")[0]
    assert len(set(found.subjects(RDF.type, SH.SPARQLExecutable))) > 40
    found.add((URIRef("urn:empty"), RDF.type, SH.SPARQLExecutable))
    assert not conforms(found, "examples")[0]
    page = client.get("/.well-known/sparql-examples", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["Location"]) == (303, "/sparql")


def test_robots_and_the_map_of_the_site(client: FlaskClient, release: Release) -> None:
    robots = client.get("/robots.txt").text
    (address,) = re.findall(r"^Sitemap: (\S+)$", robots, re.MULTILINE)
    document = fromstring(client.get(address).data)  # noqa: S314  # our own
    pages = [loc.text or "" for loc in document.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(pages) == len(set(pages)) > release.manifest.counts["entities"]
    for page in (*pages[:3], *pages[:: len(pages) // 12]):
        assert client.get(page, headers={"Accept": "text/html"}).status_code == 200, page


def test_a_large_map_is_a_list_of_maps(app: Flask) -> None:
    with app.test_request_context("/"):
        listed = fromstring(index(current_site(), 500))  # noqa: S314
        assert listed.tag.endswith("sitemapindex")
        sizes = [len(fromstring(part(current_site(), number + 1, 500))) for number in range(len(listed))]  # noqa: S314
        assert sizes[0] == 500
        assert sum(sizes) == len(fromstring(index(current_site())))  # noqa: S314


def test_llms_txt_leads_to_what_there_is(client: FlaskClient) -> None:
    text = client.get("/llms.txt").text
    assert text.startswith("# Karabakh Conflict Graph\n\n> ")
    links = re.findall(r"\]\((http://localhost/[^)]*)\)", text)
    assert len(links) > 12
    for link in links:
        assert client.get(link).status_code in {200, 303}, link


def test_citation_is_that_of_the_release_and_stands_in_the_repository(
    client: FlaskClient, release: Release
) -> None:
    served = yaml.safe_load(client.get("/CITATION.cff").data)
    assert served == yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert served["version"] == release.manifest.version
    assert served["license"] == "CC-BY-4.0"
    assert served["authors"] == [{"name": "Editors of the graph"}]
    assert {"cff-version", "message", "title", "type", "date-released"} <= set(served)


def test_openapi_is_valid_and_has_every_route(app: Flask, client: FlaskClient) -> None:
    document = json.loads(client.get("/openapi.json").data)
    OpenAPIV31SpecValidator(document).validate()
    for rule in app.url_map.iter_rules():
        operations = document["paths"][path_of(rule)]
        assert {each.lower() for each in (rule.methods or set()) & {"GET", "POST"}} == set(operations)
    assert document["servers"] == [{"url": "http://localhost"}]


SAMPLES = {
    "/data/{path}": "/data/event/nagorno-karabakh-war-2020",
    "/page/{path}": "/page/event/nagorno-karabakh-war-2020",
    "/sparql": "/sparql?query=ASK{}",
    "/cite": "/cite?query=ASK{}",
    "/graph-store": "/graph-store?graph=https://w3id.org/kcg/graph/queries",
    "/sitemap-{number}.xml": "/sitemap-1.xml",
}


def test_what_openapi_says_is_given(client: FlaskClient) -> None:
    document = json.loads(client.get("/openapi.json").data)
    for path, operations in document["paths"].items():
        if path in SAMPLES or ("{" not in path and path not in {"/sparql/"}):
            said = operations["get"]["responses"] if "get" in operations else {"303": "not by GET"}
            if "303" not in said:
                response = client.get(SAMPLES.get(path, path))
                # 404: nothing of this sort in these data; 400: not without parameters.
                assert response.status_code in {200, 400, 404}, path
                if response.status_code == 200:
                    assert response.mimetype in said["200"]["content"], path


def test_structured_data_in_pages(client: FlaskClient) -> None:
    def block(path: str) -> dict[str, object]:
        text = client.get(path, headers={"Accept": "text/html"}).text
        (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
        assert "<" not in found
        loaded = json.loads(found)
        assert isinstance(loaded, dict)
        return loaded

    dataset = block("/")
    assert (dataset["@type"], dataset["@id"]) == ("Dataset", str(DATASET))
    assert 50 < len(str(dataset["description"])) < 5000
    claim = block("/page/claim/dw-2016-010")
    assert claim["@type"] == "Claim"
    assert claim["claimInterpreter"][0]["@id"].endswith("/actor/deutsche-welle")  # type: ignore[index]
    state = block("/page/actor/azerbaijan")
    assert state["@type"] == "Thing"  # no word for it that takes no side
