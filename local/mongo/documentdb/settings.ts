// How PostgreSQL has to be set for DocumentDB to behave as MongoDB does. Pure. Most lines decide between right and
// wrong results, not between fast and slow: each says what happens without it.
import { CURSOR_TIMEOUT_SECONDS } from '../gateway/cursors.ts';
import { MAX_POSTGRES_CONNECTIONS } from '../gateway/start-gateway.ts';

/** The text of a configuration file. @param socketFolder a short path: a socket's may have 107 bytes */
export const postgresSettings = (socketFolder: string): string => `
# Reached by this user's socket only.
listen_addresses = ''
unix_socket_directories = '${socketFolder}'
documentdb.localhost_connection_string = 'host=${socketFolder}'
max_connections = ${MAX_POSTGRES_CONNECTIONS + 4}

# Small and durable: what is acknowledged survives a crash. No replication.
shared_buffers = 128MB
jit = off
fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = minimal
max_wal_senders = 0
max_wal_size = 1GB
checkpoint_timeout = 15min
log_checkpoints = off
log_min_messages = fatal

# Indexes that can sort: without extended_rum every sort reads and sorts the whole collection.
shared_preload_libraries = 'pg_cron,pg_documentdb_core,pg_documentdb,pg_documentdb_extended_rum'
documentdb.alternate_index_handler_name = 'extended_rum'
# New tables have no statistics until they are analysed.
autovacuum_naptime = 5s

# Without dynamic cursors, changing documents while iterating over them returns some again and again and others never.
documentdb.enableDynamicCursors = on
documentdb.enablePrimaryKeyCursorScan = on
# Sorted cursors live in files, so that none of them holds a connection.
documentdb.useFileBasedPersistedCursors = on
documentdb.defaultCursorExpiryTimeLimitSeconds = ${CURSOR_TIMEOUT_SECONDS}

# Concurrent inserts of one unique key deadlock by design; found late (1 s by default) they take minutes.
deadlock_timeout = 20ms
documentdb.throwDeadlockOnCRUD = on

documentdb_core.enableCollation = on
documentdb.enableCollationWithNonUniqueOrderedIndexes = on

# Deletes expired documents (TTL) at each full minute. Its log would grow for ever; with client connections instead of
# background workers it would keep the socket's path in a table.
cron.database_name = 'postgres'
cron.use_background_workers = on
cron.log_run = off
cron.log_statement = off
`;

/** Makes a new cluster a DocumentDB. The index-build jobs start two processes every two seconds and are not needed. */
export const CREATE_EXTENSIONS = `
CREATE EXTENSION documentdb CASCADE;
CREATE EXTENSION documentdb_extended_rum;
SELECT cron.unschedule(jobname) FROM cron.job WHERE jobname LIKE 'documentdb_index_build_task%'`;

/** Brings an older cluster to the version of the installed programs; does nothing when it has it. */
export const UPDATE_EXTENSIONS = `
ALTER EXTENSION documentdb_core UPDATE;
ALTER EXTENSION documentdb UPDATE;
ALTER EXTENSION documentdb_extended_rum UPDATE`;
