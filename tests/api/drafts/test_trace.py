"""`GET /threads/{id}/runs/{run}/trace` tells what a run did."""

from __future__ import annotations

from drafting import House


def test_it_tells_what_a_run_did_in_one_graph(house: House) -> None:
    draft = house.draft("traced")
    draft.ask()
    [run] = house.http.get("/threads/traced/runs").json()
    told = house.http.get(f"/threads/traced/runs/{run['run_id']}/trace").json()

    kinds = [span["kind"] for span in told["spans"]]
    assert (told["thread_id"], told["run_id"], told["status"]) == ("traced", run["run_id"], "interrupted")
    assert (kinds[0], kinds[-1], kinds.count("model")) == ("run", "card", told["totals"]["model_calls"])
    assert all(parent < span["seq"] for span in told["spans"] for parent in span["parents"])
    assert house.http.get("/threads/traced/runs/run-nowhere/trace").status_code == 404


def test_the_schema_says_what_each_kind_of_span_shows(house: House) -> None:
    schemas = house.http.get("/openapi.json").json()["components"]["schemas"]
    about = schemas["Span"]["properties"]["about"]
    shapes = about["discriminator"]["mapping"]

    assert shapes.keys() == set(schemas["SpanKind"]["enum"])
    for kind, reference in shapes.items():
        fields = schemas[reference.rpartition("/")[2]]["properties"]
        assert fields["kind"]["const"] == kind
        untyped = [name for name, field in fields.items() if not field.keys() & {"type", "$ref", "anyOf", "const"}]
        assert untyped == []
