import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { offbeat } from '../bin/run-cli.ts';

describe('a CSV whose header and fields are in quotes (powsybl/powsybl-core#978)', () => {
  it('is scored row by row, with exit status 0', async () => {
    const { status, stdout, stderr } = await offbeat(['detect', join(import.meta.dirname, 'inputs', '27-quoted.csv')]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/^70 rows: [^\n]*\n$/) });
    const [header, first, ...others] = stdout.trimEnd().split('\n');
    expect(header).toMatch(/^timestamp,value,/);
    expect(first).toMatch(/^2024-01-01 00:00:00,10,/);
    expect(others).toHaveLength(69);
  });
});
