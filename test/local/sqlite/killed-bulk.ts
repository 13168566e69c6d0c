import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { SqliteBulkIdentities } from '../../../local/sqlite/bulk-identities.ts';
import { SqliteBulkLog } from '../../../local/sqlite/bulk-log.ts';
import { Database } from '../../../local/sqlite/database.ts';
import { Log } from '../../../local/sqlite/log.ts';
import { Counters } from '../../../local/sqlite/totals.ts';
import { entry, hashOf } from '../../contract/bulk-entry.ts';

/**
 * A process that appends a bulk request to the store at a path, and kills itself within the transaction: after the
 * `append`, or after the identities are noted (`note`).
 */
const [path, when] = process.argv.slice(2);
const database = new Database(path!);
const log = new Log(database, systemClock, new Counters(database));
const identities = new SqliteBulkIdentities(database, systemClock);

function killAfter<Call extends (...given: never[]) => unknown>(call: Call): Call {
  return ((...given) => {
    call(...given);
    process.kill(process.pid, 'SIGKILL');
  }) as Call;
}
if (when === 'append') log.appendWithin = killAfter(log.appendWithin.bind(log));
if (when === 'note') identities.noteWithin = killAfter(identities.noteWithin.bind(identities));
await new SqliteBulkLog(database, log, identities).append([entry('a', hashOf('a')), entry('b', hashOf('b'))]);
