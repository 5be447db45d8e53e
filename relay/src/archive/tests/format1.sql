-- Every post that is shown or known. `id` is the public id, so the order of rows is the order of time.
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY,
    uri TEXT NOT NULL UNIQUE,
    listed INTEGER NOT NULL,
    local INTEGER NOT NULL,
    media INTEGER NOT NULL,
    reply_to_other INTEGER NOT NULL,
    parent_uri TEXT,
    json BLOB NOT NULL,
    state BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS posts_by_parent ON posts (parent_uri, id) WHERE parent_uri IS NOT NULL;
CREATE TABLE IF NOT EXISTS tags (
    tag TEXT NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (tag, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tags_by_post ON tags (id);
-- What a source calls a post.
CREATE TABLE IF NOT EXISTS local_ids (
    source TEXT NOT NULL,
    local_id TEXT NOT NULL,
    uri TEXT NOT NULL,
    PRIMARY KEY (source, local_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS local_ids_by_uri ON local_ids (uri);
-- Ids that a source deleted, known or not: a deletion may overtake its post.
CREATE TABLE IF NOT EXISTS gone (
    number INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    local_id TEXT NOT NULL,
    UNIQUE (source, local_id)
) STRICT;
-- Posts that their own server deleted: they never come back.
CREATE TABLE IF NOT EXISTS tombstones (
    number INTEGER PRIMARY KEY,
    uri TEXT NOT NULL UNIQUE
) STRICT;
-- Ids that were served once and belong to a post that has another now.
CREATE TABLE IF NOT EXISTS aliases (
    id INTEGER PRIMARY KEY,
    uri TEXT NOT NULL
) STRICT;
-- Answers whose parent is not known yet.
CREATE TABLE IF NOT EXISTS orphans (
    source TEXT NOT NULL,
    local_id TEXT NOT NULL,
    uri TEXT NOT NULL,
    PRIMARY KEY (source, local_id, uri)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS orphans_by_uri ON orphans (uri);
-- Which posts quote which: what becomes of the quoted one changes them.
CREATE TABLE IF NOT EXISTS quotes (
    quoted_uri TEXT NOT NULL,
    uri TEXT NOT NULL,
    PRIMARY KEY (quoted_uri, uri)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS quotes_by_uri ON quotes (uri);

