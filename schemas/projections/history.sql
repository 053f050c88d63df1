-- history.sqlite, version 5. Written by Baton; read it with any SQLite.
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
  client INTEGER NOT NULL,       -- in client
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
-- Devices by their number of the ISO week, for as long as the key is there that opens what they said of themselves:
-- rows go when their week ages, and when their customer is erased.
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
  client INTEGER NOT NULL,           -- in client
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
-- Reports that were sent by schedule, and tries that failed.
CREATE TABLE report_delivery(
  seq INTEGER NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  delivery TEXT NOT NULL,            -- its name in the configuration
  report TEXT NOT NULL,
  span TEXT NOT NULL,                -- the week
  attempt INTEGER NOT NULL,          -- 1 for the first
  why TEXT                           -- why it failed; empty when it was sent
);
CREATE INDEX report_delivery_span ON report_delivery(span, delivery);
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
  detail TEXT,                       -- a channel's name, why a line was suspended or excused, `trial` of a trial
  number INTEGER                     -- connections that a plan or a line allows
);
CREATE INDEX change_record_customer ON change_record(customer) WHERE customer IS NOT NULL;
CREATE INDEX change_record_credential ON change_record(credential) WHERE credential IS NOT NULL;
-- Weeks whose reports are kept: what reports say is made by a program, so finished weeks are put here by the running
-- service, or by `baton report keep`. The only tables that are not folded from the log; a rebuild leaves them empty.
CREATE TABLE kept_week(
  report TEXT NOT NULL,        -- sharing, refund-risk, stability
  week TEXT NOT NULL,          -- ISO week in the operator's time zone, such as 2026-W45
  version INTEGER NOT NULL,    -- of the report's definitions
  from_at INTEGER NOT NULL,    -- when the week began
  to_at INTEGER NOT NULL,      -- when it ended
  covers_until INTEGER NOT NULL, -- up to where events count
  is_final INTEGER NOT NULL,   -- 1: six hours after the week's end or later
  timezone TEXT NOT NULL,      -- IANA name
  PRIMARY KEY(report, week)
) WITHOUT ROWID;
CREATE TABLE kept_sharing(
  week TEXT NOT NULL,
  credential INTEGER NOT NULL,
  customer INTEGER NOT NULL,
  score REAL,
  band TEXT,
  type TEXT,
  households INTEGER,
  lost_connections INTEGER,
  at_stake_month_low REAL,
  at_stake_month_high REAL,
  max_connections INTEGER,
  overlap_min REAL,
  overlap_days INTEGER,
  reject_episodes_cross INTEGER,
  alternations INTEGER,
  homes INTEGER,
  devices INTEGER,
  countries INTEGER,
  bridges INTEGER,
  weeks_seen INTEGER,
  trend REAL,
  action TEXT,
  reasons TEXT,
  PRIMARY KEY(week, credential)
) WITHOUT ROWID;
-- One row a credential and week: `baton report sharing`, as it was when the week was final.
--   week: ISO week in the operator's time zone
--   credential: its number
--   customer: the customer's id, or erased-<number>
--   score: 0 to 100: how likely several households use it
--   band: very likely, likely, unclear, no sign; or known, fine
--   type: two_homes, same_city, takes_turns, resale, leaked, event_guest, unclear; NULL without a sign
--   households: an estimate
--   lost_connections: households beyond the first
--   at_stake_month_low: money a month that might be earned, at least; NULL without a sign
--   at_stake_month_high: the same, at most
--   max_connections: what the credential allows at once
--   overlap_min: minutes in which two homes watched at once
--   overlap_days: days on which they did
--   reject_episodes_cross: refusals while another place held the slot
--   alternations: times homes took turns
--   homes: places that look like homes
--   devices: devices seen
--   countries: countries seen
--   bridges: devices seen in two homes
--   weeks_seen: of the last four, this one included
--   trend: score less the week before's; NULL where that was not seen
--   action: what might be done; nothing is done by itself
--   reasons: JSON array of {text, points, seq}, the largest first; NULL where the band is `no sign`
CREATE VIEW sharing_week AS
SELECT kept.week, kept.credential, customer_name.name AS customer, kept.score, kept.band, kept.type, kept.households, kept.lost_connections, kept.at_stake_month_low, kept.at_stake_month_high, kept.max_connections, kept.overlap_min, kept.overlap_days, kept.reject_episodes_cross, kept.alternations, kept.homes, kept.devices, kept.countries, kept.bridges, kept.weeks_seen, kept.trend, kept.action, kept.reasons
FROM kept_sharing AS kept JOIN customer_name ON customer_name.number = kept.customer;
CREATE TABLE kept_refund_risk(
  week TEXT NOT NULL,
  customer INTEGER NOT NULL,
  score REAL,
  band TEXT,
  watch_h REAL,
  frozen_s REAL,
  hidden_s REAL,
  interruptions INTEGER,
  interruptions_per_h REAL,
  freeze_ratio REAL,
  worst_freeze_s REAL,
  worst_freeze_at INTEGER,
  worst_freeze_seq INTEGER,
  failed_starts INTEGER,
  lockouts REAL,
  left_after_freeze INTEGER,
  rejoins INTEGER,
  event_frozen_s REAL,
  prime_frozen_s REAL,
  pain REAL,
  burden REAL,
  trend_pct REAL,
  peers_pct REAL,
  tenure_days INTEGER,
  trial INTEGER,
  price_month REAL,
  main_cause TEXT,
  action TEXT,
  reasons TEXT,
  PRIMARY KEY(week, customer)
) WITHOUT ROWID;
-- One row a customer and week: `baton report refund-risk`, as it was when the week was final.
--   week: ISO week in the operator's time zone
--   customer: the customer's id, or erased-<number>
--   score: the chance of a refund, in percent
--   band: act now, look, fine
--   watch_h: hours watched
--   frozen_s: seconds of a frozen picture while watching
--   hidden_s: seconds filled so that nobody saw it
--   interruptions: frozen pictures of a second and more
--   interruptions_per_h: of them, for each hour watched
--   freeze_ratio: frozen time / time watched
--   worst_freeze_s: the longest, in seconds
--   worst_freeze_at, worst_freeze_seq: microseconds since 1970, and the event
--   failed_starts: starts on a channel that had nothing to show
--   lockouts: refusals at the limit: 1 for a wrong one, 0.3 for others
--   left_after_freeze: closings within 60 s of a freeze
--   rejoins: openings within 20 s of a timeout
--   event_frozen_s: frozen during a match
--   prime_frozen_s: frozen in prime time
--   pain: what the week was like, weighed
--   burden: pain, and half of the week before's burden
--   trend_pct: pain against the middle one of four weeks before, in percent; NULL for new
--   peers_pct: customers who watch about as much and suffered less, in percent
--   tenure_days: days since the customer was added
--   trial: 1: on trial
--   price_month: of the plan
--   main_cause: supplier, us, line, limit, unknown
--   action: what might be done; nothing is done by itself
--   reasons: JSON array of {text, points, seq}, the largest first; NULL where the band is `fine`
CREATE VIEW refund_risk_week AS
SELECT kept.week, customer_name.name AS customer, kept.score, kept.band, kept.watch_h, kept.frozen_s, kept.hidden_s, kept.interruptions, kept.interruptions_per_h, kept.freeze_ratio, kept.worst_freeze_s, kept.worst_freeze_at, kept.worst_freeze_seq, kept.failed_starts, kept.lockouts, kept.left_after_freeze, kept.rejoins, kept.event_frozen_s, kept.prime_frozen_s, kept.pain, kept.burden, kept.trend_pct, kept.peers_pct, kept.tenure_days, kept.trial, kept.price_month, kept.main_cause, kept.action, kept.reasons
FROM kept_refund_risk AS kept JOIN customer_name ON customer_name.number = kept.customer;
CREATE TABLE kept_stability(
  week TEXT NOT NULL,
  scope TEXT NOT NULL,
  id TEXT NOT NULL,
  supplier TEXT,
  streams INTEGER,
  in_use_h REAL,
  blips INTEGER,
  blips_per_h REAL,
  mtbf_s REAL,
  mttr_s REAL,
  down_p50_s REAL,
  down_p95_s REAL,
  source_down_s REAL,
  stream_down_s REAL,
  patched_s REAL,
  visible_s REAL,
  availability_source REAL,
  availability_seen REAL,
  failovers INTEGER,
  viewer_h REAL,
  viewer_min_affected REAL,
  viewer_min_saved REAL,
  saved_share REAL,
  affected_per_1000h REAL,
  incidents INTEGER,
  worst_at INTEGER,
  worst_seq INTEGER,
  trend_pct REAL,
  stream TEXT,
  viewer_s_visible REAL,
  viewer_s_saved REAL,
  failover_gap_p50_s REAL,
  failover_gap_p95_s REAL,
  failover_helped_s REAL,
  blips_per_h_prime REAL,
  blips_per_h_other REAL,
  PRIMARY KEY(week, scope, id)
) WITHOUT ROWID;
-- One row a week, supplier and channel: `baton report stability`, as it was when the week was final.
--   week: ISO week in the operator's time zone
--   scope: week (all together), supplier, stream
--   id: all, the supplier, the channel's name
--   supplier: the supplier; a channel's first one
--   streams: channels
--   in_use_h: hours in use
--   blips: failures of sources that began in the week
--   blips_per_h: of them, for each hour in use
--   mtbf_s: seconds well for each failure; NULL without one
--   mttr_s: seconds down for each failure; NULL without one
--   down_p50_s: half of the failures were not longer
--   down_p95_s: 19 of 20 were not longer
--   source_down_s: seconds in which sources were down
--   stream_down_s: of them, in which the channel hung on that source
--   patched_s: filled so that nobody saw it
--   visible_s: to be seen
--   availability_source: share of time in use in which sources were well
--   availability_seen: share of time in use without a gap to be seen
--   failovers: changes to another source
--   viewer_h: hours watched
--   viewer_min_affected: minutes of viewers with a gap to be seen
--   viewer_min_saved: minutes of viewers in which a gap was hidden
--   saved_share: saved / (saved + affected)
--   affected_per_1000h: viewer minutes affected in 1000 hours watched
--   incidents: failures of three channels of a supplier within 10 s; NULL for channels
--   worst_at, worst_seq: microseconds since 1970, and the event
--   trend_pct: harm against the middle one of four weeks before, in percent
--   stream: the channel's name; empty for others
--   viewer_s_visible: viewer_min_affected in seconds
--   viewer_s_saved: viewer_min_saved in seconds
--   failover_gap_p50_s: half of the changes did not take longer
--   failover_gap_p95_s: 19 of 20 did not take longer
--   failover_helped_s: source_down_s less stream_down_s
--   blips_per_h_prime: failures for each hour in prime time
--   blips_per_h_other: and in the other hours
CREATE VIEW stability_week AS
SELECT kept.week, kept.scope, kept.id, kept.supplier, kept.streams, kept.in_use_h, kept.blips, kept.blips_per_h, kept.mtbf_s, kept.mttr_s, kept.down_p50_s, kept.down_p95_s, kept.source_down_s, kept.stream_down_s, kept.patched_s, kept.visible_s, kept.availability_source, kept.availability_seen, kept.failovers, kept.viewer_h, kept.viewer_min_affected, kept.viewer_min_saved, kept.saved_share, kept.affected_per_1000h, kept.incidents, kept.worst_at, kept.worst_seq, kept.trend_pct, kept.stream, kept.viewer_s_visible, kept.viewer_s_saved, kept.failover_gap_p50_s, kept.failover_gap_p95_s, kept.failover_helped_s, kept.blips_per_h_prime, kept.blips_per_h_other
FROM kept_stability AS kept;
