import { expect, it } from 'vitest';
import { sorted } from '../../../web/parts/sorted.ts';

interface Row {
  readonly name: string;
  readonly size: number | null;
}
const rows: readonly Row[] = [
  { name: 'disk10', size: 3 },
  { name: 'disk2', size: null },
  { name: 'disk1', size: 3 },
  { name: 'disk3', size: 20 },
];
const names = (by: (row: Row) => number | string | null, isDescending: boolean): string =>
  sorted(rows, { key: 'x', title: '', sortBy: by, cell: () => '' }, isDescending)
    .map(({ name }) => name)
    .join(' ');

it('rows without a value come last in both orders, and equal rows keep their order', () => {
  expect(names(({ size }) => size, false)).toBe('disk10 disk1 disk3 disk2');
  expect(names(({ size }) => size, true)).toBe('disk3 disk10 disk1 disk2');
});

it('numbers within names count as numbers', () => {
  expect(names(({ name }) => name, false)).toBe('disk1 disk2 disk3 disk10');
});

it('a column that does not sort keeps the order', () => {
  expect(sorted(rows, { key: 'x', title: '', cell: () => '' }, true)).toBe(rows);
});
