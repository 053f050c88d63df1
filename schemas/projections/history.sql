-- history.sqlite, version 4. Written by Baton; read it with any SQLite.
-- Times are microseconds since 1970-01-01T00:00:00Z unless a view says otherwise.

-- How far the log has been folded into this file: one row.
CREATE TABLE checkpoint(
  one INTEGER NOT NULL PRIMARY KEY CHECK(one = 1),
  version INTEGER NOT NULL,  -- of the fold; another one means: rebuild
  log TEXT NOT NULL,         -- the log that was folded, by its UUID
  seq INTEGER NOT NULL,      -- the last event folded
  at INTEGER NOT NULL        -- its time
);

-- Customers by the numbers other tables use; an erased one keeps its number and loses its name.
CREATE TABLE customer_name(
  number INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,          -- the customer, or erased-<number>
  first_at INTEGER NOT NULL,   -- first seen in the log
  erased_at INTEGER
);
CREATE INDEX customer_name_name ON customer_name(name);
CREATE TABLE connection(
  connection INTEGER NOT NULL PRIMARY KEY,
  credential INTEGER NOT NULL,
  customer INTEGER NOT NULL,     -- number in customer_name
  channel INTEGER NOT NULL,
  client INTEGER NOT NULL,       -- in seen_client
  output TEXT NOT NULL,          -- hls, ts
  network TEXT NOT NULL,         -- keyed hash of the /24 or /56
  country TEXT,                  -- ISO 3166, where known
  asn INTEGER,                   -- autonomous system, where known
  device_class TEXT,
  node TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  opened_seq INTEGER NOT NULL,   -- the event that opened it
  closed_at INTEGER,             -- NULL while it lives
  closed_seq INTEGER,            -- the event that closed it
  reason TEXT,                   -- why it ended
  settled INTEGER NOT NULL,      -- 1: its end is told in full
  bytes INTEGER NOT NULL,        -- media written to the viewer
  watched_ms INTEGER NOT NULL,   -- from admission to end
  patched_ms INTEGER NOT NULL,   -- of it, filled by patches
  slate_ms INTEGER NOT NULL,     -- of it, a slate
  stalls INTEGER NOT NULL,       -- times it was skipped ahead or took nothing
  stalled_ms INTEGER NOT NULL    -- how long those were together
);
CREATE INDEX connection_customer ON connection(customer, opened_at);
CREATE INDEX connection_open ON connection(node) WHERE settled = 0;
-- Devices by their number of the ISO week; identity opens with the week's key while there is one.
CREATE TABLE seen_client(
  client INTEGER NOT NULL PRIMARY KEY,
  customer INTEGER NOT NULL,     -- number in customer_name
  week TEXT NOT NULL,            -- ISO week, UTC
  device TEXT NOT NULL,          -- keyed hash of customer, week, user agent or device id, and network
  identity TEXT NOT NULL,        -- address, user agent and device id; sealed
  first_at INTEGER NOT NULL
);
-- What a device was known by when it was first seen on a network in an ISO week: numbers, so that a week of them is
-- read in a fraction of a second. Keys are the first 64 bits of keyed hashes; NULL where not known.
CREATE TABLE client(
  client INTEGER NOT NULL PRIMARY KEY,
  customer INTEGER NOT NULL,     -- number in customer_name
  agent INTEGER,                 -- key of the user agent
  device_id INTEGER,             -- key of the id it tells
  network INTEGER,               -- key of the /24 or /56
  address INTEGER,               -- key of the address
  class TEXT,                    -- tv, port, unk
  family INTEGER,                -- 4, 6
  country TEXT,                  -- ISO 3166
  asn INTEGER                    -- autonomous system
);
-- One row a connection, for analysts.
--   connection, credential: numbers          customer: the customer's id, or erased-<number>
--   channel: number                          client: the device's number in its ISO week
--   output: hls or ts                        network: keyed hash, equal for equal networks
--   country, asn, device_class: where known  node: which service
--   opened_at, closed_at: microseconds since 1970, closed_at NULL while it lives
--   opened, closed: the same as text, UTC, to the millisecond
--   reason: why it ended                     bytes: media written
--   watched_ms, patched_ms, slate_ms: milliseconds, in all, of held pictures and of slates
--   stalls, stalled_ms: times the viewer was skipped ahead or took nothing, and how long
CREATE VIEW connection_history AS
SELECT connection, credential, customer_name.name AS customer, channel, client, output, network, country, asn,
  device_class, node, opened_at, closed_at,
  strftime('%Y-%m-%dT%H:%M:%fZ', opened_at / 1000000.0, 'unixepoch') AS opened,
  strftime('%Y-%m-%dT%H:%M:%fZ', closed_at / 1000000.0, 'unixepoch') AS closed,
  reason, bytes, watched_ms, patched_ms, slate_ms, stalls, stalled_ms
