import { signal } from '@preact/signals';
import { addressTheme } from './where.ts';

/** The choices of a person: a theme, or that of the system. */
export type Theme = 'light' | 'dark' | 'system';

/** The theme of the address, or the one that was chosen before. */
const kept = addressTheme.peek() ?? localStorage.getItem('offbeat.theme');

/** The theme that the person chose. */
export const theme = signal<Theme>(kept === 'light' || kept === 'dark' ? kept : 'system');

const system = matchMedia('(prefers-color-scheme: dark)');

/** Shows a theme and remembers it. */
export function chooseTheme(choice: Theme): void {
  theme.value = choice;
  addressTheme.value = null;
  if (choice === 'system') localStorage.removeItem('offbeat.theme');
  else localStorage.setItem('offbeat.theme', choice);
  show();
}

/** Shows the next theme: light, dark, that of the system. */
export function nextTheme(): void {
  const order = ['light', 'dark', 'system'] as const;
  chooseTheme(order[(order.indexOf(theme.value) + 1) % order.length]!);
}

function show(): void {
  const isDark = theme.value === 'dark' || (theme.value === 'system' && system.matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
}

system.addEventListener('change', () => theme.value === 'system' && show());
