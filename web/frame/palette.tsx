import { computed, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useAnswer } from '../api/answer.ts';
import type { Search, SearchResult } from '../api/types.ts';
import { alertTitle } from '../format/alert-title.ts';
import { alertHref } from '../format/links.ts';
import { Glyph, type GlyphName } from '../parts/glyph.tsx';
import { hasAccount, signOut } from './account.tsx';
import { navigate } from './address.ts';
import { offerWords, paletteHeading } from './offer-words.ts';
import { useOverview } from './overview.ts';
import { nextTheme } from './theme.ts';
import { views } from './views.ts';
import './palette.css';

/** An offer of the palette. */
interface Offer {
  readonly id: string;
  readonly glyph: GlyphName;
  readonly title: string;
  readonly hint: string;
  readonly run: () => void;
}

const isOpen = signal(false);
const text = signal('');
const chosen = signal(0);
const asked = computed(() => text.value.trim());

/** The commands that views add while they are shown, such as `Acknowledge it`. */
export const viewCommands = signal<readonly Omit<Offer, 'id'>[]>([]);

/** Opens the palette: search and commands. */
export function openPalette(): void {
  text.value = '';
  chosen.value = 0;
  isOpen.value = true;
}

const glyphs: Readonly<Record<SearchResult['kind'], GlyphName>> = {
  machine: 'machines',
  component: 'cluster',
  series: 'explore',
  alert: 'alerts',
  silence: 'silences',
};

const open =
  (href: string): (() => void) =>
  () =>
    navigate(href);

const commands: readonly Offer[] = [
  ...views
    .filter(({ group }) => group !== undefined)
    .map(({ name, path, title, key, glyph }) => ({
      id: `view ${name}`,
      glyph,
      title,
      hint: `View, g ${key}`,
      run: open(path),
    })),
  { id: 'theme', glyph: 'settings', title: 'Light, dark, as the system', hint: 'Theme, d', run: nextTheme },
];

const ofAccount: Offer = {
  id: 'sign out',
  glyph: 'lock',
  title: 'Sign out',
  hint: 'Account',
  run: () => void signOut(),
};

/** The offers of the palette, and what is said above them. */
interface Offered {
  readonly offers: readonly Offer[];
  readonly heading: string;
}

/** Returns what the palette offers: open alerts first, then what the server finds, then commands. */
function useOffers(): Offered {
  const overview = useOverview().data;
  const q = asked.value;
  const found = useAnswer<Search>(q === '' ? null : '/api/search', { q, limit: 12 }, { refresh: 'once' });
  const matches = (title: string): boolean => title.toLowerCase().includes(q.toLowerCase());
  const alerts = (overview?.alerts.open ?? []).map((alert) => ({
    id: `alert ${alert.id}`,
    glyph: alert.severity,
    title: alertTitle(alert),
    hint: 'Open alert',
    href: alertHref(alert.id),
    run: open(alertHref(alert.id)),
  }));
  const results = (q === '' || found.isOfBefore ? [] : (found.data?.results ?? [])).map((result) => ({
    id: `result ${result.href}`,
    glyph: glyphs[result.kind],
    ...offerWords(result),
    href: result.href,
    run: open(result.href),
  }));
  const own = viewCommands.value.map((command) => ({ ...command, id: `own ${command.title}` }));
  const shown = alerts.filter(({ title }) => matches(title)).slice(0, 5);
  const known = new Set(shown.map(({ href }) => href));
  const offers = [
    ...own.filter(({ title }) => matches(title)),
    ...shown,
    ...results.filter(({ href }) => !known.has(href)),
    ...[...commands, ...(hasAccount() ? [ofAccount] : [])].filter(({ title }) => matches(title)),
  ];
  return { offers, heading: paletteHeading(q, found, offers.length) };
}

/** The palette: one field that finds machines, series, alerts and commands. */
export function Palette(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the next key: letters that follow `Ctrl K` at once are those of the search.
  useLayoutEffect(() => {
    if (isOpen.value) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen.value]);
  return (
    <dialog ref={dialog} class="palette" aria-label="Search and commands" onClose={() => (isOpen.value = false)}>
      {isOpen.value && <Box />}
    </dialog>
  );
}

function Box(): JSX.Element {
  const { offers, heading } = useOffers();
  const at = Math.min(chosen.value, offers.length - 1);
  const run = (offer: Offer | undefined): void => {
    isOpen.value = false;
    offer?.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      chosen.value = Math.max(0, Math.min(offers.length - 1, at + step));
      document.querySelector(`#offer-${chosen.value}`)?.scrollIntoView({ block: 'nearest' });
    }
    if (event.key === 'Enter' && at >= 0) run(offers[at]);
  };
  return (
    <div class="box">
      <input
        type="text"
        role="combobox"
        aria-label="Search"
        aria-expanded="true"
        aria-controls="offers"
        aria-activedescendant={at < 0 ? undefined : `offer-${at}`}
        placeholder="A machine, series, alert or command"
        autocomplete="off"
        spellcheck={false}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          chosen.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      <h3>{heading}</h3>
      <div id="offers" class="offers" role="listbox" aria-label="Found">
        {offers.map((offer, nth) => (
          <OfferRow key={offer.id} offer={offer} nth={nth} isChosen={nth === at} onRun={() => run(offer)} />
        ))}
      </div>
    </div>
  );
}

function OfferRow({
  offer,
  nth,
  isChosen,
  onRun,
}: {
  readonly offer: Offer;
  readonly nth: number;
  readonly isChosen: boolean;
  readonly onRun: () => void;
}): JSX.Element {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the field above has the focus and names the chosen one
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and the keys
    <div id={`offer-${nth}`} role="option" class="offer" aria-selected={isChosen} onClick={onRun}>
      <Glyph name={offer.glyph} />
      <bdi>{offer.title}</bdi>
      <span class="faint">
        <bdi>{offer.hint}</bdi>
      </span>
    </div>
  );
}
