import { describe, expect, it } from 'vitest';
import { startOffset } from '../../../local/kafka/group-reader.ts';

describe('the offset at which a group begins to read', () => {
  it.each([
    ['at the first record held, if it never committed', undefined, 4],
    ['where it stopped', 7, 7],
    ['at the end, if it has read all', 9, 9],
    ['at the first record held, if retention overtook it', 2, 4],
    ['at the earliest record, if the topic was made again', 12, 4],
  ])('is %s', (_case, committed, expected) => {
    expect(startOffset(committed, 4, 9)).toBe(expected);
  });
});
