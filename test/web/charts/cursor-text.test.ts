import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectedAt, textHeightIn } from '../../../web/charts/cursor-text.ts';

describe('the text at the cursor', () => {
  it('says what was expected of that step', () => {
    const line = { lower: [0, 2e6], upper: [1e6, 8e6] };
    expect(expectedAt(line, 1, 'B/s').replaceAll('\u00a0', ' ')).toBe(', expected 2 MB/s to 8 MB/s');
    expect(expectedAt(line, 0, 'B/s').replaceAll('\u00a0', ' ')).toBe(', expected 0 to 1 MB/s');
    expect(expectedAt({}, 0, 'B/s')).toBe('');
  });

  it('stands below where the line is above it', () => {
    const box = { top: 8, bottom: 100, x: 50, width: 100 };
    expect(textHeightIn({ ...box, places: [[60, 10]] })).toBe(94);
    expect(textHeightIn({ ...box, places: [[60, 95]] })).toBe(20);
    expect(textHeightIn({ ...box, places: [[10, 10]] })).toBe(20);
  });
});

describe('what carries meaning in a chart', () => {
  const css = readFileSync(join(import.meta.dirname, '../../../web/styles/tokens.css'), 'utf8');
  const [light = '', dark = ''] = css.split(':root[data-theme="dark"]');
  const colour = (theme: string, name: string): readonly number[] => {
    const value = new RegExp(`--${name}: ([^;]+);`).exec(theme)![1]!;
    if (!value.startsWith('#')) return value.match(/[\d.]+/g)!.map(Number);
    return [1, 3, 5].map((at) => Number.parseInt(value.slice(at, at + 2), 16));
  };
  const luminance = (rgb: readonly number[]): number => {
    const [r = 0, g = 0, b = 0] = rgb.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (theme: string, name: string): number => {
    const page = colour(theme, 'bg');
    const [r = 0, g = 0, b = 0, alpha = 1] = colour(theme, name);
    const shown = [r, g, b].map((part, nth) => part * alpha + page[nth]! * (1 - alpha));
    const [high = 0, low = 0] = [luminance(shown), luminance(page)].sort((a, c) => c - a);
    return (high + 0.05) / (low + 0.05);
  };

  it.each(['c-band-edge', 'warn-fill', 'crit', 'c-1', 'c-2'])(
    '%s has a contrast of 3 to the page, light and dark',
    (name) => {
      expect(contrast(light, name)).toBeGreaterThanOrEqual(3);
      expect(contrast(dark, name)).toBeGreaterThanOrEqual(3);
    },
  );
});