FROM connection JOIN customer_name ON customer_name.number = connection.customer;
-- The connections that ended in one ISO week (UTC), a row a credential: what reports read instead of `connection`.
-- packed holds, one connection after the other, variable-length numbers (LEB128): the event that opened it, events
-- from there to the one that closed it, connection, client, channel, ms from the week's Monday to its opening
-- (zigzag), ms watched, and a byte for its end: 0 left, 1 timeout, 2 restart, 3 evicted, 4 nothing to show.
CREATE TABLE connection_pack(
  id INTEGER NOT NULL PRIMARY KEY,  -- weeks since the Monday before 1970 << 40 | credential
  first_from INTEGER NOT NULL,      -- of its connections, the first opening, milliseconds since 1970
  last_to INTEGER NOT NULL,         -- the last end
  packed BLOB NOT NULL
);
CREATE TABLE pack_week(
  week INTEGER NOT NULL PRIMARY KEY,
  first_from INTEGER NOT NULL,      -- the first opening in any of its packs
  connections INTEGER NOT NULL,
  first_client INTEGER NOT NULL,    -- numbers of the devices that were first seen in it
  last_client INTEGER NOT NULL
);
-- One row a channel and hour in which something happened. Counts belong to the hour of their event; watched_ms and
-- down_ms are spread over the hours they were in.
CREATE TABLE channel_hour(
  channel INTEGER NOT NULL,
  hour INTEGER NOT NULL,               -- hours since 1970
  opens INTEGER NOT NULL,              -- viewers admitted
  closes INTEGER NOT NULL,             -- viewers gone
  rejects INTEGER NOT NULL,            -- viewers refused by a limit
  watched_ms INTEGER NOT NULL,         -- of connections that have ended
  patched_ms INTEGER NOT NULL,         -- of it, filled by patches
  watched_slate_ms INTEGER NOT NULL,   -- of it, a slate
  bytes INTEGER NOT NULL,              -- media written to viewers who have left
  stalls INTEGER NOT NULL,             -- times viewers were skipped ahead or took nothing
  stalled_ms INTEGER NOT NULL,         -- how long those were together
  blips INTEGER NOT NULL,              -- interruptions of the source
  blip_gap_ms INTEGER NOT NULL,        -- their length
  downs INTEGER NOT NULL,              -- times the source was given up for a while
  down_ms INTEGER NOT NULL,            -- time it was away
  switches INTEGER NOT NULL,           -- failovers
  switch_gap_ms INTEGER NOT NULL,      -- media missing at their joints
  patches INTEGER NOT NULL,            -- gaps filled
  hidden_ms INTEGER NOT NULL,          -- filled so that nobody saw it
  visible_ms INTEGER NOT NULL,         -- filled, but to be seen
  saved_viewer_ms INTEGER NOT NULL,    -- hidden_ms of each gap times its viewers
  affected_viewer_ms INTEGER NOT NULL, -- visible_ms and slate_ms of each gap times its viewers
  slates INTEGER NOT NULL,             -- times a slate stood in place of the picture
  slate_ms INTEGER NOT NULL,           -- how long
  overlaps INTEGER NOT NULL,           -- times repeated media were dropped
  overlap_ms INTEGER NOT NULL,         -- repeated media that was dropped
  PRIMARY KEY(channel, hour)
) WITHOUT ROWID;
-- One row a source and hour in which something happened. What the output did about it belongs to the source that left
-- the gap; a slate belongs to the channel alone.
CREATE TABLE source_hour(
  source INTEGER NOT NULL,
  hour INTEGER NOT NULL,                -- hours since 1970
  starts INTEGER NOT NULL,              -- times media began to arrive
  blips INTEGER NOT NULL,               -- interruptions
  blip_gap_ms INTEGER NOT NULL,         -- their length, without a byte of media
  downs INTEGER NOT NULL,               -- times it was given up for a while
  down_ms INTEGER NOT NULL,             -- time it was away, in the hours it was in
  patches INTEGER NOT NULL,             -- gaps it left on the output that were filled
  hidden_ms INTEGER NOT NULL,           -- filled so that nobody saw it
  visible_ms INTEGER NOT NULL,          -- filled, but to be seen
  saved_viewer_ms INTEGER NOT NULL,     -- hidden_ms of each gap times its viewers
  affected_viewer_ms INTEGER NOT NULL,  -- visible_ms of each gap times its viewers
  overlaps INTEGER NOT NULL,            -- times media that had been sent before were dropped
  overlap_ms INTEGER NOT NULL,          -- media dropped
  switches_from INTEGER NOT NULL,       -- failovers away from it
  switches_to INTEGER NOT NULL,         -- failovers to it
  PRIMARY KEY(source, hour)
) WITHOUT ROWID;
-- The same for all sources of a supplier together.
CREATE TABLE supplier_hour(
  supplier TEXT NOT NULL,
  hour INTEGER NOT NULL,                -- hours since 1970
  starts INTEGER NOT NULL,              -- times media began to arrive
  blips INTEGER NOT NULL,               -- interruptions
  blip_gap_ms INTEGER NOT NULL,         -- their length, without a byte of media
  downs INTEGER NOT NULL,               -- times it was given up for a while
  down_ms INTEGER NOT NULL,             -- time it was away, in the hours it was in
  patches INTEGER NOT NULL,             -- gaps it left on the output that were filled
  hidden_ms INTEGER NOT NULL,           -- filled so that nobody saw it
  visible_ms INTEGER NOT NULL,          -- filled, but to be seen
  saved_viewer_ms INTEGER NOT NULL,     -- hidden_ms of each gap times its viewers
  affected_viewer_ms INTEGER NOT NULL,  -- visible_ms of each gap times its viewers
  overlaps INTEGER NOT NULL,            -- times media that had been sent before were dropped
  overlap_ms INTEGER NOT NULL,          -- media dropped
  switches_from INTEGER NOT NULL,       -- failovers away from it
  switches_to INTEGER NOT NULL,         -- failovers to it
  PRIMARY KEY(supplier, hour)
) WITHOUT ROWID;
-- Which channel and supplier a source is of, also after it is gone.
CREATE TABLE source_name(
  source INTEGER NOT NULL PRIMARY KEY,
  channel INTEGER NOT NULL,
  supplier TEXT NOT NULL
);
-- What happened to sources and channels: one row an event of ingest and continuity.
CREATE TABLE incident(
  seq INTEGER NOT NULL PRIMARY KEY,  -- the event
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,                -- the event's type, such as ingest.blip
  channel INTEGER NOT NULL,
  source INTEGER,                    -- the source concerned; the one that was left
  supplier TEXT,
  to_source INTEGER,                 -- the source a failover went to
  cause TEXT,                        -- cause, reason or method
  length_ms INTEGER,                 -- gap, time down, media filled
  viewers INTEGER,                   -- at that moment
  visible INTEGER,                   -- 1: viewers could see it
  bytes INTEGER                      -- received before it, or made for it
);
CREATE INDEX incident_channel ON incident(channel, at);
CREATE INDEX incident_at ON incident(at);
-- Viewers refused by a rule; who held the slots is in rejection_holder.
CREATE TABLE rejection(
  seq INTEGER NOT NULL PRIMARY KEY,  -- the event
  at INTEGER NOT NULL,
  credential INTEGER NOT NULL,
  customer INTEGER NOT NULL,         -- number in customer_name
  channel INTEGER NOT NULL,
  client INTEGER NOT NULL,           -- in seen_client
  output TEXT NOT NULL,
  rule TEXT NOT NULL,                -- the rule that refused
  allowed INTEGER NOT NULL           -- the number it allows
);
CREATE INDEX rejection_credential ON rejection(credential, at);
CREATE INDEX rejection_at ON rejection(at);
CREATE TABLE rejection_holder(
  seq INTEGER NOT NULL,              -- the rejection
  connection INTEGER NOT NULL,       -- a connection that held a slot then
  PRIMARY KEY(seq, connection)
) WITHOUT ROWID;
CREATE TABLE refund(
  seq INTEGER NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  customer INTEGER NOT NULL,         -- number in customer_name
  amount INTEGER NOT NULL,           -- in 1/100 of the currency
  why TEXT NOT NULL,
  for_day INTEGER NOT NULL           -- the day it is for
);
-- Matches and the like that many will watch.
CREATE TABLE scheduled_event(
  seq INTEGER NOT NULL PRIMARY KEY,
  channel INTEGER NOT NULL,
  title TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL
);
CREATE INDEX scheduled_event_channel ON scheduled_event(channel, from_at);
-- Starts, stops and troubles of the service itself.
CREATE TABLE node_record(
  seq INTEGER NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  node TEXT NOT NULL,
  kind TEXT NOT NULL,                -- the event's type, such as node.started
  detail TEXT,                       -- version, or what happened
  number INTEGER,                    -- epoch, milliseconds of a clock step, or events lost
  timezone TEXT                      -- of a start: the operator's (IANA name)
);
-- What operators changed: one row an event of the catalogue, of customers and of their lines. No names of people.
CREATE TABLE change_record(
  seq INTEGER NOT NULL PRIMARY KEY,  -- the event
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,                -- the event's type, such as plan.changed
  customer INTEGER,                  -- number in customer_name
  credential INTEGER,
  plan TEXT,
  channel INTEGER,
  source INTEGER,
  supplier TEXT,
  detail TEXT,                       -- a channel's name, why a line was suspended
  number INTEGER                     -- connections that a plan or a line allows
);
CREATE INDEX change_record_customer ON change_record(customer) WHERE customer IS NOT NULL;
CREATE INDEX change_record_credential ON change_record(credential) WHERE credential IS NOT NULL;
