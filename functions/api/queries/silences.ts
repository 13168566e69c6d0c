import type { SilenceRecord } from '../../shared/domain/silence.ts';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { silenceDocument } from '../../shared/warehouse/silence-document.ts';
import type { ParametersOf } from '../parameters.ts';
import { newest } from './newest.ts';

const family = 'offbeat-silences';

/** Returns silences, the one that was asked for last first. */
export async function findSilences(
  warehouse: Warehouse,
  { state, cluster, limit }: ParametersOf<'silences'>,
): Promise<SilenceRecord[]> {
  const match = { 'offbeat.silence.state': state, 'offbeat.entity.cluster': cluster };
  return (await newest(warehouse, { family, match, limit })).map(silenceDocument.read);
}

/**
 * Returns one silence; `undefined` if the warehouse has none with this id.
 * @param cluster the cluster of the silence; without it the newest silence of any cluster is returned
 */
export async function findSilence(
  warehouse: Warehouse,
  id: string,
  cluster?: string,
): Promise<SilenceRecord | undefined> {
  const match = { 'offbeat.silence.id': id, 'offbeat.entity.cluster': cluster };
  const [document] = await newest(warehouse, { family, match, limit: 1 });
  return document === undefined ? undefined : silenceDocument.read(document);
}
