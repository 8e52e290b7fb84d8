"""PostgreSQL beside memory: pgvector and full-text search, on the same passages and questions.

    python eval/benchmarks/postgres.py ENTRIES

The server is that of pgserver, which the tests use, with its default settings, in a folder that is
removed again: one client, a socket, everything cached. Prints lines of JSON as figures come in.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from growth import NEAREST, Sample, recall, search_in_memory, served, synthetic, timed
from measuring import spread

from faqbot.retrieval.lexicon import Lexicon

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for a runtime folder, which it does not need
    import pgserver

EF_SEARCH = (40, 100, 200)
"""How far pgvector's graph is searched; 40 is its default."""
VECTOR_SEARCH = f"""SELECT id, -(embedding <#> %(asked)s::vector) FROM passages
ORDER BY embedding <#> %(asked)s::vector LIMIT {NEAREST}"""
TEXT_SEARCH = f"""SELECT id FROM passages CROSS JOIN
(SELECT replace(plainto_tsquery('french', %(asked)s)::text, '&', '|')::tsquery AS words) AS question
WHERE found @@ words ORDER BY ts_rank(found, words) DESC LIMIT {NEAREST}"""
"""Any word of the question may do, as in memory."""


def figures(sample: Sample, connection: psycopg.Connection[Any]) -> Iterator[dict[str, Any]]:
    """Measure both searches, in memory and in the database."""
    size = {"passages": len(sample.index.vectors)}
    yield {"search": "vectors, in memory", **size, **search_in_memory(sample)}
    lexicon = Lexicon(sample.corpus)
    took, _ = timed(lambda it: lexicon.search([it]), sample.questions)
    yield {"search": "words, in memory", **size, **spread(took)}

    execute = connection.execute
    execute("CREATE EXTENSION vector")
    execute("SET maintenance_work_mem = '2GB'")
    embedded = f"embedding vector({sample.embedded.vectors.shape[1]})"
    found_by = "found tsvector GENERATED ALWAYS AS (to_tsvector('french', text)) STORED"
    execute(f"CREATE TABLE passages (id int, {embedded}, text text, {found_by})")
    with connection.cursor().copy("COPY passages (id, embedding, text) FROM STDIN") as copy:
        texts = [it.text for it in sample.index.passages.values()]
        rows = zip(sample.index.vectors.matrix(), texts, strict=True)
        for place, (vector, text) in enumerate(rows):
            copy.write_row((place, str(vector.tolist()), text))
    made = _indexed(connection, "nearest", "hnsw (embedding vector_ip_ops)")
    literals = [str(vector.tolist()) for vector in sample.embedded.vectors]
    for width in EF_SEARCH:
        execute(f"SET hnsw.ef_search = {width}")
        took, found = timed(lambda it: execute(VECTOR_SEARCH, {"asked": it}).fetchall(), literals)
        hits = recall(sample, [[score for _, score in rows] for rows in found])
        name = f"vectors, pgvector, HNSW, ef_search {width}"
        yield {"search": name, **size, **spread(took), **hits, **made}
    made = _indexed(connection, "words", "gin (found)")
    took, _ = timed(lambda it: execute(TEXT_SEARCH, {"asked": it}).fetchall(), sample.questions)
    yield {"search": "words, full-text search, GIN", **size, **spread(took), **made}


def _indexed(connection: psycopg.Connection[Any], name: str, what: str) -> dict[str, float]:
    started = time.perf_counter()
    connection.execute(f"CREATE INDEX {name} ON passages USING {what}")
    made_s = time.perf_counter() - started
    ((size,),) = connection.execute("SELECT pg_relation_size(%s)", [name]).fetchall()
    return {"index_made_s": made_s, "index_mb": size / 1e6}


def main() -> None:
    """Print what one size takes."""
    sample = synthetic(served(), int(sys.argv[1]))
    with tempfile.TemporaryDirectory(prefix="faqbot-pg-") as folder:
        server = pgserver.get_server(Path(folder) / "data")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for line in figures(sample, connection):
                    print(json.dumps(line), flush=True)
        finally:
            server.cleanup()


if __name__ == "__main__":
    main()
