-- oldest_reader: 1
-- Migration 4: what PostgreSQL plans with. It counts its tables in the background (autovacuum); this is a first count, so
-- that nothing is planned as if they were empty. Nobody waits for it.

ANALYZE;
