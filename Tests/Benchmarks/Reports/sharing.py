"""The question of the sharing report, asked of DuckDB: sharing.py history.sqlite

Writes the week's connections into a Parquet file, asks three times, and prints the seconds of the fastest answer.
"""

import os
import sqlite3
import sys
import tempfile
import time

import duckdb

QUESTION = """
WITH view AS (
  SELECT credential, client, network, channel, opened_at AS start, closed_at AS stop FROM read_parquet(?)
),
-- Minutes that two networks watch at once.
together AS (
  SELECT a.credential, sum(least(a.stop, b.stop) - greatest(a.start, b.start)) / 60e6 AS minutes,
    count(DISTINCT greatest(a.start, b.start) // 86400000000) AS days
  FROM view a JOIN view b ON a.credential = b.credential AND a.network < b.network
    AND a.start < b.stop AND b.start < a.stop
  GROUP BY a.credential
),
-- Changes between networks.
turns AS (
  SELECT credential, sum(CASE WHEN network <> before AND start - ended <= 7200000000 THEN 1.0
    WHEN network <> before THEN 0.3 ELSE 0 END) AS changes
  FROM (
    SELECT credential, network, start, lag(network) OVER line AS before, lag(stop) OVER line AS ended
    FROM view WINDOW line AS (PARTITION BY credential ORDER BY start)
  ) GROUP BY credential
),
homes AS (
  SELECT credential, count(*) AS homes FROM (
    SELECT credential, network FROM view GROUP BY credential, network
    HAVING count(DISTINCT start // 86400000000) >= 2 AND sum(stop - start) >= 3600000000
  ) GROUP BY credential
),
usage AS (
  SELECT credential, count(DISTINCT client) AS devices, count(DISTINCT network) AS networks FROM view GROUP BY credential
)
SELECT credential, homes, devices, networks, minutes, days, changes,
  100 / (1 + exp(4.4 - 0.3 * least(3, log2(1 + coalesce(minutes, 0) / 20)) - 0.2 * least(4, coalesce(days, 0))
    - 0.6 * least(3.5, log2(1 + coalesce(changes, 0))) - 0.8 * greatest(0, least(3, (devices - 7) / 2)))) AS score
FROM usage LEFT JOIN homes USING (credential) LEFT JOIN together USING (credential) LEFT JOIN turns USING (credential)
ORDER BY score DESC, credential
"""


def main(history):
    rows = sqlite3.connect(f"file:{history}?mode=ro", uri=True).execute(
        "SELECT credential, client, network, channel, opened_at, closed_at FROM connection WHERE closed_at IS NOT NULL"
    )
    with tempfile.TemporaryDirectory() as folder:
        listed, path = os.path.join(folder, "week.csv"), os.path.join(folder, "week.parquet")
        with open(listed, "w", encoding="utf-8") as file:
            file.write("credential,client,network,channel,opened_at,closed_at\n")
            for row in rows:
                file.write(",".join(map(str, row)) + "\n")
        database = duckdb.connect()
        database.execute(f"COPY (FROM read_csv('{listed}')) TO '{path}' (FORMAT parquet)")
        best = None
        for _ in range(3):
            began = time.monotonic()
            found = database.execute(QUESTION, [path]).fetchall()
            took = time.monotonic() - began
            best = took if best is None else min(best, took)
        print(f"{len(found)} credentials in {best:.3f}")


main(sys.argv[1])
