import { normalise } from '../functions/normalise/normalise.ts';
import { defaultSettings } from '../functions/shared/domain/settings.ts';
import { defaultLayout } from '../functions/shared/log/layout.ts';
import { beat, replayed } from '../test/functions/normalise/beats.ts';
import { recording } from '../test/support/recorded.ts';
import { measure } from './measure.ts';
import { type BenchRow, share } from './row.ts';

const rounds = 9;

/** Measures `normalise` from the records of the recorded cluster to effects: JSON, paths, identity, facts, checks. */
export async function benchNormalise(): Promise<BenchRow[]> {
  const records = recording().map((document, nth) => beat(document, replayed, nth));
  const { json, all } = await measure(records.length, rounds, {
    json: () => {
      for (const { value } of records) JSON.parse(value!.toString());
    },
    all: () => {
      for (const record of records) normalise(record, defaultSettings, defaultLayout);
    },
  });
  return [
    { name: 'JSON.parse of beats alone (peer)', figure: json, unit: 'documents/s' },
    {
      name: 'normalise, record in, effects out',
      figure: all,
      unit: 'documents/s',
      budget: 25_000,
      note: `${share(all, json, 'JSON.parse alone')}; ${records.length} documents of the recorded cluster`,
    },
  ];
}
