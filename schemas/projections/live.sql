-- live.sqlite, version 6. Written by Baton; read it with any SQLite.
-- Times are microseconds since 1970-01-01T00:00:00Z unless a view says otherwise.

-- How far the log has been folded into this file: one row.
CREATE TABLE checkpoint(
  one INTEGER NOT NULL PRIMARY KEY CHECK(one = 1),
  version INTEGER NOT NULL,  -- of the fold; another one means: rebuild
  log TEXT NOT NULL,         -- the log that was folded, by its UUID
  seq INTEGER NOT NULL,      -- the last event folded
  at INTEGER NOT NULL        -- its time
);

-- The numbers that are given next: one row.
CREATE TABLE counter(
  one INTEGER NOT NULL PRIMARY KEY CHECK(one = 1),
  next_connection INTEGER NOT NULL,
  next_credential INTEGER NOT NULL,
  next_source INTEGER NOT NULL,
  next_channel INTEGER NOT NULL,
  next_client INTEGER NOT NULL,
  next_account INTEGER NOT NULL,
  epoch INTEGER NOT NULL,      -- starts of the log
  client_week TEXT NOT NULL    -- the newest ISO week a client was seen in
);
CREATE TABLE supplier(
  supplier TEXT NOT NULL PRIMARY KEY,
  max_connections INTEGER NOT NULL,   -- connections it allows at once
  private_network INTEGER NOT NULL    -- 1: its addresses may be private or loopback
) WITHOUT ROWID;
CREATE TABLE channel(
  channel INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  category TEXT,
  keep TEXT NOT NULL,                 -- always, on-demand
  "return" TEXT,                      -- better, sticky; better when missing
  number INTEGER,                     -- place in viewers' lists; the channel's own number when missing
  logo TEXT,                          -- address of its logo; sealed
  added_at INTEGER NOT NULL,
  epg TEXT,                           -- id in programme guides; empty: none
  keep_days INTEGER,                  -- days that its stream is kept for catch-up
  keep_bytes INTEGER                  -- bytes that may be kept; not bounded when missing
);
CREATE TABLE source(
  source INTEGER NOT NULL PRIMARY KEY,
  channel INTEGER NOT NULL,
  supplier TEXT NOT NULL,
  position INTEGER NOT NULL,          -- place in the order of the channel's sources, from 0
  url TEXT NOT NULL                   -- sealed
);
CREATE INDEX source_channel ON source(channel, position);
CREATE TABLE plan(
  plan TEXT NOT NULL PRIMARY KEY,
  max_connections INTEGER NOT NULL,   -- connections a credential may hold at once
  price_month INTEGER NOT NULL,       -- in 1/100 of the currency
  terms TEXT                          -- JSON: tier, outputs, channels, categories, onLimit, locks; what is said
) WITHOUT ROWID;
CREATE TABLE customer(
  customer TEXT NOT NULL PRIMARY KEY,
  plan TEXT,
  name TEXT,                          -- sealed
  timezone TEXT,
  language TEXT,
  notes TEXT,                         -- sealed
  state TEXT NOT NULL,                -- active, suspended
  why TEXT,                           -- why it is suspended
  added_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE credential(
  credential INTEGER NOT NULL PRIMARY KEY,
  customer TEXT NOT NULL,
  login TEXT NOT NULL,                -- keyed hash of the username
  username TEXT NOT NULL,             -- sealed
  password TEXT NOT NULL,             -- hash: h1 keyed, a1 Argon2id under a key
  max_connections INTEGER,            -- overrides the plan's
  terms TEXT,                         -- JSON: what it has in place of its plan's terms
  expires INTEGER,
  trial INTEGER NOT NULL,             -- 1: until it is converted
  state TEXT NOT NULL,                -- active, suspended, expired
  why TEXT,                           -- why it is suspended
  issued_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL         -- when it was first sold
);
CREATE INDEX credential_login ON credential(login);
CREATE INDEX credential_customer ON credential(customer);
-- Slots in use: admission counts the rows of a credential.
CREATE TABLE live_connection(
  credential INTEGER NOT NULL,
  connection INTEGER NOT NULL,
  customer TEXT NOT NULL,
  channel INTEGER NOT NULL,
  client INTEGER NOT NULL,       -- the device, by its number of the week
  output TEXT NOT NULL,          -- hls, ts
  node TEXT NOT NULL,            -- the node that serves it
  network TEXT NOT NULL,         -- keyed hash of the /24 or /56
  session TEXT NOT NULL,         -- keyed hash of the session token
  opened_at INTEGER NOT NULL,
  PRIMARY KEY(credential, connection)
) WITHOUT ROWID;
-- What session tokens stand for.
CREATE TABLE session(
  session TEXT NOT NULL PRIMARY KEY,  -- keyed hash of the token
  connection INTEGER NOT NULL,        -- the last that used it
  credential INTEGER NOT NULL,
  customer TEXT NOT NULL,
  channel INTEGER NOT NULL,
  client INTEGER NOT NULL,
  output TEXT NOT NULL,
  network TEXT NOT NULL,
  started_at INTEGER NOT NULL,        -- first admitted
  opened_at INTEGER NOT NULL          -- last admitted
) WITHOUT ROWID;
-- Devices seen in this ISO week and the one before.
CREATE TABLE client(
  client INTEGER NOT NULL PRIMARY KEY,
  customer TEXT NOT NULL,
  week TEXT NOT NULL,            -- ISO week, UTC
  device TEXT NOT NULL           -- keyed hash of customer, week, user agent or device id, and network
);
CREATE INDEX client_device ON client(device);
CREATE INDEX client_week ON client(week);
-- Who took whose slot in the last minute, and which devices are kept away for now.
CREATE TABLE slot_memory(
  credential INTEGER NOT NULL PRIMARY KEY,
  customer TEXT NOT NULL,
  evictions TEXT NOT NULL,       -- winner:loser:microseconds, devices by their numbers of the week
  blocks TEXT NOT NULL,          -- device:kind:microseconds until; 1: may push nobody out, 2: may not come
  until INTEGER NOT NULL         -- when all of it will be past
);
CREATE TABLE channel_state(
  channel INTEGER NOT NULL PRIMARY KEY,
  state TEXT NOT NULL,     -- live, down, slate, off
  source INTEGER,          -- the source it takes, or took last
  node TEXT NOT NULL,
  since INTEGER NOT NULL
);
CREATE TABLE source_state(
  source INTEGER NOT NULL PRIMARY KEY,
  channel INTEGER NOT NULL,
  supplier TEXT NOT NULL,
  state TEXT NOT NULL,     -- running, down, stopped
  node TEXT NOT NULL,
  since INTEGER NOT NULL,
  blips INTEGER NOT NULL,  -- interruptions since it was started
  cause TEXT,              -- what interrupted it last
  tracks TEXT              -- codecs found
);
-- Networks that credentials are locked to: the first so many they were used from.
CREATE TABLE bound_network(
  credential INTEGER NOT NULL,
  place INTEGER NOT NULL,        -- from 1, in the order in which they were learnt
  network4 TEXT,                 -- keyed hash of the /24
  network6 TEXT,                 -- keyed hash of the /56
  carrier TEXT,                  -- keyed hash of country and autonomous system
  bound_at INTEGER NOT NULL,
  PRIMARY KEY(credential, place)
) WITHOUT ROWID;
-- Bans that hold, or ended less than a day ago: the next one of the same address is longer.
CREATE TABLE ban(
  ban TEXT NOT NULL PRIMARY KEY,      -- keyed hash of the address or network
  address TEXT NOT NULL,              -- sealed
  reach TEXT NOT NULL,                -- logins, everything
  why TEXT NOT NULL,
  times INTEGER NOT NULL,             -- how often in a row
  until INTEGER,                      -- missing: until an operator lifts it
  banned_at INTEGER NOT NULL
) WITHOUT ROWID;
-- Lines that are known to be fine: reports list them and recommend nothing for them.
CREATE TABLE excuse(
  credential INTEGER NOT NULL PRIMARY KEY,
  customer TEXT NOT NULL,
  why TEXT NOT NULL,
  until INTEGER NOT NULL,        -- from then on it counts no more
  given_at INTEGER NOT NULL
);
-- Accounts at suppliers; a supplier without any is used as its sources' addresses say.
CREATE TABLE supplier_account(
  account INTEGER NOT NULL PRIMARY KEY,
  supplier TEXT NOT NULL,
  username TEXT NOT NULL,        -- sealed
  password TEXT NOT NULL,        -- sealed
  panel TEXT,                    -- address of its panel; sealed
  label TEXT,
  max_connections INTEGER,       -- what the operator says
  status TEXT,                   -- what the panel says, from here on; nothing before it was read
  panel_max INTEGER,             -- connections it allows
  active INTEGER,                -- connections it counted
  own INTEGER,                   -- connections that were ours then
  expires INTEGER,
  told_at INTEGER,               -- when it last said something new
  unread TEXT,                   -- why the panel can't be read
  warned_days INTEGER,           -- days before its end that were warned of; 0: the end
  warned_limit INTEGER,          -- the panel's limit that was warned of
  shared INTEGER NOT NULL,       -- 1: somebody else uses it
  aside_cause TEXT,              -- what it was set aside for
  aside_until INTEGER
);
CREATE INDEX supplier_account_supplier ON supplier_account(supplier);
