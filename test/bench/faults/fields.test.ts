import { expect, it } from 'vitest';
import { addAt, type Document, multiplyAt, numberAt, setAt, valueAt } from '../../../bench/faults/fields.ts';

const document = (): Document => ({ system: { load: { '1': 2, name: 'x' }, share: 0.5 } });

it('a value is found by its path, and one that is absent is undefined', () => {
  expect(valueAt(document(), 'system.load.1')).toBe(2);
  expect(valueAt(document(), 'system.cpu.total')).toBeUndefined();
});

it('a number is changed in place, and a whole one stays whole', () => {
  const changed = document();
  multiplyAt(changed, 'system.load.1', 1.3);
  multiplyAt(changed, 'system.share', 1.5);
  addAt(changed, 'system.load.1', 4);
  setAt(changed, 'system.load.5', 9);
  expect(changed).toEqual({ system: { load: { '1': 7, '5': 9, name: 'x' }, share: 0.75 } });
});

it('a fault that changes a number which is absent fails', () => {
  expect(() => numberAt(document(), 'system.load.name')).toThrow('system.load.name: expected a number, got x');
  expect(() => multiplyAt(document(), 'system.load.15', 2)).toThrow('system.load.15: expected a number');
});
