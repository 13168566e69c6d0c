import { kafkaRows } from './kafka.ts';
import type { DatasetRow } from './row.ts';
import { storageRows } from './storage.ts';
import { systemRows } from './system.ts';

/** The datasets with a table, in the order in which `docs/beats.md` lists them. */
export const datasetRows: readonly DatasetRow[] = [...systemRows, ...kafkaRows, ...storageRows];

/** The row of every other dataset: its document describes its host. */
export const anyDataset: DatasetRow = { datasets: [], kind: 'host', name: 'host', isOpen: true };

const byDataset = new Map(datasetRows.flatMap((row) => row.datasets.map((dataset) => [dataset, row] as const)));

/** Returns what the documents of a dataset describe. */
export const rowOf = (dataset: string): DatasetRow => byDataset.get(dataset) ?? anyDataset;
