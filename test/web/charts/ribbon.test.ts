import { expect, it } from 'vitest';
import { layoutRibbon, type RibbonAlert } from '../../../web/charts/ribbon-layout.ts';
import { linear } from '../../../web/charts/scale.ts';

const range = { fromMs: 0, toMs: 1_000 };
const plot = { x: linear([0, 1_000], [0, 600]), right: 600 };

const alert = (id: string, fromMs: number, toMs: number | null, severity = 'warning'): RibbonAlert => ({
  id,
  title: `Alert ${id} has a name`,
  severity,
  fromMs,
  toMs,
});

it('an alert that is open lasts to the end of the lane', () => {
  const [drawn] = layoutRibbon([alert('a', 500, null)], range, plot);
  expect(drawn).toMatchObject({ x: 300, width: 300 });
});

it('a name that would touch another one is a number, and the open alert keeps its own', () => {
  const drawn = layoutRibbon([alert('over', 100, 200, 'critical'), alert('open', 150, null)], range, plot);
  expect(drawn.map(({ alert: { id }, name }) => [id, name?.text])).toEqual([
    ['over', '1'],
    ['open', 'Alert open has a name'],
  ]);
});

it('a name at the right end is written to the left', () => {
  const [drawn] = layoutRibbon([alert('a', 950, null)], range, plot);
  expect(drawn?.name).toEqual({ x: 600, anchor: 'end', text: 'Alert a has a name' });
});

it('several bars have their names, cut to the room before the next one', () => {
  const drawn = layoutRibbon(
    [100, 240, 380].map((fromMs, nth) => alert(`${nth}`, fromMs, fromMs + 50)),
    range,
    plot,
  );
  expect(drawn.map(({ name }) => name?.text)).toEqual(['Alert 0 ha…', 'Alert 1 ha…', 'Alert 2 has a name']);
  const ends = drawn.map(({ x, name }) => x + name!.text.length * 6.2);
  expect(ends[0]).toBeLessThan(drawn[1]!.x);
});

it('names that would be cut to the same text are numbers', () => {
  const alike = [100, 240].map((fromMs, nth) => ({
    ...alert(`${nth}`, fromMs, fromMs + 50),
    title: `Traffic out of ${nth}`,
  }));
  const drawn = layoutRibbon([...alike, alert('2', 380, 400)], range, plot);
  expect(drawn.map(({ name }) => name?.text)).toEqual(['1', '2', 'Alert 2 has a name']);
});

it('an alert of another time is left out', () => {
  expect(layoutRibbon([alert('a', -500, -100), alert('b', 1_100, null)], range, plot)).toEqual([]);
});

it('an alert that lasted beyond the end of the range is still open in it', () => {
  const drawn = layoutRibbon([alert('a', 500, 1_500), alert('b', 100, 900)], range, plot);
  expect(drawn.map(({ isOver }) => isOver)).toEqual([false, true]);
});
