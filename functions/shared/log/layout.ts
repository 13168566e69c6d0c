import { onePartitionEach, type PartitionCounts } from './topics.ts';

/** The layout of the pipeline. Unlike the settings it is fixed for the life of the topics. */
export interface Layout {
  readonly partitions: PartitionCounts;
}
export const defaultLayout: Layout = { partitions: onePartitionEach };
